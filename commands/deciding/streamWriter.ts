import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, LogUnavailable } from '../../domain/eventLog.ts';
import type { ExecutorLimits, ExecutorObserver, ObservedPage } from '../handle.ts';
import type { SealDecided } from '../personal/sealDecided.ts';
import type { ClaimingAppends } from '../ports.ts';
import { attempt, type Writing } from './attempt.ts';
import { createHorizon } from './horizon.ts';
import type { StreamReader } from './readStream.ts';
import type { Waiting } from './settle.ts';
import type { Snapshots } from './snapshots.ts';
import { createStreamAppends } from './streamAppends.ts';
import { createStreamCache } from './streamCache.ts';

const pauseMsMax = 200;
/** The tail shows what other instances wrote within a few of its pages. */
const reachMsMax = 100;

const pause = (attempts: number): Promise<void> => delay(Math.random() * Math.min(pauseMsMax, 5 * 2 ** attempts));

/** An error that is not the log being away may come from one command: the others are then tried without it. True: all are settled. */
const afterFailure = async (
  writing: Writing,
  attemptsMax: number,
  batch: readonly Waiting[],
  error: unknown,
  failures: number,
): Promise<boolean> => {
  if (error instanceof LogUnavailable || (batch.length === 1 && failures > 0)) {
    for (const waiting of batch) waiting.reject(error);
    return true;
  }
  if (failures === 0) return false;
  for (const waiting of batch) await write(writing, attemptsMax, [waiting]);
  return true;
};

/** Attempts it until every one of `batch`, which all name the same stream, is settled. */
const write = async (writing: Writing, attemptsMax: number, batch: readonly Waiting[]): Promise<void> => {
  const { cache } = writing;
  const [{ stream }] = batch as [Waiting];
  let rest = batch;
  let fresh = batch.some(({ request: { kind, atLeast, isNew } }) => kind === 'load' && atLeast === undefined && !isNew);
  let failures = 0;
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    try {
      const left = await attempt(writing, rest, fresh);
      if (left !== 'again') {
        if (left.length === 0) return;
        rest = left;
        attempts = 0;
      }
    } catch (error) {
      // What was being appended may or may not be in the log.
      cache.drop(stream);
      if (await afterFailure(writing, attemptsMax, rest, error, failures)) return;
      failures += 1;
    }
    fresh = true;
    if (attempts > 0) await pause(attempts);
  }
  cache.drop(stream);
  for (const waiting of rest) waiting.reject(new LogUnavailable(`${stream} is written by others all the time`));
};

/** Decides and appends what waits for one stream. */
export const createStreamWriter = (
  store: EventStore & ClaimingAppends & StreamReader,
  observer: ExecutorObserver,
  limits: ExecutorLimits,
  snapshots: Snapshots,
  seal: SealDecided,
) => {
  const cache = createStreamCache(store, limits, snapshots);
  const horizon = createHorizon();
  const writing = { store, cache, horizon, appends: createStreamAppends(store, observer, horizon), seal };
  let observedTo: ObservedPage['after'] | undefined;

  return {
    write: async (batch: readonly Waiting[]): Promise<void> => {
      const [{ stream }] = batch as [Waiting];
      cache.attend(stream);
      try {
        await write(writing, limits.attemptsMax, batch);
      } finally {
        cache.leave(stream);
      }
    },
    observe: ({ after, events, through }: ObservedPage): void => {
      if (after !== observedTo) cache.forget();
      for (const event of events) cache.passed(event);
      observedTo = through;
      horizon.passed(through);
    },
    reach: (position: string): Promise<void> => horizon.reach(position, reachMsMax),
  };
};
