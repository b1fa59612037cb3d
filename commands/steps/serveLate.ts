import { type AllocationState, lineOf, recordedQty } from '../../domain/allocation/state.ts';
import { boundTo } from '../../domain/allocation/together.ts';
import { isDelayed, type LateSupplyRules } from '../../domain/availability/lateSupply.ts';
import { stillOnOrder } from '../../domain/availability/queueDates.ts';
import { todayAt } from '../../domain/availability/shipping.ts';
import { composedId } from '../../domain/ids.ts';
import { nodeOf } from '../../domain/masterData/catalog.ts';
import type { WaitingLine } from '../../domain/orderToCash/stepPayloads.ts';
import { qtyText } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { availableToLateLines } from '../../domain/stock/state.ts';
import { loadAllocation } from './allocationStream.ts';
import { isWaiting, mayMove } from './fillScripts.ts';
import { lateSupplyFor, underLateSupply } from './lateSupply.ts';
import { outlookFor } from './outlook.ts';
import { reserveAndRecord, type Wanted } from './reserve.ts';
import { closedNodes, eligibleNodes, queuedAt } from './source.ts';
import type { Run, StepScript } from './stepRun.ts';
import { loadStock, tellStock } from './stockScripts.ts';

type Goods = { readonly bu: string; readonly item: string };

/** Will what waits at that place come later than it was promised there? */
const isLate = async (
  run: Run,
  { bu, item }: Goods,
  { orderId, lineId, node }: WaitingLine,
  state: AllocationState,
  rules: LateSupplyRules,
): Promise<boolean> => {
  const line = lineOf(state, lineId);
  const place = valueAt(line?.queued ?? null, node);
  const site = nodeOf(run.catalog.current(), bu, node);
  if (line === undefined || place === undefined || site === undefined) return false;
  const isBound = boundTo(state, line, closedNodes(run, bu)) !== undefined;
  const expectedFor = await outlookFor(run, bu, new Set([item]));
  const found = expectedFor({ orderId, lineId, node, items: [item], isKit: false, isBound });
  const { expectedDate = null, leadTimeDays } = place;
  if (found === undefined) return false;
  const expected = stillOnOrder(found, { expectedDate, leadTimeDays }, todayAt(site, run.clock()));
  return isDelayed(rules, expectedDate, expected?.date ?? null);
};

type Source = { readonly node: string; readonly qty: bigint; readonly idBase: string; readonly reservationId: string };

/**
 * The node that has all of it, the one where it waits first and then by priority; or the one that an earlier run had begun
 * with.
 */
const sourceOf = async (
  run: Run,
  { bu, item }: Goods,
  line: WaitingLine,
  state: AllocationState,
): Promise<{ readonly begun: boolean; readonly source: Source } | undefined> => {
  const { orderId, lineId } = line;
  const allocated = lineOf(state, lineId);
  const wanted = allocated === undefined ? 0n : queuedAt(allocated, line.node);
  const closed = closedNodes(run, bu);
  const nodes = eligibleNodes(run, bu).map(({ node }) => node);
  let first: Source | undefined;
  for (const node of [line.node, ...nodes.filter((other) => other !== line.node)]) {
    const idBase = `${run.intentId}:${orderId}:${lineId}:${line.node}:${node}`;
    const reservationId = composedId('late', idBase);
    const stock = await loadStock(run, { bu, node, item });
    const held = valueAt(stock.reservations, reservationId)?.qty ?? recordedQty(state, reservationId);
    if (held > 0n) return { begun: true, source: { node, qty: held, idBase, reservationId } };
    const isEnough = wanted > 0n && availableToLateLines(stock) >= wanted;
    if (first === undefined && isEnough && mayMove(state, lineId, node, wanted, closed))
      first = { node, qty: wanted, idBase, reservationId };
  }
  return first && { begun: false, source: first };
};

/** All that a late line waits for at a place, from one node and what is withheld there; or nothing. */
const serve = async (run: Run, goods: Goods, line: WaitingLine, rules: LateSupplyRules): Promise<void> => {
  const { bu, item } = goods;
  const { orderId, lineId, needDate } = line;
  const state = await loadAllocation(run, { bu, orderId });
  const found = await sourceOf(run, goods, line, state);
  if (found === undefined) return;
  const { begun, source } = found;
  const mayBegin = rules.lateLines === 'USE_SAFETY_STOCK' && isWaiting(state, line);
  if (!begun && !(mayBegin && (await isLate(run, goods, line, state, rules)))) return;
  const { node, reservationId, idBase } = source;
  const place = { bu, orderId, lineId, item, node, needDate, reservationId };
  const wanted: Wanted = { ...place, qty: qtyText(source.qty), from: 'BACKORDERED', fromSafetyStock: true };
  const outcome = await reserveAndRecord(run, wanted, state, idBase);
  if (outcome.kind !== 'RESERVED' || outcome.recorded <= 0n) return;
  const withdrawn = {
    bu,
    node: line.node,
    item,
    orderId,
    lineId,
    qty: qtyText(outcome.recorded),
    cause: 'SUPPLY_LATE',
  };
  await tellStock(run, { type: 'WithdrawBackorder', ...withdrawn }, `${idBase}:withdraw`);
};

/**
 * One after the other, longest waiting first: each that is served lets those behind it have what comes sooner. What an
 * earlier run had begun is finished whatever the policy is by now.
 */
export const serveLate: StepScript<'serveLate'> = async (run, { lines, ...goods }) => {
  const rules = lateSupplyFor(run, goods.bu);
  if (rules.lateLines === 'WAIT' && !run.again) return;
  const deciding = underLateSupply(run, goods.bu);
  for (const line of lines) await serve(deciding, goods, line, rules);
};
