import type { Decider, Refusal } from '../decider.ts';
import { refuse } from '../decider.ts';
import type { ChannelPurpose } from '../stock/events.ts';
import type { ChannelReservationMade, ReservationEvent } from './events.ts';

/** Of one reservation. */
export const reservedLinesMax = 100;

/** Why a channel gives goods back; the stock position notes it as the cause. */
export const releaseReasons = ['ABANDONED', 'CHANGED', 'DECLINED', 'OTHER'] as const;
export type ReleaseReason = (typeof releaseReasons)[number];

/** How long goods are set aside when the channel does not say, and at most (spec 4.5), in minutes. */
export const minutesOf: Readonly<Record<ChannelPurpose, { readonly usual: number; readonly most: number }>> = {
  CART: { usual: 15, most: 120 },
  QUOTE: { usual: 3 * 1_440, most: 30 * 1_440 },
};

/** Null: nothing was ever reserved under this id. */
export type ReservationState = { readonly made: ChannelReservationMade['data'] | null };

export type ReservationCommand =
  | ({ readonly type: 'RecordMade' } & ChannelReservationMade['data'])
  /** Both tell what the stock positions have done; without a reservation RESERVATION_UNKNOWN. */
  | { readonly type: 'RecordExtension'; readonly expiresAt: string }
  | { readonly type: 'RecordRelease'; readonly lineIds: readonly string[] };

const decide = (command: ReservationCommand, { made }: ReservationState): readonly ReservationEvent[] | Refusal => {
  if (command.type === 'RecordMade') {
    const { type: _type, ...data } = command;
    return made === null ? [{ type: 'ChannelReservationMade', data }] : [];
  }
  if (made === null) return refuse('RESERVATION_UNKNOWN', 'Nothing was reserved under this id.');
  const { reservationId, bu } = made;
  switch (command.type) {
    case 'RecordExtension':
      return [{ type: 'ChannelReservationExtended', data: { reservationId, bu, expiresAt: command.expiresAt } }];
    case 'RecordRelease':
      return [{ type: 'ChannelReservationReleased', data: { reservationId, bu, lineIds: command.lineIds } }];
  }
};

/**
 * Stream `reservation-<bu>.<id>`: whose goods were set aside, where and for what. The stock positions alone hold the goods,
 * free them when the time is over and hand them to an order, so nothing here is counted.
 */
export const reservationDecider: Decider<ReservationState, ReservationCommand, ReservationEvent> = {
  category: 'reservation',
  initial: { made: null },
  decide,
  evolve: (state, event) => (event.type === 'ChannelReservationMade' ? { made: event.data } : state),
};
