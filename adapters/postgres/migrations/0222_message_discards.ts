import { type Kysely, sql } from 'kysely';

/** Messages in `ops.parked_message` that somebody discarded, until their inbox has let go of them. */
const statements = [
  `create table ops.message_discard (
     consumer text not null,
     lane_key text not null,
     item text not null,
     content_sha256 text not null,
     ordered_at timestamptz not null default clock_timestamp(),
     primary key (consumer, lane_key, item, content_sha256)
   )`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
