import type { Day } from '../calendar.ts';
import { minQty, qtyText } from '../quantity.ts';
import { availableOn } from './atp.ts';
import type { Departure, Take } from './explainPromise.ts';
import { explainPromise, promisesOf } from './explainPromise.ts';
import {
  type ItemAvailability,
  type NodeAvailability,
  nextDate,
  type Offer,
  type Stand,
  standOf,
  viewOf,
} from './offers.ts';
import { byPriority, deliveryDateFor, ineligibility, type PromisingNode, shipDateFor } from './shipping.ts';

export type PromiseLine = { readonly item: string; readonly qty: bigint; readonly requestedDate?: Day };

export type PromiseInput = {
  /** The instant of the question, RFC 3339. */
  readonly at: string;
  readonly lines: readonly PromiseLine[];
  readonly nodes: readonly PromisingNode[];
  /** Each item once. */
  readonly items: readonly ItemAvailability[];
};

/** The answer of an availability check, in the shape of the contract: quantities as integer text. */
export type LinePromise = {
  readonly item: string;
  readonly qty: string;
  /** The day from which the full quantity can be had over all nodes, not before today; null inside the horizon. */
  readonly fullQtyDate: Day | null;
  readonly promises: readonly {
    readonly node: string;
    readonly qty: string;
    readonly shipDate: Day;
    readonly deliveryDate: Day;
  }[];
  readonly availableNow: string;
  readonly nodes: readonly {
    readonly node: string;
    readonly available: string;
    readonly stale: boolean;
    readonly buckets: readonly {
      readonly date: Day;
      readonly supply: string;
      readonly demand: string;
      readonly projected: string;
      readonly atp: string;
    }[];
  }[];
  /** Other items that would do. Master data names no substitutes yet, so there are none. */
  readonly alternatives: readonly { readonly item: string; readonly qty: string }[];
  readonly explanation: readonly string[];
};

type NodeAnswer = LinePromise['nodes'][number];

/** What is the same for every line, looked up and put in order once. */
type Desk = {
  readonly at: string;
  /** Nodes that can promise, in the order in which they are asked. */
  readonly nodes: readonly PromisingNode[];
  readonly items: ReadonlyMap<string, ItemAvailability>;
  /** When goods leave that a node has from `date` on. Many lines ask the same. */
  readonly leaving: (definition: PromisingNode, date: Day) => Departure | null;
  /** What is said of a node. Where an item is at few of them, the others are all alike. */
  readonly answer: (known: NodeAvailability) => NodeAnswer;
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

const deskOf = ({ at, nodes, items }: PromiseInput): Desk => ({
  at,
  nodes: nodes.filter((definition) => ineligibility(definition) === null).sort(byPriority),
  items: new Map(items.map((item) => [item.item, item])),
  leaving: departuresAt(at),
  answer: answersOnce(),
});

/** What is there now is asked of all nodes at once, also where it is tomorrow already. */
const dayAt = ({ known }: Offer, date: Day): Day => {
  const today = known.buckets[0]?.date ?? date;
  return today > date ? today : date;
};

/**
 * Takes the quantity as early as it can be had, at each date from the nodes in their order; what stock and supply do
 * not give by the lead time of the item is promised by lead time. Each take is demand that later takes see, those of
 * later lines too: it is written into its offer.
 */
const takesFor = (
  desk: Desk,
  qty: bigint,
  stand: Stand,
): { readonly takes: readonly Take[]; readonly rest: bigint } => {
  const { offers, leadTime } = stand;
  const takes: Take[] = [];
  let rest = qty;
  for (let date = nextDate(stand, undefined); date !== undefined && rest > 0n; date = nextDate(stand, date)) {
    for (const offer of offers) {
      const day = dayAt(offer, date);
      const amount = minQty(rest, availableOn(viewOf(offer), day));
      if (amount <= 0n) continue;
      const leaves = desk.leaving(offer.definition, day);
      takes.push({ definition: offer.definition, date: day, qty: amount, leadTimeDays: null, leaves });
      offer.taken.push({ date: day, qty: amount });
      rest -= amount;
      if (rest === 0n) return { takes, rest };
    }
    if (date === leadTime?.date && rest > 0n) {
      const { definition, days } = leadTime;
      takes.push({ definition, date, qty: rest, leadTimeDays: days, leaves: desk.leaving(definition, date) });
      return { takes, rest: 0n };
    }
  }
  return { takes, rest };
};

const latest = (days: readonly Day[]): Day | undefined => [...days].sort().at(-1);

const lineAnswer = (desk: Desk, line: PromiseLine, stand: Stand): LinePromise => {
  const { offers, takenNow: earlier } = stand;
  const result = takesFor(desk, line.qty, stand);
  const stock = offers.reduce((sum, { known }) => sum + known.available, 0n);
  const availableNow = stock > earlier ? stock - earlier : 0n;
  stand.takenNow = earlier + minQty(availableNow, line.qty);
  return {
    item: line.item,
    qty: qtyText(line.qty),
    fullQtyDate: result.rest === 0n ? (latest(result.takes.map(({ date }) => date)) ?? null) : null,
    promises: promisesOf(result.takes),
    availableNow: qtyText(availableNow),
    nodes: offers.map(({ known }) => desk.answer(known)),
    alternatives: [],
    explanation: explainPromise(desk.at, line, { ...result, sites: offers.map(({ known }) => known), earlier }),
  };
};

/**
 * Answers an availability check (contract: `POST /v1/availability-checks`). Lines of one item are checked on their
 * summed demand: what an earlier line of the request takes is not there for a later one. It reserves nothing; only the
 * stock position does.
 */
export const promiseLines = (input: PromiseInput): readonly LinePromise[] => {
  const desk = deskOf(input);
  const stands = new Map<string, Stand>();
  return input.lines.map((line) => {
    const stand = stands.get(line.item) ?? standOf(desk.at, desk.nodes, desk.items.get(line.item));
    stands.set(line.item, stand);
    return lineAnswer(desk, line, stand);
  });
};
