import type { EventFeed, Recorded, StreamName } from '../domain/eventLog.ts';
import { type Build, liveBuild } from './build.ts';
import { type Checkpoint, LogRewound, readCheckpoint, recordLook } from './checkpoint.ts';
import { type Convoys, createConvoys, type FarBehind, isFarBehind, isOld } from './filling/convoy.ts';
import type { ReplaySource } from './filling/page.ts';
import { createLogReader, type LogPage, type LogReader } from './logReader.ts';
import { type Report, teller } from './progressReport.ts';
import type { Projection } from './projection.ts';
import { createRest, gatherMsOf, type Rest } from './rest.ts';
import { type Company, createCompany } from './together.ts';

export type FollowerOptions = Omit<ReplaySource, 'feed' | 'knownTypes'> & {
  readonly feed: Pick<EventFeed, 'readAfter' | 'changed'>;
  /** The event at that place of the log as it is stored, or undefined. */
  readonly eventAt: (stream: StreamName, revision: number) => Promise<Recorded | undefined>;
  readonly report?: Report;
  readonly farBehind?: FarBehind;
};

/** What the followers of one process share. */
export type Shared = {
  readonly reader: LogReader;
  readonly company: Company;
  readonly convoys: Convoys;
  readonly rest: Rest;
};

const lookIntervalMs = 1_000;
/**
 * A busy service has full pages all the time, and is some seconds behind at its worst moments. The way of those that are far
 * behind takes memory, a hundred megabytes and more: for a few thousand events it saves too little.
 */
const farBehindDefault: FarBehind = { weight: 4_000, ms: 10_000 };

/** Refuses a log that is not the one this checkpoint was made on. */
const requireSameLog = async (options: FollowerOptions, build: Build, checkpoint: Checkpoint): Promise<void> => {
  const { lastStream, lastRevision, lastEventId } = checkpoint;
  if (lastStream === null || lastRevision === null) return;
  const event = await options.eventAt(lastStream as StreamName, lastRevision);
  if (event?.eventId === lastEventId) return;
  throw new LogRewound(
    `${build.consumer} has seen event ${lastEventId} at ${lastStream}@${lastRevision}; this log does not hold it there`,
  );
};

/** Applies one page, or all that the log holds when that is much, and tells about it. */
const applied = async (
  options: FollowerOptions,
  { company, convoys }: Shared,
  build: Build,
  ours: Checkpoint,
  page: LogPage,
  signal: AbortSignal,
): Promise<Checkpoint> => {
  const moved = teller(options.report, build);
  if (isFarBehind(page, ours, options.farBehind ?? farBehindDefault)) {
    await convoys.join({ build, ours, page, signal, moved });
    return readCheckpoint(options.db, build);
  }
  const checkpoint = await company.advance(build, ours, page);
  moved({ checkpoint, events: page.events.length, last: page.events.at(-1) });
  return checkpoint;
};

/** What those share that are given the same options. */
export const createShared = (options: FollowerOptions): Shared => ({
  reader: createLogReader(options.feed, options.decode),
  company: createCompany(options.db),
  // Under load there is a full page at the end of it too: who waited for one that is not would go this way for ever.
  convoys: createConvoys({ ...options, isNear: (page) => !isOld(page, options.farBehind ?? farBehindDefault) }),
  rest: createRest(),
});

/** Brings the live build to the head of the log and keeps it there until `signal`, or throws what stops it. */
export const follow = async (
  options: FollowerOptions,
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
