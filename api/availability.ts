import { type AtpPolicy, atpBuckets, withWholeDemands } from '../domain/availability/atp.ts';
import { atpUnder } from '../domain/availability/lateSupply.ts';
import type { ItemAvailability, NodeAvailability } from '../domain/availability/offers.ts';
import { type LinePromise, type PromiseLine, promiseLines } from '../domain/availability/promise.ts';
import { todayAt } from '../domain/availability/shipping.ts';
import { localClock } from '../domain/calendar.ts';
import { unorderable } from '../domain/masterData/resolveLine.ts';
import { holdsOn, reversed, type Substitute, substitutesMax } from '../domain/masterData/substitutes.ts';
import { qty, toBase } from '../domain/quantity.ts';
import type { AvailabilityInputs, AvailabilityPosition } from '../projections/inventory/availability.ts';
import type { ProblemError } from './problem.ts';

export type AskedLine = {
  readonly item: string;
  readonly qty: string;
  readonly uom: string;
  readonly requestedDate?: string | undefined;
};

/** What is the same for all items of a node. */
type Place = { readonly today: string; readonly stale: boolean; readonly policy: AtpPolicy };

const availabilityOf = (node: AvailabilityPosition, { today, stale, policy }: Place): NodeAvailability => {
  // Who takes all or nothing is no demand of a certain day.
  const wholeOn = (date: string): bigint =>
    node.whole.reduce((sum, line) => (line.date === date ? sum + qty(line.qty) : sum), 0n);
  const demands = node.days.map((day) => ({ qty: qty(day.demand) - wholeOn(day.date), needDate: day.date }));
  const safetyStock = qty(node.safetyStock);
  const asked = {
    today,
    sellable: qty(node.sellable),
    allocated: qty(node.allocated),
    supplies: node.days.map((day) => ({ qty: qty(day.supply), availableDate: day.date })),
    softReservations: demands,
    // The read model keeps one sum of demand per day: reservations and backorders weigh the same in PAB.
    backorders: [],
    safetyStock,
  };
  const buckets = atpBuckets(asked, policy);
  const whole = node.whole.map((line) => qty(line.qty));
  return {
    node: node.node,
    available: qty(node.available),
    stale,
    safetyStock,
    buckets: withWholeDemands(buckets, safetyStock, whole),
  };
};

/** What each item has at each node. Most items are at a few of the nodes only; at the others all of them look alike. */
const availabilityOfAll = (
  { sites, untouched, items, lateSupply }: AvailabilityInputs,
  at: string,
): readonly ItemAvailability[] => {
  const policy = atpUnder(lateSupply);
  const nodes = sites.map((site) => {
    const place = { today: todayAt(site, at), stale: site.stale, policy };
    const none = availabilityOf({ ...untouched, node: site.node, days: [], whole: [] }, place);
    return { node: site.node, place, none };
  });
  return [...items.values()].map(({ item, leadTimeDays, positions, components }) => ({
    item,
    leadTimeDays,
    ...(components === null ? {} : { components: components.map((one) => ({ item: one.item, per: qty(one.qty) })) }),
    nodes: nodes.map(({ node, place, none }) => {
      const position = positions.find((known) => known.node === node);
      return position === undefined ? none : availabilityOf(position, place);
    }),
  }));
};

type Understood = { readonly errors: ProblemError[]; readonly lines: PromiseLine[] };

/** The line in base units, or what is wrong with it. */
const understand = (
  { errors, lines }: Understood,
  line: AskedLine,
  index: number,
  items: AvailabilityInputs['items'],
) => {
  const known = items.get(line.item);
  const problem = (field: string, code: ProblemError['code'], detail: string) =>
    errors.push({ pointer: `/lines/${index}/${field}`, code, detail });
  if (known === undefined) return problem('item', 'ITEM_UNKNOWN', `There is no item ${line.item}.`);
  const never = unorderable(known, (item) => items.get(item));
  if (never !== undefined) return problem('item', never.code, never.detail);
  const base = toBase(qty(line.qty), line.uom, known.baseUom, known.conversions);
  if ('code' in base) return problem('uom', base.code, base.detail);
  const wanted = { item: line.item, qty: base.base };
  return lines.push(line.requestedDate === undefined ? wanted : { ...wanted, requestedDate: line.requestedDate });
};

/** The items whose stock decides: kits have none of their own. Nothing when no kit is asked for. */
export const componentsOf = ({ items }: AvailabilityInputs): readonly string[] =>
  [...items.values()].flatMap(({ components }) => components?.map(({ item }) => item) ?? []);

/** What items say that they stand for, and that stands for them, by what they say it of. */
const saidByOthers = (
  mutual: AvailabilityInputs['mutual'],
  today: string,
): ReadonlyMap<string, readonly Substitute[]> => {
  const said = new Map<string, Substitute[]>();
  for (const { item, substitutes } of mutual)
    for (const each of substitutes) {
      if (each.direction !== 'BOTH' || !holdsOn(each, today)) continue;
      const known = said.get(each.item);
      if (known === undefined) said.set(each.item, [reversed(item, each)]);
      else known.push(reversed(item, each));
    }
  return said;
};

/**
 * By item, what may stand for it on the business unit's day; what it says itself comes before what others say of it. Any number
 * of others may: as many are told as it could name itself.
 */
export const substitutesOf = (
  { items, mutual, timeZone }: AvailabilityInputs,
  at: string,
): ReadonlyMap<string, readonly Substitute[]> => {
  const today = localClock(at, timeZone).day;
  const found = new Map<string, readonly Substitute[]>();
  const said = saidByOthers(mutual, today);
  for (const { item, substitutes } of items.values()) {
    const own = substitutes.filter((each) => holdsOn(each, today));
    const known = new Set(own.map((each) => each.item));
    const theirs = (said.get(item) ?? []).filter((each) => !known.has(each.item));
    const all = [...own, ...theirs].slice(0, substitutesMax);
    if (all.length > 0) found.set(item, all);
  }
  return found;
};

/** Those of them that can be ordered. */
const orderableOf = (
  { items }: AvailabilityInputs,
  substitutes: ReadonlyMap<string, readonly Substitute[]>,
): ReadonlyMap<string, readonly Substitute[]> => {
  const isOrderable = ({ item }: Substitute): boolean => {
    const known = items.get(item);
    return known !== undefined && unorderable(known, (each) => items.get(each)) === undefined;
  };
  return new Map([...substitutes].map(([item, all]) => [item, all.filter(isOrderable)]));
};

/** Answers an availability check from the read model, or says which lines cannot be understood. */
export const checkLines = (
  request: { readonly at: string; readonly lines: readonly AskedLine[] },
  inputs: AvailabilityInputs,
): { readonly promises: readonly LinePromise[] } | { readonly errors: readonly ProblemError[] } => {
  const understood: Understood = { errors: [], lines: [] };
  for (const [index, line] of request.lines.entries()) understand(understood, line, index, inputs.items);
  const { errors, lines } = understood;
  if (errors.length > 0) return { errors };
  const nodes = inputs.sites.map((site) => ({ ...site, active: true }));
  const { at } = request;
  const substitutes = orderableOf(inputs, substitutesOf(inputs, at));
  return { promises: promiseLines({ at, lines, nodes, items: availabilityOfAll(inputs, at), substitutes }) };
};
