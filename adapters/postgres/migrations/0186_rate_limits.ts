import { type Kysely, sql } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * `rate_limit` of the pauses: which groups are slowed down, to what, by whom. `ops.rate_bucket`: how many steps of each may be
 * taken by now; all processes take from it.
 */
const columns = `limit_id text primary key,
  limit_group text not null,
  limit_key text not null,
  steps integer not null,
  per text not null,
  reason text not null,
  set_by text not null,
  set_at timestamptz not null,
  bu text not null,
  position text collate "C" not null,
  updated_at timestamptz not null`;

export const up = async (db: Kysely<never>): Promise<void> => {
  await changeEveryBuild(db, 'pauses', {
    tables: (schema) => [`create table ${schema}.rate_limit (${columns})`],
    views: (schema) => [`create view rm.rate_limit as select * from ${schema}.rate_limit`],
  });
  await sql`create table ops.rate_bucket (
    limit_group text not null,
    limit_key text not null,
    tokens double precision not null,
    refilled_at timestamptz not null default clock_timestamp(),
    primary key (limit_group, limit_key)
  )`.execute(db);
};
