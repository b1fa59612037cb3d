import { secretsAt, type WebhookState } from '../../domain/webhook/webhook.ts';
import type { Clock, DueDelivery, Wakeups, WebhookDeliveries, WebhookTransport } from '../ports.ts';
import { signatureOf } from './signature.ts';
import type { Subscriptions } from './subscriptions.ts';

export type NoticeSenderPorts = {
  readonly deliveries: Pick<WebhookDeliveries, 'due' | 'delivered' | 'failed'>;
  readonly subscriptions: Pick<Subscriptions, 'of' | 'sending'>;
  readonly transport: WebhookTransport;
  /** Secrets as they were before they were sealed; undefined in the place of one that no key opens. */
  readonly reveal: (secrets: readonly string[]) => Promise<readonly (string | undefined)[]>;
  /** The endpoint said that it is gone: nothing more is sent until somebody resumes it. */
  readonly pause: (subscriptionId: string, delivery: DueDelivery) => Promise<void>;
  readonly clock: Clock;
  readonly wakeups: Wakeups;
  readonly onError: (error: unknown) => void;
  readonly waitsMs?: readonly number[];
  readonly random?: () => number;
};

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Between one try and the next: 5 seconds to 12 hours, a day in all. After the last one it is stuck. */
const waitsUsualMs = [
  ...[5 * second, 30 * second, 2 * minute, 10 * minute, 30 * minute],
  ...[hour, 3 * hour, 6 * hour, 12 * hour],
];
/** An endpoint that came back is not met by everything at once. */
const jitter = 0.2;

const requestsMax = 32;
const requestsOfOneMax = 8;
/** An endpoint that failed so often in a row is tried by one request at a time, so that it keeps nobody else waiting. */
const failuresMax = 5;
const gone = 410;

/** When to try again what was tried `attempts` times; undefined: no more. */
export const waitAfter = (
  attempts: number,
  waitsMs: readonly number[] = waitsUsualMs,
  random: () => number = Math.random,
): number | undefined => {
  const waitMs = waitsMs[attempts - 1];
  return waitMs === undefined ? undefined : Math.round(waitMs * (1 - jitter + 2 * jitter * random()));
};

/**
 * Sends what is due, several at once, of one order and subscription one after the other. Whether the endpoint took it is written
 * down after its answer; killed in between, it is sent again under the same id.
 */
export const createNoticeSender = (ports: NoticeSenderPorts) => {
  const { deliveries, subscriptions, clock } = ports;
  const underWay = new Map<string, { readonly subscriptionId: string; readonly done: Promise<void> }>();
  const failures = new Map<string, number>();

  const roomOf = (subscriptionId: string): number => {
    const most = (failures.get(subscriptionId) ?? 0) < failuresMax ? requestsOfOneMax : 1;
    return most - [...underWay.values()].filter((one) => one.subscriptionId === subscriptionId).length;
  };

  const post = async (delivery: DueDelivery, state: WebhookState, signal: AbortSignal) => {
    const secrets = await ports.reveal(secretsAt(state, clock()).map(({ secret }) => secret));
    const known = secrets.filter((secret) => secret !== undefined);
    const url = state.subscription?.url ?? '';
    if (known.length < secrets.length || known.length === 0) return { status: null, error: 'SECRET_UNREADABLE' };
    const signature = signatureOf(known, Date.parse(clock()), delivery.body);
    const headers = { 'throughline-delivery': delivery.deliveryId, 'throughline-signature': signature };
    return ports.transport({ url, headers, body: delivery.body, signal });
  };

  const send = async (delivery: DueDelivery, signal: AbortSignal): Promise<void> => {
    const { deliveryId, subscriptionId, attempts } = delivery;
    const state = subscriptions.of(subscriptionId);
    if (state === undefined) return;
    const { status, error } = await post(delivery, state, signal);
    if (signal.aborted && status === null) return;
    const tried = { deliveryId, at: clock(), status, error };
    if (error === null) {
      failures.delete(subscriptionId);
      await deliveries.delivered(tried);
      return;
    }
    failures.set(subscriptionId, (failures.get(subscriptionId) ?? 0) + 1);
    if (status === gone) await ports.pause(subscriptionId, delivery);
    const waitMs = waitAfter(attempts + 1, ports.waitsMs, ports.random);
    const dueAt = waitMs === undefined ? null : new Date(Date.parse(tried.at) + waitMs).toISOString();
    await deliveries.failed(tried, dueAt);
  };

  const start = (delivery: DueDelivery, signal: AbortSignal): void => {
    const { deliveryId, subscriptionId } = delivery;
    const done = send(delivery, signal)
      .catch(ports.onError)
      .finally(() => {
        underWay.delete(deliveryId);
        ports.wakeups.wake();
      });
    underWay.set(deliveryId, { subscriptionId, done });
  };

  return {
    step: async (signal: AbortSignal): Promise<boolean> => {
      const free = requestsMax - underWay.size;
      const rooms = subscriptions
        .sending()
        .map((subscriptionId) => ({ subscriptionId, room: Math.min(free, roomOf(subscriptionId)) }))
        .filter(({ room }) => room > 0);
      if (rooms.length === 0) return false;
      const due = await deliveries.due(rooms, [...underWay.keys()], clock());
      for (const delivery of due.slice(0, free)) start(delivery, signal);
      return false;
    },
    /** Resolves when nothing is under way any more. */
    settled: async (): Promise<void> => {
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
};
