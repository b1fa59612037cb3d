import { type Kysely, sql } from 'kysely';

/** Purchase orders to suppliers who deliver to customers themselves. */
const statements = [
  `create schema rm_drop_ships_v1`,
  `create table rm_drop_ships_v1.drop_ship_order (
     po_id text primary key,
     order_id text not null,
     supplier text not null,
     shipment_id text not null,
     currency text not null,
     ship_to jsonb not null,
     requested_date text not null,
     state text not null,
     placed_at timestamptz not null,
     supplier_reference text,
     accrued numeric not null,
     matched numeric not null,
     billed numeric not null,
     notices jsonb not null,
     bills jsonb not null,
     revision integer not null,
     created_position text collate "C" not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create table rm_drop_ships_v1.drop_ship_line (
     po_id text not null,
     line_id text not null,
     item text not null,
     unit_cost text not null,
     ordered bigint not null,
     acknowledged bigint not null,
     ship_date text,
     refused bigint not null,
     cancelled bigint not null,
     shipped bigint not null,
     excess bigint not null,
     billed bigint not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null,
     primary key (po_id, line_id)
   )`,
  `create index drop_ship_order_created on rm_drop_ships_v1.drop_ship_order (created_position)`,
  `create index drop_ship_order_order on rm_drop_ships_v1.drop_ship_order (order_id)`,
  `create index drop_ship_order_supplier on rm_drop_ships_v1.drop_ship_order (supplier, created_position)`,
  `create view rm.drop_ship_order as select * from rm_drop_ships_v1.drop_ship_order`,
  `create view rm.drop_ship_line as select * from rm_drop_ships_v1.drop_ship_line`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
