import { type Kysely, sql } from 'kysely';

/**
 * Under which id a message came that is kept because nobody understood it, so that its place is found when it is told in
 * better words. Those that were kept before this have none: an inbox finds them while it has them in memory.
 */
const statements = [
  `alter table ops.parked_message add column their_id text`,
  `create index parked_message_their_id on ops.parked_message (consumer, their_id) where their_id is not null`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
