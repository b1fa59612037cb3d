import { setTimeout as delay } from 'node:timers/promises';
import { type Appended, type AppendedTogether, type EventStore, LogUnavailable } from '../../domain/eventLog.ts';
import type { ExecutorLimits, ExecutorObserver, ObservedPage } from '../handle.ts';
import type { SealDecided } from '../personal/sealDecided.ts';
import type { ClaimingAppends } from '../ports.ts';
import { type Decided, decideBatch, isTogether, type Plan } from './decideBatch.ts';
import { createHorizon } from './horizon.ts';
import { advance, type Loaded } from './loadedStream.ts';
import type { StreamReader } from './readStream.ts';
import { settle, type Waiting } from './settle.ts';
import type { Snapshots } from './snapshots.ts';
import { createStreamAppends, type Known } from './streamAppends.ts';
import { createStreamCache } from './streamCache.ts';

const pauseMsMax = 200;
/** The tail shows what other instances wrote within a few of its pages. */
const reachMsMax = 100;

const pause = (attempt: number): Promise<void> => delay(Math.random() * Math.min(pauseMsMax, 5 * 2 ** attempt));

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
  let observedTo: ObservedPage['after'] | undefined;

  const { append, appendAroundOpened } = createStreamAppends(store, observer, horizon);

  /**
   * Appends what was decided together with the streams that it opens and the keys that it claims. Plans of streams that are there already, and of keys
   * that are taken, which only what is repeated meets, are settled as `apart`; nothing was written then, and the others
   * are decided again.
   */
  const appendWithOpened = async (
    batch: readonly Waiting[],
    known: Known,
    decided: Decided,
  ): Promise<{ readonly own: AppendedTogether | undefined; readonly plans: readonly Plan[] } | readonly Waiting[]> => {
    const { own, apart, isTaken, opened, claimed } = await appendAroundOpened(known, decided);
    const isRepeated = own?.kind === 'appended' && own.duplicate;
    if (own?.kind === 'conflict' || (apart.size === 0 && !isRepeated)) {
      const plans = decided.plans.map((plan, index): Plan => {
        const written = opened.get(index);
        const claims = claimed.get(index) ?? [];
        if (plan.kind === 'append' && plan.claims !== undefined) return { ...plan, claimed: claims };
        return plan.kind === 'opens' && written?.kind === 'appended' ? { ...plan, written, claimed: claims } : plan;
      });
      return { own, plans };
    }
    if (!isTaken) cache.drop(known.stream);
    const isApart = (index: number): boolean => {
      const plan = decided.plans[index];
      return apart.has(index) || (isRepeated && plan !== undefined && isTogether(plan));
    };
    for (const [index, waiting] of batch.entries())
      if (isApart(index)) await settle(store, waiting, { kind: 'apart' }, known.loaded);
    return batch.filter((_waiting, index) => !isApart(index));
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

  const attemptTogether = async (
    batch: readonly Waiting[],
    known: Known,
    decided: Decided,
  ): Promise<readonly Waiting[] | 'again'> => {
    const streams = decided.plans.flatMap((plan) => (plan.kind === 'opens' ? [plan.opened.stream] : []));
    const attended = streams.filter(cache.attendNew);
    try {
      const done = await appendWithOpened(batch, known, decided);
      if (!('plans' in done)) return done;
      const { own, plans } = done;
      if (own?.kind === 'conflict') return 'again';
      if (own !== undefined && own.kind !== 'appended') throw new Error('an event id belongs to another event');
      return await settleAll(batch, known, decided, plans, own);
    } finally {
      for (const stream of attended) cache.leave(stream);
    }
  };

  /** Does what is held of the stream say all that this request may be answered from? */
  const suffices = ({ stream, request: { atLeast } }: Waiting, loaded: Loaded): boolean =>
    atLeast !== undefined && (atLeast <= loaded.position || (cache.isCurrent(stream) && horizon.isPast(atLeast)));

  /** Takes in what was written, and answers. Those that were not decided yet are left. */
  const settleAll = async (
    batch: readonly Waiting[],
    { stream, loaded }: Known,
    { events, state }: Decided,
    plans: readonly Plan[],
    own: Appended | undefined,
  ): Promise<readonly Waiting[]> => {
    if (own !== undefined) {
      advance(loaded, state, events, own);
      cache.keep(stream, loaded);
    }
    for (const plan of plans)
      if (plan.kind === 'opens' && plan.written !== undefined) cache.opened(plan.opened, plan.written);
    await Promise.all(plans.map((plan, index) => settle(store, batch[index] as Waiting, plan, loaded)));
    return batch.slice(plans.length);
  };

  /**
   * One attempt: those of `batch` that are still to be settled, or 'again' when the stream must be read first. An answer
   * without an append is given only from a state that was just read, or that is as new as everybody asked for: a cached
   * one may be older than the log.
   */
  const attempt = async (batch: readonly Waiting[], wantFresh: boolean): Promise<readonly Waiting[] | 'again'> => {
    const [{ decider, stream }] = batch as [Waiting];
    const isNew = batch.every(({ request }) => request.isNew);
    const { loaded, fresh } = await cache.load(decider, stream, wantFresh ? 'read' : isNew ? 'assume' : 'known');
    const isAssumed = isNew && loaded.revision === -1;
    const isEnough = (waiting: Waiting): boolean =>
      fresh || suffices(waiting, loaded) || (isAssumed && waiting.request.kind === 'load');
    if (!batch.every((waiting) => waiting.request.kind !== 'load' || isEnough(waiting))) return 'again';
    const known = { stream, loaded };
    const requests = batch.map((waiting) => waiting.request);
    const decided = await seal(decider, loaded.state, decideBatch(decider, stream, loaded, requests));
    if (decided.events.length === 0 && !batch.every(isEnough)) return 'again';
    if (decided.plans.some(isTogether)) return attemptTogether(batch, known, decided);
    if (decided.events.length === 0) return settleAll(batch, known, decided, decided.plans, undefined);
    const appended = await append(known, decided);
    if (appended.kind === 'conflict') return 'again';
    if (appended.duplicate) return settleRepeated(batch, decided.plans, appended);
    return settleAll(batch, known, decided, decided.plans, appended);
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
    let fresh = batch.some(
      ({ request: { kind, atLeast, isNew } }) => kind === 'load' && atLeast === undefined && !isNew,
    );
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
