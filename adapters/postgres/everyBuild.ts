import { type Kysely, sql } from 'kysely';

/**
 * A read model's tables exist once per build: the live one, the one before it that is kept for a rollback, and one that is
 * being filled. A migration that changed a single one of them would leave the others behind, so it goes through here.
 */

const run = async (db: Kysely<never>, statements: readonly string[]): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};

/** The schemas of all builds of a read model, oldest first. */
export const schemasOfBuilds = async (db: Kysely<never>, model: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ schema: string }>`select nspname as schema from pg_namespace
    where nspname ~ ${`^rm_${model}_v[1-9][0-9]*$`} order by length(nspname), nspname`.execute(db);
  return rows.map(({ schema }) => schema);
};

/** The schema of the build that readers see: the first one until a rebuild was swapped. */
export const schemaOfLive = async (db: Kysely<never>, model: string): Promise<string> => {
  const { rows } = await sql<{
    version: number;
  }>`select version from ops.projection where name = ${model} and live`.execute(db);
  return `rm_${model}_v${rows[0]?.version ?? 1}`;
};

export const hasColumn = async (
  db: Kysely<never>,
  schema: string,
  table: string,
  column?: string,
): Promise<boolean> => {
  const { rows } = await sql`select from pg_class t join pg_namespace n on n.oid = t.relnamespace
      join pg_attribute a on a.attrelid = t.oid and not a.attisdropped
    where n.nspname = ${schema} and t.relname = ${table} and (${column ?? null}::text is null or a.attname = ${column ?? null})
    limit 1`.execute(db);
  return rows.length === 1;
};

export type ModelChange = {
  /**
   * What changes the tables of one build. One that is being filled has neither indexes nor triggers nor foreign keys yet and
   * takes them from the live build at its end, so these are dropped with `if exists` and made with `if not exists`.
   */
  readonly tables?: (schema: string) => readonly string[];
  /** Which builds need it; all of them when absent. */
  readonly needed?: (schema: string) => Promise<boolean>;
  /** What shows the tables to readers: views in `rm` over the live build. */
  readonly views?: (schema: string) => readonly string[];
};

/** Changes a read model in every build of it, and its views over the live one. */
export const changeEveryBuild = async (
  db: Kysely<never>,
  model: string,
  { tables, needed, views }: ModelChange,
): Promise<void> => {
  for (const schema of await schemasOfBuilds(db, model))
    if (needed === undefined || (await needed(schema))) await run(db, tables?.(schema) ?? []);
  await run(db, views?.(await schemaOfLive(db, model)) ?? []);
};

const tablesIn = async (db: Kysely<never>, schema: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ table: string }>`select format('%I.%I', n.nspname, t.relname) as table
    from pg_class t join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = ${schema} and t.relkind = 'r' order by t.relname`.execute(db);
  return rows.map(({ table }) => table);
};

/**
 * Empties every build of a read model, so that each reads the log again from its first event: the live one at once, a kept
 * one when it is rolled back to. For changes that cannot be filled from the rows that are there.
 */
export const readAgain = async (db: Kysely<never>, model: string): Promise<void> => {
  for (const schema of await schemasOfBuilds(db, model)) {
    const tables = await tablesIn(db, schema);
    if (tables.length > 0) await run(db, [`truncate ${tables.join(', ')}`]);
  }
  const own = sql`projection = ${model} or projection like ${`${model}@%`}`;
  await sql`delete from ops.parked_event where ${own}`.execute(db);
  await sql`delete from ops.dead_letter where ${own}`.execute(db);
  await sql`update ops.projection set position = null, last_event_id = null, last_event_stream = null, last_event_revision = null,
      last_event_recorded_at = null, applied = 0, rows = 0, blocked_lanes = 0, at_head = false,
      state = case when live then 'REPLAYING' else state end, error_class = null, error_detail = null
    where name = ${model}`.execute(db);
};
