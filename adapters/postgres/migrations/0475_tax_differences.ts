import { type Kysely, sql } from 'kysely';
import { changeEveryBuild, schemaOfLive } from '../everyBuild.ts';

/** Documents of which the tax engine holds another tax are few, and looked for again and again. */
const open = `where tax_problem ->> 'code' = 'TAX_COMMIT_MISMATCH' and void_date is null`;

/**
 * How far the tax engine is from a document, and of an entry of tax which jurisdiction has it otherwise than it was issued. Of
 * what differs already that is told by a rebuild.
 */
export const up = async (db: Kysely<never>): Promise<void> => {
  await changeEveryBuild(db, 'invoices', {
    tables: (schema) => [
      `alter table ${schema}.invoice add column if not exists tax_difference jsonb`,
      `create index if not exists invoice_tax_mismatch on ${schema}.invoice (invoice_id) ${open}`,
    ],
    views: (schema) => [`create or replace view rm.invoice as select * from ${schema}.invoice`],
  });
  await changeEveryBuild(db, 'subledgers', {
    tables: (schema) => [`alter table ${schema}.subledger_entry add column if not exists jurisdiction text`],
  });
  const [subledgers, inventory] = [await schemaOfLive(db, 'subledgers'), await schemaOfLive(db, 'inventory')];
  const shared = 'entry_position, entry_no, bu, ';
  const moved = 'kind, day, period, currency, amount, document';
  await sql
    .raw(`create or replace view rm.subledger_entry as
      select ${shared} pair, ${moved}, order_id, jurisdiction from ${subledgers}.subledger_entry
      union all select ${shared} 'INVENTORY', ${moved}, null, null from ${inventory}.stock_value_entry`)
    .execute(db);
};
