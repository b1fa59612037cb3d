import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { WebhookEvent } from '../../domain/webhook/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects, required, type Sets } from '../projection.ts';

/** `events`, `customers`: null is all of them. */
export type WebhookRow = Reflects & {
  readonly subscription_id: string;
  readonly url: string;
  readonly events: readonly string[] | null;
  readonly customers: readonly string[] | null;
  readonly state: 'ACTIVE' | 'PAUSED' | 'DELETED';
  /** Why it is paused or deleted. */
  readonly state_reason: string | null;
  readonly automatic: boolean;
  readonly secret_id: string;
  readonly previous_secret_until: string | null;
  readonly subscribed_by: string;
  readonly subscribed_at: string;
  readonly created_position: string;
  readonly revision: number;
};

type WebhookRows = { readonly webhooks: WebhookRow };
type WebhookSets = Sets<WebhookRows>;
type OfWebhook = Extract<RecordedDomainEvent, { type: WebhookEvent['type'] }>;

const subscribed = (event: RecordedOf<'WebhookSubscribed'>, { webhooks: rows }: WebhookSets): void => {
  const { subscriptionId, url, events, customers, secretId, subscribedBy } = event.data;
  rows.put({
    ...{ subscription_id: subscriptionId, url, events, customers },
    ...{ state: 'ACTIVE', state_reason: null, automatic: false },
    ...{ secret_id: secretId, previous_secret_until: null },
    ...{ subscribed_by: subscribedBy, subscribed_at: event.recordedAt, created_position: event.position },
    ...{ revision: event.revision, bu: buOf(event) },
    ...reflecting(event),
  });
};

const change = (event: OfWebhook, { webhooks: rows }: WebhookSets, changed: Partial<WebhookRow>): void => {
  const { subscriptionId } = event.data;
  const row = required(rows.get(subscriptionId), `subscription ${subscriptionId}`);
  rows.put({ ...row, ...changed, revision: event.revision, ...reflecting(event) });
};

const idOf = (event: RecordedDomainEvent): string => (event as OfWebhook).data.subscriptionId;

/** Who is told of what. The secrets are in the log alone, sealed. */
export const webhooks = defineProjection<WebhookRows>({
  name: 'webhooks',
  version: 1,
  tables: {
    webhooks: {
      name: 'webhook',
      columns: [
        ...(['subscription_id', 'url', 'events', 'customers', 'state', 'state_reason', 'automatic'] as const),
        ...(['secret_id', 'previous_secret_until', 'subscribed_by', 'subscribed_at'] as const),
        ...(['created_position', 'revision'] as const),
        ...reflects,
      ],
      key: ['subscription_id'],
      group: 'subscription_id',
    },
  },
  needs: { webhooks: (event) => [idOf(event)] },
  laneOf: (event) => `webhook:${idOf(event)}`,
  on: {
    WebhookSubscribed: subscribed,
    WebhookSecretRotated: (event, rows) =>
      change(event, rows, { secret_id: event.data.secretId, previous_secret_until: event.data.previousUntil }),
    WebhookPaused: (event, rows) =>
      change(event, rows, { state: 'PAUSED', state_reason: event.data.reason, automatic: event.data.automatic }),
    WebhookResumed: (event, rows) => change(event, rows, { state: 'ACTIVE', state_reason: null, automatic: false }),
    WebhookDeleted: (event, rows) =>
      change(event, rows, { state: 'DELETED', state_reason: event.data.reason, automatic: false }),
    WebhookRedeliveryRequested: (event, rows) => change(event, rows, {}),
  },
});
