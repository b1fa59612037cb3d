import { type Kysely, sql } from 'kysely';

/**
 * The Merkle tree over the log. All of it can be made again from the log and gives the same roots. Hashes do not compress,
 * so they are stored as they are; rows of partly filled tiles change, so their pages keep room for it.
 */
const statements = [
  `create schema if not exists evidence`,
  `create table evidence.tree (
     only_row boolean primary key default true check (only_row),
     size bigint not null,
     position text collate "C" not null,
     last_event_id uuid,
     last_stream text,
     last_revision integer,
     alarm jsonb,
     alarm_since timestamptz
   ) with (fillfactor = 50)`,
  `insert into evidence.tree (size, position) values (0, 'start')`,
  `create table evidence.tile (
     level smallint not null,
     number bigint not null,
     hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
     primary key (level, number)
   )`,
  `alter table evidence.tile alter column hashes set storage external`,
  // Which events the leaves of a level-0 tile are: an event is found by its position, without a row of its own.
  `create table evidence.leaf_page (
     number bigint primary key,
     first_position text collate "C" not null unique,
     event_ids uuid[] not null
   )`,
  `create table evidence.checkpoint (
     revision integer primary key,
     leaf_index bigint not null unique,
     tree_size bigint not null unique,
     event_id uuid not null,
     position text collate "C" not null,
     checkpoint text not null
   )`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
