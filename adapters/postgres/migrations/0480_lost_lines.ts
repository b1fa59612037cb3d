import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** Of an order line the losses that nobody has decided about; null, as on nearly every line, takes no room. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'orders', {
    tables: (schema) => [`alter table ${schema}.order_line add column if not exists open_losses jsonb`],
    views: (schema) => [`create or replace view rm.order_line as select * from ${schema}.order_line`],
  });
