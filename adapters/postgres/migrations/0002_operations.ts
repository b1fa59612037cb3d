import { type Kysely, sql } from 'kysely';

/** What the service needs to remember besides the log: none of it is history, all of it can be looked at by operators. */
const statements = [
  `create schema if not exists ops`,
  // Idempotency keys. `answered_at` null: the attempt that holds the lease is running, or it died.
  `create table ops.claim (
     scope text not null,
     key text not null,
     fingerprint text not null,
     command_id text not null,
     holder uuid not null,
     attempts integer not null default 1,
     forever boolean not null,
     first_used_at timestamptz not null default now(),
     lease_until timestamptz not null,
     answered_at timestamptz,
     status integer,
     headers text,
     body text,
     position text,
     primary key (scope, key)
   )`,
  `create index claim_forgettable on ops.claim (answered_at) where answered_at is not null and not forever`,
  // `position` is the log's position text, or 'start'.
  `create table ops.checkpoint (
     name text primary key,
     position text not null,
     last_event_id uuid,
     log_epoch uuid,
     advanced_at timestamptz not null default now()
   )`,
  // Intents stay after they are done: their id is what keeps an effect from being repeated.
  `create table ops.outbox (
     intent_id text primary key,
     sequence bigint generated always as identity,
     process text not null,
     key text not null,
     bu text not null,
     step text not null,
     lane text not null,
     delay_ms bigint not null,
     payload text not null,
     cause_event_id text not null,
     cause_position text not null,
     correlation_id text not null,
     stored_at timestamptz not null default now(),
     due_at timestamptz not null,
     attempts integer not null default 0,
     worker text,
     lease_until timestamptz,
     error_class text,
     error_detail text,
     failed_at timestamptz,
     done_at timestamptz
   )`,
  `create index outbox_due on ops.outbox (sequence) where done_at is null`,
  `create index outbox_lane on ops.outbox (lane, sequence) where done_at is null`,
  `create table ops.cross_reference (
     system text not null,
     kind text not null,
     our_id text not null,
     their_id text not null,
     recorded_at timestamptz not null default now(),
     primary key (system, kind, our_id),
     unique (system, kind, their_id)
   )`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
