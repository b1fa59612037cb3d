import { type Kysely, sql } from 'kysely';
import { changeEveryBuild, hasColumn, readAgain, schemasOfBuilds } from '../everyBuild.ts';

/**
 * 0050 to 0052 changed the first build of each read model only, whichever was live. This does the same for every build. Where
 * one lacks it, the rows of all builds of that model are from before, so they are made again from the log. Changes nothing
 * where the first build was the only one then.
 */
const staging = (schema: string): readonly string[] => [
  `alter table ${schema}.gl_journal_state_change
     drop constraint if exists gl_journal_state_change_pkey,
     add column step integer not null,
     add column batch_id text,
     add column erp_document text,
     add column code text,
     add column detail text,
     add column problems jsonb,
     add constraint gl_journal_state_change_pkey primary key (journal_id, position, step)`,
  `create index gl_journal_state_change_batch on ${schema}.gl_journal_state_change (('gl-batch:' || batch_id)) where batch_id is not null`,
  `create index gl_journal_state_change_erp on ${schema}.gl_journal_state_change (('erp-doc:' || erp_document)) where erp_document is not null`,
  `create table ${schema}.gl_batch_change (like ${schema}.gl_batch including defaults, primary key (bu, batch_id, position))`,
  `create index gl_batch_position on ${schema}.gl_batch (position)`,
  `create table ${schema}.gl_account_name (
     bu text not null, ledger text not null, account text not null, position text collate "C" not null, name text not null,
     primary key (bu, ledger, account, position)
   )`,
  `create index gl_line_unmapped on ${schema}.gl_line (journal_id) where account is null`,
  `create index gl_journal_original on ${schema}.gl_journal (bu, original_date)`,
];

const policies = (schema: string): readonly string[] => [
  `create table ${schema}.policy_version (
     bu text not null, kind text not null, version integer not null,
     position text collate "C" not null, updated_at timestamptz not null,
     primary key (bu, kind, position)
   )`,
];

const shown = (table: string) => (schema: string) => [
  `create or replace view rm.${table} as select * from ${schema}.${table}`,
];

/** Indexes that only make questions faster; a build that has them is left as it is. */
const indexes: Readonly<Record<string, (schema: string) => readonly string[]>> = {
  event_index: (schema) => [
    `create index if not exists event_index_recorded on ${schema}.event_index (updated_at, position)`,
  ],
  subledgers: (schema) => [
    `drop index if exists ${schema}.subledger_entry_period`,
    `create index if not exists subledger_entry_day on ${schema}.subledger_entry (bu, pair, day)`,
  ],
  inventory: (schema) => [
    `drop index if exists ${schema}.stock_value_entry_period`,
    `create index if not exists stock_value_entry_day on ${schema}.stock_value_entry (bu, day)`,
    `create index if not exists stock_value_entry_document on ${schema}.stock_value_entry (document)`,
  ],
};

const lacking = async (db: Kysely<never>, model: string, table: string, column?: string) => {
  const schemas = await schemasOfBuilds(db, model);
  const complete = await Promise.all(schemas.map((schema) => hasColumn(db, schema, table, column)));
  return schemas.filter((_, index) => !complete[index]);
};

/** Schemas that stood in for a first build, which no row of `ops.projection` knows. */
const dropStandIns = async (db: Kysely<never>): Promise<void> => {
  const { rows } = await sql<{ name: string }>`select distinct name from ops.projection p
    where not exists (select from ops.projection o where o.name = p.name and o.version = 1)`.execute(db);
  for (const { name } of rows) await sql`drop schema if exists ${sql.id(`rm_${name}_v1`)} cascade`.execute(db);
};

export const up = async (db: Kysely<never>): Promise<void> => {
  const ledgers = await lacking(db, 'gl_staging', 'gl_journal_state_change', 'step');
  if (ledgers.length > 0) await readAgain(db, 'gl_staging');
  await changeEveryBuild(db, 'gl_staging', { tables: staging, needed: async (schema) => ledgers.includes(schema) });
  for (const table of ['gl_journal_state_change', 'gl_batch_change', 'gl_account_name'])
    await changeEveryBuild(db, 'gl_staging', { views: shown(table) });

  const definitions = await lacking(db, 'master_data', 'policy_version');
  if (definitions.length > 0) await readAgain(db, 'master_data');
  await changeEveryBuild(db, 'master_data', {
    tables: policies,
    needed: async (schema) => definitions.includes(schema),
    views: shown('policy_version'),
  });

  for (const [model, tables] of Object.entries(indexes)) await changeEveryBuild(db, model, { tables });
  await changeEveryBuild(db, 'lineage', {
    views: (schema) => [`create or replace view rm.lineage_flow as select * from ${schema}.lineage_edge`],
  });
  await dropStandIns(db);
};
