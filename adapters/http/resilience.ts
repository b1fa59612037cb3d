import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  isTaskCancelledError,
  retry,
} from 'cockatiel';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import { AttemptFailed, repeats } from './attempt.ts';

// When a call is repeated, how long is waited for it, and when a partner is left alone.

export type BreakerState = 'closed' | 'half-open' | 'open';

export const httpDefaults = {
  timeoutMs: 5_000,
  attemptsMax: 4,
  backoffFirstMs: 200,
  backoffMaxMs: 3_000,
  concurrentMax: 16,
  queuedMax: 1_000,
  breakerFailures: 8,
  breakerOpenMs: 3_000,
};

/** What a call of an outside system keeps to, for whoever wants to know. */
export const httpRetryPolicy = { ...httpDefaults, jitter: 'FULL', repeats } as const;

/** Nobody may silence us for longer than this with a `Retry-After`. */
export const retryAfterMaxMs = 300_000;

export const stateNames: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
};

/** A partner that says "slow down" is alive; one that cannot be reached, is late or breaks is not. */
const sickening: ReadonlySet<string> = new Set(['NETWORK', 'TIMEOUT', 'SERVER_ERROR']);

/** Full jitter (a random part of the doubled pause), but never earlier than the partner asked for. */
export const pauseOf = (
  context: Pick<IRetryBackoffContext<unknown>, 'attempt' | 'result'>,
  firstMs: number,
  maxMs: number,
): number => {
  const asked =
    'error' in context.result && context.result.error instanceof AttemptFailed ? context.result.error.retryAfterMs : 0;
  const ceiling = Math.min(maxMs, firstMs * 2 ** (context.attempt - 1));
  return Math.max(asked, Math.random() * ceiling);
};

/** What the caller is told of a call that did not come through. */
export const asUnavailable = (partner: string, operation: string, error: unknown): unknown => {
  if (error instanceof AttemptFailed) {
    const retryAfterMs = Math.min(error.retryAfterMs, retryAfterMaxMs);
    return new PartnerUnavailable(partner, `${partner}: ${error.message}`, {
      class: error.class,
      cause: error,
      retryAfterMs,
    });
  }
  if (isBrokenCircuitError(error)) {
    return new PartnerUnavailable(partner, `${partner}: ${operation} not sent, the breaker is open`, {
      class: 'BREAKER_OPEN',
    });
  }
  if (isBulkheadRejectedError(error)) {
    return new PartnerUnavailable(partner, `${partner}: ${operation} not sent, too many calls wait`, {
      class: 'BULKHEAD_FULL',
    });
  }
  if (isTaskCancelledError(error)) {
    return new PartnerUnavailable(partner, `${partner}: ${operation} given up by the caller`, { class: 'ABORTED' });
  }
  return error;
};

export type Limits = typeof httpDefaults;

export const retryOf = (limits: Limits) =>
  retry(
    handleWhen(
      (error) => error instanceof AttemptFailed && error.mayRepeat && error.retryAfterMs <= limits.backoffMaxMs,
    ),
    {
      maxAttempts: limits.attemptsMax - 1,
      backoff: new DelegateBackoff((context: IRetryBackoffContext<unknown>) =>
        pauseOf(context, limits.backoffFirstMs, limits.backoffMaxMs),
      ),
    },
    // A call that sleeps must not keep a stopping process alive.
  ).dangerouslyUnref();

export const breakerOf = (limits: Limits) =>
  circuitBreaker(
    handleWhen((error) => error instanceof AttemptFailed && sickening.has(error.class)),
    { breaker: new ConsecutiveBreaker(limits.breakerFailures), halfOpenAfter: limits.breakerOpenMs },
  );
