import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What is picked and leaves for a line of kits; null for every other line. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'shipments', {
    tables: (schema) => [`alter table ${schema}.shipment_line add column if not exists components jsonb`],
    views: (schema) => [`create or replace view rm.shipment_line as select * from ${schema}.shipment_line`],
  });
