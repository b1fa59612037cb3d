import { type Kysely, sql } from 'kysely';

/** The oldest messages are looked for again and again, to be removed. */
export const up = async (db: Kysely<never>): Promise<void> => {
  await sql.raw(`create index payload_stored on ops.payload (stored_at, sha256)`).execute(db);
};
