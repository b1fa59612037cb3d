import type { Day } from '../calendar.ts';
import { addDays } from '../calendar.ts';
import { maxQty, minQty } from '../quantity.ts';
import type { AtpBucket } from './atp.ts';
import { atpPolicy, withDemand } from './atp.ts';
import { type PromisingNode, todayAt } from './shipping.ts';

/** What the read model knows of an item at one node. Nodes of which nothing is known but that are alike may share it. */
export type NodeAvailability = {
  readonly node: string;
  /** ATS: what could leave from stock now. */
  readonly available: bigint;
  /** The figures are older than the node's feed may be; they are used and said to be so. */
  readonly stale: boolean;
  readonly safetyStock: bigint;
  readonly buckets: readonly AtpBucket[];
};

export type ItemAvailability = {
  readonly item: string;
  /** Days in which it can be had from its maker whatever the stock. */
  readonly leadTimeDays: number | null;
  /** Empty for a kit, which has no stock of its own. */
  readonly nodes: readonly NodeAvailability[];
  /** What one kit is made of; absent: the item is stocked itself. */
  readonly components?: readonly Component[];
};

/** `per`: base units in one kit. */
export type Component = { readonly item: string; readonly per: bigint };

/** What a node has of an item, as earlier takes of the request left it. */
export type Offer = {
  readonly definition: PromisingNode;
  readonly known: NodeAvailability;
  view: readonly AtpBucket[];
  /** Not in `view` yet. */
  taken: { readonly date: Day; readonly qty: bigint }[];
  /** What earlier lines of the request take from stock. */
  takenNow: bigint;
};

/** An item of the request, as its earlier lines left it. */
export type Stand = {
  readonly offers: readonly Offer[];
  readonly leadTime: LeadTime | undefined;
};

export type LeadTime = { readonly definition: PromisingNode; readonly date: Day; readonly days: number };

const leadTimeOf = (at: string, [definition]: readonly PromisingNode[], days: number | null): LeadTime | undefined => {
  if (days === null || definition === undefined || days > atpPolicy.horizonDays) return undefined;
  return { definition, days, date: addDays(todayAt(definition, at), days) };
};

/** `nodes`: those that can promise, in the order in which they are asked. */
export const standOf = (at: string, nodes: readonly PromisingNode[], item: ItemAvailability | undefined): Stand => {
  const offers: Offer[] = [];
  for (const definition of nodes) {
    const known = item?.nodes.find(({ node }) => node === definition.node);
    if (known !== undefined) offers.push({ definition, known, view: known.buckets, taken: [], takenNow: 0n });
  }
  return { offers, leadTime: leadTimeOf(at, nodes, item?.leadTimeDays ?? null) };
};

/** What could leave from stock now beside what earlier lines take. */
export const leftNow = ({ known, takenNow }: Offer): bigint => maxQty(0n, known.available - takenNow);

/** Sets aside what a line takes from stock, in the order of the nodes. */
export const takeNow = (offers: readonly Offer[], amount: bigint): void => {
  let left = amount;
  for (const offer of offers) {
    if (left === 0n) return;
    const part = minQty(left, leftNow(offer));
    offer.takenNow += part;
    left -= part;
  }
};

/** What is taken is worked into the view when that is looked at again. Mostly nobody does. */
export const viewOf = (offer: Offer): readonly AtpBucket[] => {
  if (offer.taken.length === 0) return offer.view;
  for (const { date, qty } of offer.taken) offer.view = withDemand(offer.view, offer.known.safetyStock, date, qty);
  offer.taken = [];
  return offer.view;
};

/** The first day after `last` on which anything can change, or the first of all. */
export const nextDate = ({ offers, leadTime }: Stand, last: Day | undefined): Day | undefined => {
  let next: Day | undefined;
  const consider = (date: Day): void => {
    if ((last === undefined || date > last) && (next === undefined || date < next)) next = date;
  };
  for (const offer of offers) for (const { date } of viewOf(offer)) consider(date);
  if (leadTime !== undefined) consider(leadTime.date);
  return next;
};
