import type { Day } from '../calendar.ts';
import { addDays } from '../calendar.ts';
import { maxQty } from '../quantity.ts';
import { atpPolicy, believedDate } from './atp.ts';
import { todayAt } from './shipping.ts';
import type { NodeStock, SourcingInput, SourcingLine } from './sourcing.ts';
import type { Choice, Desk } from './sourcingDesk.ts';

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

export type Coming = { readonly date: Day; readonly qty: bigint };

const comingTo = (input: SourcingInput, desk: Desk, rows: readonly NodeStock[]): readonly Coming[] =>
  rows
    .flatMap((row) => {
      const node = desk.nodes.find((known) => known.node === row.node);
      if (node === undefined) return [];
      const today = todayAt(node, input.at);
      const { atp = atpPolicy } = input;
      return row.supplies.map(({ availableDate, qty }) => ({ date: believedDate(availableDate, today, atp), qty }));
    })
    .flatMap(({ date, qty }) => (date === null ? [] : [{ date, qty }]))
    .sort((a, b) => (a.date === b.date ? 0 : a.date < b.date ? -1 : 1));

export const coveredOn = (coming: readonly Coming[], needed: bigint): Day | null => {
  let sum = 0n;
  for (const { date, qty } of coming) {
    sum += qty;
    if (sum >= needed) return date;
  }
  return null;
};

/** When goods for a shortage are available; `leadTimeDays`: by the item's lead time, null: by announced supply. */
export type Expected = { readonly date: Day; readonly leadTimeDays: number | null };

/** The item can be had from its maker by then, whatever is announced and whoever else waits. */
const byLeadTime = (input: SourcingInput, { queueNode }: Choice, item: string): Expected | null => {
  const leadTimeDays = input.leadTimes.find((row) => row.item === item)?.leadTimeDays ?? null;
  if (leadTimeDays === null || queueNode === null || leadTimeDays > atpPolicy.horizonDays) return null;
  return { date: addDays(todayAt(queueNode, input.at), leadTimeDays), leadTimeDays };
};

export const sooner = (supplied: Day | null, ordered: Expected | null): Expected | null => {
  if (supplied === null) return ordered;
  return ordered !== null && ordered.date < supplied ? ordered : { date: supplied, leadTimeDays: null };
};

/**
 * When a shortage is covered: by announced supply or by the item's lead time, whichever is sooner, as the availability
 * check promises it.
 */
export const expectedFor = (
  input: SourcingInput,
  desk: Desk,
  choice: Choice,
  earlier: readonly Choice[],
): Expected | null => {
  if (choice.shortage === 0n) return null;
  const { components, item } = choice.line;
  if (components !== undefined) return kitsExpected(input, desk, choice, earlier);
  return sooner(supplyDateFor(input, desk, choice, earlier), byLeadTime(input, choice, item));
};

/** How much of an item one of a line is. */
const usedIn = ({ item, components }: SourcingLine, of: string): bigint =>
  components === undefined ? (item === of ? 1n : 0n) : (components.find((one) => one.item === of)?.per ?? 0n);

/**
 * How much of an item has to come to some nodes until a line has what it waits for there, behind everybody who waits
 * longer, `earlier` lines of the same order included (P-15).
 */
const neededAt = (
  desk: Desk,
  item: string,
  nodes: ReadonlySet<string>,
  choices: readonly Choice[],
): { readonly rows: readonly NodeStock[]; readonly needed: bigint } => {
  const rows = (desk.stock.get(item) ?? []).filter((row) => nodes.has(row.node));
  const given = sumOf(
    choices.flatMap(({ line, picks }) =>
      picks.filter(({ node }) => nodes.has(node.node)).map(({ qty }) => qty * usedIn(line, item)),
    ),
  );
  const short = sumOf(
    choices
      .filter((other) => nodes.has(other.queueNode?.node ?? ''))
      .map(({ line, shortage }) => shortage * usedIn(line, item)),
  );
  const waiting = sumOf(rows.map((row) => row.queuedBackorders)) + short;
  return { rows, needed: waiting + given - sumOf(rows.map((row) => row.free)) };
};

const sharing = (choice: Choice, earlier: readonly Choice[], item: string): readonly Choice[] => [
  ...earlier.filter(({ line }) => usedIn(line, item) > 0n),
  choice,
];

/**
 * When announced supply covers the shortage of a line: supply to the node where it waits or, when that never suffices,
 * supply to all nodes, because a waiting line is moved to where stock arrives, unless it is bound to its node.
 */
const supplyDateFor = (input: SourcingInput, desk: Desk, choice: Choice, earlier: readonly Choice[]): Day | null => {
  const { queueNode, line } = choice;
  if (queueNode === null || choice.shortage === 0n) return null;
  const choices = sharing(choice, earlier, line.item);
  const dateOver = (nodes: ReadonlySet<string>): Day | null => {
    const { rows, needed } = neededAt(desk, line.item, nodes, choices);
    return coveredOn(comingTo(input, desk, rows), maxQty(1n, needed));
  };
  const here = dateOver(new Set([queueNode.node]));
  return line.onlyFrom === undefined ? (here ?? dateOver(new Set(desk.nodes.map(({ node }) => node)))) : here;
};

/** When the node where kits wait has all that they are made of: what is missing of each component decides. */
const kitsExpected = (
  input: SourcingInput,
  desk: Desk,
  choice: Choice,
  earlier: readonly Choice[],
): Expected | null => {
  const { queueNode, line } = choice;
  if (queueNode === null) return null;
  let last: Expected = { date: todayAt(queueNode, input.at), leadTimeDays: null };
  for (const { item } of line.components ?? []) {
    const { rows, needed } = neededAt(desk, item, new Set([queueNode.node]), sharing(choice, earlier, item));
    if (needed <= 0n) continue;
    const there = sooner(coveredOn(comingTo(input, desk, rows), needed), byLeadTime(input, choice, item));
    if (there === null) return null;
    if (there.date > last.date) last = there;
  }
  return last;
};
