import { type Kysely, sql } from 'kysely';

/**
 * What the projection runner itself keeps. A checkpoint is the row of a projection's version: `position` is how far the
 * log was examined, `last_event_*` names the last event that was seen there, which is how a log restored from an older
 * backup is recognised. `rows` is kept by the same transactions that write the rows.
 */
const statements = [
  `create schema if not exists ops`,
  `create schema if not exists rm`,
  `create table ops.projection (
     name text not null,
     version integer not null,
     live boolean not null default true,
     state text not null,
     position text collate "C",
     last_event_id uuid,
     last_event_stream text,
     last_event_revision integer,
     last_event_recorded_at timestamptz,
     applied bigint not null default 0,
     rows bigint not null default 0,
     blocked_lanes integer not null default 0,
     at_head boolean not null default false,
     looked_at timestamptz,
     error_class text,
     error_detail text,
     primary key (name, version)
   ) with (fillfactor = 50)`,
  `create table ops.dead_letter (
     id bigint generated always as identity primary key,
     projection text not null,
     lane_key text not null,
     position text collate "C" not null,
     event_id uuid not null,
     event_type text not null,
     stream text not null,
     revision integer not null,
     error_class text not null,
     detail text not null,
     attempts integer not null,
     first_seen_at timestamptz not null,
     last_seen_at timestamptz not null,
     blocked_count integer not null default 0,
     unique (projection, lane_key)
   )`,
  `create table ops.parked_event (
     projection text not null,
     position text collate "C" not null,
     lane_key text not null,
     behind_lane text not null,
     event_id uuid not null,
     event_type text not null,
     stream text not null,
     revision integer not null,
     primary key (projection, position)
   )`,
  `create index parked_event_lane on ops.parked_event (projection, behind_lane, position)`,
  `create index parked_event_own_lane on ops.parked_event (projection, lane_key)`,
  `create view rm.projection as
     select name, version, live, state, position, rows, applied, blocked_lanes, at_head, looked_at,
            last_event_recorded_at, error_class, error_detail
     from ops.projection`,
  `create view rm.dead_letter as select * from ops.dead_letter`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
