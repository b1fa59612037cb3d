import { type QueryExecutorProvider, sql } from 'kysely';
import type { Position } from '../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../domain/events.ts';
import type { Build } from './build.ts';

/** How far a projection has come, and which event it saw last: positions alone do not tell two logs apart. */
export type Checkpoint = {
  readonly position: Position | 'start';
  readonly lastEventId: string | null;
  readonly lastStream: string | null;
  readonly lastRevision: number | null;
  readonly blockedLanes: number;
};

/** Someone else moved this checkpoint: another projector, a replay or a rebuild. Nothing of ours was written. */
export class CheckpointMoved extends Error {
  override readonly name = 'CheckpointMoved';
}

/** The log does not hold the event that this projection saw last: it was restored from an older copy. */
export class LogRewound extends Error {
  override readonly name = 'LogRewound';
}

type Row = Omit<Checkpoint, 'position'> & { readonly position: Position | null };

const columns = sql`position, last_event_id as "lastEventId", last_event_stream as "lastStream", last_event_revision as "lastRevision",
  blocked_lanes as "blockedLanes"`;

/** A build that became live, or ceased to be, is another one for whoever worked on it: they must read again which they mean. */
const named = ({ projection, number, live }: Build) =>
  sql`name = ${projection.name} and version = ${number} and live = ${live}`;

const fromRow = (row: Row | undefined): Checkpoint | undefined =>
  row === undefined ? undefined : { ...row, position: row.position ?? 'start' };

export const readCheckpoint = async (db: QueryExecutorProvider, build: Build): Promise<Checkpoint> => {
  const { rows } = await sql<Row>`select ${columns} from ops.projection where ${named(build)}`.execute(db);
  const checkpoint = fromRow(rows[0]);
  if (checkpoint === undefined) throw new CheckpointMoved(`${build.consumer} has no checkpoint`);
  return checkpoint;
};

/** Locks the checkpoint for the rest of the transaction. */
export const lockCheckpoint = async (tx: QueryExecutorProvider, build: Build): Promise<Checkpoint> => {
  const { rows } = await sql<Row>`select ${columns} from ops.projection where ${named(build)} for update`.execute(tx);
  const checkpoint = fromRow(rows[0]);
  if (checkpoint === undefined) throw new CheckpointMoved(`${build.consumer} has no checkpoint`);
  return checkpoint;
};

export const requireSame = (stored: Checkpoint, ours: Checkpoint): void => {
  if (stored.position !== ours.position || stored.lastEventId !== ours.lastEventId) {
    throw new CheckpointMoved(`the checkpoint stands at ${stored.position}, not at ${ours.position}`);
  }
};

export type Step = {
  readonly through: Position | 'start';
  readonly last: RecordedDomainEvent | undefined;
  readonly atHead: boolean;
  readonly applied: number;
  readonly rowsAdded: number;
  readonly lanesBlocked: number;
};

/** Compare-and-swap from `ours`; throws `CheckpointMoved` when the row is no longer there, which rolls the rows back too. */
export const advanceCheckpoint = async (
  db: QueryExecutorProvider,
  build: Build,
  ours: Checkpoint,
  step: Step,
): Promise<Checkpoint> => {
  const { through, last, atHead, applied, rowsAdded, lanesBlocked } = step;
  const { rows } = await sql<Row>`update ops.projection set position = ${through === 'start' ? null : through},
      last_event_id = coalesce(${last?.eventId ?? null}::uuid, last_event_id),
      last_event_stream = coalesce(${last?.stream ?? null}::text, last_event_stream),
      last_event_revision = coalesce(${last?.revision ?? null}::int, last_event_revision),
      last_event_recorded_at = coalesce(${last?.recordedAt ?? null}::timestamptz, last_event_recorded_at),
      applied = applied + ${applied}, rows = rows + ${rowsAdded}, blocked_lanes = blocked_lanes + ${lanesBlocked}, at_head = ${atHead},
      state = case when ${atHead} or state = 'RUNNING' then 'RUNNING' else 'REPLAYING' end, looked_at = clock_timestamp(),
      error_class = null, error_detail = null
    where ${named(build)} and position is not distinct from ${ours.position === 'start' ? null : ours.position}
      and last_event_id is not distinct from ${ours.lastEventId}::uuid
    returning ${columns}`.execute(db);
  const next = fromRow(rows[0]);
  if (next === undefined) {
    throw new CheckpointMoved(`another worker moved ${build.consumer} on from ${ours.position}`);
  }
  return next;
};

/** Says that the projector is alive and found nothing new. Throws `CheckpointMoved` when the row is no longer the one it read: it was set back for a rebuild. */
export const recordLook = async (
  db: QueryExecutorProvider,
  build: Build,
  ours: Pick<Checkpoint, 'position' | 'lastEventId'>,
): Promise<void> => {
  const { rows } =
    await sql`update ops.projection set looked_at = clock_timestamp(), at_head = true, state = 'RUNNING', error_class = null, error_detail = null
    where ${named(build)} and position is not distinct from ${ours.position === 'start' ? null : ours.position}
      and last_event_id is not distinct from ${ours.lastEventId}::uuid
    returning name`.execute(db);
  if (rows.length === 0)
    throw new CheckpointMoved(`${build.consumer} was moved from ${ours.position} by somebody else`);
};

/** Says why the projector of the live build does not go on. The position stays where it is. */
export const recordStop = async (db: QueryExecutorProvider, projection: string, error: unknown): Promise<void> => {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  await sql`update ops.projection set state = 'STOPPED', at_head = false, error_class = ${name}, error_detail = ${message.slice(0, 2_000)}
    where name = ${projection} and live`.execute(db);
};
