import { type Kysely, sql } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What customers paid in advance; and of an invoice what paid it, null, as on most, while nothing did. */
const statements = [
  `create schema rm_deposits_v1`,
  `create table rm_deposits_v1.deposit (
     order_id text not null,
     deposit_id text not null,
     sold_to text not null,
     channel text not null,
     currency text not null,
     reference text not null,
     amount numeric(38,0) not null,
     applied numeric(38,0) not null,
     refunded numeric(38,0) not null,
     received_at timestamptz not null,
     received_by text not null,
     applications jsonb not null,
     refunds jsonb not null,
     revision integer not null,
     created_position text collate "C" not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null,
     primary key (order_id, deposit_id)
   )`,
  `create unique index deposit_id on rm_deposits_v1.deposit (deposit_id)`,
  `create index deposit_created on rm_deposits_v1.deposit (created_position)`,
  `create index deposit_customer on rm_deposits_v1.deposit (bu, sold_to, created_position)`,
  `create view rm.deposit as select * from rm_deposits_v1.deposit`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await changeEveryBuild(db, 'invoices', {
    tables: (schema) => [`alter table ${schema}.invoice add column if not exists settlement jsonb`],
    views: (schema) => [`create or replace view rm.invoice as select * from ${schema}.invoice`],
  });
  await changeEveryBuild(db, 'credit', {
    tables: (schema) => [
      `alter table ${schema}.credit_account add column if not exists deposits numeric(38,0) not null default 0`,
      `alter table ${schema}.credit_reservation add column if not exists deposits numeric(38,0) not null default 0`,
    ],
    views: (schema) => [
      `create or replace view rm.credit_account as select * from ${schema}.credit_account`,
      `create or replace view rm.credit_reservation as select * from ${schema}.credit_reservation`,
    ],
  });
};
