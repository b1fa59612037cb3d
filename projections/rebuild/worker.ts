import { setTimeout as delay } from 'node:timers/promises';
import type { EventFeed, Position } from '../../domain/eventLog.ts';
import type { RebuildEvent } from '../../domain/rebuild/events.ts';
import { type Rebuild, type RebuildCommand, type RebuildState, rebuildDecider } from '../../domain/rebuild/rebuild.ts';
import { isFaultOfEvent, isFaultOfProgram } from '../failures.ts';
import type { ReplaySource } from '../filling/page.ts';
import { replay } from '../filling/replay.ts';
import { asOf } from '../freshness.ts';
import type { Projection } from '../projection.ts';
import { noteProgress, noteState } from './board.ts';
import { completeInTurn } from './completing.ts';
import { progressMeter } from './progress.ts';
import { compare, complete, discard, type Job, livePosition, nextBuild, open, rollBack, swap } from './steps.ts';

export type RebuildWorkerOptions = ReplaySource & {
  readonly feed: Pick<EventFeed, 'readAfter' | 'readAfterWithout' | 'changed' | 'head'>;
  /** Where rebuilds that are asked for are seen; it may be a copy in memory of what `feed` reads. */
  readonly followed?: Pick<EventFeed, 'readAfter'>;
  /** Tells the log what was done about a rebuild. Told again after a kill, it changes nothing. */
  readonly record: (projection: string, command: RebuildCommand) => Promise<void>;
  readonly whileHeld: (name: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
  readonly projections: readonly Projection[];
  readonly onError?: (projection: string, error: unknown) => void;
};

const gatherMs = 200;
const pauseMs = 1_000;
/** While readers' models are this far behind, a rebuild rests as long as it works. */
const lagMsMax = 2_000;

const waited = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal }).then(
    () => {},
    () => {},
  );

const ordered: ReadonlySet<Rebuild['phase']> = new Set(['SWAPPING', 'ROLLING_BACK', 'ABORTED']);

type Following = { readonly latest: () => readonly Rebuild[]; readonly look: () => Promise<void> };

/** The latest rebuild of every read model, folded from the log: a handful of events in a category of their own. */
const followRebuilds = ({
  feed,
  followed = feed,
  decode,
}: Pick<RebuildWorkerOptions, 'feed' | 'followed' | 'decode'>): Following => {
  const states = new Map<string, RebuildState>();
  let position: Position | 'start' = 'start';
  const look = async (): Promise<void> => {
    for (;;) {
      const page = await followed.readAfter(position, 500, { categories: [rebuildDecider.category] });
      for (const recorded of page.events) {
        const event = decode(recorded) as unknown as RebuildEvent;
        const { projection } = event.data;
        states.set(projection, rebuildDecider.evolve(states.get(projection) ?? rebuildDecider.initial, event));
      }
      position = page.throughPosition;
      if (page.events.length < 500) return;
    }
  };
  return { latest: () => [...states.values()].flatMap(({ latest }) => latest ?? []), look };
};

/** Holds all leases that nobody else holds, and works on what they stand for. */
const whileAllHeld = async (
  { whileHeld }: Pick<RebuildWorkerOptions, 'whileHeld'>,
  jobs: readonly Job[],
  work: (held: readonly Job[], lost: AbortSignal) => Promise<void>,
  held: readonly Job[] = [],
  signals: readonly AbortSignal[] = [],
): Promise<void> => {
  const [job, ...rest] = jobs;
  if (job === undefined) return held.length === 0 ? undefined : work(held, AbortSignal.any([...signals]));
  const taken = await whileHeld(`rebuild:${job.projection.name}`, (lost) =>
    whileAllHeld({ whileHeld }, rest, work, [...held, job], [...signals, lost]),
  );
  if (!taken) await whileAllHeld({ whileHeld }, rest, work, held, signals);
};

/** Whether trying again cannot help: the rebuild is given up, and says why. */
const isFinal = (error: unknown): boolean =>
  isFaultOfProgram(error) || (isFaultOfEvent(error) && error instanceof Error && error.name !== 'LogUnavailable');

const giveUp = async (options: RebuildWorkerOptions, job: Job, error: unknown): Promise<void> => {
  const detail = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1_000);
  options.onError?.(job.projection.name, error);
  await discard(options.db, job, 'FAILED', detail);
  await options.record(job.projection.name, { type: 'RecordFailure', rebuildId: job.rebuild.rebuildId, detail });
};

/** What is not final is begun again in a moment. */
const giveUpOrRetry = async (options: RebuildWorkerOptions, job: Job, error: unknown): Promise<void> =>
  isFinal(error) ? giveUp(options, job, error) : options.onError?.(job.projection.name, error);

/** Runs one step of one rebuild; its faults end that rebuild (false), trouble of the infrastructure is tried again later. */
const orGiveUp = async (options: RebuildWorkerOptions, job: Job, work: () => Promise<void>): Promise<boolean> => {
  try {
    await work();
    return true;
  } catch (error) {
    if (!isFinal(error)) throw error;
    await giveUp(options, job, error);
    return false;
  }
};

/** Gives them their indexes; answers with those that can go on. */
const completeAll = async <J extends Job>(options: RebuildWorkerOptions, jobs: readonly J[]): Promise<readonly J[]> => {
  const byModel = new Map(jobs.map((job) => [job.projection.name, job]));
  const done = await completeInTurn(options.db, jobs.map(nextBuild), async ({ projection: { name } }) => {
    const job = byModel.get(name) as J;
    return (await orGiveUp(options, job, () => complete(options.db, job))) ? [job] : [];
  });
  return done.flat();
};

const finish = async (options: RebuildWorkerOptions, job: Job): Promise<void> => {
  const { db, record } = options;
  const { rebuildId } = job.rebuild;
  const { name } = job.projection;
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  const only = [{ build: nextBuild(job), signal: new AbortController().signal, failed }];
  await replay(options, only, await livePosition(db, job.projection));
  for (const error of failures) throw error;
  const compared = await compare(options, job);
  await noteState(db, rebuildId, compared.class === 'unexpected' ? 'REFUSED' : 'AWAITING_SWAP');
  // Whether it is swapped now is the log's word: it may have been aborted meanwhile.
  await record(name, compared);
};

/** Fills all of them in one reading of the log, then compares them one after the other. */
const runReplays = async (
  options: RebuildWorkerOptions,
  jobs: readonly (Job & { readonly signal: AbortSignal })[],
): Promise<void> => {
  const { db, feed } = options;
  const failures = new Map<Job, unknown>();
  for (const job of jobs) await orGiveUp(options, job, () => open(db, job));
  const meter = progressMeter(await feed.head());
  const replayed = jobs.map((job) => ({
    build: nextBuild(job),
    signal: job.signal,
    failed: (error: unknown) => void failures.set(job, error),
  }));
  let startedAt = performance.now();
  const positions = await Promise.all(jobs.map(({ projection }) => livePosition(db, projection)));
  const until = positions.includes('start') ? 'start' : ([...positions].sort()[0] ?? 'start');
  const fill = replay(options, replayed, until, async (position, events) => {
    const at = meter(position, events);
    for (const { rebuild } of jobs) await noteProgress(db, rebuild.rebuildId, at);
    const { lagMs } = await asOf(
      db,
      options.projections.map(({ name }) => name),
    );
    if (lagMs > lagMsMax) await delay(performance.now() - startedAt);
    startedAt = performance.now();
  });
  await fill.catch((error: unknown) => {
    if (!isFinal(error)) throw error;
    for (const job of jobs) failures.set(job, error);
  });
  const present = jobs.filter(({ signal }) => !signal.aborted);
  for (const job of present.filter((each) => failures.has(each))) await giveUpOrRetry(options, job, failures.get(job));
  const filled = present.filter((job) => !failures.has(job));
  for (const job of await completeAll(options, filled))
    if (!job.signal.aborted) await orGiveUp(options, job, () => finish(options, job));
};

const act = async (options: RebuildWorkerOptions, job: Job): Promise<void> => {
  const { rebuildId, phase } = job.rebuild;
  const { name } = job.projection;
  if (phase === 'SWAPPING')
    await orGiveUp(options, job, async () =>
      options.record(name, { type: 'RecordSwap', rebuildId, position: await swap(options, job) }),
    );
  if (phase === 'ROLLING_BACK')
    await orGiveUp(options, job, async () =>
      options.record(name, { type: 'RecordRollback', rebuildId, position: await rollBack(options, job) }),
    );
  if (phase === 'ABORTED') await discard(options.db, job, 'ABORTED');
};

/**
 * Carries out what the log says about rebuilds until `signal` aborts. It writes rows of builds and notes about them and
 * nothing else: it is given no partner, no outbox and no way to append but the words of its own aggregate, so no effect
 * can leave the service. Killed anywhere, it goes on from the checkpoints.
 */
export const runRebuilds = async (options: RebuildWorkerOptions, signal: AbortSignal): Promise<void> => {
  const following = followRebuilds(options);
  const running = new Map<string, AbortController>();
  const works = new Set<Promise<void>>();
  const settled = new Set<string>();
  const jobOf = (rebuild: Rebuild): readonly Job[] => {
    const projection = options.projections.find(({ name }) => name === rebuild.projection);
    return projection === undefined ? [] : [{ rebuild, projection }];
  };
  const start = (jobs: readonly Job[], work: (held: readonly Job[], lost: AbortSignal) => Promise<void>): void => {
    for (const { projection } of jobs) running.set(projection.name, new AbortController());
    const done = whileAllHeld(options, jobs, work)
      .catch((error: unknown) => {
        if (!signal.aborted) options.onError?.(jobs.map(({ projection }) => projection.name).join(', '), error);
      })
      .then(() => waited(gatherMs, signal))
      .then(() => {
        for (const { projection } of jobs) running.delete(projection.name);
        works.delete(done);
      });
    works.add(done);
  };
  while (!signal.aborted) {
    try {
      await following.look();
    } catch (error) {
      options.onError?.('rebuilds', error);
    }
    const jobs = following.latest().flatMap(jobOf);
    for (const { rebuild } of jobs) if (rebuild.phase === 'ABORTED') running.get(rebuild.projection)?.abort();
    const free = jobs.filter(({ projection }) => !running.has(projection.name));
    const replays = free.filter(({ rebuild }) => rebuild.phase === 'REPLAYING');
    if (replays.length > 0)
      start(replays, (held, lost) =>
        runReplays(
          options,
          held.map((job) => ({
            ...job,
            signal: AbortSignal.any([signal, lost, running.get(job.projection.name)?.signal ?? signal]),
          })),
        ),
      );
    for (const job of free.filter(({ rebuild }) => ordered.has(rebuild.phase) && !settled.has(rebuild.rebuildId)))
      start([job], async () => {
        await act(options, job);
        if (job.rebuild.phase === 'ABORTED') settled.add(job.rebuild.rebuildId);
      });
    await Promise.race([options.feed.changed(signal), waited(pauseMs, signal)]);
  }
  for (const each of running.values()) each.abort();
  await Promise.all(works);
};
