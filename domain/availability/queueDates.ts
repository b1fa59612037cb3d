import { addDays, type Day } from '../calendar.ts';
import type { NodeDefined } from '../masterData/events.ts';
import { maxQty } from '../quantity.ts';
import { lineKey, queueKey } from '../stock/keys.ts';
import type { QueuedBackorder } from '../stock/state.ts';
import type { DatedSupply } from './atp.ts';
import { type AtpPolicy, atpPolicy, believedDate } from './atp.ts';
import { type Coming, coveredOn, type Expected, sooner } from './expectedDate.ts';
import { todayAt } from './shipping.ts';

// The expected date of a line that waits already. Sourcing puts a new line behind everybody (`expectedDate.ts`); here each
// has its place, and only who waits longer is served before it.

type OfLine = { readonly orderId: string; readonly lineId: string };

/** One item at one node that may supply. `free`: as in `NodeStock`; `queue`: who waits there, first ones first. */
export type QueueAtNode = {
  readonly item: string;
  readonly node: NodeDefined['data'];
  readonly free: bigint;
  readonly supplies: readonly DatedSupply[];
  readonly queue: readonly QueuedBackorder[];
};

/** What a line waits for at a node: an item, or all that a kit is made of. `isBound`: it is not moved to where stock arrives, as no kit is. */
export type WaitingGoods = OfLine & {
  readonly node: string;
  readonly items: readonly string[];
  readonly isKit: boolean;
  readonly isBound: boolean;
};

type Place = { readonly coming: readonly Coming[]; readonly needed: ReadonlyMap<string, bigint> };

const comingTo = (at: string, rows: readonly QueueAtNode[], policy: AtpPolicy): readonly Coming[] =>
  rows
    .flatMap(({ node, supplies }) =>
      supplies.flatMap(({ availableDate, qty }) => {
        const date = believedDate(availableDate, todayAt(node, at), policy);
        return date === null ? [] : [{ date, qty }];
      }),
    )
    .sort((a, b) => (a.date === b.date ? 0 : a.date < b.date ? -1 : 1));

/**
 * How much has to come until each line has what it waits for: for whoever waits longer, and for itself. What is taken only
 * together with other lines stands in nobody's way.
 */
const neededBy = (rows: readonly QueueAtNode[]): ReadonlyMap<string, bigint> => {
  const entries = rows.flatMap(({ queue }) => queue.map((entry) => ({ key: queueKey(entry), entry })));
  entries.sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1));
  const needed = new Map<string, bigint>();
  let ahead = rows.reduce((sum, { free }) => sum - free, 0n);
  let kept = 0n;
  let last: string | undefined;
  for (const { key, entry } of entries) {
    // A line may wait at several nodes, and is not in its own way.
    if (key !== last) {
      ahead += kept;
      kept = 0n;
      last = key;
    }
    const line = lineKey(entry);
    needed.set(line, (needed.get(line) ?? ahead) + entry.qty);
    if (!entry.held) kept += entry.qty;
  }
  return needed;
};

const placeOf = (at: string, rows: readonly QueueAtNode[], policy: AtpPolicy): Place => ({
  coming: comingTo(at, rows, policy),
  needed: neededBy(rows),
});

/** Undefined: the line does not wait here. Null: nothing that is announced covers it. */
const suppliedOn = ({ coming, needed }: Place, line: OfLine): Day | null | undefined => {
  const amount = needed.get(lineKey(line));
  return amount === undefined ? undefined : coveredOn(coming, maxQty(1n, amount));
};

const isThere = ({ needed }: Place, line: OfLine): boolean => (needed.get(lineKey(line)) ?? 1n) <= 0n;

/**
 * When lines that wait can be served: by what is announced to the node where they wait or, when that never suffices, to all
 * nodes, or by the lead time of the item, whichever is sooner. Of a kit what comes last decides, and what is there already is
 * not waited for. Undefined: it waits there no longer; null: nothing covers it.
 */
export const queueDates = (
  at: string,
  rows: readonly QueueAtNode[],
  leadTimeOf: (item: string) => number | null,
  policy: AtpPolicy = atpPolicy,
): ((goods: WaitingGoods) => Expected | null | undefined) => {
  const byItem = Map.groupBy(rows, ({ item }) => item);
  const everywhere = new Map([...byItem].map(([item, of]) => [item, placeOf(at, of, policy)]));
  const here = new Map(rows.map((row) => [`${row.item} ${row.node.node}`, placeOf(at, [row], policy)]));
  const nodes = new Map(rows.map(({ node }) => [node.node, node]));

  const byLeadTime = (item: string, node: string): Expected | null => {
    const leadTimeDays = leadTimeOf(item);
    const site = nodes.get(node);
    if (leadTimeDays === null || site === undefined || leadTimeDays > atpPolicy.horizonDays) return null;
    return { date: addDays(todayAt(site, at), leadTimeDays), leadTimeDays };
  };

  const expectedOf = (item: string, goods: WaitingGoods): Expected | null | undefined => {
    const [own, all] = [here.get(`${item} ${goods.node}`), everywhere.get(item)];
    const there = own === undefined ? undefined : suppliedOn(own, goods);
    if (own === undefined || there === undefined || all === undefined) return undefined;
    const site = nodes.get(goods.node);
    if (goods.isKit && site !== undefined && isThere(own, goods))
      return { date: todayAt(site, at), leadTimeDays: null };
    const supplied = there ?? (goods.isBound ? null : (suppliedOn(all, goods) ?? null));
    return sooner(supplied, byLeadTime(item, goods.node));
  };

  return (goods) => {
    let last: Expected | undefined;
    for (const item of goods.items) {
      const expected = expectedOf(item, goods);
      if (expected === null) return null;
      if (expected !== undefined && (last === undefined || expected.date > last.date)) last = expected;
    }
    return last;
  };
};

/**
 * Goods that were promised by the lead time are on order since then: they are not ordered anew with every look, unless their
 * day is over and they did not come.
 */
export const stillOnOrder = (
  found: Expected | null,
  promised: { readonly expectedDate: Day | null; readonly leadTimeDays: number | undefined },
  today: Day,
): Expected | null => {
  const { expectedDate, leadTimeDays } = promised;
  if (leadTimeDays === undefined || expectedDate === null || expectedDate < today) return found;
  return found === null || expectedDate <= found.date ? { date: expectedDate, leadTimeDays } : found;
};
