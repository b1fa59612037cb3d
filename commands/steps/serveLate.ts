import { type AllocationState, lineOf, linesInOrder, recordedQty } from '../../domain/allocation/state.ts';
import { isDelayed, type LateSupplyRules } from '../../domain/availability/lateSupply.ts';
import { composedId } from '../../domain/ids.ts';
import { nodesOf } from '../../domain/masterData/catalog.ts';
import { qtyText } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { availableToLateLines, type StockState } from '../../domain/stock/state.ts';
import { inParallel } from '../inParallel.ts';
import { loadAllocation } from './allocationStream.ts';
import { mayMove } from './fillScripts.ts';
import { lateSupplyFor, underLateSupply } from './lateSupply.ts';
import { outlookBy, type StockOfItem, stockOf } from './outlook.ts';
import { reserveAndRecord, type Wanted } from './reserve.ts';
import { closedNodes, queuedAt } from './source.ts';
import type { Run } from './stepRun.ts';
import { loadStock, stockAtOnce, tellStock } from './stockScripts.ts';
import { expectedAt, ordersAtOnce, type WaitingPlace } from './waitingPlaces.ts';

type Goods = { readonly bu: string; readonly item: string };

/** Goods go from a node to a line that waits at a node, which may be the same. */
type Way = { readonly orderId: string; readonly lineId: string; readonly from: string; readonly waitsAt: string };

/** The same for every run of the step, so that one that was killed finds what it had begun. */
const namesOf = (run: Run, { orderId, lineId, waitsAt, from }: Way) => {
  const idBase = `${run.intentId}:${orderId}:${lineId}:${waitsAt}:${from}`;
  return { idBase, reservationId: composedId('late', idBase) };
};

/** Reserves, records, and takes it out of the queue where it waited. Safe to run again after any of them. */
const take = async (run: Run, { bu, item }: Goods, way: Way, qty: bigint, state: AllocationState): Promise<void> => {
  const { orderId, lineId, from: node, waitsAt } = way;
  const { idBase, reservationId } = namesOf(run, way);
  const place = { bu, orderId, lineId, item, node, reservationId, needDate: state.started?.requestedDate ?? '' };
  const wanted: Wanted = { ...place, qty: qtyText(qty), from: 'BACKORDERED', fromSafetyStock: true };
  const outcome = await reserveAndRecord(run, wanted, state, idBase);
  if (outcome.kind !== 'RESERVED' || outcome.recorded <= 0n) return;
  const withdrawn = { bu, node: waitsAt, item, orderId, lineId, qty: qtyText(outcome.recorded), cause: 'SUPPLY_LATE' };
  await tellStock(run, { type: 'WithdrawBackorder', ...withdrawn }, `${idBase}:withdraw`);
};

/** All that a line waits for at a place, from one node and what is withheld there; or nothing. */
const serve = async (
  run: Run,
  goods: Goods,
  { of, line: { lineId }, node: waitsAt, qty: seen }: WaitingPlace,
  found: readonly StockOfItem[],
): Promise<boolean> => {
  const enough = (amount: bigint) => found.filter(({ stock }) => availableToLateLines(stock) >= amount);
  if (enough(seen).length === 0) return false;
  const state = await loadAllocation(run, of);
  const line = lineOf(state, lineId);
  const qty = line === undefined ? 0n : queuedAt(line, waitsAt);
  if (qty <= 0n) return false;
  const closed = closedNodes(run, of.bu);
  const nodes = enough(qty).map(({ site }) => site.node);
  const from = [waitsAt, ...nodes.filter((node) => node !== waitsAt)].find(
    (node) => nodes.includes(node) && mayMove(state, lineId, node, qty, closed),
  );
  if (from === undefined) return false;
  await take(run, goods, { orderId: of.orderId, lineId, from, waitsAt }, qty, state);
  return true;
};

const isLate = (
  run: Run,
  place: WaitingPlace,
  expectedFor: ReturnType<typeof outlookBy>,
  found: readonly StockOfItem[],
  rules: LateSupplyRules,
): boolean => {
  const site = found.find((each) => each.site.node === place.node)?.site;
  const expected = site && expectedAt(run, expectedFor, place, site);
  return expected !== undefined && isDelayed(rules, place.expectedDate, expected?.date ?? null);
};

/**
 * What is withheld goes to lines that would get their goods later than they were promised, if that is the policy: one after the
 * other, longest waiting first, and each that is served lets those behind it have what comes sooner. Kits and lines that are taken
 * together wait. Before anything is promised anew, for then nobody is late any more.
 */
export const serveLate = async (run: Run, goods: Goods, places: readonly WaitingPlace[]): Promise<void> => {
  const { bu, item } = goods;
  const rules = lateSupplyFor(run, bu);
  const alone = rules.lateLines === 'USE_SAFETY_STOCK' ? places.filter(({ isHeld }) => !isHeld) : [];
  if (alone.length === 0) return;
  const deciding = underLateSupply(run, bu);
  const look = () => stockOf(run, bu, new Set([item]));
  let found = await look();
  let expectedFor: ReturnType<typeof outlookBy> | undefined;
  for (const place of alone) {
    if (!found.some(({ stock }) => availableToLateLines(stock) >= place.qty)) continue;
    expectedFor ??= outlookBy(run, bu, found);
    if (!isLate(run, place, expectedFor, found, rules) || !(await serve(deciding, goods, place, found))) continue;
    found = await look();
    expectedFor = undefined;
  }
};

/** What an earlier run of the step had begun is finished, whatever the policy is by now. */
export const finishServing = async (run: Run, goods: Goods, orders: readonly string[]): Promise<void> => {
  const { bu, item } = goods;
  if (lateSupplyFor(run, bu).version === 0) return;
  const deciding = underLateSupply(run, bu);
  const nodes = nodesOf(run.catalog.current(), bu).map(({ node }) => node);
  const stock = new Map<string, StockState>();
  await inParallel(nodes, stockAtOnce, async (node) => {
    stock.set(node, await loadStock(run, { bu, node, item }));
  });
  await inParallel(orders, ordersAtOnce, async (orderId) => {
    const state = await loadAllocation(run, { bu, orderId });
    for (const { lineId } of linesInOrder(state).filter((line) => line.item === item))
      for (const way of nodes.flatMap((from) => nodes.map((waitsAt) => ({ orderId, lineId, from, waitsAt })))) {
        const { reservationId } = namesOf(run, way);
        const reserved = valueAt(stock.get(way.from)?.reservations ?? null, reservationId)?.qty;
        const qty = reserved ?? recordedQty(state, reservationId);
        if (qty > 0n) await take(deciding, goods, way, qty, state);
      }
  });
};
