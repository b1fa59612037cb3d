import { bulkhead, wrap } from 'cockatiel';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import type { HttpAnswer, HttpRequest } from './answers.ts';
import { AttemptFailed, attempt, type Reached } from './attempt.ts';
import {
  asUnavailable,
  type BreakerState,
  breakerOf,
  httpDefaults,
  type Limits,
  retryAfterMaxMs,
  retryOf,
  stateNames,
} from './resilience.ts';

export type AttemptReport = {
  readonly partner: string;
  readonly operation: string;
  /** `ok`, `refused` (a 4xx business answer) or the class of the trouble. */
  readonly outcome: string;
  readonly ms: number;
};

/** `baseUrl` has no slash at its end. */
export type ResilientHttpOptions = Reached & {
  /** Name in errors, metrics and traces, e.g. `erp`. */
  readonly partner: string;
  /** Asked before every try, so that a renewed token is used at once. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** The W3C `traceparent` of the span that this call belongs to. */
  readonly traceparent?: () => string | undefined;
  readonly onAttempt?: (report: AttemptReport) => void;
  readonly onBreaker?: (partner: string, state: BreakerState) => void;
  /** Limit of one try. */
  readonly timeoutMs?: number;
  /** Tries of one call, the first included. */
  readonly attemptsMax?: number;
  readonly backoffFirstMs?: number;
  /** Longest pause between two tries. A longer `Retry-After` is not slept through: calls fail at once until it has passed. */
  readonly backoffMaxMs?: number;
  readonly concurrentMax?: number;
  readonly queuedMax?: number;
  /** Consecutive failed tries that open the breaker. */
  readonly breakerFailures?: number;
  /** How long the breaker stays open before one call may probe. */
  readonly breakerOpenMs?: number;
};

/**
 * Sends one request with retries, bulkhead and breaker. The try is over when its answer has been read: one that `use`
 * throws at is reported as BAD_RESPONSE. It is not sent again, and it does not open the breaker: the partner is alive, and
 * what it says of one document need not hold up the others. Throws `PartnerUnavailable`, and what `use` throws.
 */
export type SendHttp = <T = HttpAnswer>(request: HttpRequest, use?: (answer: HttpAnswer) => T) => Promise<T>;

const asItIs = <T>(answer: HttpAnswer): T => answer as T;

export type ResilientHttp = { readonly send: SendHttp; readonly breaker: () => BreakerState };

/** Ends with the caller's signal even while the policy sleeps between two tries, which the library does not do. */
const untilAborted = async <T>(work: Promise<T>, operation: string, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return work;
  const gone = Promise.withResolvers<never>();
  const onAbort = () =>
    gone.reject(new AttemptFailed('ABORTED', `${operation}: given up by the caller`, { mayRepeat: false }));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, gone.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => {});
    gone.promise.catch(() => {});
  }
};

/** One try, measured, with the headers of this moment. */
const tryWith =
  (options: ResilientHttpOptions, timeoutMs: number) =>
  async <T>(request: HttpRequest, use: (answer: HttpAnswer) => T): Promise<T> => {
    const startedMs = performance.now();
    const { partner } = options;
    const report = (outcome: string) =>
      options.onAttempt?.({ partner, operation: request.operation, outcome, ms: performance.now() - startedMs });
    const traceparent = options.traceparent?.();
    const headers = { ...options.headers?.(), ...(traceparent !== undefined && { traceparent }) };
    try {
      const answer = await attempt(options, request, headers, request.timeoutMs ?? timeoutMs);
      const used = use(answer);
      report(answer.status < 400 ? 'ok' : 'refused');
      return used;
    } catch (error) {
      report(error instanceof AttemptFailed ? error.class : 'BAD_RESPONSE');
      throw error;
    }
  };

/** One per partner and kind of traffic; built by `api/wiring/partners.ts` and handed to the adapter's client. */
export const createResilientHttp = (options: ResilientHttpOptions): ResilientHttp => {
  const { partner } = options;
  const limits: Limits = { ...httpDefaults, ...options };
  const breaker = breakerOf(limits);
  breaker.onStateChange((state) => options.onBreaker?.(partner, stateNames[state]));
  // A call that sleeps before its next try must not hold a place, so the bulkhead is inside the retry.
  const policy = wrap(retryOf(limits), bulkhead(limits.concurrentMax, limits.queuedMax), breaker);
  const tryOnce = tryWith(options, limits.timeoutMs);
  /** By a clock that nobody sets back: a pause of seconds must not become one of hours. */
  let closedUntilMs = Number.NEGATIVE_INFINITY;

  const send: SendHttp = async (request, use = asItIs) => {
    const closedForMs = closedUntilMs - performance.now();
    if (closedForMs > 0) {
      const detail = `${partner}: ${request.operation} not sent, the partner asked for a pause`;
      throw new PartnerUnavailable(partner, detail, { class: 'BUSY', retryAfterMs: closedForMs });
    }
    try {
      return await untilAborted(
        policy.execute(() => tryOnce(request, use)),
        request.operation,
        request.signal,
      );
    } catch (error) {
      if (error instanceof AttemptFailed && error.retryAfterMs > limits.backoffMaxMs) {
        closedUntilMs = performance.now() + Math.min(error.retryAfterMs, retryAfterMaxMs);
      }
      throw asUnavailable(partner, request.operation, error);
    }
  };
  return { send, breaker: () => stateNames[breaker.state] };
};
