import { type QueryExecutorProvider, sql } from 'kysely';
import type { Projection } from '../../projections/projection.ts';

/** One hash per table over all of its rows, whatever their order. */
export const tableHashes = async (
  db: QueryExecutorProvider,
  projections: readonly Projection[],
): Promise<Readonly<Record<string, string>>> => {
  const hashes: Record<string, string> = {};
  for (const { schema, name } of projections.flatMap((projection) => projection.tables)) {
    const { rows } = await sql<{
      hash: string;
    }>`select count(*) || ':' || coalesce(md5(string_agg(line, E'\n' order by line)), '') as hash
      from (select t::text as line from ${sql.id(schema, name)} t) lines`.execute(db);
    hashes[`${schema}.${name}`] = rows[0]?.hash ?? '';
  }
  return hashes;
};
