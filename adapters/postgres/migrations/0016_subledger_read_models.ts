import { type Kysely, sql } from 'kysely';

const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

/** What the subledgers say, entry by entry, so that a tie-out of any period can be drawn from either side. */
const subledgers = [
  `create schema rm_subledgers_v1`,
  `create table rm_subledgers_v1.subledger_clock (
     bu text primary key, time_zone text not null, position text collate "C" not null, updated_at timestamptz not null
   )`,
  `create table rm_subledgers_v1.subledger_entry (
     entry_position text collate "C" not null,
     entry_no integer not null,
     pair text not null,
     kind text not null,
     day date not null,
     period text not null,
     currency text not null,
     amount numeric(38, 0) not null,
     document text not null,
     order_id text,
     ${reflects},
     primary key (entry_position, entry_no)
   )`,
  `create index subledger_entry_period on rm_subledgers_v1.subledger_entry (bu, pair, period)`,
  `create index subledger_entry_document on rm_subledgers_v1.subledger_entry (document)`,
];

const views = [
  `create view rm.subledger_entry as
     select entry_position, entry_no, bu, pair, kind, day, period, currency, amount, document, order_id
     from rm_subledgers_v1.subledger_entry
     union all
     select entry_position, entry_no, bu, 'INVENTORY', kind, day, period, currency, amount, document, null
     from rm_inventory_v1.stock_value_entry`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...subledgers, ...views]) await sql.raw(statement).execute(db);
};
