import { type Kysely, sql } from 'kysely';

/**
 * How far a rebuild is and what it found. What people decided about it is in the log; this is the worker's own note, which
 * survives it, and the report that the decision rests on.
 */
const statements = [
  `create table ops.rebuild (
     rebuild_id text primary key,
     projection text not null,
     from_version integer not null,
     to_version integer not null,
     state text not null check (state in ('REPLAYING', 'COMPARING', 'AWAITING_SWAP', 'REFUSED', 'SWAPPED', 'ROLLED_BACK', 'ABORTED', 'FAILED')),
     reason text not null,
     processed bigint not null default 0,
     total bigint not null default 0,
     events_per_second double precision not null default 0,
     eta_seconds double precision,
     difference json,
     problem text,
     requested_at timestamptz not null default clock_timestamp(),
     updated_at timestamptz not null default clock_timestamp()
   )`,
  `create index rebuild_projection on ops.rebuild (projection, to_version desc)`,
  `create view rm.rebuild as select * from ops.rebuild`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
