import { type QueryExecutorProvider, sql } from 'kysely';
import { liveBuild } from '../../projections/build.ts';
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
