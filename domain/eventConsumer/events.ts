import type { Event } from '../decider.ts';
import type { NoticeType } from '../webhook/notices.ts';

// Storage format: see `domain/order/events.ts`.

/** A place in the stream of canonical events: everything up to it is handled. */
export type ConsumedPlace = { readonly position: string; readonly place: number };

type Of<T extends string, D> = Event<T, { readonly consumerId: string; readonly bu: string } & D>;

/** `types` and `customers`: null is all of them. `after`: where it begins. */
export type EventConsumerRegistered = Of<
  'EventConsumerRegistered',
  {
    readonly name: string;
    readonly types: readonly NoticeType[] | null;
    readonly customers: readonly string[] | null;
    readonly after: ConsumedPlace;
    readonly registeredBy: string;
  }
>;

/** It is to go on behind `after`, whatever it has acknowledged. */
export type EventConsumerReset = Of<
  'EventConsumerReset',
  { readonly after: ConsumedPlace; readonly reason: string; readonly resetBy: string }
>;

/** Nobody is waited for under this name any more. */
export type EventConsumerDeleted = Of<'EventConsumerDeleted', { readonly reason: string; readonly deletedBy: string }>;

export type EventConsumerEvent = EventConsumerRegistered | EventConsumerReset | EventConsumerDeleted;
