import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What lies in which carton of a shipment. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'shipments', {
    tables: (schema) => [
      `alter table ${schema}.shipment add column if not exists cartons jsonb not null default '[]'::jsonb`,
    ],
    views: (schema) => [`create or replace view rm.shipment as select * from ${schema}.shipment`],
  });
