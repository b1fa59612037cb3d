import { type Kysely, sql } from 'kysely';

/** Signed exports as they were handed over. `position` is that of the event that says so; without it nobody gets the export. */
const statement = `create table evidence.export (
  export_id text primary key,
  bu text not null,
  bundle text not null,
  position text collate "C",
  made_at timestamptz not null default clock_timestamp()
)`;

export const up = async (db: Kysely<never>): Promise<void> => {
  await sql.raw(statement).execute(db);
};
