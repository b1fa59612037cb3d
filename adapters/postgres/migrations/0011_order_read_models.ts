import { type Kysely, sql } from 'kysely';

/** Every row of a read model tells which event it reflects and when that was recorded. */
const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

const orders = [
  `create schema rm_orders_v1`,
  `create table rm_orders_v1.orders (
     order_id text primary key,
     status text not null,
     revision integer not null,
     channel text not null,
     customer_po text not null,
     sold_to text not null,
     bill_to text not null,
     ship_to jsonb not null,
     currency text not null,
     requested_date date not null,
     promised_date date,
     ship_complete boolean not null,
     allow_split boolean not null,
     allow_substitute boolean not null,
     accepted boolean not null,
     closed boolean not null,
     submitted_at timestamptz not null,
     accepted_at timestamptz,
     closed_at timestamptz,
     gross numeric(38, 0),
     discount numeric(38, 0),
     charges numeric(38, 0),
     net numeric(38, 0),
     charge_lines jsonb not null,
     erp_number text,
     erp_refusal jsonb,
     created_position text collate "C" not null,
     ${reflects}
   )`,
  `create index orders_bu on rm_orders_v1.orders (bu, created_position)`,
  `create index orders_sold_to on rm_orders_v1.orders (sold_to, created_position)`,
  `create index orders_status on rm_orders_v1.orders (status, created_position)`,
  `create index orders_customer_po on rm_orders_v1.orders (customer_po, created_position)`,
  `create table rm_orders_v1.order_line (
     order_id text not null,
     line_id text not null,
     line_no integer not null,
     item text not null,
     uom text not null,
     entered jsonb not null,
     status text not null,
     promised_date date,
     unit_price text,
     gross numeric(38, 0),
     discount numeric(38, 0),
     net numeric(38, 0),
     ordered bigint not null,
     unsourced bigint not null,
     backordered bigint not null,
     reserved bigint not null,
     allocated bigint not null,
     picked bigint not null,
     dropship bigint not null,
     shipped bigint not null,
     overshipped bigint not null,
     cancelled bigint not null,
     invoiced bigint not null,
     gifted bigint not null,
     returned bigint not null,
     credited bigint not null,
     cancel_pending bigint not null,
     sourcing jsonb,
     ${reflects},
     primary key (order_id, line_id)
   )`,
  `create index order_line_item on rm_orders_v1.order_line (item, order_id)`,
  `create table rm_orders_v1.order_hold (
     order_id text not null,
     hold_id text not null,
     type text not null,
     line_id text,
     note text not null,
     data jsonb,
     held_at timestamptz not null,
     released_at timestamptz,
     released_by text,
     release_reason text,
     ${reflects},
     primary key (order_id, hold_id)
   )`,
  `create table rm_orders_v1.order_release (
     order_id text not null,
     release_id text not null,
     shipment_id text not null,
     node text not null,
     status text not null,
     warehouse_reference text,
     refusal_code text,
     lines jsonb not null,
     released_at timestamptz not null,
     ${reflects},
     primary key (order_id, release_id)
   )`,
  `create table rm_orders_v1.order_change (
     order_id text not null,
     change_id text not null,
     state text not null,
     reason text not null,
     lines jsonb not null,
     requested_at timestamptz not null,
     ${reflects},
     primary key (order_id, change_id)
   )`,
];

const timeline = [
  `create schema rm_timeline_v1`,
  `create table rm_timeline_v1.order_timeline (
     order_id text not null,
     position text collate "C" not null,
     at timestamptz not null,
     recorded_at timestamptz not null,
     event_type text not null,
     event_id uuid not null,
     text text not null,
     actor text not null,
     document text not null,
     bu text not null,
     updated_at timestamptz not null,
     primary key (order_id, position)
   )`,
];

const views = ['orders', 'order_line', 'order_hold', 'order_release', 'order_change']
  .map((table) => `create view rm.${table} as select * from rm_orders_v1.${table}`)
  .concat(`create view rm.order_timeline as select * from rm_timeline_v1.order_timeline`);

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...orders, ...timeline, ...views]) await sql.raw(statement).execute(db);
};
