import type { Day } from '../calendar.ts';
import { addDays } from '../calendar.ts';
import { maxQty } from '../quantity.ts';
import { atpPolicy, believedDate } from './atp.ts';
import { todayAt } from './shipping.ts';
import type { NodeStock, SourcingInput } from './sourcing.ts';
import type { Choice, Desk } from './sourcingDesk.ts';

const sumOf = (amounts: readonly bigint[]): bigint => amounts.reduce((sum, amount) => sum + amount, 0n);

type Coming = { readonly date: Day; readonly qty: bigint };

const comingTo = (input: SourcingInput, desk: Desk, rows: readonly NodeStock[]): readonly Coming[] =>
  rows
    .flatMap((row) => {
      const node = desk.nodes.find((known) => known.node === row.node);
      if (node === undefined) return [];
      const today = todayAt(node, input.at);
      return row.supplies.map((supply) => ({ date: believedDate(supply.availableDate, today), qty: supply.qty }));
    })
    .flatMap(({ date, qty }) => (date === null ? [] : [{ date, qty }]))
    .sort((a, b) => (a.date === b.date ? 0 : a.date < b.date ? -1 : 1));

const coveredOn = (coming: readonly Coming[], needed: bigint): Day | null => {
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
const byLeadTime = (input: SourcingInput, { queueNode, line }: Choice): Expected | null => {
  const leadTimeDays = input.leadTimes.find((row) => row.item === line.item)?.leadTimeDays ?? null;
  if (leadTimeDays === null || queueNode === null || leadTimeDays > atpPolicy.horizonDays) return null;
  return { date: addDays(todayAt(queueNode, input.at), leadTimeDays), leadTimeDays };
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
  const supplied = supplyDateFor(input, desk, choice, earlier);
  const ordered = byLeadTime(input, choice);
  if (supplied === null) return ordered;
  return ordered !== null && ordered.date < supplied ? ordered : { date: supplied, leadTimeDays: null };
};

/**
 * When announced supply covers the shortage of a line behind everybody who waits longer, `earlier` lines of the same
 * order included (P-15): supply to the node where it waits or, when that never suffices, supply to all nodes, because a
 * waiting line is moved to where stock arrives, unless it is bound to its node.
 */
const supplyDateFor = (input: SourcingInput, desk: Desk, choice: Choice, earlier: readonly Choice[]): Day | null => {
  const { queueNode, line } = choice;
  if (queueNode === null || choice.shortage === 0n) return null;
  const choices = [...earlier.filter((other) => other.line.item === line.item), choice];
  const eligible = new Set(desk.nodes.map((node) => node.node));
  const dateOver = (nodes: ReadonlySet<string>): Day | null => {
    const rows = (desk.stock.get(line.item) ?? []).filter((row) => nodes.has(row.node));
    const given = sumOf(
      choices.flatMap((other) => other.picks.filter(({ node }) => nodes.has(node.node)).map(({ qty }) => qty)),
    );
    const short = sumOf(
      choices.filter((other) => nodes.has(other.queueNode?.node ?? '')).map((other) => other.shortage),
    );
    const waiting = sumOf(rows.map((row) => row.queuedBackorders)) + short;
    return coveredOn(comingTo(input, desk, rows), maxQty(1n, waiting + given - sumOf(rows.map((row) => row.free))));
  };
  const here = dateOver(new Set([queueNode.node]));
  return line.onlyFrom === undefined ? (here ?? dateOver(eligible)) : here;
};
