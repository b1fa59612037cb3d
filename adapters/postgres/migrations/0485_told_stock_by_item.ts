import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What all nodes say of one item is found without going through what they say of the others, in the order of its pages. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'reconciliations', {
    tables: (schema) => [`create index if not exists told_stock_item on ${schema}.told_stock (item, node_key)`],
  });
