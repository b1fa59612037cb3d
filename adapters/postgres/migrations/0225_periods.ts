import { type Kysely, sql } from 'kysely';

/** Accounting periods, state by state: rows are only added. */
const statements = [
  `create schema rm_periods_v1`,
  `create table rm_periods_v1.accounting_period (
     period_id text not null,
     revision integer not null,
     ledger text not null,
     period text not null,
     first_day text not null,
     last_day text not null,
     state text not null check (state in ('OPEN', 'SOFT_CLOSED', 'CLOSED')),
     opened_at timestamptz not null,
     opened_by text not null,
     soft_closed_at timestamptz,
     soft_closed_by text,
     soft_close_reason text,
     closed_at timestamptz,
     closed_by text,
     closing_reason text,
     checklist_sha256 text,
     trial_balance_sha256 text,
     through_position text collate "C",
     reopened_at timestamptz,
     reopened_by text,
     reopening_reason text,
     approval_id text,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null,
     primary key (period_id, revision)
   )`,
  `create view rm.accounting_period as select * from rm_periods_v1.accounting_period`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
