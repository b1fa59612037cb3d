import { type Kysely, sql } from 'kysely';

/**
 * Files that are taken row by row: their bytes, sealed, how far their worker is, and what is wrong with which rows. None of it is a
 * read model, for the log holds neither the bytes nor the rows that were refused; what was asked and what came of it is there.
 */
const statements = [
  `create table ops.import_piece (
     upload_id text collate "C" not null,
     piece int not null,
     content text not null,
     stored_at timestamptz not null default clock_timestamp(),
     primary key (upload_id, piece)
   )`,
  // Of each file, to find the old ones.
  `create index import_piece_stored on ops.import_piece (stored_at) where piece = 0`,
  `create table ops.import (
     import_id text collate "C" primary key,
     upload_id text collate "C" not null,
     names_people boolean not null,
     columns json,
     total int,
     done int not null default 0,
     created int not null default 0,
     changed int not null default 0,
     unchanged int not null default 0,
     refused int not null default 0,
     updated_at timestamptz not null default clock_timestamp(),
     ended_at timestamptz
   )`,
  `create index import_upload on ops.import (upload_id)`,
  `create table ops.import_refusal (
     import_id text collate "C" not null,
     row_no int not null,
     errors json not null,
     cells json not null,
     primary key (import_id, row_no)
   )`,
  `create view rm.import as select * from ops.import`,
  `create view rm.import_refusal as select * from ops.import_refusal`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
