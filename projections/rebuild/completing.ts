import { type QueryExecutorProvider, sql } from 'kysely';
import type { ProjectionDatabase } from '../advance.ts';
import type { Build } from '../build.ts';
import { inTurn } from '../filling/inTurn.ts';

/** Builds whose indexes are made at the same time; each takes a core and its own working memory. */
const togetherMax = 2;

/** For the transaction that makes a build's indexes. Nobody helps it: the other core has a build of its own. */
export const roomForIndexes = async (tx: QueryExecutorProvider): Promise<void> => {
  await sql`select set_config('statement_timeout', '0', true), set_config('maintenance_work_mem', '128MB', true),
    set_config('max_parallel_maintenance_workers', '0', true)`.execute(tx);
};

const rowsOf = async (db: ProjectionDatabase, builds: readonly Build[]): Promise<ReadonlyMap<string, number>> => {
  const consumers = builds.map(({ projection: { name }, number }) => ({ name, version: number }));
  const { rows } = await sql<{ name: string; rows: number }>`select p.name, p.rows::float8 as rows from ops.projection p
    join json_to_recordset(${JSON.stringify(consumers)}::json) as b (name text, version int)
      on b.name = p.name and b.version = p.version`.execute(db);
  return new Map(rows.map(({ name, rows }) => [name, rows]));
};

/** Does `complete` for builds of different read models, some at a time. The longest come first, so that none of them is left over alone. */
export const completeInTurn = async <Done>(
  db: ProjectionDatabase,
  builds: readonly Build[],
  complete: (build: Build) => Promise<Done>,
): Promise<readonly Done[]> => {
  const rows = await rowsOf(db, builds);
  const weight = ({ projection: { name } }: Build): number => rows.get(name) ?? 0;
  const turn = inTurn(togetherMax);
  const works = builds.toSorted((a, b) => weight(b) - weight(a)).map((build) => turn(() => complete(build)));
  // Nothing may be at work any more when one of them is answered for.
  await Promise.allSettled(works);
  return Promise.all(works);
};
