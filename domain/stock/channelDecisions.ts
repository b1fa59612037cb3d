import type { Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { ChannelPurpose, StockEvent } from './events.ts';
import { isOverdue, reservationKey } from './keys.ts';
import type { Of } from './movementDecisions.ts';
import { valueAt } from './orderedMap.ts';
import { placeOf } from './place.ts';
import { recall } from './recent.ts';
import { released } from './reservationDecisions.ts';
import type { Reservation, StockState } from './state.ts';
import { deficitOf } from './state.ts';

// What a channel set aside for a cart or a quote before there is an order.

type Decision = readonly StockEvent[] | Refusal;

/** How often the holder of a reservation may ask for more time: a cart that nobody buys does not keep goods for ever. */
const extensionsMax = 3;

type Held = Reservation & { readonly purpose: ChannelPurpose; readonly expiresAt: string };

const isHeld = (reservation: Reservation | undefined): reservation is Held =>
  reservation !== undefined && reservation.purpose !== 'ORDER' && reservation.expiresAt !== null;

/** The channel's reservation when it still holds goods at `at`, or why it does not. */
const heldAt = (state: StockState, reservationId: string, at: string): Held | Refusal => {
  const reservation = valueAt(state.reservations, reservationId);
  if (!isHeld(reservation)) {
    return refuse('RESERVATION_UNKNOWN', `Reservation ${reservationId} holds nothing here.`, { reservationId });
  }
  const { expiresAt } = reservation;
  return isOverdue(expiresAt, at)
    ? refuse('RESERVATION_EXPIRED', `The reservation expired at ${expiresAt}.`, { reservationId, expiresAt })
    : reservation;
};

export const extend = (command: Of<'Extend'>, state: StockState): Decision => {
  const { reservationId, expiresAt, at, forOrder } = command;
  const held = heldAt(state, reservationId, at);
  if ('refused' in held) return held;
  if (!forOrder && held.extensions >= extensionsMax) {
    const detail = `A reservation is extended ${extensionsMax} times at most.`;
    return refuse('RESERVATION_EXTENDED_OFTEN', detail, { reservationId, expiresAt: held.expiresAt });
  }
  if (isOverdue(expiresAt, held.expiresAt)) return [];
  const { orderId, lineId, purpose } = held;
  const times = held.extensions + (forOrder ? 0 : 1);
  const data = { ...placeOf(command), orderId, lineId, reservationId, purpose, expiresAt, times };
  return [{ type: 'ReservationExtended', data }];
};

/** Nothing is freed and taken again: free stock is the same before and after, so neither queue nor newcomer has a say. */
export const takeOver = (command: Of<'TakeOver'>, state: StockState): Decision => {
  const { reservationId, orderId, lineId, needDate, from: takenFrom } = command;
  if (recall(state.seen, reservationKey(reservationId)) !== undefined) return [];
  const held = heldAt(state, takenFrom, command.at);
  if ('refused' in held) return held;
  if (deficitOf(state) > 0n) {
    const detail = 'The position is short of what is promised already, so the reservation cannot be met from here.';
    return refuse('ATP_SHORT', detail, { reservationId: takenFrom });
  }
  const amount = minQty(qty(command.qty), held.qty);
  if (amount <= 0n) return [];
  const line = { ...placeOf(command), orderId, lineId, reservationId, qty: qtyText(amount), needDate };
  const kept = { kind: 'SOFT', purpose: 'ORDER', cause: 'REQUEST', expiresAt: null, takenFrom } as const;
  return [released(command, held, amount, 'TAKEN_OVER'), { type: 'StockReserved', data: { ...line, ...kept } }];
};
