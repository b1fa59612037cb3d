import { type Kysely, sql } from 'kysely';

/**
 * How a second ERP would post the sealed batches of a business unit that moves to it. Rows are only ever added, so what was known
 * at a position is what lies at or before it. `shadow_row` is asked for by business unit and period, and added up by its key.
 */
const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

const statements = [
  `create schema rm_shadow_ledgers_v1`,
  `create table rm_shadow_ledgers_v1.shadow_definition (
     ledger text not null,
     version integer not null,
     system text not null,
     content jsonb not null,
     defined_by text not null,
     revision integer not null,
     ${reflects},
     primary key (bu, version)
   )`,
  `create table rm_shadow_ledgers_v1.shadow_batch (
     batch_id text not null,
     ledger text not null,
     version integer not null,
     system text not null,
     period text not null,
     sequence integer not null,
     day text not null,
     journal_count integer not null,
     line_count integer not null,
     keys jsonb not null,
     ${reflects},
     primary key (bu, batch_id)
   )`,
  `create index shadow_batch_position on rm_shadow_ledgers_v1.shadow_batch (bu, position)`,
  `create table rm_shadow_ledgers_v1.shadow_row (
     batch_id text not null,
     row_no integer not null,
     period text not null,
     day text not null,
     difference_key text collate "C" not null,
     kinds jsonb not null,
     currency text not null,
     account text collate "C" not null,
     simulated jsonb not null,
     expected jsonb,
     debit numeric(38, 0) not null,
     credit numeric(38, 0) not null,
     line_count integer not null,
     lines jsonb not null,
     ${reflects},
     primary key (bu, batch_id, row_no)
   )`,
  `create index shadow_row_account on rm_shadow_ledgers_v1.shadow_row (bu, period, account, difference_key)`,
  `create table rm_shadow_ledgers_v1.shadow_explanation (
     ledger text not null,
     difference_key text collate "C" not null,
     until_day text not null,
     reason text not null,
     explained_by text not null,
     ${reflects},
     primary key (bu, difference_key, position)
   )`,
  `create table rm_shadow_ledgers_v1.shadow_cut_over (
     ledger text not null,
     from_system text not null,
     to_system text not null,
     version integer not null,
     effective_date text not null,
     clean_days integer not null,
     approval_id text not null,
     approved_by text not null,
     cut_over_by text not null,
     reason text not null,
     ${reflects},
     primary key (bu, ledger)
   )`,
  ...['shadow_definition', 'shadow_batch', 'shadow_row', 'shadow_explanation', 'shadow_cut_over'].map(
    (table) => `create view rm.${table} as select * from rm_shadow_ledgers_v1.${table}`,
  ),
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
