import { type Kysely, sql } from 'kysely';

/** Single payments. They are few beside what else is recorded, so each way of looking for them has its index. */
const statements = [
  `create schema rm_payments_v1`,
  `create table rm_payments_v1.payment (
     payment_id text primary key,
     invoice_id text not null,
     invoice_number text not null,
     order_id text not null,
     sold_to text not null,
     currency text not null,
     amount numeric(38,0) not null,
     reference text not null,
     paid_at timestamptz not null,
     paid_on date not null,
     recorded_by text not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index payment_paid on rm_payments_v1.payment (paid_on, position)`,
  `create index payment_customer on rm_payments_v1.payment (bu, sold_to, paid_on, position)`,
  `create index payment_invoice on rm_payments_v1.payment (invoice_id)`,
  `create index payment_reference on rm_payments_v1.payment (reference)`,
  `create table rm_payments_v1.payment_clock (
     bu text primary key, time_zone text not null, position text collate "C" not null, updated_at timestamptz not null
   )`,
  `create view rm.payment as select * from rm_payments_v1.payment`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
