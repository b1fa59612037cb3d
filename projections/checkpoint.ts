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

/** Locks the checkpoints that nobody else holds, for the rest of the transaction; by the names of their projections. */
export const lockFreeCheckpoints = async (
  tx: QueryExecutorProvider,
  builds: readonly Build[],
): Promise<ReadonlyMap<string, Checkpoint>> => {
  const wanted = builds.map(({ projection: { name }, number: version, live }) => ({ name, version, live }));
  const { rows } = await sql<Row & { readonly name: string }>`select name, ${columns} from ops.projection
    where (name, version, live) in (select w.name, w.version, w.live
      from json_to_recordset(${JSON.stringify(wanted)}::json) as w (name text, version int, live boolean))
    order by name for update skip locked`.execute(tx);
  return new Map(rows.map(({ name, ...row }) => [name, fromRow(row) as Checkpoint]));
};

export const isSame = (stored: Checkpoint, ours: Checkpoint): boolean =>
  stored.position === ours.position && stored.lastEventId === ours.lastEventId;

export const requireSame = (stored: Checkpoint, ours: Checkpoint): void => {
  if (!isSame(stored, ours)) {
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

/** Where a build stands and what it has done since. */
export type Move = { readonly build: Build; readonly ours: Checkpoint; readonly step: Step };

const moveRow = ({ build: { projection, number, live }, ours, step }: Move) => ({
  ...{ name: projection.name, version: number, live },
  from_position: ours.position === 'start' ? null : ours.position,
  from_event_id: ours.lastEventId,
  position: step.through === 'start' ? null : step.through,
  event_id: step.last?.eventId ?? null,
  stream: step.last?.stream ?? null,
  revision: step.last?.revision ?? null,
  recorded_at: step.last?.recordedAt ?? null,
  ...{ applied: step.applied, rows_added: step.rowsAdded, lanes_blocked: step.lanesBlocked, at_head: step.atHead },
});

/**
 * Compare-and-swap of several checkpoints, each from its `ours`; throws `CheckpointMoved` when one of the rows is no longer
 * there, which rolls the rows of all of them back too.
 */
export const advanceCheckpoints = async (
  db: QueryExecutorProvider,
  moves: readonly Move[],
): Promise<readonly Checkpoint[]> => {
  const { rows } = await sql<Row & { readonly name: string }>`update ops.projection p set position = m.position,
      last_event_id = coalesce(m.event_id, p.last_event_id), last_event_stream = coalesce(m.stream, p.last_event_stream),
      last_event_revision = coalesce(m.revision, p.last_event_revision),
      last_event_recorded_at = coalesce(m.recorded_at, p.last_event_recorded_at),
      applied = p.applied + m.applied, rows = p.rows + m.rows_added, blocked_lanes = p.blocked_lanes + m.lanes_blocked,
      at_head = m.at_head, state = case when m.at_head or p.state = 'RUNNING' then 'RUNNING' else 'REPLAYING' end,
      looked_at = clock_timestamp(), error_class = null, error_detail = null
    from json_to_recordset(${JSON.stringify(moves.map(moveRow))}::json) as m (name text, version int, live boolean, from_position text,
      from_event_id uuid, position text, event_id uuid, stream text, revision int, recorded_at timestamptz, applied int,
      rows_added int, lanes_blocked int, at_head boolean)
    where p.name = m.name and p.version = m.version and p.live = m.live and p.position is not distinct from m.from_position
      and p.last_event_id is not distinct from m.from_event_id
    returning p.name, p.position, p.last_event_id as "lastEventId", p.last_event_stream as "lastStream",
      p.last_event_revision as "lastRevision", p.blocked_lanes as "blockedLanes"`.execute(db);
  const found = new Map(rows.map(({ name, ...row }) => [name, row]));
  return moves.map(({ build, ours }) => {
    const next = fromRow(found.get(build.projection.name));
    if (next === undefined)
      throw new CheckpointMoved(`another worker moved ${build.consumer} on from ${ours.position}`);
    return next;
  });
};

/** Compare-and-swap from `ours`; throws `CheckpointMoved` when the row is no longer there, which rolls the rows back too. */
export const advanceCheckpoint = async (
  db: QueryExecutorProvider,
  build: Build,
  ours: Checkpoint,
  step: Step,
): Promise<Checkpoint> => (await advanceCheckpoints(db, [{ build, ours, step }]))[0] as Checkpoint;

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
