import { type Kysely, sql } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What customers send back, and of an order line the returns that are not over; null, as on nearly every line, takes no room. */
const statements = [
  `create schema rm_returns_v1`,
  `create table rm_returns_v1.return_authorisation (
     rma_id text primary key,
     order_id text not null,
     shipment_id text not null,
     node text not null,
     sold_to text not null,
     currency text not null,
     state text not null,
     authorised_at timestamptz not null,
     authorised_by text not null,
     expires_on text not null,
     unexpected jsonb not null,
     ended_at timestamptz,
     ended_by text,
     closing_reason text,
     revision integer not null,
     created_position text collate "C" not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create table rm_returns_v1.return_line (
     rma_id text not null,
     shipment_line_id text not null,
     line_id text not null,
     item text not null,
     reason text not null,
     qty bigint not null,
     received bigint not null,
     kept bigint not null,
     inspected bigint not null,
     quarantined bigint not null,
     inspections jsonb not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null,
     primary key (rma_id, shipment_line_id)
   )`,
  `create index return_authorisation_created on rm_returns_v1.return_authorisation (created_position)`,
  `create index return_authorisation_order on rm_returns_v1.return_authorisation (order_id)`,
  `create index return_authorisation_customer on rm_returns_v1.return_authorisation (bu, sold_to, created_position)`,
  `create view rm.return_authorisation as select * from rm_returns_v1.return_authorisation`,
  `create view rm.return_line as select * from rm_returns_v1.return_line`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await changeEveryBuild(db, 'orders', {
    tables: (schema) => [`alter table ${schema}.order_line add column if not exists open_returns jsonb`],
    views: (schema) => [`create or replace view rm.order_line as select * from ${schema}.order_line`],
  });
};
