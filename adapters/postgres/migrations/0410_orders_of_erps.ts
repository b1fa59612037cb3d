import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * Which ERP has an order; null for those from before, which the ERP of their business unit is thought to have. The index finds
 * what was closed lately: an order is in it from its end on.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'orders', {
    tables: (schema) => [
      `alter table ${schema}.orders add column if not exists erp_system text`,
      `create index if not exists orders_closed on ${schema}.orders (bu, closed_at, order_id) where closed_at is not null`,
    ],
    views: (schema) => [`create or replace view rm.orders as select * from ${schema}.orders`],
  });
