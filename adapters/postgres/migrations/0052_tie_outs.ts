import { type Kysely, sql } from 'kysely';

/** Tie-outs are drawn through a day; what straddles that day is found by document. */
const statements = [
  `drop index rm_subledgers_v1.subledger_entry_period`,
  `create index subledger_entry_day on rm_subledgers_v1.subledger_entry (bu, pair, day)`,
  `drop index rm_inventory_v1.stock_value_entry_period`,
  `create index stock_value_entry_day on rm_inventory_v1.stock_value_entry (bu, day)`,
  `create index stock_value_entry_document on rm_inventory_v1.stock_value_entry (document)`,
  `create index gl_journal_original on rm_gl_staging_v1.gl_journal (bu, original_date)`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
