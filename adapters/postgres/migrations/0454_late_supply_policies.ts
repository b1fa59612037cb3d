import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What a business unit does about late supply, where every availability check finds it with the unit's time zone. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'master_data', {
    tables: (schema) => [`alter table ${schema}.business_unit add column if not exists late_supply jsonb`],
    views: (schema) => [`create or replace view rm.business_unit as select * from ${schema}.business_unit`],
  });
