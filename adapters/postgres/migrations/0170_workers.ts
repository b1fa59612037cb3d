import { type Kysely, sql } from 'kysely';

/** Workers that take steps of the outbox: a row each while their processes live, so that what a dead one had is soon free. */
const statements = [
  `create table ops.worker (
     worker text primary key,
     entered_at timestamptz not null default clock_timestamp()
   )`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
