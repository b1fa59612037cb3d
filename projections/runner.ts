import { setTimeout as delay } from 'node:timers/promises';
import type { EventFeed, Recorded, StreamName } from '../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../domain/events.ts';
import { advance, type ProjectionDatabase } from './advance.ts';
import { type Build, liveBuild } from './build.ts';
import { type Checkpoint, CheckpointMoved, LogRewound, readCheckpoint, recordLook, recordStop } from './checkpoint.ts';
import { createLogReader, type LogPage, type LogReader } from './logReader.ts';
import { type Projection, unhandledTypes } from './projection.ts';
import { createRest, type Rest } from './rest.ts';
import { type Company, createCompany } from './together.ts';

/** What happened, for metrics and logs. The runner itself writes nothing anywhere else. */
export type ProjectionReport =
  | {
      readonly kind: 'advanced';
      readonly projection: string;
      readonly events: number;
      readonly tookMs: number;
      readonly lagMs: number;
      readonly blockedLanes: number;
    }
  | { readonly kind: 'failed'; readonly projection: string; readonly error: unknown };

export type RunnerOptions = {
  readonly db: ProjectionDatabase;
  readonly feed: Pick<EventFeed, 'readAfter' | 'changed'>;
  /** Today's shape of a stored event; throws for one that this program does not know. */
  readonly decode: (recorded: Recorded) => RecordedDomainEvent;
  /** The event at that place of the log as it is stored, or undefined. */
  readonly eventAt: (stream: StreamName, revision: number) => Promise<Recorded | undefined>;
  /** One worker per projection. Efficiency only: correctness rests on the checkpoint's compare-and-swap. */
  readonly whileHeld: (name: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;
  readonly report?: (report: ProjectionReport) => void;
};

/** What the followers of one process share. */
type Shared = { readonly reader: LogReader; readonly company: Company; readonly rest: Rest };

const lookIntervalMs = 1_000;
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

/** Applies one page and tells about it. */
const applied = async (
  { report }: RunnerOptions,
  company: Company,
  build: Build,
  from: Checkpoint,
  page: LogPage,
): Promise<Checkpoint> => {
  const startedAt = performance.now();
  const checkpoint = await company.advance(build, from, page);
  const last = page.events.at(-1);
  report?.({
    kind: 'advanced',
    projection: build.projection.name,
    events: page.events.length,
    tookMs: performance.now() - startedAt,
    lagMs: last === undefined ? 0 : Math.max(0, Date.now() - Date.parse(last.recordedAt)),
    blockedLanes: checkpoint.blockedLanes,
  });
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
  const { reader, company, rest } = shared;
  const build = await liveBuild(db, projection);
  let checkpoint = await readCheckpoint(db, build);
  await requireSameLog(options, build, checkpoint);
  let lookedAt = 0;
  while (!signal.aborted) {
    const page = await reader.after(checkpoint.position);
    if (page.events.length === 0 && page.unknown !== undefined) throw page.unknown;
    if (page.events.length > 0 || page.through !== checkpoint.position) {
      const startedAt = performance.now();
      checkpoint = await applied(options, company, build, checkpoint, page);
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
  const shared = { reader, company: createCompany(options.db), rest: createRest() };
  await Promise.all(projections.map((projection) => runOne(options, shared, projection, signal)));
};

export type CatchUpOptions = Pick<RunnerOptions, 'db' | 'decode'> & {
  readonly feed: Pick<EventFeed, 'readAfter' | 'readAfterWithout'>;
  /** Every type that `decode` knows, so that what the projection does not handle need not be read. */
  readonly knownTypes?: readonly string[];
};

/** Applies what the log holds now and returns: for tests, tools and the end of a rebuild. Throws what stops it. */
export const catchUp = async (options: CatchUpOptions, projection: Projection): Promise<Checkpoint> =>
  catchUpBuild(options, await liveBuild(options.db, projection));

export const catchUpBuild = async (options: CatchUpOptions, build: Build): Promise<Checkpoint> => {
  const unhandled = unhandledTypes([build.projection], options.knownTypes ?? []);
  const reader = createLogReader(options.feed, options.decode, unhandled);
  let checkpoint = await readCheckpoint(options.db, build);
  for (;;) {
    const page = await reader.after(checkpoint.position);
    if (page.events.length === 0 && page.unknown !== undefined) throw page.unknown;
    if (page.events.length > 0 || page.through !== checkpoint.position)
      checkpoint = await advance(options.db, build, checkpoint, page);
    if (page.atHead) return checkpoint;
  }
};
