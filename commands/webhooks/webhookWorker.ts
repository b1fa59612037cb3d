import type { EventFeed } from '../../domain/eventLog.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { keepGoing } from '../keepGoing.ts';
import type { Checkpoints, Clock, DueDelivery, Wakeups, WebhookDeliveries, WebhookTransport } from '../ports.ts';
import { actingAs } from '../workers/ownContext.ts';
import { createNoticeSender, type NoticeSenderPorts } from './noticeSender.ts';
import { createNoticeWriter } from './noticeWriter.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';
import { createToldOrders, type OrderHistory } from './toldOrders.ts';
import { webhookStream } from './webhookCalls.ts';

export type WebhookWorkerPorts = {
  readonly feed: EventFeed;
  readonly checkpoints: Checkpoints;
  readonly executor: Pick<Executor, 'execute'>;
  readonly deliveries: WebhookDeliveries;
  readonly history: OrderHistory;
  readonly transport: WebhookTransport;
  readonly reveal: NoticeSenderPorts['reveal'];
  readonly clock: Clock;
  /** Wakes the sender. */
  readonly wakeups: Wakeups;
  /** How long to wait before looking for what is too old again. */
  readonly untilOld: (signal: AbortSignal) => Promise<void>;
  readonly onError: (error: unknown, failures: number) => void;
  readonly onUntold: (orderId: string, error: unknown) => void;
  /** See `NoticeSenderPorts`. */
  readonly waitsMs?: NoticeSenderPorts['waitsMs'];
  readonly onTried?: NoticeSenderPorts['onTried'];
};

/** A notice and what became of it are kept for so long, whether it was taken or not. */
const keptMs = 30 * 86_400_000;
const forgottenAtOnce = 2_000;

const pauseGone =
  ({ executor, clock }: WebhookWorkerPorts, subscriptions: Subscriptions) =>
  async (subscriptionId: string, { deliveryId, attempts }: DueDelivery): Promise<void> => {
    const bu = subscriptions.of(subscriptionId)?.subscription?.bu;
    if (bu === undefined) return;
    const of = { subscriptionId, bu };
    const commandId = derivedUlid(`webhook gone:${deliveryId}:${attempts}:${clock()}`);
    const about = { ...of, reason: 'The endpoint answered 410: it is gone.', automatic: true, by: 'webhooks' };
    await executor.execute(webhookDecider, webhookStream(of), { type: 'PauseWebhook', ...about } as const, {
      ...{ commandId, correlationId: deliveryId, causationId: deliveryId, occurredAt: clock() },
      ...actingAs('webhooks'),
    });
  };

/** Tells subscribers: what is to be told is written down by one loop and sent by another. One process at a time does it. */
export const runWebhooks = async (ports: WebhookWorkerPorts, signal: AbortSignal): Promise<void> => {
  const { feed, deliveries, clock, wakeups, onError } = ports;
  const subscriptions = createSubscriptions();
  const sender = createNoticeSender({
    ...{ deliveries, subscriptions, clock, wakeups, transport: ports.transport, reveal: ports.reveal },
    pause: pauseGone(ports, subscriptions),
    onError: (error) => onError(error, 1),
    ...(ports.waitsMs !== undefined && { waitsMs: ports.waitsMs }),
    ...(ports.onTried !== undefined && { onTried: ports.onTried }),
  });
  const writer = createNoticeWriter({
    ...{ feed, checkpoints: ports.checkpoints, deliveries, subscriptions, clock },
    orders: createToldOrders(ports.history, ports.onUntold),
    onAsked: sender.asked,
    onWritten: wakeups.wake,
  });
  const forget = async (): Promise<boolean> => {
    const before = new Date(Date.parse(clock()) - keptMs).toISOString();
    return (await deliveries.forget(before, forgottenAtOnce)) === forgottenAtOnce;
  };
  /** What was paused or deleted while nobody was here is heard of before anything is sent. */
  let hasHeardAll = false;
  const hear = async (): Promise<boolean> => {
    const isMore = await writer.step();
    if (isMore || hasHeardAll) return isMore;
    hasHeardAll = true;
    wakeups.wake();
    return isMore;
  };
  const send = async (stop: AbortSignal): Promise<boolean> => hasHeardAll && sender.step(stop);
  await Promise.all([
    keepGoing({ step: hear, changed: feed.changed, onError }, signal),
    keepGoing({ step: send, changed: wakeups.changed, onError }, signal),
    keepGoing({ step: forget, changed: ports.untilOld, onError }, signal),
  ]);
  await sender.settled();
};
