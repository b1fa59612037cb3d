import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** Where in the log it was last moved how far an order is; null on rows from before, until the next such event or a rebuild. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'orders', {
    tables: (schema) => [`alter table ${schema}.orders add column if not exists progress_position text collate "C"`],
    views: (schema) => [`create or replace view rm.orders as select * from ${schema}.orders`],
  });
