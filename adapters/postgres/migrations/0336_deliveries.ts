import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What the carrier told of a shipment, and when it arrived. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'shipments', {
    tables: (schema) => [
      `alter table ${schema}.shipment add column if not exists carrier_status jsonb,
         add column if not exists delivered_at timestamptz, add column if not exists proof jsonb`,
    ],
    views: (schema) => [`create or replace view rm.shipment as select * from ${schema}.shipment`],
  });
