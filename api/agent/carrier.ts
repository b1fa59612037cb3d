import { setTimeout as sleep } from 'node:timers/promises';
import type { CarriedAnswer, HandedCall } from '../../commands/ports.ts';
import type { Log } from '../deps.ts';
import { type ServiceLink, ServiceRefused } from './serviceLink.ts';

type Options = {
  readonly link: ServiceLink;
  readonly carry: (call: HandedCall) => Promise<CarriedAnswer>;
  readonly callsMax: number;
  readonly logger: Log;
  readonly pauseFirstMs?: number;
  readonly pauseMaxMs?: number;
};

/** An agent that has all hands full says so before it counts as away. */
const busyMs = 20_000;
/** A key that is not taken will not be taken a second later. */
const refusedPauseMs = 30_000;
const answerPauseFirstMs = 200;
const answerPauseMaxMs = 2_000;

/** Full jitter: many agents whose service was away do not all come back in the same moment. */
const jittered = (firstMs: number, maxMs: number, failures: number): number =>
  (0.5 + Math.random() / 2) * Math.min(maxMs, firstMs * 2 ** (failures - 1));

const resting = (ms: number, signal?: AbortSignal): Promise<void> =>
  sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => {});

/** Says it again until it is heard or nobody can be waiting any more. */
const tell = async (
  { link, logger }: Options,
  { callId, operation }: HandedCall,
  answer: CarriedAnswer,
  untilMs: number,
): Promise<void> => {
  for (let failures = 1; ; failures += 1) {
    try {
      if (!(await link.answer(callId, answer))) logger.warn({ callId, operation }, 'an answer came too late');
      return;
    } catch (error) {
      const mayPass = !(error instanceof ServiceRefused) || error.mayPass;
      const pauseMs = jittered(answerPauseFirstMs, answerPauseMaxMs, failures);
      if (!mayPass || performance.now() + pauseMs > untilMs) {
        logger.error({ callId, operation, err: error }, 'an answer could not be brought back');
        return;
      }
      await resting(pauseMs);
    }
  }
};

const carried = async (options: Options, call: HandedCall): Promise<void> => {
  const startedMs = performance.now();
  const answer = await options.carry(call);
  const { callId, operation } = call;
  const outcome =
    answer.kind === 'answered' ? { status: answer.status } : { failure: answer.failure, code: answer.code };
  options.logger.info({ callId, operation, ...outcome, ms: Math.round(performance.now() - startedMs) }, 'a call');
  await tell(options, call, answer, startedMs + call.timeoutMs);
};

/** How long to rest before the service is asked again. */
const pauseAfter = (error: unknown, failures: number, { pauseFirstMs = 500, pauseMaxMs = 15_000 }: Options): number => {
  const pauseMs = jittered(pauseFirstMs, pauseMaxMs, failures);
  if (!(error instanceof ServiceRefused)) return pauseMs;
  return Math.max(pauseMs, error.mayPass ? Math.min(error.retryAfterMs, 2 * refusedPauseMs) : refusedPauseMs);
};

/** Says when it changes whether the service is there, and not each time that it is not. */
const standing = (logger: Log) => {
  let was: string | undefined;
  return {
    there: (system: string): void => {
      if (was !== 'there') logger.info({ system }, 'connected; calls are carried');
      was = 'there';
    },
    away: (error: unknown): void => {
      const now = error instanceof Error ? error.message : String(error);
      if (was !== now) logger.warn({ err: error }, 'the service does not hand out calls');
      was = now;
    },
  };
};

/**
 * Asks the service for calls, makes them side by side and brings the answers back, until the signal aborts; then it ends what it
 * has begun. Never throws.
 */
export const runCarrier = async (options: Options, signal: AbortSignal): Promise<void> => {
  const { link, callsMax, logger } = options;
  const underWay = new Set<Promise<void>>();
  const is = standing(logger);
  let failures = 0;
  const begin = (call: HandedCall): void => {
    const work = carried(options, call).finally(() => underWay.delete(work));
    underWay.add(work);
  };
  while (!signal.aborted) {
    const isFull = underWay.size >= callsMax;
    if (isFull) {
      const hand = new AbortController();
      await Promise.race([...underWay, resting(busyMs, AbortSignal.any([signal, hand.signal]))]);
      hand.abort();
      if (signal.aborted) break;
    }
    try {
      const { system, calls } = await link.take(callsMax - underWay.size, signal);
      failures = 0;
      is.there(system);
      for (const call of calls) begin(call);
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      is.away(error);
      await resting(pauseAfter(error, failures, options), signal);
    }
  }
  await Promise.all(underWay);
};
