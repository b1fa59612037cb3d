import { type Kysely, sql } from 'kysely';

/**
 * Canonical events in the order of the log, for consumers that read them at their own pace, and each order as it was last told.
 * A reader goes on by (position, place); who may see some customers only goes on by customer. Consumers with a name, and how far
 * they have come: the latter is no event, since it changes with every page that is handled, and is kept as of the consumer's last
 * reset, which `revision` tells.
 */
const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

const statements = [
  `create schema rm_event_stream_v1`,
  `create table rm_event_stream_v1.told_order (
     order_id text primary key,
     told jsonb not null,
     ${reflects}
   )`,
  `create table rm_event_stream_v1.stream_event (
     place smallint not null,
     event_id text not null,
     type text not null,
     order_id text not null,
     sold_to text not null,
     channel text not null,
     occurred_at timestamptz not null,
     size integer not null,
     data text not null,
     ${reflects},
     primary key (position, place)
   )`,
  `create table rm_event_stream_v1.event_consumer (
     consumer_id text primary key,
     name text not null,
     types jsonb,
     customers jsonb,
     after_position text collate "C" not null,
     after_place smallint not null,
     begun_revision integer not null,
     state text not null,
     state_reason text,
     registered_by text not null,
     registered_at timestamptz not null,
     created_position text collate "C" not null,
     revision integer not null,
     ${reflects}
   )`,
  `create index stream_event_customer on rm_event_stream_v1.stream_event (bu, sold_to, position, place)`,
  `create view rm.told_order as select * from rm_event_stream_v1.told_order`,
  `create view rm.stream_event as select * from rm_event_stream_v1.stream_event`,
  `create view rm.event_consumer as select * from rm_event_stream_v1.event_consumer`,
  `create table ops.event_consumer_place (
     consumer_id text primary key,
     revision integer not null,
     position text collate "C" not null,
     place smallint not null,
     acknowledged_at timestamptz not null
   )`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
