import type { RecordedOf } from '../events.ts';
import { qty } from '../quantity.ts';
import { sizeOf, valueAt, withoutEntry } from '../stock/orderedMap.ts';
import { rememberedText } from './billing.ts';
import { acceptChanges, changeErp, erpLane } from './changeReactions.ts';
import { isBlocked, type OrderToCashState } from './memory.ts';
import { type Answer, oncePerCommand } from './onceEach.ts';
import type { Issue } from './process.ts';

/** How long the request that captured an order may take before the process does the rest of it. */
const captureDelayMs = 3_000;

/** Waiting must not hold up the order's own lane. */
const captureLane = (orderId: string): string => `${orderId}:capture`;

export const onPriced = ({ data, eventId }: RecordedOf<'OrderPriced'>): Answer => {
  const { orderId, bu, soldTo } = data;
  const payload = { orderId, bu, pricedEventId: eventId };
  return {
    intents: [{ step: 'capture', lane: captureLane(orderId), delayMs: captureDelayMs, payload }],
    memory: { soldTo },
  };
};

export const onHeld = ({ data }: RecordedOf<'OrderHeld'>): Answer => ({
  intents: [],
  memory: {
    soldTo: data.soldTo,
    held: {
      ...{ holdId: data.holdId, type: data.type },
      ...(data.scope.kind === 'CHANGES' ? { changes: true } : {}),
    },
  },
});

export const onHoldReleased = (state: OrderToCashState, { data }: RecordedOf<'OrderHoldReleased'>): Answer => {
  const { orderId, bu, holdId, type } = data;
  if (valueAt(state.holds, holdId)?.changes === true)
    return { intents: [acceptChanges(data)], memory: { released: holdId } };
  const after = { ...state, holds: withoutEntry(state.holds, holdId) };
  const overrideCredit = state.overrideCredit || type === 'CREDIT';
  const intents: Issue[] = [];
  if (!state.accepted && sizeOf(after.holds) === 0) {
    intents.push({ step: 'accept', lane: orderId, payload: { orderId, bu, overrideCredit } });
  }
  if (state.accepted && type === 'ERP_REFUSED' && !state.erpRegistered) {
    intents.push({ step: 'registerErp', lane: erpLane(orderId), payload: { orderId, bu } });
  }
  if (state.accepted && type === 'ERP_REFUSED' && state.erpRegistered) intents.push(changeErp(data));
  if (state.accepted && type !== 'ERP_REFUSED' && !isBlocked(after)) {
    intents.push({ step: 'allocate', lane: orderId, payload: { orderId, bu } });
  }
  return { intents, memory: { released: holdId, ...(overrideCredit ? { overrideCredit } : {}) } };
};

export const onAccepted = (state: OrderToCashState, { data }: RecordedOf<'OrderAccepted'>): Answer => {
  const { orderId, bu, soldTo } = data;
  const lines = data.lines.map(({ lineId, qty: ordered }) => ({ lineId, ordered, cancelled: '0', shipped: '0' }));
  const allocate: readonly Issue[] = isBlocked(state)
    ? []
    : [{ step: 'allocate', lane: orderId, payload: { orderId, bu } }];
  return {
    intents: [{ step: 'registerErp', lane: erpLane(orderId), payload: { orderId, bu } }, ...allocate],
    memory: { accepted: true, soldTo, lines },
  };
};

export const onErpRegistered = (
  state: OrderToCashState,
  { data, metadata }: RecordedOf<'ErpOrderRegistered'>,
): Answer => {
  const { orderId } = data;
  const payload = { orderId, bu: metadata.partition.bu, openErpGate: true, held: isBlocked(state) };
  return { intents: [{ step: 'release', lane: orderId, payload }], memory: { erpRegistered: true } };
};

/** Before acceptance the order has answered the request itself, in the same append. */
export const onCancelRequested = (state: OrderToCashState, event: RecordedOf<'OrderLineCancelRequested'>): Answer => {
  const { orderId, bu, changeId } = event.data;
  const memory = oncePerCommand(state, event, `cancel ${changeId}`);
  if (!state.accepted || memory === undefined) return undefined;
  return { intents: [{ step: 'cancel', lane: orderId, payload: { orderId, bu, changeId } }], memory };
};

/** The answer to a cancellation may be the last thing an order waited for. */
export const onCancelAnswered = (
  state: OrderToCashState,
  event: RecordedOf<'OrderLineCancelled'> | RecordedOf<'OrderLineCancelRefused'>,
): Answer => {
  const { orderId, lineId } = event.data;
  const line = valueAt(state.lines, lineId);
  const cancelled = event.type === 'OrderLineCancelled' ? qty(event.data.cancelledQty) : 0n;
  const known =
    line === undefined || cancelled === 0n
      ? {}
      : { lines: [rememberedText({ ...line, cancelled: line.cancelled + cancelled })] };
  const once = oncePerCommand(state, event, 'close');
  if (once === undefined && known.lines === undefined) return undefined;
  // The first line that is answered may have nothing that the ERP has to hear.
  const toErp =
    state.accepted && cancelled > 0n ? oncePerCommand({ ...state, ...once }, event, 'changeErp') : undefined;
  const payload = { orderId, bu: event.metadata.partition.bu };
  const close: Issue = { step: 'close', lane: orderId, payload };
  const intents = [...(toErp === undefined ? [] : [changeErp(payload)]), ...(once === undefined ? [] : [close])];
  return { intents, memory: { ...known, ...once, ...toErp } };
};

export const onClosed = ({ data }: RecordedOf<'OrderClosed'>): NonNullable<Answer> => {
  const { orderId, bu, soldTo } = data;
  return { intents: [{ step: 'releaseCredit', lane: orderId, payload: { orderId, bu, soldTo } }], memory: {} };
};
