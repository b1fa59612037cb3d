import { type Kysely, sql } from 'kysely';

/**
 * Messages of partners that cannot be taken, and what waits behind them, as `ops.parked_event` is for events: the feed that
 * they came with goes on, and may forget them. Rows leave when they are taken.
 */
const statements = [
  `create table ops.parked_message (
     id bigint generated always as identity primary key,
     consumer text not null,
     lane_key text not null,
     item text not null,
     message text not null,
     attempts integer not null,
     parked_at timestamptz not null default clock_timestamp(),
     unique (consumer, lane_key, item)
   )`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
