import { type Kysely, sql } from 'kysely';
import { schemaOfLive } from '../everyBuild.ts';

/**
 * The three migrations after this one speak of the first build of these read models, which is gone where a model was rebuilt
 * twice. An empty one stands in for it there; 0130 does for every build what they did for the first, and takes it away again.
 */
const models = ['event_index', 'gl_staging', 'inventory', 'lineage', 'master_data', 'subledgers'];

/** Indexes that are dropped by their names. */
const named = [
  `create index if not exists subledger_entry_period on rm_subledgers_v1.subledger_entry (bu, pair, period)`,
  `create index if not exists stock_value_entry_period on rm_inventory_v1.stock_value_entry (bu, period)`,
];

const standIn = async (db: Kysely<never>, model: string): Promise<void> => {
  const live = await schemaOfLive(db, model);
  const first = `rm_${model}_v1`;
  const { rows: present } = await sql`select from pg_namespace where nspname = ${first}`.execute(db);
  if (present.length > 0) return;
  await sql`create schema ${sql.id(first)}`.execute(db);
  const { rows } = await sql<{
    table: string;
  }>`select t.relname as table from pg_class t join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = ${live} and t.relkind = 'r'`.execute(db);
  for (const { table } of rows)
    await sql`create table ${sql.id(first, table)} (like ${sql.id(live, table)} including all)`.execute(db);
};

export const up = async (db: Kysely<never>): Promise<void> => {
  // Where they have run already, nothing needs to stand in for anything.
  const { rows: done } = await sql`select from ops.migration where name = '0052_tie_outs'`.execute(db);
  if (done.length > 0) return;
  for (const model of models) await standIn(db, model);
  for (const statement of named) await sql.raw(statement).execute(db);
};
