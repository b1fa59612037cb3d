import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** Some duties need two people who agree: an approval says who has. Those that were granted before had one. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'approvals', {
    tables: (schema) => [
      `alter table ${schema}.approval add column granted_by jsonb not null default '[]'`,
      `update ${schema}.approval set granted_by = jsonb_build_array(decided_by) where state = 'GRANTED'`,
    ],
    views: (schema) => [`create or replace view rm.approval as select * from ${schema}.approval`],
  });
