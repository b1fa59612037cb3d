import type { Expected } from '../availability/expectedDate.ts';
import { atpUnder, isDelayed, isTolerated, type LateSupplyRules } from '../availability/lateSupply.ts';
import { queueDates, stillOnOrder } from '../availability/queueDates.ts';
import { shipDateFor, todayAt } from '../availability/shipping.ts';
import { goodsOf } from '../kit.ts';
import { itemOf } from '../masterData/catalog.ts';
import type { NodeDefined } from '../masterData/events.ts';
import { maxQty } from '../quantity.ts';
import { availableToLateLines, openSupplies, queuedBackorders, spareOf } from '../stock/state.ts';
import { boundTo, mayMove, reserve, waitFor } from './allocate.ts';
import type { ForkLine, ForkOrder } from './demand.ts';
import { type Waiting, waitingFor } from './queues.ts';
import { withdraw } from './ship.ts';
import { eligibleNodes, lateSupplyIn, lineIn, notePromised, stockAt, type World, waitingAt } from './world.ts';

// What follows when announced supply changes, by the rules of the world, as `commands/steps/repromise.ts` does it.

type Place = { readonly order: ForkOrder; readonly line: ForkLine; readonly site: NodeDefined['data'] };

const placeOf = (world: World, entry: Waiting): Place | undefined => {
  const [order, line] = [world.orders.get(entry.orderId), lineIn(world, entry)];
  const site = eligibleNodes(world).find(({ node }) => node === entry.at);
  return order === undefined || line === undefined || site === undefined ? undefined : { order, line, site };
};

const itemsOf = (line: ForkLine): readonly string[] => goodsOf(line, 1n).map(({ item }) => item);

const outlookOf = (world: World, items: ReadonlySet<string>, rules: LateSupplyRules): ReturnType<typeof queueDates> => {
  const rows = [...items].flatMap((item) =>
    eligibleNodes(world).map((node) => {
      const state = stockAt(world, { node: node.node, item });
      return { item, node, free: spareOf(state), supplies: openSupplies(state), queue: queuedBackorders(state) };
    }),
  );
  const leadTimeOf = (item: string) => itemOf(world.catalog, world.bu, item)?.leadTimeDays ?? null;
  return queueDates(world.at, rows, leadTimeOf, atpUnder(rules));
};

/** Undefined: it waits there no longer. */
const expectedAt = (
  world: World,
  outlook: ReturnType<typeof outlookOf>,
  { order, line, site }: Place,
): Expected | null | undefined => {
  const isKit = line.components !== undefined;
  const isBound = isKit || boundTo(world, order, line) !== undefined;
  const of = { orderId: order.orderId, lineId: line.lineId, node: site.node };
  const found = outlook({ ...of, items: itemsOf(line), isKit, isBound });
  if (found === undefined) return undefined;
  const { expectedDate = null, leadTimeDays } = line.waits.get(site.node) ?? {};
  return stillOnOrder(found, { expectedDate, leadTimeDays }, todayAt(site, world.at));
};

const promisedAt = ({ line, site }: Place) => line.waits.get(site.node)?.expectedDate ?? null;

/** All that it waits for there, from one node and what is withheld there; or nothing. */
const serve = (world: World, item: string, { order, line, site }: Place, amount: bigint): boolean => {
  const others = eligibleNodes(world).filter(({ node }) => node !== site.node);
  const found = [site, ...others].find(
    ({ node }) =>
      availableToLateLines(stockAt(world, { node, item })) >= amount && mayMove(world, order, line, node, amount),
  );
  if (found === undefined || !reserve(world, order, line, found.node, amount, { fromSafetyStock: true })) return false;
  withdraw(world, order, line, site.node, amount);
  return true;
};

/** One after the other, longest waiting first: each that is served lets those behind it have what comes sooner. */
const serveLate = (world: World, item: string, rules: LateSupplyRules): void => {
  let outlook: ReturnType<typeof outlookOf> | undefined;
  const most = (): bigint =>
    eligibleNodes(world).reduce(
      (sum, { node }) => maxQty(sum, availableToLateLines(stockAt(world, { node, item }))),
      0n,
    );
  let left = most();
  for (const entry of waitingFor(world, item)) {
    const place = entry.held ? undefined : placeOf(world, entry);
    const amount = place === undefined ? 0n : waitingAt(world, entry.orderId, place.line, entry.at);
    if (place === undefined || amount === 0n || amount > left) continue;
    outlook ??= outlookOf(world, new Set([item]), rules);
    const expected = expectedAt(world, outlook, place);
    if (expected === undefined || !isDelayed(rules, promisedAt(place), expected?.date ?? null)) continue;
    if (!serve(world, item, place, amount)) continue;
    outlook = undefined;
    left = most();
  }
};

const repromise = (world: World, waiting: readonly Waiting[], rules: LateSupplyRules): void => {
  const places = waiting.flatMap((entry) => placeOf(world, entry) ?? []);
  if (places.length === 0) return;
  const outlook = outlookOf(world, new Set(places.flatMap(({ line }) => itemsOf(line))), rules);
  for (const place of places) {
    const expected = expectedAt(world, outlook, place);
    if (expected === undefined || isTolerated(rules, promisedAt(place), expected?.date ?? null)) continue;
    const { order, line, site } = place;
    const shipDate = expected === null ? null : shipDateFor(site, world.at, expected.date);
    line.waits.set(site.node, waitFor(expected === null ? null : { ...expected, shipDate }));
    notePromised(world, order.orderId, line);
  }
};

/** What is to come of the item is other than before. */
export const supplyChanged = (world: World, item: string): void => {
  const rules = lateSupplyIn(world);
  if (rules.lateLines === 'USE_SAFETY_STOCK') serveLate(world, item, rules);
  repromise(world, waitingFor(world, item), rules);
};
