import type { Day } from '../calendar.ts';
import { qtyText } from '../quantity.ts';
import { atpPolicy } from './atp.ts';
import type { NodeAvailability } from './offers.ts';
import type { LinePromise, PromiseLine } from './promise.ts';
import { type PromisingNode, todayAt } from './shipping.ts';

/** A quantity that is there from `date` on. `leadTimeDays`: promised by lead time instead of by stock or supply. */
export type Take = {
  readonly definition: PromisingNode;
  readonly date: Day;
  readonly qty: bigint;
  readonly leadTimeDays: number | null;
  /** Null: the node never works. Such nodes are not asked. */
  readonly leaves: Departure | null;
};

export type Departure = { readonly shipDate: Day; readonly deliveryDate: Day };

/** What leaves one node on one day is one promise. */
export const promisesOf = (takes: readonly Take[]): LinePromise['promises'] => {
  const byShipment = new Map<string, Departure & { node: string; qty: bigint }>();
  for (const { definition, qty, leaves } of takes) {
    if (leaves === null) continue;
    const { node } = definition;
    const key = `${leaves.shipDate} ${node}`;
    byShipment.set(key, { ...leaves, node, qty: (byShipment.get(key)?.qty ?? 0n) + qty });
  }
  return [...byShipment.values()].map(({ node, qty, shipDate, deliveryDate }) => ({
    node,
    qty: qtyText(qty),
    shipDate,
    deliveryDate,
  }));
};

const sourceOf = (take: Take, at: string): string => {
  if (take.leadTimeDays !== null) return `by the lead time of ${take.leadTimeDays} days`;
  return take.date <= todayAt(take.definition, at) ? 'from stock' : `from supply that is available on ${take.date}`;
};

const takeSentence = (take: Take, at: string): string => {
  const when =
    take.leaves === null ? 'but has no working day to ship it' : `and can ship it on ${take.leaves.shipDate}`;
  return `${take.definition.node} has ${take.qty} ${sourceOf(take, at)} ${when}.`;
};

const requestedSentence = (takes: readonly Take[], requested: Day, rest: bigint): string => {
  const deliveries = takes.flatMap(({ leaves }) => (leaves === null ? [] : [leaves.deliveryDate]));
  const last = deliveries.sort().at(-1);
  if (rest > 0n || last === undefined) return `The requested date ${requested} cannot be met in full.`;
  return last <= requested
    ? `Everything arrives by the requested date ${requested}.`
    : `The last delivery is on ${last}, after the requested date ${requested}.`;
};

type Result = {
  readonly takes: readonly Take[];
  readonly rest: bigint;
  readonly sites: readonly NodeAvailability[];
  /** What earlier lines of the request take of the item from stock. */
  readonly earlier: bigint;
};

/** Sentences that a planner can read aloud to a customer. */
export const explainPromise = (at: string, line: PromiseLine, result: Result): readonly string[] => {
  const { takes, rest, sites, earlier } = result;
  const sentences = takes.map((take) => takeSentence(take, at));
  if (earlier > 0n) sentences.unshift(`Earlier lines of this request take ${earlier} of ${line.item} from stock.`);
  if (sites.length === 0) sentences.push(`No node that ships from stock knows ${line.item}.`);
  if (rest > 0n) sentences.push(`${rest} cannot be promised within ${atpPolicy.horizonDays} days.`);
  for (const site of sites.filter((known) => known.stale)) {
    sentences.push(`The figures of ${site.node} are stale.`);
  }
  if (line.requestedDate !== undefined) {
    sentences.push(requestedSentence(takes, line.requestedDate, rest));
  }
  return sentences;
};
