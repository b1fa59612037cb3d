import { sql, type Transaction } from 'kysely';
import type { RecordedDomainEvent } from '../domain/events.ts';
import { type Build, liveBuild } from './build.ts';
import { CheckpointMoved, lockCheckpoint } from './checkpoint.ts';
import { classOf, detailOf, isFaultOfEvent } from './failures.ts';
import type { Projection } from './projection.ts';
import { headOf, load, type Place, parkedBehind, type RepairOptions } from './repair.ts';
import { type RowChange, rowChanges } from './rowChanges.ts';

/** What a replay of a lane would do now. */
export type LanePreview = {
  /** The event at the head of the lane and what waits behind it, oldest first, as far as it was tried. */
  readonly waiting: readonly Place[];
  readonly waitingCount: number;
  /** How many of them would be applied. */
  readonly applied: number;
  /** What the first one that still could not be applied says. */
  readonly error: { readonly class: string; readonly detail: string } | null;
  readonly rows: readonly RowChange[];
};

/** One preview holds up the projector for as long as this many events take. */
const previewEventsMax = 500;
/** One statement, so that a connection that prepares what it sends takes it too. */
const timeouts = sql`select set_config('lock_timeout', '5s', true), set_config('statement_timeout', '15s', true)`;

/** Runs `work` in a transaction of which nothing stays, with the projector held at its place. */
const rolledBack = async <T>(
  { db }: RepairOptions,
  build: Build,
  work: (tx: Transaction<never>) => Promise<T>,
): Promise<T> => {
  const tx = await db.startTransaction().execute();
  try {
    await timeouts.execute(tx);
    await lockCheckpoint(tx, build);
    return await work(tx);
  } finally {
    await tx.rollback().execute();
  }
};

/** How many events can be applied one after the other, and why the next one cannot. */
const applicable = (
  options: RepairOptions,
  build: Build,
  events: readonly RecordedDomainEvent[],
): Promise<Pick<LanePreview, 'applied' | 'error'>> =>
  rolledBack(options, build, async (tx) => {
    for (const [index, event] of events.entries()) {
      try {
        await build.projection.apply([event], { tx, schema: build.schema });
        await sql`set constraints all immediate`.execute(tx);
      } catch (error) {
        if (!isFaultOfEvent(error)) throw error;
        return { applied: index, error: { class: classOf(error), detail: detailOf(error) } };
      }
    }
    return { applied: events.length, error: null };
  });

const changesBy = (
  options: RepairOptions,
  build: Build,
  lane: string,
  events: readonly RecordedDomainEvent[],
): Promise<readonly RowChange[]> =>
  rolledBack(options, build, async (tx) => {
    const head = await headOf(tx, build, lane);
    if (head?.eventId !== events[0]?.eventId) throw new CheckpointMoved(`lane ${lane} has gone on meanwhile`);
    await build.projection.apply(events, { tx, schema: build.schema });
    // Checks that wait for the commit would otherwise never be made.
    await sql`set constraints all immediate`.execute(tx);
    return rowChanges(options.db, tx, build);
  });

/**
 * What `replayLane` would do with this lane now: the events are really applied, in a transaction that is rolled back, and
 * the rows are those that the database would hold. Undefined: the lane is free. Throws what is not an event's fault.
 */
export const previewLane = async (
  options: RepairOptions,
  projection: Projection,
  lane: string,
): Promise<LanePreview | undefined> => {
  const build = await liveBuild(options.db, projection);
  const head = await headOf(options.db, build, lane);
  if (head === undefined) return undefined;
  const waiting = [head, ...(await parkedBehind(options.db, build, lane, previewEventsMax - 1))];
  const events = await load(options, waiting);
  const { rows: counted } = await sql<{ count: number }>`select (1 + blocked_count)::int as count from ops.dead_letter
    where projection = ${build.consumer} and lane_key = ${lane}`.execute(options.db);
  const told = { waiting, waitingCount: counted[0]?.count ?? waiting.length };
  try {
    return { ...told, applied: events.length, error: null, rows: await changesBy(options, build, lane, events) };
  } catch (error) {
    if (!isFaultOfEvent(error)) throw error;
  }
  const { applied, error } = await applicable(options, build, events);
  const rows = applied === 0 ? [] : await changesBy(options, build, lane, events.slice(0, applied));
  return { ...told, applied, error, rows };
};
