import {
  type Append,
  type Appended,
  type AppendedTogether,
  type Conflict,
  categoryOf,
  type EventStore,
  type StreamName,
} from '../../domain/eventLog.ts';
import type { ExecutorObserver } from '../handle.ts';
import type { ClaimingAppends, ClaimOfAppend } from '../ports.ts';
import type { Decided } from './decideBatch.ts';
import type { Horizon } from './horizon.ts';
import type { Loaded } from './loadedStream.ts';
import { type AppendAll, type AppendedAround, appendAround } from './opening.ts';

/** A stream and its state as far as it is known. */
export type Known = { readonly stream: StreamName; readonly loaded: Loaded };

/** Appends what was decided for a stream; tells the observer, and the horizon what this process wrote itself. */
export const createStreamAppends = (
  store: EventStore & ClaimingAppends,
  observer: ExecutorObserver,
  horizon: Pick<Horizon, 'wrote'>,
) => {
  const observed = async <T>(
    { stream, loaded }: Known,
    { plans, events: [first, ...rest] }: Decided,
    work: (own: readonly Append[]) => Promise<T>,
    ownOutcome: (done: T) => AppendedTogether | undefined,
  ): Promise<T> => {
    const startedAt = performance.now();
    const expected = loaded.revision === -1 ? 'no-stream' : loaded.revision;
    const done = await work(first === undefined ? [] : [{ stream, expected, events: [first, ...rest] }]);
    const category = categoryOf(stream);
    const outcome = ownOutcome(done);
    if (outcome?.kind === 'conflict') observer.onConflict?.({ category });
    if (outcome?.kind !== 'appended') return done;
    const elapsedMs = performance.now() - startedAt;
    observer.onAppend?.({ category, commands: plans.length, events: rest.length + 1, elapsedMs });
    return done;
  };

  /** What this process wrote need not pass by on the tail to be known. */
  const noteWritten = ({ events }: Append, outcome: AppendedTogether | undefined): void => {
    if (outcome?.kind !== 'appended' || outcome.duplicate || store.before === undefined) return;
    horizon.wrote(store.before(outcome.position, events.length), outcome.position);
  };

  const append = (known: Known, decided: Decided): Promise<Appended | Conflict> =>
    observed(
      known,
      decided,
      async ([own]) => {
        if (own === undefined) throw new RangeError('nothing to append');
        const outcome = await store.append(own.stream, own.expected, own.events);
        noteWritten(own, outcome);
        return outcome;
      },
      (outcome) => outcome,
    );

  const together = (appends: readonly Append[], claims: readonly ClaimOfAppend[]): ReturnType<AppendAll> => {
    if (claims.length > 0 && store.appendClaiming !== undefined) return store.appendClaiming(appends, claims);
    if (claims.length > 0 || store.appendTogether === undefined)
      throw new RangeError('this log has no such append to several streams');
    return store.appendTogether(appends);
  };

  /** In one call, all or nothing. */
  const appendAll: AppendAll = async (appends, claims) => {
    const outcomes = await together(appends, claims);
    if ('kind' in outcomes) return outcomes;
    for (const [index, each] of appends.entries()) noteWritten(each, outcomes[index]);
    return outcomes;
  };

  /** With the streams that the decided commands open: all or nothing. */
  const appendAroundOpened = (known: Known, decided: Decided): Promise<AppendedAround> =>
    observed(
      known,
      decided,
      (events) => appendAround(appendAll, decided.plans, events),
      (done) => done.own,
    );

  return { append, appendAroundOpened };
};
