import { type Kysely, sql } from 'kysely';

/**
 * Channels have the names that their orders say, so a table of all that were ever heard of grew without an end, and every
 * order was looked for in each. Those of one occasion are found by the key of `ops.sighted_order`.
 */
export const up = async (db: Kysely<never>): Promise<void> => {
  await sql`drop table if exists ops.sighted_channel`.execute(db);
};
