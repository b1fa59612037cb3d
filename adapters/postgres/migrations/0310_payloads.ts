import { type Kysely, sql } from 'kysely';

/**
 * `ops.payload`: messages of partners byte for byte, sealed. No read model: it cannot be made from the log, which holds the
 * hashes only. The same bytes about two customers are two rows, because each is sealed, and erased, with its own key.
 */
const statements = [
  `create table ops.payload (
     sha256 text collate "C" not null,
     bu text not null,
     sold_to text not null,
     media_type text not null,
     size integer not null,
     content text not null,
     stored_at timestamptz not null default clock_timestamp(),
     primary key (sha256, bu, sold_to)
   )`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
