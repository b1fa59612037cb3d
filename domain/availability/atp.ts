import type { Day } from '../calendar.ts';
import { addDays, daysBetween } from '../calendar.ts';
import { maxQty, minQty } from '../quantity.ts';

export type DatedSupply = { readonly qty: bigint; readonly availableDate: Day };
export type DatedDemand = { readonly qty: bigint; readonly needDate: Day };

/** One item at one node. Quantities in base units; `today` is the node's own date. */
export type AtpInput = {
  readonly today: Day;
  readonly sellable: bigint;
  readonly allocated: bigint;
  /** Open quantities that are announced but not received. */
  readonly supplies: readonly DatedSupply[];
  readonly softReservations: readonly DatedDemand[];
  readonly backorders: readonly DatedDemand[];
  readonly safetyStock: bigint;
};

export type AtpPolicy = {
  /** H: the last day that is looked at, counted from today. */
  readonly horizonDays: number;
  /** Supply is counted on so many days behind the day for which it is announced. */
  readonly cushionDays: number;
  /** Supply that is late by more days than this is not believed any more. */
  readonly pastDueSupplyDays: number;
  /** Supply that is less late is assumed to come this many days from today. */
  readonly lateSlipDays: number;
};

/** Where nothing else is said; a business unit may publish other days for late supply (`lateSupply.ts`). */
export const atpPolicy: AtpPolicy = { horizonDays: 180, cushionDays: 0, pastDueSupplyDays: 14, lateSlipDays: 1 };

/**
 * One day of the time-phased view, valid until the date of the next bucket: only today and the days on which supply or
 * demand falls have one, since neither `projected` nor `atp` can change on any other day.
 */
export type AtpBucket = {
  readonly date: Day;
  /** S(t); today's contains sellable − allocated and may be negative. */
  readonly supply: bigint;
  /** D(t). */
  readonly demand: bigint;
  /** PAB(t) = PAB(t−1) + S(t) − D(t). */
  readonly projected: bigint;
  /** max(0, min over u in [t, H] of (PAB(u) − safety stock)): never falls from one day to the next. */
  readonly atp: bigint;
};

type Flow = { supply: bigint; demand: bigint };

/** The day on which a supply can be counted on, or null when it is too late to be believed. */
export const believedDate = (availableDate: Day, today: Day, policy: AtpPolicy = atpPolicy): Day | null => {
  const cushioned = addDays(availableDate, policy.cushionDays);
  if (availableDate >= today) return cushioned;
  if (daysBetween(availableDate, today) > policy.pastDueSupplyDays) return null;
  const slipped = addDays(today, policy.lateSlipDays);
  return slipped > cushioned ? slipped : cushioned;
};

const flowsOf = (input: AtpInput, policy: AtpPolicy): Map<Day, Flow> => {
  const { today } = input;
  const flows = new Map<Day, Flow>([[today, { supply: input.sellable - input.allocated, demand: 0n }]]);
  // Most positions wait for nothing and owe nothing.
  if (input.supplies.length + input.softReservations.length + input.backorders.length === 0) return flows;
  const last = addDays(today, policy.horizonDays);
  const flowOn = (date: Day): Flow => {
    const known = flows.get(date);
    if (known !== undefined) return known;
    const made = { supply: 0n, demand: 0n };
    flows.set(date, made);
    return made;
  };
  for (const { qty, availableDate } of input.supplies) {
    const date = believedDate(availableDate, today, policy);
    if (date !== null && date <= last && qty !== 0n) flowOn(date).supply += qty;
  }
  for (const { qty, needDate } of [...input.softReservations, ...input.backorders]) {
    if (needDate <= last && qty !== 0n) flowOn(needDate < today ? today : needDate).demand += qty;
  }
  return flows;
};

type Projected = Omit<AtpBucket, 'atp'>;

/** The look-ahead, from the last day back: a new order today must not eat what is promised next week. */
const withLookAhead = (projected: readonly Projected[], safetyStock: bigint): readonly AtpBucket[] => {
  const buckets: AtpBucket[] = [];
  let least: bigint | undefined;
  for (const row of [...projected].reverse()) {
    least = least === undefined ? row.projected : minQty(least, row.projected);
    buckets.push({ ...row, atp: maxQty(0n, least - safetyStock) });
  }
  return buckets.reverse();
};

/**
 * Time-phased ATP, cumulative with look-ahead (spec 4.5), oldest bucket first. Past-due demand falls on today; demand
 * and supply beyond the horizon are not looked at. Supply due today counts today.
 */
export const atpBuckets = (input: AtpInput, policy: AtpPolicy = atpPolicy): readonly AtpBucket[] => {
  const days = [...flowsOf(input, policy)].sort(([a], [b]) => (a < b ? -1 : 1));
  let balance = 0n;
  const projected = days.map(([date, { supply, demand }]) => {
    balance += supply - demand;
    return { date, supply, demand, projected: balance };
  });
  return withLookAhead(projected, input.safetyStock);
};

/** ATP on `date`: the bucket in force then. Before the first bucket nothing can be promised; no bucket, no stock. */
export const availableOn = (buckets: readonly AtpBucket[], date: Day): bigint => {
  let atp = 0n;
  for (const bucket of buckets) {
    if (bucket.date > date) break;
    atp = bucket.atp;
  }
  return atp;
};

/** The same view after `qty` more is promised for `date`; equal to computing it anew with that reservation. */
export const withDemand = (
  buckets: readonly AtpBucket[],
  safetyStock: bigint,
  date: Day,
  qty: bigint,
): readonly AtpBucket[] => {
  const before = buckets.filter((bucket) => bucket.date < date);
  const after = buckets.filter((bucket) => bucket.date >= date);
  const known = after[0]?.date === date;
  const balance = before.at(-1)?.projected ?? 0n;
  const rows: readonly Projected[] = known ? after : [{ date, supply: 0n, demand: 0n, projected: balance }, ...after];
  const taken = rows.map((row, index) => ({
    ...row,
    demand: index === 0 ? row.demand + qty : row.demand,
    projected: row.projected - qty,
  }));
  return withLookAhead([...before, ...taken], safetyStock);
};

/**
 * Lines that take only their full quantity, in order of acceptance. As at the stock position they keep nothing from
 * anybody today; each takes the first later supply that covers it whole, and one that nothing covers is left out.
 */
export const withWholeDemands = (
  buckets: readonly AtpBucket[],
  safetyStock: bigint,
  amounts: readonly bigint[],
): readonly AtpBucket[] =>
  amounts.reduce((view, amount) => {
    const now = view[0]?.atp ?? 0n;
    const date = view.find((bucket) => bucket.atp - now >= amount)?.date;
    return date === undefined || amount <= 0n ? view : withDemand(view, safetyStock, date, amount);
  }, buckets);
