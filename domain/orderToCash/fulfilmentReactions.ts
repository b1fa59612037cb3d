import type { RecordedOf } from '../events.ts';
import { costInStock } from '../ledger/intercompany.ts';
import { maxQty, qty } from '../quantity.ts';
import type { ConfirmedLine } from '../shipment/events.ts';
import type { Resolution } from '../shipment/overshipmentEvents.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { planExcess, planInvoice, rememberedText } from './billing.ts';
import { ulidOfUuid } from './documentIds.ts';
import { isBlocked, type OrderToCashState } from './memory.ts';
import { type Answer, oncePerCommand } from './onceEach.ts';
import { draftedLess } from './overshipped.ts';
import type { Issue } from './process.ts';
import type { ConfirmedPart } from './stepPayloads.ts';

/** A warehouse whose system is away holds up its own releases only. */
const warehouseLane = (orderId: string, node: string): string => `${orderId}:wms:${node}`;

type Unsourced =
  | 'AllocationShorted'
  | 'LineReturnedFromDropShip'
  | 'AllocationReservationLost'
  | 'AllocationReopened'
  | 'OvershipmentGifted'
  | 'SourcingReopened';

/** Something is unsourced again. While a hold is open nothing is sourced; its release starts it. */
export const onUnsourced = (
  state: OrderToCashState,
  event: { readonly [T in Unsourced]: RecordedOf<T> }[Unsourced],
): Answer => {
  const { orderId, bu } = event.data;
  const memory = oncePerCommand(state, event, 'allocate');
  if (memory === undefined || isBlocked(state)) return undefined;
  // Who does not know yet that a node has opened would find none again.
  const since = event.type === 'SourcingReopened' ? { definedAt: event.position } : {};
  return { intents: [{ step: 'allocate', lane: orderId, payload: { orderId, bu, ...since } }], memory };
};

/** A first refusal is sourced again at once; a warehouse that keeps refusing is tried less and less often. */
const refusalDelaysMs = [0, 60_000, 300_000, 900_000] as const;
const refusalDelayMsMax = 3_600_000;

export const onWarehouseRefused = (state: OrderToCashState, { data }: RecordedOf<'WarehouseRefused'>): Answer => {
  const { orderId, bu } = data;
  const key = 'warehouse';
  const before = valueAt(state.failures, key) ?? 0;
  const delayMs = refusalDelaysMs[before] ?? refusalDelayMsMax;
  const memory = { failures: { key, count: before + 1 } };
  if (isBlocked(state)) return { intents: [], memory };
  const lane = delayMs === 0 ? orderId : `${orderId}:retry`;
  return { intents: [{ step: 'allocate', lane, delayMs, payload: { orderId, bu } }], memory };
};

/** A backorder was filled, by its own position or by a move from another: it may be the one that the release waited for. */
export const onFilled = (state: OrderToCashState, event: RecordedOf<'AllocationReserved'>): Answer => {
  const { orderId, bu } = event.data;
  const memory = oncePerCommand(state, event, 'release');
  if (memory === undefined || isBlocked(state)) return undefined;
  const payload = { orderId, bu, openErpGate: false, held: false };
  return { intents: [{ step: 'release', lane: orderId, payload }], memory };
};

export const onBackorderFill = (state: OrderToCashState, { data }: RecordedOf<'StockReserved'>): Answer => {
  if (!state.accepted) return undefined;
  const { orderId, bu, lineId, item, node, reservationId, qty: amount } = data;
  const payload = { orderId, bu, lineId, item, node, reservationId, qty: amount };
  return { intents: [{ step: 'recordFill', lane: orderId, payload }], memory: {} };
};

export const onExpired = (state: OrderToCashState, { data }: RecordedOf<'ReservationExpired'>): Answer => {
  if (!state.accepted) return undefined;
  const { orderId, bu, lineId, item, node, reservationId, qty: amount } = data;
  const payload = { orderId, bu, lineId, item, node, reservationId, qty: amount, cause: 'EXPIRED' };
  return { intents: [{ step: 'recordReservationLost', lane: orderId, payload }], memory: {} };
};

export const onReleased = ({ data }: RecordedOf<'AllocationReleased'>): Answer => {
  const { orderId, node } = data;
  return {
    intents: [
      { step: 'planShipment', lane: orderId, payload: data },
      { step: 'toWarehouse', lane: warehouseLane(orderId, node), payload: data },
    ],
    memory: {},
  };
};

/** Each release is asked once per change, for all lines that the change names. */
export const onReleasedBack = (state: OrderToCashState, event: RecordedOf<'AllocationReleasedBack'>): Answer => {
  const { orderId, bu, changeId, toStop } = event.data;
  let memory: ReturnType<typeof oncePerCommand>;
  const intents = toStop.flatMap(({ releaseId, shipmentId, node, supplier }): Issue[] => {
    const known = memory?.answered === undefined ? state : { ...state, answered: memory.answered };
    const once = oncePerCommand(known, event, `stop ${changeId} ${releaseId}`);
    if (once === undefined) return [];
    memory = once;
    if (supplier) {
      const payload = { orderId, bu, changeId, poId: releaseId, supplier: node };
      return [{ step: 'stopDropShip', lane: `${orderId}:stop:${releaseId}`, part: releaseId, payload }];
    }
    const payload = { orderId, bu, changeId, releaseId, shipmentId, node };
    return [{ step: 'stopRelease', lane: warehouseLane(orderId, node), part: releaseId, payload }];
  });
  return memory === undefined ? undefined : { intents, memory };
};

export const onShipmentShorted = ({ data }: RecordedOf<'ShipmentShorted'>): Answer => {
  const { orderId, bu, shipmentId, releaseId, node, shortageId, lines, goodsInPlace } = data;
  const inPlace = goodsInPlace === undefined ? {} : { goodsInPlace };
  const payload = { orderId, bu, shipmentId, releaseId, node, shortageId, lines, ...inPlace };
  return { intents: [{ step: 'recordShortage', lane: orderId, payload }], memory: {} };
};

const confirmedPart = ({
  lineId,
  item,
  reservationId,
  qty: amount,
  lots,
  serials,
  unitCost,
  cost,
  owned,
  components,
}: ConfirmedLine): ConfirmedPart => ({
  lineId,
  item,
  reservationId,
  qty: amount,
  lots,
  serials,
  unitCost,
  cost,
  ...(owned && { owned }),
  ...(components && { components }),
});

export const onConfirmed = (state: OrderToCashState, { data, eventId }: RecordedOf<'ShipmentConfirmed'>): Answer => {
  const { orderId, bu, shipmentId, releaseId, node, confirmationId, shippedAt, currency, kind } = data;
  const { invoice, memory } = planInvoice(state, eventId, data.lines);
  const header = { orderId, bu, shipmentId, releaseId, node, confirmationId, shippedAt, currency };
  const by = kind === undefined ? {} : { kind };
  const payload = { ...header, ...by, lines: data.lines.map(confirmedPart), invoice };
  return { intents: [{ step: 'afterConfirm', lane: orderId, payload }], memory };
};

/** The allocation has counted goods of which not all were wanted any more: that is found, and what had been planned to be billed of them may be too much. */
export const onOvershipped = (
  state: OrderToCashState,
  { data, metadata }: RecordedOf<'AllocationFulfilled'>,
): Answer => {
  const { orderId, bu, releaseId, confirmationId, lines } = data;
  const drafted = draftedLess(state, ulidOfUuid(metadata.$causationId), lines);
  const payload = { orderId, bu, releaseId, confirmationId };
  return {
    intents: [{ step: 'findOvershipments', lane: orderId, payload }],
    memory: drafted === undefined ? {} : { drafted },
  };
};

/** Within the tolerance the shipment has decided by itself; otherwise somebody has. */
export const onOvershipmentResolved = (
  state: OrderToCashState,
  { data, eventId }: RecordedOf<'OvershipmentResolved'>,
): Answer => {
  const { orderId, bu, shipmentId, confirmationId, resolutionId, lineId, excess, outcome } = data;
  const plan = outcome === 'BILL' ? planExcess(state, eventId, data) : undefined;
  const of = { orderId, bu, shipmentId, confirmationId, resolutionId, lineId, excess };
  const payload = { ...of, invoice: plan?.invoice ?? null };
  return { intents: [{ step: 'settleOvershipment', lane: orderId, payload }], memory: plan?.memory ?? {} };
};

const resolvedQty = (resolutions: readonly Resolution[] = [], meant: Resolution['outcome'], lineId: string): bigint =>
  resolutions
    .filter((each) => each.outcome === meant && each.lineId === lineId)
    .reduce((sum, { excess }) => sum + qty(excess), 0n);

/** None of its invoices bills anything any more: drafts are withdrawn, and one that was issued in this very moment is voided. */
export const onShipmentVoided = (state: OrderToCashState, { data, metadata }: RecordedOf<'ShipmentVoided'>): Answer => {
  const { orderId, bu, shipmentId, node, currency } = data;
  const shipped = new Map<string, bigint>();
  for (const line of data.lines) shipped.set(line.lineId, (shipped.get(line.lineId) ?? 0n) + qty(line.qty));
  const lines = [...shipped].flatMap(([lineId, amount]) => {
    const line = valueAt(state.lines, lineId);
    if (line === undefined) return [];
    const overBilled = maxQty(0n, line.overBilled - resolvedQty(data.resolutions, 'BILL', lineId));
    return [rememberedText({ ...line, shipped: maxQty(0n, line.shipped - amount), overBilled })];
  });
  const parts = data.lines.map(({ lineId, item, qty: amount, confirmationId, components, ...worth }) => ({
    lineId,
    item,
    qty: amount,
    ...costInStock(worth),
    confirmationId,
    ...(components && { components }),
  }));
  const billing = (data.resolutions ?? []).filter(({ outcome }) => outcome === 'BILL');
  const withdrawnInvoices = [...(data.confirmed ?? []), ...billing].map(({ eventId }) => ulidOfUuid(eventId));
  const gifts = (data.resolutions ?? []).flatMap(({ outcome, lineId, excess }) =>
    outcome === 'GIFT' ? [{ lineId, qty: excess }] : [],
  );
  const goods = { orderId, bu, shipmentId, node, currency, lines: parts, voidedAt: metadata.occurredAt };
  const payload = { ...goods, invoiceIds: withdrawnInvoices, ...(gifts.length === 0 ? {} : { gifts }) };
  return { intents: [{ step: 'afterShipmentVoid', lane: orderId, payload }], memory: { lines, withdrawnInvoices } };
};

/** What had left under ON_DELIVERY is earned. */
export const onDelivered = ({ data, position }: RecordedOf<'ShipmentDelivered'>): Answer => {
  const { orderId, bu, shipmentId, deliveredAt } = data;
  const payload = { orderId, bu, shipmentId, deliveredAt, deliveredPosition: position };
  return { intents: [{ step: 'recogniseDelivered', lane: orderId, payload }], memory: {} };
};
