import { type Kysely, sql } from 'kysely';

/**
 * `version` of `ops.projection` is the number of a build, `code_version` that of the code it was begun with. One build of a
 * projection is live. A build that was live and is kept for a rollback has the state KEPT.
 */
const statements = [
  `alter table ops.projection add column code_version integer not null default 1`,
  `create unique index projection_live on ops.projection (name) where live`,
  `create or replace view rm.projection as
     select name, version, live, state, position, rows, applied, blocked_lanes, at_head, looked_at,
            last_event_recorded_at, error_class, error_detail, code_version
     from ops.projection`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
