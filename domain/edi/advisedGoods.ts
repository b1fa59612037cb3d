import { type Refusal, refuse } from '../decider.ts';
import { maxQty, minQty, qtyText } from '../quantity.ts';
import { openOf, type ShipmentLine } from '../shipment/state.ts';

/** One line of a shipping advice in our words and in base units. */
export type AdvisedGoods = {
  /** Null: the item alone says which line is meant. */
  readonly lineId: string | null;
  readonly item: string;
  readonly asked: bigint;
  readonly shipped: bigint;
  readonly status: string;
  readonly code: string | null;
  readonly lots: readonly string[];
  readonly serials: readonly string[];
  readonly carton?: { readonly sscc?: string; readonly tracking?: string };
};

/** `component`: of a kit, which a warehouse knows by its components alone. */
type Part = { readonly lineId: string; readonly component?: string; readonly qty: string };
export type NotShipped = Part & { readonly cause: string };
type Shipped = Part & { readonly lots: readonly string[]; readonly serials: readonly string[] };
export type AdvisedCarton = {
  readonly cartonId: string;
  readonly sscc?: string;
  readonly tracking?: string;
  readonly lines: readonly Shipped[];
};

export type AdvisedFacts = {
  readonly shipped: readonly Shipped[];
  readonly cartons: readonly AdvisedCarton[];
  readonly notShipped: readonly NotShipped[];
};

/**
 * W12-01 (data element 368): back ordered, partial with the rest to come, split; in process; available, scheduled or expected to
 * ship. Every other one is final.
 */
const moreToCome: ReadonlySet<string> = new Set([
  ...['BK', 'BM', 'BO', 'BP', 'SS'],
  ...['IN', 'NN', 'NS', 'PN', 'PS'],
  ...['AN', 'AS', 'AU', 'AV', 'ED', 'EW', 'EX', 'RD', 'RW'],
]);

/** Goods of a line of the shipment, and how many are still to leave. */
type Place = { readonly lineId: string; readonly component?: string; readonly item: string; open: bigint };

const placesOf = (line: ShipmentLine): readonly Place[] => {
  const { lineId, item, components } = line;
  if (components === undefined) return [{ lineId, item, open: openOf(line) }];
  const kits = line.planned - line.shorted - line.reduced;
  return components.map(({ item: component, per, left }) => ({
    ...{ lineId, component, item: component },
    open: maxQty(0n, kits * per - left),
  }));
};

const nameOf = ({ lineId, component = '' }: Pick<Part, 'lineId' | 'component'>): string => `${lineId}/${component}`;

const placesIn = (lines: readonly ShipmentLine[]): readonly Place[] => {
  const places = new Map<string, Place>();
  for (const place of lines.flatMap(placesOf)) {
    const known = places.get(nameOf(place));
    if (known === undefined) places.set(nameOf(place), place);
    else known.open += place.open;
  }
  return [...places.values()];
};

type Taken = { readonly place: Place; readonly amount: bigint };

/** From the lines that have them, in their order; `rest` is what none of them has. */
const take = (
  places: readonly Place[],
  amount: bigint,
): { readonly taken: readonly Taken[]; readonly rest: bigint } => {
  const taken: Taken[] = [];
  let rest = amount;
  for (const place of places) {
    const part = minQty(rest, place.open);
    if (part <= 0n) continue;
    place.open -= part;
    rest -= part;
    taken.push({ place, amount: part });
  }
  return { taken, rest };
};

/** What leaves beyond what is planned is a fact of the line that it was last told of. */
const leaving = (places: readonly Place[], amount: bigint): readonly Taken[] => {
  const { taken, rest } = take(places, amount);
  const last = taken.at(-1)?.place ?? places[0];
  if (rest === 0n || last === undefined) return taken;
  const known = taken.find(({ place }) => place === last)?.amount ?? 0n;
  return [...taken.filter(({ place }) => place !== last), { place: last, amount: known + rest }];
};

const partOf = ({ place: { lineId, component }, amount }: Taken): Part => ({
  ...{ lineId, qty: qtyText(amount) },
  ...(component !== undefined && { component }),
});

/** Each piece has one serial number, so the first pieces have the first ones; otherwise nobody can say which are where. */
const shippedParts = (goods: AdvisedGoods, taken: readonly Taken[]): readonly Shipped[] => {
  const isOneEach = BigInt(goods.serials.length) === goods.shipped;
  let from = 0;
  return taken.map((each, index) => {
    const upTo = isOneEach ? from + Number(each.amount) : goods.serials.length;
    const serials = isOneEach || index === 0 ? goods.serials.slice(from, upTo) : [];
    from = upTo;
    return { ...partOf(each), lots: goods.lots, serials };
  });
};

/** A line that is told of several times, of several lots or cartons, is told once. */
const merged = (parts: readonly Shipped[]): readonly Shipped[] => {
  const byName = new Map<string, Shipped>();
  for (const part of parts) {
    const known = byName.get(nameOf(part));
    byName.set(nameOf(part), {
      ...part,
      qty: qtyText(BigInt(known?.qty ?? '0') + BigInt(part.qty)),
      lots: [...new Set([...(known?.lots ?? []), ...part.lots])],
      serials: [...(known?.serials ?? []), ...part.serials],
    });
  }
  return [...byName.values()];
};

type Packed = { readonly carton: NonNullable<AdvisedGoods['carton']>; readonly parts: readonly Shipped[] };

const cartonsOf = (packed: readonly Packed[]): readonly AdvisedCarton[] =>
  [...Map.groupBy(packed, ({ carton: { sscc, tracking } }) => sscc ?? tracking ?? '')].map(([cartonId, of]) => ({
    ...{ cartonId, ...of[0]?.carton },
    lines: merged(of.flatMap(({ parts }) => parts)),
  }));

const unknownGoods = (unknown: readonly AdvisedGoods[]): Refusal => {
  const named = unknown.map(({ lineId, item }) => (lineId === null ? item : `${item} of line ${lineId}`));
  const detail = `The release has no ${[...new Set(named)].join(', ')}: map the item in the cross-reference ITEM of the warehouse, or ask it what it shipped.`;
  return refuse('LINE_UNKNOWN', detail.slice(0, 400), { items: named.slice(0, 20) });
};

/**
 * What a shipping advice says of the lines of its shipment, as they were before it. An item that stands on several lines is
 * taken from the first ones that still have it. What is short is no more than what is still to leave after all of the advice.
 */
export const advisedFacts = (
  lines: readonly ShipmentLine[],
  advised: readonly AdvisedGoods[],
): AdvisedFacts | Refusal => {
  const places = placesIn(lines);
  const placesFor = ({ lineId, item }: AdvisedGoods): readonly Place[] =>
    places.filter((place) => place.item === item && (lineId === null || place.lineId === lineId));
  const unknown = advised.filter((goods) => placesFor(goods).length === 0);
  if (unknown.length > 0) return unknownGoods(unknown);
  const left = advised
    .filter(({ shipped }) => shipped > 0n)
    .map((goods) => ({ goods, parts: shippedParts(goods, leaving(placesFor(goods), goods.shipped)) }));
  const packed = left.flatMap(({ goods: { carton }, parts }) => (carton === undefined ? [] : [{ carton, parts }]));
  const notShipped = advised
    .filter(({ status }) => !moreToCome.has(status))
    .flatMap((goods) =>
      take(placesFor(goods), maxQty(0n, goods.asked - goods.shipped)).taken.map((each) => ({
        ...partOf(each),
        cause: goods.code ?? goods.status,
      })),
    );
  return { shipped: merged(left.flatMap(({ parts }) => parts)), cartons: cartonsOf(packed), notShipped };
};

/** What a change asked a warehouse to stop, in whole lines. */
export type AskedStop = {
  readonly changeId: string;
  readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
};

/**
 * What did not leave because somebody asked for that is no shortage: the goods are where they were. Of a kit as many were stopped
 * as all of its components say.
 */
export const withoutStopped = (
  lines: readonly ShipmentLine[],
  notShipped: readonly NotShipped[],
  asked: readonly AskedStop[],
): { readonly stopped: readonly AskedStop[]; readonly short: readonly NotShipped[] } => {
  const rest = new Map<string, bigint>();
  for (const part of notShipped) rest.set(nameOf(part), (rest.get(nameOf(part)) ?? 0n) + BigInt(part.qty));
  const stop = (lineId: string, wanted: bigint): bigint => {
    const components = lines.find((line) => line.lineId === lineId)?.components;
    const goods = components?.map(({ item, per }) => ({ name: nameOf({ lineId, component: item }), per })) ?? [
      { name: nameOf({ lineId }), per: 1n },
    ];
    const stopped = goods.reduce((least, { name, per }) => minQty(least, (rest.get(name) ?? 0n) / per), wanted);
    for (const { name, per } of goods) rest.set(name, (rest.get(name) ?? 0n) - stopped * per);
    return stopped;
  };
  const stopped = asked.map(({ changeId, lines: of }) => ({
    changeId,
    lines: of
      .map(({ lineId, qty }) => ({ lineId, qty: qtyText(stop(lineId, BigInt(qty))) }))
      .filter(({ qty }) => qty !== '0'),
  }));
  const short = notShipped.flatMap((part) => {
    const amount = minQty(BigInt(part.qty), rest.get(nameOf(part)) ?? 0n);
    rest.set(nameOf(part), (rest.get(nameOf(part)) ?? 0n) - amount);
    return amount === 0n ? [] : [{ ...part, qty: qtyText(amount) }];
  });
  return { stopped: stopped.filter(({ lines: of }) => of.length > 0), short };
};
