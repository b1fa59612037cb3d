import { type QueryExecutorProvider, sql } from 'kysely';
import type { ProjectionDatabase } from '../../projections/advance.ts';
import { liveBuild } from '../../projections/build.ts';
import { lockCheckpoint } from '../../projections/checkpoint.ts';
import type { Projection } from '../../projections/projection.ts';

/** One hash per table of the live builds over all of its rows, whatever their order. */
export const tableHashes = async (
  db: QueryExecutorProvider,
  projections: readonly Projection[],
): Promise<Readonly<Record<string, string>>> => {
  const hashes: Record<string, string> = {};
  for (const projection of projections) {
    const { schema } = await liveBuild(db, projection);
    for (const name of projection.tables) {
      const { rows } = await sql<{
        hash: string;
      }>`select count(*) || ':' || coalesce(md5(string_agg(line, E'\n' order by line)), '') as hash
        from (select t::text as line from ${sql.id(schema, name)} t) lines`.execute(db);
      hashes[name] = rows[0]?.hash ?? '';
    }
  }
  return hashes;
};

/** Sets the live builds back to the start of the log, as if nothing had been read. */
export const emptyTables = async (db: ProjectionDatabase, projections: readonly Projection[]): Promise<void> => {
  for (const projection of projections) {
    await db.transaction().execute(async (tx) => {
      const build = await liveBuild(tx, projection);
      await lockCheckpoint(tx, build);
      await sql`truncate ${sql.join(projection.tables.map((table) => sql.id(build.schema, table)))}`.execute(tx);
      await sql`delete from ops.parked_event where projection = ${projection.name}`.execute(tx);
      await sql`delete from ops.dead_letter where projection = ${projection.name}`.execute(tx);
      await sql`update ops.projection set position = null, last_event_id = null, last_event_stream = null, last_event_revision = null,
          last_event_recorded_at = null, applied = 0, rows = 0, blocked_lanes = 0, at_head = false, state = 'REPLAYING'
        where name = ${projection.name} and live`.execute(tx);
    });
  }
};
