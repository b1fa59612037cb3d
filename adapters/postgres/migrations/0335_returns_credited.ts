import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What was given back for a return. What came and was credited before this is told by a rebuild; few returns are open at a time, so an index over them is small. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'returns', {
    tables: (schema) => [
      `alter table ${schema}.return_authorisation add column if not exists credit_memos jsonb not null default '[]'`,
      `alter table ${schema}.return_line add column if not exists received_at timestamptz,
         add column if not exists restocking_pct text,
         add column if not exists credited bigint not null default 0,
         add column if not exists credited_net numeric(38,0) not null default 0,
         add column if not exists restocking_fee numeric(38,0) not null default 0,
         add column if not exists credited_at timestamptz`,
      `create index if not exists return_authorisation_open on ${schema}.return_authorisation (expires_on) where ended_at is null`,
    ],
    views: (schema) => [
      `create or replace view rm.return_authorisation as select * from ${schema}.return_authorisation`,
      `create or replace view rm.return_line as select * from ${schema}.return_line`,
    ],
  });
