import { type QueryExecutorProvider, sql, type Transaction } from 'kysely';
import type { Recorded, StreamName } from '../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../domain/events.ts';
import { laneIsPaused } from '../domain/replay/replay.ts';
import type { ProjectionDatabase } from './advance.ts';
import { type Build, liveBuild } from './build.ts';
import { CheckpointMoved, lockCheckpoint } from './checkpoint.ts';
import { classOf, detailOf, isFaultOfEvent } from './failures.ts';
import type { Projection } from './projection.ts';

export type RepairOptions = {
  readonly db: ProjectionDatabase;
  readonly decode: (recorded: Recorded) => RecordedDomainEvent;
  /** The events at these places of the log, in their order. */
  readonly eventsAt: (
    places: readonly { readonly stream: StreamName; readonly revision: number }[],
  ) => Promise<readonly (Recorded | undefined)[]>;
};

export type ReplayOutcome = { readonly replayed: number; readonly stillBlocked: number; readonly error: string | null };

export type Place = {
  readonly position: string;
  readonly laneKey: string;
  readonly eventId: string;
  readonly stream: StreamName;
  readonly revision: number;
  readonly eventType: string;
};

const place = sql`position, lane_key as "laneKey", event_id as "eventId", stream, revision, event_type as "eventType"`;

/** Who means to change the lane holds the checkpoint's lock. */
export const headOf = async (db: QueryExecutorProvider, build: Build, lane: string): Promise<Place | undefined> => {
  const { rows } =
    await sql<Place>`select ${place} from ops.dead_letter where projection = ${build.consumer} and lane_key = ${lane}`.execute(
      db,
    );
  return rows[0];
};

export const parkedBehind = async (
  db: QueryExecutorProvider,
  build: Build,
  lane: string,
  limit: number,
): Promise<readonly Place[]> => {
  const { rows } =
    await sql<Place>`select ${place} from ops.parked_event where projection = ${build.consumer} and behind_lane = ${lane}
    order by position limit ${limit}`.execute(db);
  return rows;
};

export const load = async (
  options: RepairOptions,
  places: readonly Place[],
): Promise<readonly RecordedDomainEvent[]> => {
  const found = await options.eventsAt(places);
  return places.map((at, index) => {
    const recorded = found[index];
    if (recorded?.eventId === at.eventId) return options.decode(recorded);
    throw new CheckpointMoved(`${at.stream}@${at.revision} is no longer event ${at.eventId}`);
  });
};

/** Takes applied events off the waiting list. The first one that is left stands in as the lane's dead letter, so that nothing overtakes it. */
const settle = async (
  tx: Transaction<never>,
  build: Build,
  lane: string,
  done: readonly Place[],
  next: Place | undefined,
): Promise<void> => {
  const positions = [...done, ...(next === undefined ? [] : [next])].map((at) => at.position);
  await sql`delete from ops.parked_event where projection = ${build.consumer} and behind_lane = ${lane} and position = any(${positions}::text[])`.execute(
    tx,
  );
  if (next === undefined) {
    await sql`delete from ops.dead_letter where projection = ${build.consumer} and lane_key = ${lane}`.execute(tx);
    await sql`update ops.projection set blocked_lanes = blocked_lanes - 1 where name = ${build.projection.name} and version = ${build.number}`.execute(
      tx,
    );
    return;
  }
  await sql`update ops.dead_letter set position = ${next.position}, event_id = ${next.eventId}, event_type = ${next.eventType}, stream = ${next.stream},
      revision = ${next.revision}, attempts = 0,
      blocked_count = (select count(*) from ops.parked_event where projection = ${build.consumer} and behind_lane = ${lane})
    where projection = ${build.consumer} and lane_key = ${lane}`.execute(tx);
};

/** How a replay goes about it. */
export type ReplayRun = {
  /** Events of one transaction. */
  readonly eventsPerStep: number;
  /** In the transaction of every step, so that what is counted there survives exactly as the rows do. */
  readonly onStep: (tx: Transaction<never>, events: number) => Promise<void>;
  /** Before every step: rate limit. */
  readonly pace: (events: number) => Promise<void>;
  /** Asked before every step; what is done by then stays done. */
  readonly isStopped: () => boolean;
};

const atOnce: ReplayRun = { eventsPerStep: 500, onStep: async () => {}, pace: async () => {}, isStopped: () => false };

/** Applies up to `size` events of the lane in one transaction. Undefined: the lane is free. */
const step = (
  options: RepairOptions,
  build: Build,
  lane: string,
  size: number,
  run: ReplayRun,
): Promise<number | undefined> =>
  options.db.transaction().execute(async (tx) => {
    await lockCheckpoint(tx, build);
    const head = await headOf(tx, build, lane);
    if (head === undefined) return undefined;
    const waiting = await parkedBehind(tx, build, lane, size);
    const now = [head, ...waiting.slice(0, size - 1)];
    const events = await load(options, now);
    const rowsAdded = await build.projection.apply(events, { tx, schema: build.schema });
    await sql`update ops.projection set rows = rows + ${rowsAdded}, applied = applied + ${events.length}
      where name = ${build.projection.name} and version = ${build.number}`.execute(tx);
    await settle(tx, build, lane, now, waiting[size - 1]);
    await run.onStep(tx, events.length);
    return events.length;
  });

const recordAttempt = async (options: RepairOptions, build: Build, lane: string, error: unknown): Promise<void> => {
  await sql`update ops.dead_letter set attempts = attempts + 1, last_seen_at = clock_timestamp(), error_class = ${classOf(error)}, detail = ${detailOf(error)}
    where projection = ${build.consumer} and lane_key = ${lane}`.execute(options.db);
};

const blockedNow = async (options: RepairOptions, build: Build, lane: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`select (1 + blocked_count)::int as count from ops.dead_letter
    where projection = ${build.consumer} and lane_key = ${lane}`.execute(options.db);
  return rows[0]?.count ?? 0;
};

/**
 * Tries a blocked lane again, in log order, until it is free or an event still cannot be applied; that event then heads
 * the lane. Safe beside the running projector and beside another replay: both take the checkpoint's lock. Nothing of a
 * failed step is written. Throws what is not an event's fault.
 */
export const replayLane = async (
  options: RepairOptions,
  projection: Projection,
  lane: string,
  run: ReplayRun = atOnce,
): Promise<ReplayOutcome> => {
  const build = await liveBuild(options.db, projection);
  let replayed = 0;
  let size = run.eventsPerStep;
  for (;;) {
    await run.pace(size);
    if (run.isStopped()) {
      const stillBlocked = await blockedNow(options, build, lane);
      return { replayed, stillBlocked, error: stillBlocked === 0 ? null : laneIsPaused };
    }
    try {
      const applied = await step(options, build, lane, size, run);
      if (applied === undefined) return { replayed, stillBlocked: 0, error: null };
      replayed += applied;
    } catch (error) {
      if (!isFaultOfEvent(error)) throw error;
      if (size === 1) {
        await recordAttempt(options, build, lane, error);
        return { replayed, stillBlocked: await blockedNow(options, build, lane), error: detailOf(error) };
      }
      size = 1;
    }
  }
};
