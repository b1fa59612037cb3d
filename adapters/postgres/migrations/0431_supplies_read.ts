import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * What of a supply was cancelled, and the order in which supplies are listed. Of one that was cancelled before, nobody knows
 * any more until a rebuild: null.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'inventory', {
    tables: (schema) => [
      `alter table ${schema}.supply add column if not exists cancelled bigint default 0`,
      `update ${schema}.supply set cancelled = null where state = 'CANCELLED'`,
      `create index if not exists supply_listed on ${schema}.supply (bu, item, node, supply_id)`,
      `create index if not exists supply_of_node on ${schema}.supply (bu, node, item, supply_id)`,
      `create index if not exists supply_awaited on ${schema}.supply (bu, item, node, supply_id) where state = 'OPEN'`,
    ],
    views: (schema) => [`create or replace view rm.supply as select * from ${schema}.supply`],
  });
