import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import type { Checkpoints } from '../../commands/ports.ts';
import type { Position } from '../../domain/eventLog.ts';
import { orLogUnavailable } from './failures.ts';

/** How far a reader has come. `lastEventId` and `logEpoch` tell the log it read from a restored older one. */
export type Checkpoint = {
  readonly position: Position | 'start';
  readonly lastEventId: string | null;
  readonly logEpoch: string | null;
};

const beginning: Checkpoint = { position: 'start', lastEventId: null, logEpoch: null };

/** Reads with any Kysely instance or transaction. A reader that never advanced is at 'start'. */
export const readCheckpoint = async (executor: QueryExecutorProvider, name: string): Promise<Checkpoint> => {
  const { rows } = await sql<Checkpoint>`
    select position, last_event_id as "lastEventId", log_epoch as "logEpoch" from ops.checkpoint where name = ${name}
  `.execute(executor);
  return rows[0] ?? beginning;
};

/** The row must exist to be compared; two readers that start together meet at its key. */
export const ensureCheckpoint = async (executor: QueryExecutorProvider, name: string): Promise<void> => {
  await sql`insert into ops.checkpoint (name, position) values (${name}, 'start') on conflict do nothing`.execute(
    executor,
  );
};

type Place = { readonly position: Position; readonly lastEventId?: string | null; readonly logEpoch?: string | null };

/** One row when the checkpoint was at `from`, none when another reader moved it. */
export const movedCheckpoint = (name: string, from: Position | 'start', to: Place) => sql`
  update ops.checkpoint
  set position = ${to.position}, last_event_id = ${to.lastEventId ?? null}::uuid, log_epoch = ${to.logEpoch ?? null}::uuid,
      advanced_at = clock_timestamp()
  where name = ${name} and position = ${from} returning name`;

/**
 * Moves the checkpoint from exactly `from` to `to` inside the caller's transaction, so that it commits with the caller's
 * rows or not at all. False: another reader moved it; the caller must roll back.
 */
export const advanceCheckpoint = async (
  executor: QueryExecutorProvider,
  name: string,
  from: Position | 'start',
  to: Place,
): Promise<boolean> => {
  if (from === 'start') await ensureCheckpoint(executor, name);
  return (await movedCheckpoint(name, from, to).execute(executor)).rows.length === 1;
};

/** Checkpoints of readers whose effects are safe to repeat and therefore need no shared transaction. */
export const createCheckpoints = <Tables>(db: Kysely<Tables>): Checkpoints => ({
  read: (name) => orLogUnavailable(async () => (await readCheckpoint(db, name)).position),
  // A row that was only made and not moved yet stands at the start, as one that is not there.
  advance: (name, from, to) => orLogUnavailable(() => advanceCheckpoint(db, name, from, { position: to })),
});
