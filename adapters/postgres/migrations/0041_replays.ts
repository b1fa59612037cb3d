import { type Kysely, sql } from 'kysely';

/** Replays as operators follow them. That they were asked for, and how they ended, is in the log. */
const statements = [
  `create table ops.replay (
     replay_id text primary key,
     dry_run boolean not null,
     state text not null check (state in ('RUNNING', 'FINISHED', 'PREVIEWED')),
     reason text not null,
     requested_by text not null,
     requested_at timestamptz not null,
     finished_at timestamptz,
     approval_id text,
     messages integer not null,
     preview text
   )`,
  `create table ops.replay_lane (
     replay_id text not null references ops.replay (replay_id),
     consumer text not null,
     lane_key text not null,
     ordinal integer not null,
     replayed integer not null default 0,
     still_blocked integer,
     error text,
     primary key (replay_id, consumer, lane_key)
   )`,
  `create view rm.replay as select * from ops.replay`,
  `create view rm.replay_lane as select * from ops.replay_lane`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
