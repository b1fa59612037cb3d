import { qty } from '../quantity.ts';
import {
  extended,
  hardened,
  opened,
  pickedFrom,
  queuedUp,
  reduced,
  suppliedBy,
  supplyOf,
  takenFromQueue,
  withSupply,
} from './collections.ts';
import { costCorrected } from './costCorrection.ts';
import type {
  StockAdjusted,
  StockCounted,
  StockEvent,
  StockIssued,
  StockReceived,
  StockReserved,
  StockStatus,
  SupplyExpected,
} from './events.ts';
import {
  adjustmentKey,
  countKey,
  issueKey,
  pickKey,
  receiptKey,
  reinstatementKey,
  reservationKey,
  returnKey,
  statusKey,
  transferKey,
  transferReceipt,
} from './keys.ts';
import { recall, remember } from './recent.ts';
import { scrapNoted } from './scrap.ts';
import type { Cut, StockState } from './state.ts';
import { freeOf } from './state.ts';
import type { StockTransferred } from './transferEvents.ts';

const seen = (state: StockState, key: string): StockState => ({ ...state, seen: remember(state.seen, key, true) });

const moved = (state: StockState, status: StockStatus, amount: bigint): StockState => ({
  ...state,
  onHand: { ...state.onHand, [status]: state.onHand[status] + amount },
});

/** What follows from a count is known by the count: its id is no reference of an adjustment. */
const adjusted = (state: StockState, data: StockAdjusted['data']): StockState => {
  const after = scrapNoted(moved(state, data.status, qty(data.qty)), data);
  return data.count === undefined ? seen(after, adjustmentKey(data.reference)) : after;
};

const received = (state: StockState, data: StockReceived['data']): StockState => {
  const amount = qty(data.qty);
  const upTo = state.received + amount;
  const receipts = remember(state.receipts, data.reference, { qty: amount, upTo, gone: 0n });
  const there = { ...moved(state, data.status, amount), received: upTo, receipts };
  const counted = seen(there, receiptKey(data.reference));
  return data.supplyId === undefined ? counted : suppliedBy(counted, data.supplyId, amount);
};

/** Goods that came are a receipt to whoever hears later what they cost; those of one receipt, at whatever cost, are one. */
const transferred = (state: StockState, data: StockTransferred['data']): StockState => {
  const amount = qty(data.qty);
  const after = seen(moved(state, data.status, amount), transferKey(data.movementId));
  if (amount <= 0n) return after;
  const upTo = state.received + amount;
  const reference = transferReceipt(data);
  const before = recall(state.receipts, reference) ?? { qty: 0n, gone: 0n };
  const receipts = remember(state.receipts, reference, { ...before, qty: before.qty + amount, upTo });
  return suppliedBy({ ...after, received: upTo, receipts }, data.transferId, amount);
};

const reserved = (state: StockState, data: StockReserved['data']): StockState => {
  const taken = data.cause === 'BACKORDER' ? takenFromQueue(state, data, qty(data.qty)) : state;
  return seen(opened(taken, data), reservationKey(data.reservationId));
};

const issued = (state: StockState, data: StockIssued['data']): StockState => {
  const left = moved(state, 'SELLABLE', -qty(data.qty));
  return seen(reduced(left, data.reservationId, qty(data.fromReservation), true), issueKey(data));
};

const counted = (state: StockState, data: StockCounted['data']): StockState => {
  const { countId, countedAt: at, itemGroup } = data;
  const cut: Cut = { countId, at, ...(itemGroup === undefined ? {} : { itemGroup }) };
  const cuts = { ...state.cuts };
  for (const { status, superseded } of data.counts) if (!superseded) cuts[status] = cut;
  return seen({ ...state, cuts }, countKey(countId));
};

const announced = (state: StockState, data: SupplyExpected['data']): StockState =>
  withSupply(state, {
    supplyId: data.supplyId,
    type: data.type,
    expected: qty(data.qty),
    received: supplyOf(state, data.supplyId)?.received ?? 0n,
    availableDate: data.availableDate,
  });

const supplyCancelled = (state: StockState, supplyId: string): StockState => {
  const supply = supplyOf(state, supplyId);
  return supply === undefined ? state : withSupply(state, { ...supply, expected: 0n });
};

const evolvedReservation = (state: StockState, event: StockEvent): StockState => {
  switch (event.type) {
    case 'StockReserved':
      return reserved(state, event.data);
    case 'ReservationHardened':
      return hardened(state, event.data.reservationId);
    case 'ReservationReleased': {
      const after = reduced(state, event.data.reservationId, qty(event.data.qty), false);
      const { reference } = event.data;
      return reference === undefined ? after : seen(after, statusKey(reference));
    }
    case 'ReservationExpired':
      return reduced(state, event.data.reservationId, qty(event.data.qty), false);
    case 'ReservationExtended':
      return extended(state, event.data);
    case 'StockPicked':
      return seen(
        pickedFrom(state, event.data.reservationId, qty(event.data.qty)),
        pickKey(event.data.pickId, event.data.reservationId),
      );
    case 'BackorderQueued':
      return queuedUp(state, event.data);
    case 'BackorderWithdrawn':
      return takenFromQueue(state, event.data, qty(event.data.qty));
    case 'StockOvercommitted':
      return { ...state, overcommitted: true };
    default:
      return state;
  }
};

const evolvedFact = (state: StockState, event: StockEvent): StockState => {
  switch (event.type) {
    case 'StockReceived':
      return received(state, event.data);
    case 'StockAdjusted':
      return adjusted(state, event.data);
    case 'StockCounted':
      return counted(state, event.data);
    case 'StockStatusChanged': {
      const amount = qty(event.data.qty);
      const out = moved(state, event.data.from, -amount);
      return seen(moved(out, event.data.to, amount), statusKey(event.data.reference));
    }
    case 'StockIssued':
      return issued(state, event.data);
    case 'StockReinstated': {
      const back = moved(state, 'SELLABLE', qty(event.data.qty));
      const { shipmentId, lineId } = event.data;
      const known = { ...back, reinstated: remember(back.reinstated, shipmentId, true as const) };
      return lineId === undefined ? known : seen(known, reinstatementKey(shipmentId, lineId));
    }
    case 'StockReturned':
      return seen(moved(state, event.data.status, qty(event.data.qty)), returnKey(event.data.inspectionEventId));
    case 'StockScrapped':
      return seen(moved(state, 'QUARANTINE', -qty(event.data.qty)), returnKey(event.data.inspectionEventId));
    case 'StockTransferred':
      return transferred(state, event.data);
    case 'SupplyExpected':
    case 'SupplyRescheduled':
      return announced(state, event.data);
    case 'SupplyCancelled':
      return supplyCancelled(state, event.data.supplyId);
    case 'SafetyStockSet':
      return { ...state, safetyStock: qty(event.data.qty) };
    case 'UnitCostSet': {
      const { unitCost, currency, method } = event.data;
      return { ...state, cost: { unitCost, currency, method } };
    }
    case 'CostCorrected':
      return costCorrected(state, event.data);
    default:
      return evolvedReservation(state, event);
  }
};

/** Total and without effects on `state`; O(log n) in open reservations and queued lines. */
export const evolveStock = (state: StockState, event: StockEvent): StockState => {
  const next = evolvedFact(state, event);
  return next.overcommitted && freeOf(next) >= 0n ? { ...next, overcommitted: false } : next;
};
