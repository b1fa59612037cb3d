import { secretsAt, type WebhookState } from '../../domain/webhook/webhook.ts';
import type {
  Clock,
  DueDelivery,
  Tried,
  Wakeups,
  WebhookAnswer,
  WebhookDeliveries,
  WebhookTransport,
} from '../ports.ts';
import { createEndpoints, inTurns, requestsMax } from './endpoints.ts';
import { signatureOf } from './signature.ts';
import type { Subscriptions } from './subscriptions.ts';

/** `stuck`: not taken, and not tried again by itself. */
export type TriedResult = 'delivered' | 'failed' | 'stuck';

export type NoticeSenderPorts = {
  readonly deliveries: Pick<WebhookDeliveries, 'due' | 'settle' | 'hasten'>;
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
  readonly onTried?: (result: TriedResult) => void;
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs?: () => number;
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

/** An endpoint that is away is looked at after 5 seconds, 30 seconds, 2 minutes, and then every 10. */
const restsMax = 4;
const gone = 410;

/** When to try again what was tried `attempts` times; undefined: no more. */
const waitAfter = (
  attempts: number,
  waitsMs: readonly number[] = waitsUsualMs,
  random: () => number = Math.random,
): number | undefined => {
  const waitMs = waitsMs[attempts - 1];
  return waitMs === undefined ? undefined : Math.round(waitMs * (1 - jitter + 2 * jitter * random()));
};

/** Signs a notice and sends it. */
const post = async (
  { reveal, transport, clock, onError }: NoticeSenderPorts,
  { deliveryId, body }: DueDelivery,
  state: WebhookState,
  signal: AbortSignal,
): Promise<WebhookAnswer> => {
  const inForce = secretsAt(state, clock()).map(({ secret }) => secret);
  const secrets = await reveal(inForce).catch((error): readonly (string | undefined)[] => {
    onError(error);
    return [undefined];
  });
  const known = secrets.filter((secret) => secret !== undefined);
  if (known.length < secrets.length || known.length === 0) return { status: null, error: 'SECRET_UNREADABLE' };
  const signature = signatureOf(known, Date.parse(clock()), body);
  const headers = { 'throughline-delivery': deliveryId, 'throughline-signature': signature };
  return transport({ url: state.subscription?.url ?? '', headers, body, signal });
};

const dueAfter = ({ at, attempts }: Tried, { retryAfterMs = 0 }: WebhookAnswer, ports: NoticeSenderPorts) => {
  const waitMs = waitAfter(attempts + 1, ports.waitsMs, ports.random);
  return waitMs === undefined ? null : new Date(Date.parse(at) + Math.max(waitMs, retryAfterMs)).toISOString();
};

/**
 * Sends what is due, several at once, of one order and subscription one after the other. What became of all that ended
 * meanwhile is written in one statement before more is asked for; killed before that, it is sent again under the same id.
 */
export const createNoticeSender = (ports: NoticeSenderPorts) => {
  const { deliveries, subscriptions, clock, nowMs = performance.now.bind(performance) } = ports;
  const endpoints = createEndpoints(
    (beyond) => waitAfter(Math.min(beyond + 1, restsMax), ports.waitsMs, ports.random) ?? 0,
    nowMs,
  );
  const underWay = new Map<string, { readonly subscriptionId: string; readonly done: Promise<void> }>();
  /** Not written yet; they stay under way until then. */
  let ended: readonly Tried[] = [];
  let recovered: readonly string[] = [];

  /** What is to be written of a try; undefined: nothing, it was cut short from here or nobody wants it any more. */
  const send = async (delivery: DueDelivery, signal: AbortSignal): Promise<Tried | undefined> => {
    const { deliveryId, subscriptionId, attempts } = delivery;
    const state = subscriptions.of(subscriptionId);
    if (state === undefined) return undefined;
    const answer = await post(ports, delivery, state, signal);
    const { status, error } = answer;
    if (signal.aborted && status === null) return undefined;
    const tried = { deliveryId, attempts, at: clock(), status, error, dueAt: null };
    if (error === null) {
      if (endpoints.took(subscriptionId)) recovered = [...recovered, subscriptionId];
      return tried;
    }
    endpoints.failed(subscriptionId, answer.retryAfterMs);
    if (status === gone) await ports.pause(subscriptionId, delivery).catch(ports.onError);
    return { ...tried, dueAt: dueAfter(tried, answer, ports) };
  };

  const start = (delivery: DueDelivery, signal: AbortSignal): void => {
    const { deliveryId, subscriptionId } = delivery;
    const done = send(delivery, signal)
      .then((tried) => {
        if (tried === undefined) underWay.delete(deliveryId);
        else ended = [...ended, tried];
      })
      .catch((error) => {
        underWay.delete(deliveryId);
        ports.onError(error);
      })
      .finally(ports.wakeups.wake);
    underWay.set(deliveryId, { subscriptionId, done });
  };

  const settle = async (): Promise<void> => {
    const [tried, back] = [ended, recovered];
    if (tried.length > 0) await deliveries.settle(tried);
    ended = ended.slice(tried.length);
    for (const { deliveryId, error, dueAt } of tried) {
      underWay.delete(deliveryId);
      ports.onTried?.(error === null ? 'delivered' : dueAt === null ? 'stuck' : 'failed');
    }
    if (back.length > 0) await deliveries.hasten(back, clock());
    recovered = recovered.slice(back.length);
  };

  const countsUnderWay = (): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const { subscriptionId } of underWay.values())
      counts.set(subscriptionId, (counts.get(subscriptionId) ?? 0) + 1);
    return counts;
  };

  return {
    step: async (signal: AbortSignal): Promise<boolean> => {
      await settle();
      const sending = subscriptions.sending();
      endpoints.keep(sending);
      const counts = countsUnderWay();
      const rooms = sending
        .map((subscriptionId) => ({ subscriptionId, room: endpoints.roomOf(subscriptionId, counts) }))
        .filter(({ room }) => room > 0);
      if (rooms.length === 0 || underWay.size >= requestsMax) return false;
      const due = await deliveries.due(rooms, [...underWay.keys()], clock());
      for (const delivery of inTurns(due, counts)) start(delivery, signal);
      return false;
    },
    /** What is known of its endpoint does not count any more. */
    asked: endpoints.forget,
    /** Resolves when nothing is under way any more, and what became of it is written. */
    settled: async (): Promise<void> => {
      await Promise.all([...underWay.values()].map(({ done }) => done));
      await settle().catch(ports.onError);
    },
  };
};
