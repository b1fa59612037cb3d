import type { Event } from '../decider.ts';
import type { ChannelPurpose } from '../stock/events.ts';

// Storage format: see `domain/order/events.ts`.

type Of<T extends string, D> = Event<T, { readonly reservationId: string; readonly bu: string } & D>;

/** Goods at one node. `partId` is the id under which the stock position there knows them. */
export type ReservedPart = { readonly partId: string; readonly node: string; readonly qty: string };

/** `qty` is what was asked for in base units. `fullQtyDate`: when the rest could be had; null: nothing is known to cover it, or there is no rest. */
export type ReservedLine = {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly baseUom: string;
  readonly parts: readonly ReservedPart[];
  readonly fullQtyDate: string | null;
};

/** What a channel set aside before there is an order. What is left of it, and for how long, only the stock positions know. */
export type ChannelReservationMade = Of<
  'ChannelReservationMade',
  {
    readonly channel: string;
    readonly soldTo: string;
    readonly purpose: ChannelPurpose;
    readonly needDate: string;
    readonly expiresAt: string;
    readonly lines: readonly ReservedLine[];
  }
>;

/** Its holder asked for more time, and the stock positions gave it. */
export type ChannelReservationExtended = Of<'ChannelReservationExtended', { readonly expiresAt: string }>;

/** Its holder gave these lines back. */
export type ChannelReservationReleased = Of<'ChannelReservationReleased', { readonly lineIds: readonly string[] }>;

export type ReservationEvent = ChannelReservationMade | ChannelReservationExtended | ChannelReservationReleased;
