import type { Event } from '../decider.ts';
import type { NoticeType } from './notices.ts';

// Storage format: see `domain/order/events.ts`.

type Of<T extends string, D> = Event<T, { readonly subscriptionId: string; readonly bu: string } & D>;

/** `events` and `customers`: null is all of them. `secret` is sealed before it is appended, as personal text is. */
export type WebhookSubscribed = Of<
  'WebhookSubscribed',
  {
    readonly url: string;
    readonly events: readonly NoticeType[] | null;
    readonly customers: readonly string[] | null;
    readonly secretId: string;
    readonly secret: string;
    readonly subscribedBy: string;
  }
>;

/** What was the newest secret signs beside the new one until `previousUntil`; older ones sign no more. */
export type WebhookSecretRotated = Of<
  'WebhookSecretRotated',
  {
    readonly secretId: string;
    readonly secret: string;
    readonly previousUntil: string;
    readonly reason: string;
    readonly rotatedBy: string;
  }
>;

/** `automatic`: by the service itself, because the endpoint said that it is gone. */
export type WebhookPaused = Of<
  'WebhookPaused',
  { readonly reason: string; readonly pausedBy: string; readonly automatic: boolean }
>;

/** Notices are sent again, first those that waited. */
export type WebhookResumed = Of<'WebhookResumed', { readonly reason: string; readonly resumedBy: string }>;

/** The subscription is over; what was not sent yet is dropped. */
export type WebhookDeleted = Of<'WebhookDeleted', { readonly reason: string; readonly deletedBy: string }>;

/** Somebody wants one notice sent again. */
export type WebhookRedeliveryRequested = Of<
  'WebhookRedeliveryRequested',
  { readonly deliveryId: string; readonly reason: string; readonly requestedBy: string }
>;

export type WebhookEvent =
  | WebhookSubscribed
  | WebhookSecretRotated
  | WebhookPaused
  | WebhookResumed
  | WebhookDeleted
  | WebhookRedeliveryRequested;
