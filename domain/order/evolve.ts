import { maxQty, qty } from '../quantity.ts';
import { valueAt, withEntry } from '../stock/orderedMap.ts';
import type { OrderEvent, OrderLineCancelled, OrderLineProgressed } from './events.ts';
import { added, changed, changeRefused, changeRequested, cleared, lineRepriced, stopAsked } from './evolveChanges.ts';
import { fraudAfter } from './fraudCheck.ts';
import type { OpenQuantities } from './quantities.ts';
import { type Change, newLine, type OrderLine, type OrderState } from './state.ts';

const nothing: OpenQuantities = { unsourced: 0n, backordered: 0n, reserved: 0n, allocated: 0n, dropship: 0n };

const withLine = (state: OrderState, lineId: string, change: (line: OrderLine) => OrderLine): OrderState => {
  const line = valueAt(state.lines, lineId);
  return line === undefined ? state : { ...state, lines: withEntry(state.lines, lineId, change(line)) };
};

const withChange = (
  state: OrderState,
  changeId: string,
  lineId: string,
  change: (before: Change) => Change,
): OrderState => {
  const lines = valueAt(state.changes, changeId) ?? null;
  const before = valueAt(lines, lineId) ?? { lineId, requested: 0n, reason: '', from: nothing, refused: 0n };
  return { ...state, changes: withEntry(state.changes, changeId, withEntry(lines, lineId, change(before))) };
};

/** An answer can exceed what is pending when a fact came in between; pending never falls below zero. */
const answered = (line: OrderLine, amount: bigint): OrderLine => ({
  ...line,
  cancelPending: maxQty(0n, line.cancelPending - amount),
});

const cancelled = (
  state: OrderState,
  { changeId, lineId, cancelledQty, from }: OrderLineCancelled['data'],
): OrderState => {
  const amount = qty(cancelledQty);
  const next = withChange(state, changeId, lineId, (before) => ({
    ...before,
    from: {
      unsourced: before.from.unsourced + qty(from.unsourced),
      backordered: before.from.backordered + qty(from.backordered),
      reserved: before.from.reserved + qty(from.reserved),
      allocated: before.from.allocated + qty(from.allocated),
      dropship: before.from.dropship + qty(from.dropship ?? '0'),
    },
  }));
  return withLine(next, lineId, (line) => ({ ...answered(line, amount), cancelled: line.cancelled + amount }));
};

/** A void opens what was finished, so the order may have to be closed once more. */
const progressed = (state: OrderState, data: OrderLineProgressed['data']): OrderState => {
  const next = withLine(state, data.lineId, (line) => ({
    ...line,
    shipped: qty(data.shipped),
    invoiced: qty(data.invoiced),
    gifted: data.gifted === undefined ? line.gifted : qty(data.gifted),
  }));
  const references = data.reference === undefined ? next.references : withEntry(next.references, data.reference, true);
  return { ...next, references, closed: data.voids === undefined ? next.closed : false };
};

/** Of this the ERP has to hear. */
const counted = (state: OrderState): OrderState =>
  state.accepted ? { ...state, changesMade: state.changesMade + 1 } : state;

/** Total; never refuses and never mutates. */
export const evolveOrder = (state: OrderState, event: OrderEvent): OrderState => {
  switch (event.type) {
    case 'OrderSubmitted': {
      let lines = state.lines;
      for (const { lineId, qty: text } of event.data.lines) {
        lines = withEntry(lines, lineId, newLine(lineId, qty(text), 0n));
      }
      return { ...state, submitted: event.data, lines };
    }
    case 'OrderPriced':
      return { ...state, pricing: event.data };
    case 'OrderHeld': {
      const { holdId, type, scope, note } = event.data;
      return { ...state, holds: withEntry(state.holds, holdId, { holdId, type, scope, note, open: true }) };
    }
    case 'OrderHoldReleased': {
      const hold = valueAt(state.holds, event.data.holdId);
      if (hold === undefined) return state;
      const holds = withEntry(state.holds, hold.holdId, { ...hold, open: false });
      const next = { ...state, holds, fraud: fraudAfter(state.fraud, event) };
      return event.data.override === true ? cleared(next) : next;
    }
    case 'OrderAccepted':
      return { ...state, accepted: true };
    case 'ErpOrderRegistered':
      return { ...state, erpNumbers: withEntry(state.erpNumbers, event.data.erpSystem, event.data.erpNumber) };
    case 'ErpOrderChanged':
      return { ...state, erpTold: event.data.changes };
    case 'OrderLineCancelRequested': {
      const { changeId, lineId, requestedQty, reason } = event.data;
      const amount = qty(requestedQty);
      const next = withChange(stopAsked(state, event.data), changeId, lineId, (before) => ({
        ...before,
        reason,
        requested: before.requested + amount,
      }));
      return withLine(next, lineId, (line) => ({ ...line, cancelPending: line.cancelPending + amount }));
    }
    case 'OrderLineCancelled':
      return counted(cancelled(state, event.data));
    case 'OrderLineCancelRefused': {
      const { changeId, lineId, refusedQty } = event.data;
      const amount = qty(refusedQty);
      const next = withChange(state, changeId, lineId, (before) => ({ ...before, refused: before.refused + amount }));
      return withLine(next, lineId, (line) => answered(line, amount));
    }
    case 'OrderLineRepriced':
      return lineRepriced(state, event.data);
    case 'OrderLineChangeRequested':
      return changeRequested(state, event.data);
    case 'OrderLineAdded':
      return counted(added(state, event.data));
    case 'OrderLineChanged':
      return counted(changed(state, event.data));
    case 'OrderLineChangeRefused':
      return changeRefused(state, event.data);
    case 'OrderLineProgressed':
      return progressed(state, event.data);
    case 'OrderClosed':
      return { ...state, closed: true };
    case 'FraudCheckRequested':
    case 'FraudDecisionRecorded':
    case 'FraudCheckUnanswered':
      return { ...state, fraud: fraudAfter(state.fraud, event) };
    default:
      return state;
  }
};
