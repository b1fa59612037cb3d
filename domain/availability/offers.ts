import type { Day } from '../calendar.ts';
import { addDays } from '../calendar.ts';
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
  readonly nodes: readonly NodeAvailability[];
};

/** What a node has of an item, as earlier takes of the request left it. */
export type Offer = {
  readonly definition: PromisingNode;
  readonly known: NodeAvailability;
  view: readonly AtpBucket[];
  /** Not in `view` yet. */
  taken: { readonly date: Day; readonly qty: bigint }[];
};

/** An item of the request, as its earlier lines left it. */
export type Stand = {
  readonly offers: readonly Offer[];
  readonly leadTime: LeadTime | undefined;
  /** What earlier lines take from stock. */
  takenNow: bigint;
};

type LeadTime = { readonly definition: PromisingNode; readonly date: Day; readonly days: number };

const leadTimeOf = (at: string, [definition]: readonly PromisingNode[], days: number | null): LeadTime | undefined => {
  if (days === null || definition === undefined || days > atpPolicy.horizonDays) return undefined;
  return { definition, days, date: addDays(todayAt(definition, at), days) };
};

/** `nodes`: those that can promise, in the order in which they are asked. */
export const standOf = (at: string, nodes: readonly PromisingNode[], item: ItemAvailability | undefined): Stand => {
  const offers: Offer[] = [];
  for (const definition of nodes) {
    const known = item?.nodes.find(({ node }) => node === definition.node);
    if (known !== undefined) offers.push({ definition, known, view: known.buckets, taken: [] });
  }
  return { offers, leadTime: leadTimeOf(at, nodes, item?.leadTimeDays ?? null), takenNow: 0n };
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
