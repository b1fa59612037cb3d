import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** How far the fraud check of an order is; null for every order that is not checked. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'orders', {
    tables: (schema) => [`alter table ${schema}.orders add column if not exists fraud_check jsonb`],
    views: (schema) => [`create or replace view rm.orders as select * from ${schema}.orders`],
  });
