import type { Refusal } from '../decider.ts';
import { fold, refuse } from '../decider.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import { queuedLine } from './collections.ts';
import type { ChannelPurpose, StockEvent } from './events.ts';
import { evolveStock } from './evolve.ts';
import { isOverdue, pickKey, reservationKey } from './keys.ts';
import type { Of } from './movementDecisions.ts';
import { valueAt, valuesOf } from './orderedMap.ts';
import { type Place, placeOf } from './place.ts';
import { fillQueue } from './queue.ts';
import { recall } from './recent.ts';
import type { Reservation, StockState } from './state.ts';
import { availableToLateLines, availableToNewcomers } from './state.ts';

type Events = readonly StockEvent[];

/** One append stays small even when a great many reservations end together; the next command takes the rest. */
const expiriesPerAppendMax = 400;

/** Soft reservations whose time has come by `at`, the longest overdue first. */
const overdue = (state: StockState, at: string): readonly Reservation[] => {
  const found: Reservation[] = [];
  for (const reservationId of valuesOf(state.expiries)) {
    const reservation = valueAt(state.reservations, reservationId);
    if (reservation?.expiresAt == null || !isOverdue(reservation.expiresAt, at)) break;
    found.push(reservation);
    if (found.length === expiriesPerAppendMax) break;
  }
  return found;
};

/** Says on what becomes of a reservation that it belongs to no order. */
const ofChannel = ({ purpose }: Pick<Reservation, 'purpose'>): { readonly purpose?: ChannelPurpose } =>
  purpose === 'ORDER' ? {} : { purpose };

export const expire = (command: Place & { readonly at: string }, state: StockState): Events =>
  overdue(state, command.at).map((reservation) => {
    const { orderId, lineId, reservationId, qty: open } = reservation;
    const data = { ...placeOf(command), orderId, lineId, reservationId, qty: qtyText(open), ...ofChannel(reservation) };
    return { type: 'ReservationExpired', data };
  });

/**
 * All or nothing. Overdue reservations end first and what they free goes to the queue, in the same append; then a
 * newcomer may take what nobody in the queue waits for, and a late line what is withheld. A short answer carries what could be had now.
 */
export const reserve = (command: Of<'Reserve'>, state: StockState): Events => {
  const { orderId, lineId, reservationId, needDate, purpose, expiresAt } = command;
  if (qty(command.qty) <= 0n || recall(state.seen, reservationKey(reservationId)) !== undefined) return [];
  const expired = expire(command, state);
  const afterExpiry = fold({ evolve: evolveStock }, state, expired);
  const filled = fillQueue(placeOf(command), afterExpiry);
  // A fill takes as much from what is available as from what is waited for: the difference is the same before and after.
  const available =
    command.fromSafetyStock === true
      ? availableToLateLines(fold({ evolve: evolveStock }, afterExpiry, filled))
      : availableToNewcomers(afterExpiry);
  const data = { ...placeOf(command), orderId, lineId, reservationId, qty: command.qty };
  const answer: StockEvent =
    qty(command.qty) <= available
      ? { type: 'StockReserved', data: { ...data, needDate, kind: 'SOFT', purpose, cause: 'REQUEST', expiresAt } }
      : { type: 'ReservationRefused', data: { ...data, available: qtyText(available) } };
  return [...expired, ...filled, answer];
};

export const promote = (command: Of<'Promote'>, state: StockState): Events | Refusal => {
  const { reservationId } = command;
  const reservation = valueAt(state.reservations, reservationId);
  if (reservation === undefined) {
    return refuse('RESERVATION_UNKNOWN', `Reservation ${reservationId} is not open here.`, { reservationId });
  }
  if (reservation.kind === 'HARD') return [];
  const data = { ...placeOf(command), reservationId, qty: qtyText(reservation.qty) };
  return [{ type: 'ReservationHardened', data }];
};

export const released = (place: Place, reservation: Reservation, amount: bigint, cause: string): StockEvent => {
  const { orderId, lineId, reservationId } = reservation;
  const data = { ...placeOf(place), orderId, lineId, reservationId, qty: qtyText(amount), cause };
  return { type: 'ReservationReleased', data: { ...data, ...ofChannel(reservation) } };
};

/** Never more than that reservation still holds: nothing can be given back twice. */
export const release = (command: Of<'Release'>, state: StockState): Events => {
  const reservation = valueAt(state.reservations, command.reservationId);
  const amount = minQty(qty(command.qty), reservation?.qty ?? 0n);
  if (reservation === undefined || amount <= 0n) return [];
  return [released(command, reservation, amount, command.cause)];
};

/** What is picked counts up to the hard reservation; the rest shows when the goods leave. */
export const pick = (command: Of<'RecordPick'>, state: StockState): Events => {
  const { reservationId, pickId } = command;
  const reservation = valueAt(state.reservations, reservationId);
  if (reservation?.kind !== 'HARD' || recall(state.seen, pickKey(pickId, reservationId)) !== undefined) return [];
  const counted = minQty(qty(command.qty), reservation.qty - reservation.picked);
  if (counted <= 0n) return [];
  return [{ type: 'StockPicked', data: { ...placeOf(command), reservationId, qty: qtyText(counted), pickId } }];
};

export const queueBackorder = (command: Of<'QueueBackorder'>): Events => {
  if (qty(command.qty) <= 0n) return [];
  const { type: _type, ...data } = command;
  return [{ type: 'BackorderQueued', data }];
};

export const withdrawBackorder = (command: Of<'WithdrawBackorder'>, state: StockState): Events => {
  const { orderId, lineId, cause } = command;
  const amount = minQty(qty(command.qty), queuedLine(state, command)?.qty ?? 0n);
  if (amount <= 0n) return [];
  return [{ type: 'BackorderWithdrawn', data: { ...placeOf(command), orderId, lineId, qty: qtyText(amount), cause } }];
};
