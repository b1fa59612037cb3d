import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * Items that stand for each other, to be found from either side: what an item says of others is in its content. Few items
 * say anything, so the index is small.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'master_data', {
    tables: (schema) => [
      `alter table ${schema}.item add column if not exists mutual jsonb`,
      `create index if not exists item_mutual on ${schema}.item using gin (mutual)`,
    ],
    views: (schema) => [`create or replace view rm.item as select * from ${schema}.item`],
  });
