import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** Supplies that have not come are looked for every few seconds; there are few of them beside all that ever came. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'inventory', {
    tables: (schema) => [
      `create index if not exists supply_open on ${schema}.supply (bu, available_date) where state = 'OPEN'`,
    ],
  });
