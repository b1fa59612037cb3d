import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** A hold may be on what was added to an order, which itself goes on. Rows that are there are on the order or on a line. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'orders', {
    tables: (schema) => [`alter table ${schema}.order_hold add column if not exists of_changes boolean`],
    views: (schema) => [`create or replace view rm.order_hold as select * from ${schema}.order_hold`],
  });
