import { setTimeout as delay } from 'node:timers/promises';
import { advance } from './advance.ts';
import { type Build, liveBuild } from './build.ts';
import { type Checkpoint, CheckpointMoved, readCheckpoint, recordStop } from './checkpoint.ts';
import { type FarBehind, isFarBehind } from './filling/convoy.ts';
import type { ReplaySource } from './filling/page.ts';
import { replay } from './filling/replay.ts';
import { createShared, type FollowerOptions, follow, type Shared } from './follower.ts';
import { createLogReader } from './logReader.ts';
import { type Projection, unhandledTypes } from './projection.ts';

export type RunnerOptions = FollowerOptions & {
  /** One worker per projection. Efficiency only: correctness rests on the checkpoint's compare-and-swap. */
  readonly whileHeld: (name: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
};

const leaseRetryMs = 1_000;
const pauseMsFirst = 100;
const pauseMsMax = 5_000;

const waited = (ms: number, signal: AbortSignal): Promise<void> =>
  ms <= 0 ? Promise.resolve() : delay(ms, undefined, { signal }).catch(() => {});

/** Follows the log again after every failure, less and less eagerly while it repeats. */
const keepFollowing = async (
  options: RunnerOptions,
  shared: Shared,
  projection: Projection,
  signal: AbortSignal,
): Promise<void> => {
  let pauseMs = pauseMsFirst;
  while (!signal.aborted) {
    const startedAt = performance.now();
    try {
      await follow(options, shared, projection, signal);
    } catch (error) {
      if (signal.aborted) return;
      options.report?.({ kind: 'failed', projection: projection.name, error });
      if (!(error instanceof CheckpointMoved)) await recordStop(options.db, projection.name, error).catch(() => {});
      if (performance.now() - startedAt > pauseMsMax) pauseMs = pauseMsFirst;
      await waited(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, pauseMsMax);
    }
  }
};

const runOne = async (
  options: RunnerOptions,
  shared: Shared,
  projection: Projection,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await options.whileHeld(`projection:${projection.name}`, async (lost) => {
        await keepFollowing(options, shared, projection, AbortSignal.any([signal, lost]));
      });
    } catch (error) {
      options.report?.({ kind: 'failed', projection: projection.name, error });
    }
    await waited(leaseRetryMs, signal);
  }
};

/** Keeps every projection up to date until `signal` aborts; resolves when all of them have come to rest. */
export const runProjections = async (
  options: RunnerOptions,
  projections: readonly Projection[],
  signal: AbortSignal,
): Promise<void> => {
  const shared = createShared(options);
  await Promise.all(projections.map((projection) => runOne(options, shared, projection, signal)));
};

/** Of those who catch up once, however young the log is: nobody waits for their rows meanwhile. */
const farBehind: FarBehind = { weight: 1_000, ms: Number.NEGATIVE_INFINITY };

/** Applies what the log holds now and returns: for tests, tools and the end of a rebuild. Throws what stops it. */
export const catchUp = async (options: ReplaySource, projection: Projection): Promise<Checkpoint> =>
  catchUpBuild(options, await liveBuild(options.db, projection));

const toHead = async (options: ReplaySource, build: Build): Promise<Checkpoint> => {
  const failures: unknown[] = [];
  const failed = (error: unknown): void => void failures.push(error);
  await replay(options, [{ build, signal: new AbortController().signal, failed }], 'head');
  for (const error of failures) throw error;
  return readCheckpoint(options.db, build);
};

export const catchUpBuild = async (options: ReplaySource, build: Build): Promise<Checkpoint> => {
  const unhandled = unhandledTypes([build.projection], options.knownTypes ?? []);
  const reader = createLogReader(options.feed, options.decode, unhandled);
  let checkpoint = await readCheckpoint(options.db, build);
  for (;;) {
    const page = await reader.after(checkpoint.position);
    if (page.events.length === 0 && page.unknown !== undefined) throw page.unknown;
    if (isFarBehind(page, checkpoint, farBehind)) {
      checkpoint = await toHead(options, build);
      continue;
    }
    if (page.events.length > 0 || page.through !== checkpoint.position)
      checkpoint = await advance(options.db, build, checkpoint, page);
    if (page.atHead) return checkpoint;
  }
};
