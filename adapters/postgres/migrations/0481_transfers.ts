import { type Kysely, sql } from 'kysely';
import { changeEveryBuild, schemaOfLive } from '../everyBuild.ts';

/** What goes from one node to another. Most are over; those that differ are few, and their clock looks at them alone. */
const statements = [
  `create schema rm_transfers_v1`,
  `create table rm_transfers_v1.transfer (
     transfer_id text primary key,
     reference text not null,
     from_node text not null,
     to_node text not null,
     currency text not null,
     expected_on text not null,
     ordered_by text not null,
     ordered_at timestamptz not null,
     state text not null,
     differs_since timestamptz,
     lines jsonb not null,
     shipments jsonb not null,
     receipts jsonb not null,
     closed_at timestamptz,
     closed_by text,
     closing_reason text,
     revision integer not null,
     created_position text collate "C" not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index transfer_created on rm_transfers_v1.transfer (created_position)`,
  `create index transfer_from on rm_transfers_v1.transfer (bu, from_node, created_position)`,
  `create index transfer_to on rm_transfers_v1.transfer (bu, to_node, created_position)`,
  `create index transfer_reference on rm_transfers_v1.transfer (reference)`,
  `create index transfer_differs on rm_transfers_v1.transfer (bu) where state = 'DIFFERENCE'`,
  `create view rm.transfer as select * from rm_transfers_v1.transfer`,
];

/** Of goods between two nodes the subledger knows which they are, where they go to and how many. */
const goods = ['node text', 'item text', 'qty bigint'];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await changeEveryBuild(db, 'subledgers', {
    tables: (schema) => [
      `alter table ${schema}.subledger_entry ${goods.map((column) => `add column if not exists ${column}`).join(', ')}`,
    ],
  });
  const [subledgers, inventory] = [await schemaOfLive(db, 'subledgers'), await schemaOfLive(db, 'inventory')];
  const shared = 'entry_position, entry_no, bu, ';
  const moved = 'kind, day, period, currency, amount, document';
  await sql
    .raw(`create or replace view rm.subledger_entry as
      select ${shared} pair, ${moved}, order_id, jurisdiction, node, item, qty from ${subledgers}.subledger_entry
      union all select ${shared} 'INVENTORY', ${moved}, null, null, node, item, qty from ${inventory}.stock_value_entry`)
    .execute(db);
};
