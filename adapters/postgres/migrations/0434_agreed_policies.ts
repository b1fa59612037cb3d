import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** An approval may be of one business unit's rules, and shows what of them would be different. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'approvals', {
    tables: (schema) => [`alter table ${schema}.approval add column about_bu text, add column change jsonb`],
    views: (schema) => [`create or replace view rm.approval as select * from ${schema}.approval`],
  });
