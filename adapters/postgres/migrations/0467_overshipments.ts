import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * Goods that left beyond what was ordered, on the shipment that they left with, and how much of an order line's is billed all the
 * same. Null, as on nearly every row, takes no room; what left before is found when somebody decides about it. Subledgers need no
 * column: their kinds are text.
 */
export const up = async (db: Kysely<never>): Promise<void> => {
  await changeEveryBuild(db, 'shipments', {
    tables: (schema) => [
      `alter table ${schema}.shipment add column if not exists overshipments jsonb, add column if not exists overship_open boolean`,
      `create index if not exists shipment_overshipped on ${schema}.shipment (bu, shipment_id) where overshipments is not null`,
      `create index if not exists shipment_overship_open on ${schema}.shipment (bu, shipment_id) where overship_open`,
    ],
    views: (schema) => [`create or replace view rm.shipment as select * from ${schema}.shipment`],
  });
  await changeEveryBuild(db, 'orders', {
    tables: (schema) => [`alter table ${schema}.order_line add column if not exists overship_billed bigint`],
    views: (schema) => [`create or replace view rm.order_line as select * from ${schema}.order_line`],
  });
};
