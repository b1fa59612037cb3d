import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** The line in the place of part of which a line is delivered; no line from before this was a substitute. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'orders', {
    tables: (schema) => [`alter table ${schema}.order_line add column if not exists origin_line_id text`],
    views: (schema) => [`create or replace view rm.order_line as select * from ${schema}.order_line`],
  });
