import { type Kysely, sql } from 'kysely';

/**
 * Of a message whose bytes were kept long enough everything else stays, so that whoever asks for them is told so and not that there
 * never were any; only those that still have bytes are looked through for old ones. The trail of requests is also searched by what
 * was asked for and by why it was refused.
 */
const statements = [
  `alter table ops.payload add column removed_at timestamptz`,
  `drop index ops.payload_stored`,
  `create index payload_stored on ops.payload (stored_at, sha256) where removed_at is null`,
  `create index request_trail_operation on ops.request_trail (operation, entry_id)`,
  `create index request_trail_code on ops.request_trail (code, entry_id) where code is not null`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
