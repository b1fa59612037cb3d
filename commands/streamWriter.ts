import { setTimeout as delay } from 'node:timers/promises';
import {
  type Appended,
  categoryOf,
  type EventStore,
  LogUnavailable,
  type NewEvent,
  type StreamName,
} from '../domain/eventLog.ts';
import { decideBatch, type Plan } from './decideBatch.ts';
import type { ExecutorLimits, ExecutorObserver, ObservedPage } from './handle.ts';
import { createHorizon } from './horizon.ts';
import { settle, type Waiting } from './settle.ts';
import { advance, createStreamCache, type Loaded } from './streamCache.ts';

const pauseMsMax = 200;
/** The tail shows what other instances wrote within a few of its pages. */
const reachMsMax = 100;

const pause = (attempt: number): Promise<void> => delay(Math.random() * Math.min(pauseMsMax, 5 * 2 ** attempt));

/** Decides and appends what waits for one stream. */
export const createStreamWriter = (store: EventStore, observer: ExecutorObserver, limits: ExecutorLimits) => {
  const cache = createStreamCache(store, limits);
  const horizon = createHorizon();
  let observedTo: ObservedPage['after'] | undefined;

  /** 'again': somebody else wrote first. */
  const append = async (
    stream: StreamName,
    loaded: Loaded,
    [first, ...rest]: readonly NewEvent[],
    commands: number,
  ): Promise<Appended | 'again'> => {
    if (first === undefined) throw new RangeError('nothing to append');
    const startedAt = performance.now();
    const outcome = await store.append(stream, loaded.revision === -1 ? 'no-stream' : loaded.revision, [
      first,
      ...rest,
    ]);
    const category = categoryOf(stream);
    if (outcome.kind === 'appended' && !outcome.duplicate && store.before !== undefined)
      horizon.wrote(store.before(outcome.position, rest.length + 1), outcome.position);
    if (outcome.kind === 'conflict') {
      observer.onConflict?.({ category });
      return 'again';
    }
    observer.onAppend?.({ category, commands, events: rest.length + 1, elapsedMs: performance.now() - startedAt });
    return outcome;
  };

  /**
   * The very events were in the log before, perhaps long ago and with others after them: what lies there is the answer.
   * What was decided beside them is decided again.
   */
  const settleRepeated = async (
    batch: readonly Waiting[],
    plans: readonly Plan[],
    { revision, position, recordedAt }: Appended,
  ): Promise<readonly Waiting[]> => {
    const [{ decider, stream }] = batch as [Waiting];
    cache.drop(stream);
    const { loaded: later } = await cache.load(decider, stream, 'read');
    const size = plans.reduce((sum, plan) => sum + (plan.kind === 'append' ? plan.events.length : 0), 0);
    const undecided: Waiting[] = [];
    let from = revision - size + 1;
    for (const [index, waiting] of batch.entries()) {
      const plan = plans[index];
      if (plan?.kind !== 'append') {
        undecided.push(waiting);
        continue;
      }
      const to = from + plan.events.length - 1;
      const done = { from, to, position, recordedAt };
      await settle(store, waiting, { kind: 'known', done, state: later.state }, later);
      from = to + 1;
    }
    return undecided;
  };

  /** Does what is held of the stream say all that this request may be answered from? */
  const suffices = ({ stream, request: { atLeast } }: Waiting, loaded: Loaded): boolean =>
    atLeast !== undefined && (atLeast <= loaded.position || (cache.isCurrent(stream) && horizon.isPast(atLeast)));

  /**
   * One attempt: those of `batch` that are still to be settled, or 'again' when the stream must be read first. An answer
   * without an append is given only from a state that was just read, or that is as new as everybody asked for: a cached
   * one may be older than the log.
   */
  const attempt = async (batch: readonly Waiting[], wantFresh: boolean): Promise<readonly Waiting[] | 'again'> => {
    const [{ decider, stream }] = batch as [Waiting];
    const isNew = batch.every(({ request }) => request.kind === 'execute' && request.isNew);
    const { loaded, fresh } = await cache.load(decider, stream, wantFresh ? 'read' : isNew ? 'assume' : 'known');
    const isEnough = (waiting: Waiting): boolean => fresh || suffices(waiting, loaded);
    if (!batch.every((waiting) => waiting.request.kind !== 'load' || isEnough(waiting))) return 'again';
    const requests = batch.map((waiting) => waiting.request);
    const { plans, events, state } = decideBatch(decider, stream, loaded, requests);
    if (events.length > 0) {
      const appended = await append(stream, loaded, events, plans.length);
      if (appended === 'again') return 'again';
      if (appended.duplicate) return settleRepeated(batch, plans, appended);
      advance(loaded, state, events, appended);
      cache.keep(stream, loaded);
    } else if (!batch.every(isEnough)) {
      return 'again';
    }
    await Promise.all(plans.map((plan, index) => settle(store, batch[index] as Waiting, plan, loaded)));
    return batch.slice(plans.length);
  };

  /** An error that is not the log being away may come from one command: the others are then tried without it. True: all are settled. */
  const afterFailure = async (batch: readonly Waiting[], error: unknown, failures: number): Promise<boolean> => {
    if (error instanceof LogUnavailable || (batch.length === 1 && failures > 0)) {
      for (const waiting of batch) waiting.reject(error);
      return true;
    }
    if (failures === 0) return false;
    for (const waiting of batch) await write([waiting]);
    return true;
  };

  /** Settles every one of `batch`, which all name the same stream. */
  const write = async (batch: readonly Waiting[]): Promise<void> => {
    const [{ stream }] = batch as [Waiting];
    let rest = batch;
    let fresh = batch.some(({ request }) => request.kind === 'load' && request.atLeast === undefined);
    let failures = 0;
    for (let attempts = 0; attempts < limits.attemptsMax; attempts += 1) {
      try {
        const left = await attempt(rest, fresh);
        if (left !== 'again') {
          if (left.length === 0) return;
          rest = left;
          attempts = 0;
        }
      } catch (error) {
        // What was being appended may or may not be in the log.
        cache.drop(stream);
        if (await afterFailure(rest, error, failures)) return;
        failures += 1;
      }
      fresh = true;
      if (attempts > 0) await pause(attempts);
    }
    cache.drop(stream);
    for (const waiting of rest) waiting.reject(new LogUnavailable(`${stream} is written by others all the time`));
  };

  return {
    write: async (batch: readonly Waiting[]): Promise<void> => {
      const [{ stream }] = batch as [Waiting];
      cache.attend(stream);
      try {
        await write(batch);
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
