import { type Kysely, sql } from 'kysely';

/**
 * `channel_reservation`: what a channel set aside for a cart or a quote; `channel_reservation_part`: goods of it at one node.
 * A read model of its own, so that the much busier `rm.reservation` needs no column and no index for it. What is due is
 * found among the parts that still hold something, however many there were.
 */
const statements = [
  `create schema rm_reservations_v1`,
  `create table rm_reservations_v1.channel_reservation (
     reservation_id text primary key,
     channel text not null,
     sold_to text not null,
     purpose text not null,
     state text not null,
     need_date text not null,
     expires_at timestamptz not null,
     lines jsonb not null,
     made_at timestamptz not null,
     created_position text collate "C" not null,
     revision integer not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create index channel_reservation_newest on rm_reservations_v1.channel_reservation (created_position)`,
  `create index channel_reservation_customer on rm_reservations_v1.channel_reservation (sold_to, created_position)`,
  `create table rm_reservations_v1.channel_reservation_part (
     reservation_id text not null,
     part_id text not null,
     line_id text not null,
     node text not null,
     item text not null,
     qty numeric not null,
     held numeric not null,
     ordered numeric not null,
     state text not null,
     expires_at timestamptz not null,
     order_ids jsonb not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null,
     primary key (reservation_id, part_id)
   )`,
  `create index channel_reservation_part_due on rm_reservations_v1.channel_reservation_part (expires_at) where state = 'OPEN'`,
  `create view rm.channel_reservation as select * from rm_reservations_v1.channel_reservation`,
  `create view rm.channel_reservation_part as select * from rm_reservations_v1.channel_reservation_part`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
