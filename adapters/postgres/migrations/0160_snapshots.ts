import { type Kysely, sql } from 'kysely';

/**
 * States of long streams as of one of their events. They are made from the log and may be deleted at any time; `code` is
 * the fingerprint of the program that folded them, and no other one reads them.
 */
const statements = [
  `create table ops.snapshot (
    stream text collate "C" primary key,
    code text not null,
    revision bigint not null,
    position text collate "C" not null,
    body bytea not null,
    taken_at timestamptz not null default clock_timestamp()
  )`,
  // It is written and read whole and packs badly: trying to would cost more than the space.
  'alter table ops.snapshot alter column body set storage external',
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
