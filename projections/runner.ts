import { setTimeout as delay } from 'node:timers/promises';
import type { EventFeed, Recorded, StreamName } from '../domain/eventLog.ts';
import { advance } from './advance.ts';
import { type Build, liveBuild } from './build.ts';
import { type Checkpoint, CheckpointMoved, LogRewound, readCheckpoint, recordLook, recordStop } from './checkpoint.ts';
import { type Convoys, createConvoys, isFarBehind } from './filling/convoy.ts';
import type { ReplaySource } from './filling/page.ts';
import { replay } from './filling/replay.ts';
import { createLogReader, type LogPage, type LogReader } from './logReader.ts';
import { type Report, teller } from './progressReport.ts';
import { type Projection, unhandledTypes } from './projection.ts';
import { createRest, type Rest } from './rest.ts';
import { type Company, createCompany } from './together.ts';

export type RunnerOptions = Omit<ReplaySource, 'feed' | 'knownTypes'> & {
  readonly feed: Pick<EventFeed, 'readAfter' | 'changed'>;
  /** The event at that place of the log as it is stored, or undefined. */
  readonly eventAt: (stream: StreamName, revision: number) => Promise<Recorded | undefined>;
  /** One worker per projection. Efficiency only: correctness rests on the checkpoint's compare-and-swap. */
  readonly whileHeld: (name: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
  readonly report?: Report;
  /** A build is far behind when a page has so many events, and its newest is so old; anything else is a busy moment. */
  readonly farBehind?: { readonly events: number; readonly ms: number };
};

/** What the followers of one process share. */
type Shared = {
  readonly reader: LogReader;
  readonly company: Company;
  readonly convoys: Convoys;
  readonly rest: Rest;
};

const lookIntervalMs = 1_000;
/**
 * A busy service has full pages all the time, and is some seconds behind at its worst moments. The way of those that are far
 * behind takes memory, a hundred megabytes and more, which the process then holds for long: for a few thousand events it
 * saves too little.
 */
const farBehindDefault = { events: 4_000, ms: 10_000 };
/**
 * Under load a page is gathered for this long, the longer the more comes: at thousands of events a second eleven
 * projections would otherwise commit hundreds of times a second. Many small transactions would take the machine from the write side and
 * show nothing sooner; after a quiet moment the first event is applied at once.
 */
const gatherMsOf = (events: number): number => Math.min(500, 25 + events);
const leaseRetryMs = 1_000;
const pauseMsFirst = 100;
const pauseMsMax = 5_000;

const waited = (ms: number, signal: AbortSignal): Promise<void> =>
  ms <= 0 ? Promise.resolve() : delay(ms, undefined, { signal }).catch(() => {});

/** Refuses a log that is not the one this checkpoint was made on. */
const requireSameLog = async (options: RunnerOptions, build: Build, checkpoint: Checkpoint): Promise<void> => {
  const { lastStream, lastRevision, lastEventId } = checkpoint;
  if (lastStream === null || lastRevision === null) return;
  const event = await options.eventAt(lastStream as StreamName, lastRevision);
  if (event?.eventId === lastEventId) return;
  throw new LogRewound(
    `${build.consumer} has seen event ${lastEventId} at ${lastStream}@${lastRevision}; this log does not hold it there`,
  );
};

const isOld = ({ events }: LogPage, { farBehind = farBehindDefault }: RunnerOptions): boolean =>
  Date.now() - Date.parse(events.at(-1)?.recordedAt ?? '') >= farBehind.ms;

const isMuch = ({ events }: LogPage, { farBehind = farBehindDefault }: RunnerOptions): boolean =>
  events.length >= farBehind.events;

/** Applies one page, or all that the log holds when that is much, and tells about it. */
const applied = async (
  options: RunnerOptions,
  { company, convoys }: Shared,
  build: Build,
  ours: Checkpoint,
  page: LogPage,
  signal: AbortSignal,
): Promise<Checkpoint> => {
  const moved = teller(options.report, build);
  if (isFarBehind(page, ours) && isMuch(page, options) && isOld(page, options)) {
    await convoys.join({ build, ours, page, signal, moved });
    return readCheckpoint(options.db, build);
  }
  const checkpoint = await company.advance(build, ours, page);
  moved({ checkpoint, events: page.events.length, last: page.events.at(-1) });
  return checkpoint;
};

/** Brings the live build to the head of the log and keeps it there until `signal`, or throws what stops it. */
const follow = async (
  options: RunnerOptions,
  shared: Shared,
  projection: Projection,
  signal: AbortSignal,
): Promise<void> => {
  const { db, feed } = options;
  const { reader, rest } = shared;
  const build = await liveBuild(db, projection);
  let checkpoint = await readCheckpoint(db, build);
  await requireSameLog(options, build, checkpoint);
  let lookedAt = 0;
  while (!signal.aborted) {
    const page = await reader.after(checkpoint.position);
    if (page.events.length === 0 && page.unknown !== undefined) throw page.unknown;
    if (page.events.length > 0 || page.through !== checkpoint.position) {
      const startedAt = performance.now();
      checkpoint = await applied(options, shared, build, checkpoint, page, signal);
      lookedAt = performance.now();
      // Who is a page behind the others does not rest before it has caught up with them.
      if (page.atHead && reader.isFurthest(page.through))
        await rest(gatherMsOf(page.events.length) - (lookedAt - startedAt), signal);
    } else {
      if (performance.now() - lookedAt > lookIntervalMs) {
        await recordLook(db, build, checkpoint);
        lookedAt = performance.now();
      }
      await feed.changed(signal);
    }
  }
};

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
  const reader = createLogReader(options.feed, options.decode);
  const shared = {
    reader,
    company: createCompany(options.db),
    // Under load there is a full page at the end of it too: who waited for one that is not would go this way for ever.
    convoys: createConvoys({ ...options, isNear: (page) => !isOld(page, options) }),
    rest: createRest(),
  };
  await Promise.all(projections.map((projection) => runOne(options, shared, projection, signal)));
};

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
  let wasFarBehind = false;
  for (;;) {
    const page = await reader.after(checkpoint.position);
    if (page.events.length === 0 && page.unknown !== undefined) throw page.unknown;
    if (isFarBehind(page, checkpoint)) {
      checkpoint = await toHead(options, build);
      wasFarBehind = true;
      continue;
    }
    if (page.events.length > 0 || page.through !== checkpoint.position)
      checkpoint = await advance(options.db, build, checkpoint, page);
    // The way there ended with a full page, and nothing came after it that could have said so.
    else if (page.atHead && wasFarBehind) await recordLook(options.db, build, checkpoint);
    if (page.atHead) return checkpoint;
  }
};
