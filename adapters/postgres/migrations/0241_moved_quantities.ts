import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** How much moved, beside what it is worth. Null: recorded before this was kept; a rebuild of the inventory fills it. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'inventory', {
    tables: (schema) => [`alter table ${schema}.stock_value_entry add column if not exists qty bigint`],
    views: (schema) => [`create or replace view rm.stock_value_entry as select * from ${schema}.stock_value_entry`],
  });
