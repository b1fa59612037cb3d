import { randomBytes } from 'node:crypto';
import { streamName } from '../../domain/eventLog.ts';
import { businessUnitOf, customerOf } from '../../domain/masterData/catalog.ts';
import type { NoticeType } from '../../domain/webhook/notices.ts';
import { type WebhookCommand, type WebhookState, webhookDecider } from '../../domain/webhook/webhook.ts';
import type { Outcome, Violation } from '../application.ts';
import type { AppPorts } from '../calls/callPorts.ts';
import { findStream } from '../calls/findStream.ts';
import type { WithRevision } from '../calls/inputs.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import { invalid, refusedAs, violation } from '../outcome.ts';
import type { CommandContext, WebhookDeliveries, WebhookObjection } from '../ports.ts';

export type SubscribeInput = {
  readonly bu: string;
  readonly url: string;
  /** Null: all there are. */
  readonly events: readonly NoticeType[] | null;
  /** Whose orders; null: everybody's. */
  readonly customers: readonly string[] | null;
  /** How many the business unit has. */
  readonly existing: number;
};

export type Subscribed = Omit<SubscribeInput, 'existing'> & {
  readonly subscriptionId: string;
  readonly secretId: string;
  /** Sealed, where anything is. */
  readonly secret: string;
};

export type OfWebhook = { readonly subscriptionId: string; readonly bu: string };
type Asked = OfWebhook & WithRevision & { readonly reason: string };
type Changed = { readonly subscriptionId: string };

export type WebhookCalls = {
  readonly subscribeWebhook: (input: SubscribeInput, context: CommandContext) => Promise<Outcome<Subscribed>>;
  /** A new secret; the one before it signs too for a day. */
  readonly rotateWebhookSecret: (
    input: Asked,
    context: CommandContext,
  ) => Promise<
    Outcome<Changed & { readonly secretId: string; readonly secret: string; readonly previousUntil: string | null }>
  >;
  readonly pauseWebhook: (input: Asked, context: CommandContext) => Promise<Outcome<Changed>>;
  readonly resumeWebhook: (input: Asked, context: CommandContext) => Promise<Outcome<Changed>>;
  /** For good; nothing more is sent. */
  readonly deleteWebhook: (input: Asked, context: CommandContext) => Promise<Outcome<Changed>>;
  readonly redeliverWebhook: (
    input: Asked & { readonly deliveryId: string },
    context: CommandContext,
  ) => Promise<Outcome<{ readonly deliveryId: string }>>;
  /** Undefined: there is none. It never changes. */
  readonly webhookOwner: (
    subscriptionId: string,
  ) => Promise<{ readonly bu: string; readonly customers: readonly string[] | null } | undefined>;
  /** Which subscription a notice is for; undefined: there is none, or none any more. */
  readonly webhookOfDelivery: (deliveryId: string) => Promise<string | undefined>;
};

export type WebhookPorts = Pick<AppPorts, 'executor' | 'catalog'> & {
  readonly objection: WebhookObjection;
  readonly deliveries: Pick<WebhookDeliveries, 'subscriptionOf'>;
};

/** Soft, against a client gone wild: every notice is made once for each of them. */
const subscriptionsMax = 50;
const bothSecretsMs = 86_400_000;

export const webhookStream = ({ subscriptionId, bu }: OfWebhook) =>
  streamName(webhookDecider.category, bu, subscriptionId);

/** Both ends know it and nobody can guess it; the prefix lets scanners of repositories find one that leaked. */
const newSecret = (): string => `whsec_${randomBytes(32).toString('base64url')}`;

const wrongIn = async (
  { catalog, objection }: WebhookPorts,
  { bu, url, customers }: SubscribeInput,
): Promise<readonly Violation[]> => {
  const known = catalog.current();
  const refusal = await objection(url);
  const unknown = customers?.find((customer) => customerOf(known, bu, customer) === undefined);
  return [
    ...(refusal === undefined ? [] : [violation('/url', 'VALUE_INVALID', refusal)]),
    ...(businessUnitOf(known, bu) === undefined
      ? [violation('/bu', 'BU_UNKNOWN', `There is no business unit ${bu}.`)]
      : unknown === undefined
        ? []
        : [violation('/soldTo', 'CUSTOMER_UNKNOWN', `${bu} has no customer ${unknown}.`)]),
  ];
};

const subscribeWebhook =
  (ports: WebhookPorts): WebhookCalls['subscribeWebhook'] =>
  async (input, context) => {
    const { bu, url, events, customers, existing } = input;
    const violations = await wrongIn(ports, input);
    if (violations.length > 0) return invalid(violations);
    if (existing >= subscriptionsMax)
      return refusedAs('SUBSCRIPTIONS_MAX', `${bu} has ${existing} subscriptions: delete those that nobody needs.`);
    const subscriptionId = derivedUlid(`webhook:${context.commandId}`);
    const about = { subscriptionId, bu, url, events, customers };
    const fresh = { secretId: derivedUlid(`webhook secret:${context.commandId}`), secret: newSecret() };
    const command = { type: 'SubscribeWebhook', ...about, ...fresh, by: context.actor.id } as const;
    const work = { decider: webhookDecider, stream: webhookStream(about), command };
    // The secret as it was appended: sealed, and the first one where the request was sent twice.
    return carryOut(ports.executor, work, context, ({ state }) => ({ ...about, ...newestOf(state) }));
  };

const newestOf = ({ secrets }: WebhookState): { readonly secretId: string; readonly secret: string } => {
  const [newest] = secrets;
  return { secretId: newest?.secretId ?? '', secret: newest?.secret ?? '' };
};

export const webhookCalls = (ports: WebhookPorts): WebhookCalls => {
  const change = <T extends object>(
    of: OfWebhook & WithRevision,
    command: WebhookCommand,
    context: CommandContext,
    value: (state: WebhookState) => T,
  ): Promise<Outcome<T>> => {
    const work = { decider: webhookDecider, stream: webhookStream(of), command, ifMatch: of.ifMatch };
    return carryOut(ports.executor, work, context, ({ state }) => value(state));
  };
  const steer = ({ reason, ...of }: Asked, context: CommandContext, type: 'ResumeWebhook' | 'DeleteWebhook') => {
    const { subscriptionId, bu } = of;
    const command = { type, subscriptionId, bu, reason, by: context.actor.id };
    return change(of, command, context, () => ({ subscriptionId }));
  };
  return {
    subscribeWebhook: subscribeWebhook(ports),
    rotateWebhookSecret: ({ subscriptionId, bu, reason, ...condition }, context) => {
      const of = { subscriptionId, bu };
      const previousUntil = new Date(Date.parse(context.occurredAt) + bothSecretsMs).toISOString();
      const secretId = derivedUlid(`webhook secret:${context.commandId}`);
      const fresh = { secretId, secret: newSecret(), previousUntil };
      const command = { type: 'RotateWebhookSecret', ...of, ...fresh, reason, by: context.actor.id } as const;
      return change({ ...of, ...condition }, command, context, (state) => ({
        ...{ subscriptionId, ...newestOf(state), previousUntil: state.secrets[1]?.until ?? null },
      }));
    },
    pauseWebhook: ({ reason, ...of }, context) => {
      const { subscriptionId, bu } = of;
      const about = { subscriptionId, bu, reason, by: context.actor.id };
      const command = { type: 'PauseWebhook', automatic: false, ...about } as const;
      return change(of, command, context, () => ({ subscriptionId }));
    },
    resumeWebhook: (input, context) => steer(input, context, 'ResumeWebhook'),
    deleteWebhook: (input, context) => steer(input, context, 'DeleteWebhook'),
    redeliverWebhook: ({ deliveryId, subscriptionId, bu, reason, ...condition }, context) => {
      const of = { subscriptionId, bu };
      const command = { type: 'RequestRedelivery', ...of, deliveryId, reason, by: context.actor.id } as const;
      return change({ ...of, ...condition }, command, context, () => ({ deliveryId }));
    },
    webhookOwner: async (subscriptionId) => {
      const found = await findStream(ports, webhookDecider, subscriptionId);
      return found && { bu: found.bu, customers: found.state.subscription?.customers ?? null };
    },
    webhookOfDelivery: ports.deliveries.subscriptionOf,
  };
};
