import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What of a shipment was lost or damaged on its way; what waits for a person is found by an index. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'shipments', {
    tables: (schema) => [
      `alter table ${schema}.shipment_line add column if not exists lost numeric not null default 0,
         add column if not exists damaged numeric not null default 0`,
      `create table if not exists ${schema}.shipment_loss (
         shipment_id text not null,
         loss_id text not null,
         order_id text not null,
         node text not null,
         kind text not null,
         state text not null,
         source text not null,
         liability text not null,
         outcome text,
         at timestamptz not null,
         told_at timestamptz not null,
         tracking text,
         reference text,
         after_delivery boolean not null,
         found_at timestamptz,
         currency text,
         cost numeric(38, 0) not null,
         credit_memo_ids jsonb not null,
         lines jsonb not null,
         bu text not null,
         position text collate "C" not null,
         updated_at timestamptz not null,
         primary key (shipment_id, loss_id)
       )`,
      `create index if not exists shipment_loss_open on ${schema}.shipment_loss (bu) where state in ('UNDECIDED', 'FOUND_SETTLED')`,
      `create index if not exists shipment_loss_order on ${schema}.shipment_loss (order_id)`,
      `create index if not exists shipment_told_lost on ${schema}.shipment (bu)
         where carrier_status ->> 'code' in ('LOST', 'DAMAGED')`,
    ],
    views: (schema) => [
      `create or replace view rm.shipment_line as select * from ${schema}.shipment_line`,
      `create or replace view rm.shipment_loss as select * from ${schema}.shipment_loss`,
    ],
  });
