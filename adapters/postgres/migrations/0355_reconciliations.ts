import { type Kysely, sql } from 'kysely';

/**
 * `recon_run`: each comparison with a partner. `recon_break`: what differed, a row from when it was found until both sides said
 * the same again. What is not over is looked for by business unit and pair at every run, and by class at every scrape; there
 * is little of it beside what is over.
 */
const statements = [
  `create schema rm_reconciliations_v1`,
  `create table rm_reconciliations_v1.recon_run (
     run_id text primary key,
     pair text not null,
     system text not null,
     state text not null,
     reason text,
     requested_by text,
     started_at timestamptz not null,
     ended_at timestamptz,
     cut jsonb,
     compared integer not null,
     found integer not null,
     healed integer not null,
     standing integer not null,
     revision integer not null,
     created_position text collate "C" not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index recon_run_created on rm_reconciliations_v1.recon_run (created_position)`,
  `create index recon_run_pair on rm_reconciliations_v1.recon_run (bu, pair, created_position)`,
  `create index recon_run_under_way on rm_reconciliations_v1.recon_run (created_position) where state = 'RUNNING'`,
  `create table rm_reconciliations_v1.recon_break (
     break_id text primary key,
     pair text not null,
     state text not null,
     class text not null,
     cause text,
     fix text,
     refs jsonb not null,
     attempts integer not null,
     looks integer not null,
     object_kind text not null,
     object_id text not null,
     node text,
     item text,
     order_id text,
     ours text,
     theirs text,
     difference text,
     amount numeric(38, 0),
     currency text,
     found_run text not null,
     last_run text not null,
     found_at timestamptz not null,
     healed_at timestamptz,
     created_position text collate "C" not null,
     healed_position text collate "C",
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index recon_break_created on rm_reconciliations_v1.recon_break (created_position)`,
  `create index recon_break_standing on rm_reconciliations_v1.recon_break (bu, pair, object_id) where state <> 'HEALED'`,
  `create index recon_break_order on rm_reconciliations_v1.recon_break (order_id)`,
  `create index recon_break_healed on rm_reconciliations_v1.recon_break (bu, pair, healed_position)`,
  ...['recon_run', 'recon_break'].map(
    (table) => `create view rm.${table} as select * from rm_reconciliations_v1.${table}`,
  ),
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
