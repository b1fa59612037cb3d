import type { Day } from '../calendar.ts';
import { addDays } from '../calendar.ts';
import type { NodeDefined } from '../masterData/events.ts';
import { minQty, qtyText } from '../quantity.ts';
import type { AtpBucket } from './atp.ts';
import { atpPolicy, availableOn, withDemand } from './atp.ts';
import type { Departure, Take } from './explainPromise.ts';
import { explainPromise, promisesOf } from './explainPromise.ts';
import { byPriority, deliveryDateFor, ineligibility, shipDateFor, todayAt } from './shipping.ts';

export type PromiseLine = { readonly item: string; readonly qty: bigint; readonly requestedDate?: Day };

/** What the read model knows of one item at one node. */
export type NodeAvailability = {
  readonly item: string;
  readonly node: string;
  /** ATS: what could leave from stock now. */
  readonly available: bigint;
  /** The figures are older than the node's feed may be; they are used and said to be so. */
  readonly stale: boolean;
  readonly safetyStock: bigint;
  readonly buckets: readonly AtpBucket[];
};

export type PromiseInput = {
  /** The instant of the question, RFC 3339. */
  readonly at: string;
  readonly lines: readonly PromiseLine[];
  readonly nodes: readonly NodeDefined['data'][];
  /** Days in which an item can be had from its maker whatever the stock, by item. */
  readonly leadTimes: readonly { readonly item: string; readonly leadTimeDays: number | null }[];
  readonly availability: readonly NodeAvailability[];
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

type Site = { readonly definition: NodeDefined['data']; readonly known: NodeAvailability };

/** Time-phased views as earlier lines of the request left them, of an item at a node. */
type Schedules = Map<NodeAvailability, readonly AtpBucket[]>;

/** What is the same for every line, looked up and put in order once. */
type Desk = {
  readonly at: string;
  /** Nodes that can promise, in the order in which they are asked. */
  readonly nodes: readonly NodeDefined['data'][];
  /** By item, then by node. */
  readonly known: ReadonlyMap<string, ReadonlyMap<string, NodeAvailability>>;
  readonly leadTimes: ReadonlyMap<string, number | null>;
  /** When goods leave that a node has from `date` on. Many lines ask the same. */
  readonly leaving: (definition: NodeDefined['data'], date: Day) => Departure | null;
};

const departure = (definition: NodeDefined['data'], at: string, date: Day): Departure | null => {
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

const byItemAndNode = (rows: readonly NodeAvailability[]): Desk['known'] => {
  const items = new Map<string, Map<string, NodeAvailability>>();
  for (const row of rows) {
    const nodes = items.get(row.item);
    if (nodes === undefined) items.set(row.item, new Map([[row.node, row]]));
    else nodes.set(row.node, row);
  }
  return items;
};

const deskOf = (input: PromiseInput): Desk => ({
  at: input.at,
  nodes: input.nodes.filter((definition) => ineligibility(definition) === null).sort(byPriority),
  known: byItemAndNode(input.availability),
  leadTimes: new Map(input.leadTimes.map(({ item, leadTimeDays }) => [item, leadTimeDays])),
  leaving: departuresAt(input.at),
});

const sitesFor = ({ nodes, known }: Desk, item: string): readonly Site[] => {
  const rows = known.get(item);
  return nodes.flatMap((definition) => {
    const row = rows?.get(definition.node);
    return row === undefined ? [] : [{ definition, known: row }];
  });
};

type LeadTime = { readonly definition: NodeDefined['data']; readonly date: Day; readonly days: number };

const leadTimeOf = (desk: Desk, item: string): LeadTime | undefined => {
  const days = desk.leadTimes.get(item) ?? null;
  const [definition] = desk.nodes;
  if (days === null || definition === undefined || days > atpPolicy.horizonDays) return undefined;
  return { definition, days, date: addDays(todayAt(definition, desk.at), days) };
};

/**
 * Takes the quantity as early as it can be had, at each date from the nodes in their order; what stock and supply do
 * not give by the lead time of the item is promised by lead time. Each take is demand that later takes see, those of
 * later lines too: it is written into `held`.
 */
const takesFor = (
  desk: Desk,
  qty: bigint,
  sites: readonly Site[],
  held: Schedules,
  leadTime: LeadTime | undefined,
): { readonly takes: readonly Take[]; readonly rest: bigint } => {
  const scheduleOf = (site: Site) => held.get(site.known) ?? site.known.buckets;
  const dates = new Set(sites.flatMap((site) => scheduleOf(site).map((bucket) => bucket.date)));
  if (leadTime !== undefined) dates.add(leadTime.date);
  const takes: Take[] = [];
  let rest = qty;
  for (const date of [...dates].sort()) {
    for (const site of sites) {
      const amount = minQty(rest, availableOn(scheduleOf(site), date));
      if (amount <= 0n) continue;
      const leaves = desk.leaving(site.definition, date);
      takes.push({ definition: site.definition, date, qty: amount, leadTimeDays: null, leaves });
      held.set(site.known, withDemand(scheduleOf(site), site.known.safetyStock, date, amount));
      rest -= amount;
    }
    if (date === leadTime?.date && rest > 0n) {
      const { definition, days } = leadTime;
      takes.push({ definition, date, qty: rest, leadTimeDays: days, leaves: desk.leaving(definition, date) });
      rest = 0n;
    }
    if (rest === 0n) break;
  }
  return { takes, rest };
};

const nodeAnswer = ({ known }: Site): LinePromise['nodes'][number] => ({
  node: known.node,
  available: qtyText(known.available),
  stale: known.stale,
  buckets: known.buckets.map(({ date, supply, demand, projected, atp }) => ({
    date,
    supply: qtyText(supply),
    demand: qtyText(demand),
    projected: qtyText(projected),
    atp: qtyText(atp),
  })),
});

/**
 * Answers an availability check (contract: `POST /v1/availability-checks`). Lines of one item are checked on their
 * summed demand: what an earlier line of the request takes is not there for a later one. It reserves nothing; only the
 * stock position does.
 */
export const promiseLines = (input: PromiseInput): readonly LinePromise[] => {
  const desk = deskOf(input);
  const schedules: Schedules = new Map();
  const takenNow = new Map<string, bigint>();
  return input.lines.map((line) => {
    const sites = sitesFor(desk, line.item);
    const result = takesFor(desk, line.qty, sites, schedules, leadTimeOf(desk, line.item));
    const earlier = takenNow.get(line.item) ?? 0n;
    const stock = sites.reduce((sum, site) => sum + site.known.available, 0n);
    const availableNow = stock > earlier ? stock - earlier : 0n;
    takenNow.set(line.item, earlier + minQty(availableNow, line.qty));
    return {
      item: line.item,
      qty: qtyText(line.qty),
      fullQtyDate: result.rest === 0n ? (result.takes.at(-1)?.date ?? null) : null,
      promises: promisesOf(result.takes),
      availableNow: qtyText(availableNow),
      nodes: sites.map(nodeAnswer),
      alternatives: [],
      explanation: explainPromise(input, line, { ...result, sites: sites.map((site) => site.known), earlier }),
    };
  });
};
