import { type Decider, type Refusal, refuse } from '../decider.ts';
import type { WebhookEvent, WebhookSubscribed } from './events.ts';

type Id = { readonly subscriptionId: string; readonly bu: string };

/** `by`: who asks. What is random or depends on a clock comes in. */
export type WebhookCommand = Id & { readonly by: string } & (
    | ({ readonly type: 'SubscribeWebhook' } & Omit<WebhookSubscribed['data'], keyof Id | 'subscribedBy'>)
    | {
        readonly type: 'RotateWebhookSecret';
        readonly secretId: string;
        readonly secret: string;
        readonly previousUntil: string;
        readonly reason: string;
      }
    | { readonly type: 'PauseWebhook'; readonly reason: string; readonly automatic: boolean }
    | { readonly type: 'ResumeWebhook'; readonly reason: string }
    | { readonly type: 'DeleteWebhook'; readonly reason: string }
    | { readonly type: 'RequestRedelivery'; readonly deliveryId: string; readonly reason: string }
  );

/** `until` null: it is the newest. */
export type WebhookSecret = { readonly secretId: string; readonly secret: string; readonly until: string | null };

export type Subscription = Pick<WebhookSubscribed['data'], 'subscriptionId' | 'bu' | 'url' | 'events' | 'customers'>;

export type WebhookState = {
  readonly subscription: Subscription | null;
  /** The newest first; two at most. */
  readonly secrets: readonly WebhookSecret[];
  readonly isPaused: boolean;
  readonly isDeleted: boolean;
};

const changes = (command: WebhookCommand, { isPaused, isDeleted }: WebhookState): readonly WebhookEvent[] => {
  const { subscriptionId, bu, by } = command;
  const of = { subscriptionId, bu };
  switch (command.type) {
    case 'SubscribeWebhook':
      return [];
    case 'RotateWebhookSecret': {
      const { secretId, secret, previousUntil, reason } = command;
      const fresh = { secretId, secret, previousUntil };
      return [{ type: 'WebhookSecretRotated', data: { ...of, ...fresh, reason, rotatedBy: by } }];
    }
    case 'PauseWebhook': {
      const { reason, automatic } = command;
      return isPaused ? [] : [{ type: 'WebhookPaused', data: { ...of, reason, pausedBy: by, automatic } }];
    }
    case 'ResumeWebhook':
      return isPaused ? [{ type: 'WebhookResumed', data: { ...of, reason: command.reason, resumedBy: by } }] : [];
    case 'DeleteWebhook':
      return isDeleted ? [] : [{ type: 'WebhookDeleted', data: { ...of, reason: command.reason, deletedBy: by } }];
    case 'RequestRedelivery': {
      const { deliveryId, reason } = command;
      return [{ type: 'WebhookRedeliveryRequested', data: { ...of, deliveryId, reason, requestedBy: by } }];
    }
  }
};

/** An id is used once; what is deleted only stays deleted. */
const decide = (command: WebhookCommand, state: WebhookState): readonly WebhookEvent[] | Refusal => {
  const { subscriptionId } = command;
  if (command.type === 'SubscribeWebhook' && state.subscription === null) {
    const { type: _, by, ...data } = command;
    return [{ type: 'WebhookSubscribed', data: { ...data, subscribedBy: by } }];
  }
  if (state.subscription === null) return refuse('NOT_FOUND', `There is no subscription ${subscriptionId}.`);
  if (state.isDeleted && command.type !== 'DeleteWebhook')
    return refuse('SUBSCRIPTION_DELETED', `Subscription ${subscriptionId} is deleted.`);
  return changes(command, state);
};

const subscribed = ({ data }: WebhookSubscribed): WebhookState => {
  const { subscriptionId, bu, url, events, customers, secretId, secret } = data;
  return {
    subscription: { subscriptionId, bu, url, events, customers },
    secrets: [{ secretId, secret, until: null }],
    isPaused: false,
    isDeleted: false,
  };
};

const evolve = (state: WebhookState, event: WebhookEvent): WebhookState => {
  switch (event.type) {
    case 'WebhookSubscribed':
      return subscribed(event);
    case 'WebhookSecretRotated': {
      const { secretId, secret, previousUntil } = event.data;
      const previous = state.secrets.slice(0, 1).map((one) => ({ ...one, until: previousUntil }));
      return { ...state, secrets: [{ secretId, secret, until: null }, ...previous] };
    }
    case 'WebhookPaused':
      return { ...state, isPaused: true };
    case 'WebhookResumed':
      return { ...state, isPaused: false };
    case 'WebhookDeleted':
      return { ...state, isDeleted: true, secrets: [] };
    case 'WebhookRedeliveryRequested':
      return state;
  }
};

/** Stream `webhook-<bu>.<subscriptionId>`: where a channel wants to be told, of what, and signed with what. */
export const webhookDecider: Decider<WebhookState, WebhookCommand, WebhookEvent> = {
  category: 'webhook',
  initial: { subscription: null, secrets: [], isPaused: false, isDeleted: false },
  decide,
  evolve,
};

/** What a notice is signed with at `instant`: while a rotation runs, both. */
export const secretsAt = ({ secrets }: WebhookState, instant: string): readonly WebhookSecret[] =>
  secrets.filter(({ until }) => until === null || until > instant);
