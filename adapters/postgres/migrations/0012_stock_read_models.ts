import { type Kysely, sql } from 'kysely';

const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

const masterData = [
  `create schema rm_master_data_v1`,
  `create table rm_master_data_v1.business_unit (
     bu text primary key, version integer not null, content jsonb not null,
     position text collate "C" not null, updated_at timestamptz not null
   )`,
  `create table rm_master_data_v1.item (
     bu text not null, item text not null, version integer not null, item_group text not null, active boolean not null,
     content jsonb not null, position text collate "C" not null, updated_at timestamptz not null,
     primary key (bu, item)
   )`,
  `create table rm_master_data_v1.node (
     bu text not null, node text not null, version integer not null, priority integer not null, active boolean not null,
     content jsonb not null, position text collate "C" not null, updated_at timestamptz not null,
     primary key (bu, node)
   )`,
  `create table rm_master_data_v1.customer (
     bu text not null, customer text not null, version integer not null, active boolean not null,
     content jsonb not null, position text collate "C" not null, updated_at timestamptz not null,
     primary key (bu, customer)
   )`,
];

const inventory = [
  `create schema rm_inventory_v1`,
  `create table rm_inventory_v1.stock_position (
     stock_key text primary key,
     node text not null,
     item text not null,
     sellable bigint not null,
     quarantine bigint not null,
     damaged bigint not null,
     expired bigint not null,
     blocked bigint not null,
     allocated bigint not null,
     picked bigint not null,
     reserved bigint not null,
     safety_stock bigint not null,
     backordered bigint not null,
     in_transit bigint not null,
     on_order bigint not null,
     overcommitted bigint not null,
     unit_cost text,
     currency text,
     value numeric(38, 0) not null,
     feed_at timestamptz,
     revision integer not null,
     ${reflects}
   )`,
  `create unique index stock_position_item on rm_inventory_v1.stock_position (bu, item, node)`,
  `create table rm_inventory_v1.reservation (
     reservation_id text primary key,
     stock_key text not null,
     node text not null,
     item text not null,
     order_id text not null,
     line_id text not null,
     purpose text not null,
     kind text not null,
     state text not null,
     soft bigint not null,
     hard bigint not null,
     picked bigint not null,
     need_date date not null,
     expires_at timestamptz,
     ${reflects}
   )`,
  `create index reservation_order on rm_inventory_v1.reservation (order_id, line_id)`,
  `create index reservation_open on rm_inventory_v1.reservation (stock_key) where soft > 0 or hard > 0`,
  `create table rm_inventory_v1.supply (
     stock_key text not null,
     supply_id text not null,
     node text not null,
     item text not null,
     type text not null,
     expected bigint not null,
     received bigint not null,
     qty_open bigint not null,
     available_date date not null,
     slips integer not null,
     state text not null,
     ${reflects},
     primary key (stock_key, supply_id)
   )`,
  `create index supply_id on rm_inventory_v1.supply (supply_id)`,
  `create table rm_inventory_v1.backorder (
     stock_key text not null,
     order_id text not null,
     line_id text not null,
     node text not null,
     item text not null,
     qty bigint not null,
     need_date date not null,
     accepted_at timestamptz not null,
     whole boolean not null,
     ${reflects},
     primary key (stock_key, order_id, line_id)
   )`,
  `create index backorder_order on rm_inventory_v1.backorder (order_id, line_id)`,
  `create table rm_inventory_v1.atp_day (
     stock_key text not null,
     day date not null,
     supply bigint not null,
     demand bigint not null,
     ${reflects},
     primary key (stock_key, day)
   )`,
  `create table rm_inventory_v1.stock_value_entry (
     entry_position text collate "C" not null,
     entry_no integer not null,
     node text not null,
     item text not null,
     kind text not null,
     day date not null,
     period text not null,
     currency text not null,
     amount numeric(38, 0) not null,
     document text not null,
     ${reflects},
     primary key (entry_position, entry_no)
   )`,
  `create index stock_value_entry_period on rm_inventory_v1.stock_value_entry (bu, period)`,
  `create table rm_inventory_v1.business_unit_clock (
     bu text primary key, time_zone text not null,
     position text collate "C" not null, updated_at timestamptz not null
   )`,
];

const views = [
  ...['business_unit', 'item', 'node', 'customer'].map(
    (table) => `create view rm.${table} as select * from rm_master_data_v1.${table}`,
  ),
  ...['stock_position', 'reservation', 'supply', 'backorder', 'atp_day', 'stock_value_entry'].map(
    (table) => `create view rm.${table} as select * from rm_inventory_v1.${table}`,
  ),
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...masterData, ...inventory, ...views]) await sql.raw(statement).execute(db);
};
