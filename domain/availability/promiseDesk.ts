import type { Day } from '../calendar.ts';
import { qtyText } from '../quantity.ts';
import { type Departure, explainPromise, promisesOf, type Take } from './explainPromise.ts';
import { type ItemAvailability, type NodeAvailability, type Stand, standOf } from './offers.ts';
import type { LinePromise, PromiseInput, PromiseLine } from './promise.ts';
import { byPriority, deliveryDateFor, ineligibility, type PromisingNode, shipDateFor } from './shipping.ts';

type NodeAnswer = LinePromise['nodes'][number];

/** What is the same for every line, looked up and put in order once. */
export type Desk = {
  readonly at: string;
  readonly items: ReadonlyMap<string, ItemAvailability>;
  /** When goods leave that a node has from `date` on. Many lines ask the same. */
  readonly leaving: (definition: PromisingNode, date: Day) => Departure | null;
  /** What is said of a node. Where an item is at few of them, the others are all alike. */
  readonly answer: (known: NodeAvailability) => NodeAnswer;
  /** An item of the request or of its kits, as the lines before left it. */
  readonly standFor: (item: string) => Stand;
};

const departure = (definition: PromisingNode, at: string, date: Day): Departure | null => {
  const shipDate = shipDateFor(definition, at, date);
  return shipDate === null ? null : { shipDate, deliveryDate: deliveryDateFor(definition, shipDate) };
};

const departuresAt = (at: string): Desk['leaving'] => {
  const found = new Map<string, Departure | null>();
  return (definition, date) => {
    const key = `${date} ${definition.node}`;
    const known = found.get(key);
    if (known !== undefined) return known;
    const made = departure(definition, at, date);
    found.set(key, made);
    return made;
  };
};

const nodeAnswer = ({ node, available, stale, buckets }: NodeAvailability): NodeAnswer => ({
  node,
  available: qtyText(available),
  stale,
  buckets: buckets.map(({ date, supply, demand, projected, atp }) => ({
    date,
    supply: qtyText(supply),
    demand: qtyText(demand),
    projected: qtyText(projected),
    atp: qtyText(atp),
  })),
});

const answersOnce = (): Desk['answer'] => {
  const given = new Map<NodeAvailability, NodeAnswer>();
  return (known) => {
    const answer = given.get(known) ?? nodeAnswer(known);
    given.set(known, answer);
    return answer;
  };
};

const standsOf = (
  at: string,
  nodes: readonly PromisingNode[],
  items: ReadonlyMap<string, ItemAvailability>,
): Desk['standFor'] => {
  const stands = new Map<string, Stand>();
  return (item) => {
    const stand = stands.get(item) ?? standOf(at, nodes, items.get(item));
    stands.set(item, stand);
    return stand;
  };
};

export const deskOf = ({ at, nodes: known, items: listed }: PromiseInput): Desk => {
  const nodes = known.filter((definition) => ineligibility(definition) === null).sort(byPriority);
  const items = new Map(listed.map((item) => [item.item, item]));
  return { at, items, leaving: departuresAt(at), answer: answersOnce(), standFor: standsOf(at, nodes, items) };
};

type Answered = {
  readonly takes: readonly Take[];
  readonly rest: bigint;
  readonly availableNow: bigint;
  /** What earlier lines of the request take of it from stock. */
  readonly earlier: bigint;
  readonly sites: readonly NodeAvailability[];
};

export const lineAnswer = (desk: Desk, line: PromiseLine, answered: Answered): LinePromise => {
  const { takes, rest, availableNow, sites } = answered;
  const lastDate = takes
    .map(({ date }) => date)
    .sort()
    .at(-1);
  return {
    item: line.item,
    qty: qtyText(line.qty),
    fullQtyDate: rest === 0n ? (lastDate ?? null) : null,
    promises: promisesOf(takes),
    availableNow: qtyText(availableNow),
    nodes: sites.map(desk.answer),
    alternatives: [],
    explanation: explainPromise(desk.at, line, answered),
  };
};
