import { type Kysely, sql } from 'kysely';

/**
 * An intent is written three times: stored, taken, done. Taking it changes nothing that is indexed, so it costs no index
 * entry where its page has room for another version of the row.
 */
const statements = ['alter table ops.outbox set (fillfactor = 50)'];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
