import { maxQty, minQty, qty } from '../quantity.ts';
import type { BackorderQueued, ReservationExtended, StockReserved } from './events.ts';
import { expiryKey, lineKey, queueKey } from './keys.ts';
import { valueAt, withEntry, withoutEntry } from './orderedMap.ts';
import { forget, recall, remember } from './recent.ts';
import type { QueuedBackorder, Reservation, StockState, Supply } from './state.ts';
import { openQtyOf } from './state.ts';

// Each function here is the only writer of its collection and of the sums over it, so the two cannot drift apart.

const qtyOfKind = (reservation: Reservation | undefined, kind: Reservation['kind']): bigint =>
  reservation?.kind === kind ? reservation.qty : 0n;

const expiryOf = (reservation: Reservation | undefined): string | undefined =>
  reservation?.kind === 'SOFT' && reservation.expiresAt !== null
    ? expiryKey(reservation.expiresAt, reservation.reservationId)
    : undefined;

const withExpiry = (state: StockState, before: Reservation | undefined, after: Reservation | undefined) => {
  const old = expiryOf(before);
  const next = expiryOf(after);
  if (old === next) return state.expiries;
  const kept = old === undefined ? state.expiries : withoutEntry(state.expiries, old);
  return next === undefined || after === undefined ? kept : withEntry(kept, next, after.reservationId);
};

/** Puts `next` in the place of the reservation of that id; a reservation without open quantity leaves the state. */
const withReservation = (state: StockState, reservationId: string, next: Reservation): StockState => {
  const before = valueAt(state.reservations, reservationId);
  const after = next.qty > 0n ? next : undefined;
  return {
    ...state,
    reservations:
      after === undefined
        ? withoutEntry(state.reservations, reservationId)
        : withEntry(state.reservations, reservationId, after),
    hard: state.hard - qtyOfKind(before, 'HARD') + qtyOfKind(after, 'HARD'),
    soft: state.soft - qtyOfKind(before, 'SOFT') + qtyOfKind(after, 'SOFT'),
    picked: state.picked - (before?.picked ?? 0n) + (after?.picked ?? 0n),
    expiries: withExpiry(state, before, after),
  };
};

export const opened = (state: StockState, data: StockReserved['data']): StockState => {
  const sequence = state.reservationsMade + 1;
  const { reservationId, orderId, lineId, kind, purpose, needDate, expiresAt } = data;
  const reservation: Reservation = {
    reservationId,
    orderId,
    lineId,
    kind,
    purpose,
    needDate,
    expiresAt,
    extensions: 0,
    sequence,
    qty: qty(data.qty),
    picked: 0n,
  };
  return { ...withReservation(state, reservationId, reservation), reservationsMade: sequence };
};

export const hardened = (state: StockState, reservationId: string): StockState => {
  const reservation = valueAt(state.reservations, reservationId);
  return reservation === undefined ? state : withReservation(state, reservationId, { ...reservation, kind: 'HARD' });
};

export const extended = (state: StockState, data: ReservationExtended['data']): StockState => {
  const reservation = valueAt(state.reservations, data.reservationId);
  if (reservation === undefined) return state;
  const { expiresAt, times } = data;
  return withReservation(state, data.reservationId, { ...reservation, expiresAt, extensions: times });
};

/** Takes up to `amount` out of a reservation; what was picked goes first when the goods left, last when they stay. */
export const reduced = (state: StockState, reservationId: string, amount: bigint, left: boolean): StockState => {
  const reservation = valueAt(state.reservations, reservationId);
  if (reservation === undefined) return state;
  const rest = maxQty(0n, reservation.qty - amount);
  const stillPicked = left ? maxQty(0n, reservation.picked - amount) : reservation.picked;
  return withReservation(state, reservationId, { ...reservation, qty: rest, picked: minQty(rest, stillPicked) });
};

export const pickedFrom = (state: StockState, reservationId: string, amount: bigint): StockState => {
  const reservation = valueAt(state.reservations, reservationId);
  if (reservation === undefined || reservation.kind !== 'HARD') return state;
  const picked = minQty(reservation.qty, reservation.picked + amount);
  return withReservation(state, reservationId, { ...reservation, picked });
};

const heldQty = (entry: QueuedBackorder | undefined): bigint => (entry?.held === true ? entry.qty : 0n);

const withQueued = (state: StockState, line: string, key: string, next: QueuedBackorder): StockState => {
  const before = valueAt(state.queue, key);
  const stays = next.qty > 0n;
  const after = stays ? next : undefined;
  return {
    ...state,
    queue: stays ? withEntry(state.queue, key, next) : withoutEntry(state.queue, key),
    queueKeys: stays ? withEntry(state.queueKeys, line, key) : withoutEntry(state.queueKeys, line),
    queued: state.queued - (before?.qty ?? 0n) + (after?.qty ?? 0n),
    queuedHeld: state.queuedHeld - heldQty(before) + heldQty(after),
  };
};

export const queuedLine = (
  state: StockState,
  line: { readonly orderId: string; readonly lineId: string },
): QueuedBackorder | undefined => {
  const key = valueAt(state.queueKeys, lineKey(line));
  return key === undefined ? undefined : valueAt(state.queue, key);
};

/** A line that waits already keeps its place; the quantity is added. */
export const queuedUp = (state: StockState, data: BackorderQueued['data']): StockState => {
  const waiting = queuedLine(state, data);
  const { orderId, lineId, needDate, whole, held = false } = data;
  const acceptedAt = waiting?.acceptedAt ?? data.acceptedAt;
  const total = qty(data.qty) + (waiting?.qty ?? 0n);
  const entry: QueuedBackorder = { orderId, lineId, needDate, acceptedAt, whole, held, qty: total };
  return withQueued(state, lineKey(data), queueKey(entry), entry);
};

export const takenFromQueue = (
  state: StockState,
  line: { readonly orderId: string; readonly lineId: string },
  amount: bigint,
): StockState => {
  const waiting = queuedLine(state, line);
  if (waiting === undefined) return state;
  return withQueued(state, lineKey(line), queueKey(waiting), { ...waiting, qty: waiting.qty - amount });
};

export const supplyOf = (state: StockState, supplyId: string): Supply | undefined =>
  valueAt(state.supplies, supplyId) ?? recall(state.settledSupplies, supplyId);

export const withSupply = (state: StockState, supply: Supply): StockState =>
  openQtyOf(supply) > 0n
    ? {
        ...state,
        supplies: withEntry(state.supplies, supply.supplyId, supply),
        settledSupplies: forget(state.settledSupplies, supply.supplyId),
      }
    : {
        ...state,
        supplies: withoutEntry(state.supplies, supply.supplyId),
        settledSupplies: remember(state.settledSupplies, supply.supplyId, supply),
      };

/** A receipt may come before its announcement: what came in is then waiting for it. */
export const suppliedBy = (state: StockState, supplyId: string, amount: bigint): StockState => {
  const known = supplyOf(state, supplyId);
  const supply: Supply = known ?? { supplyId, type: 'PO', expected: 0n, received: 0n, availableDate: '9999-12-31' };
  return withSupply(state, { ...supply, received: supply.received + amount });
};
