import { type Kysely, sql } from 'kysely';

/** How far the run of a simulation is, as its worker notes it. What was asked and what came of it is in the log. */
const statements = [
  `create table ops.simulation (
     simulation_id text primary key,
     events bigint not null,
     read_through text collate "C" not null,
     updated_at timestamptz not null default clock_timestamp()
   )`,
  `create view rm.simulation as select * from ops.simulation`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
