import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** When a node told of its stock last: one look, however many items it has. Reservations and issues leave the index alone. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'inventory', {
    tables: (schema) => [
      `create index if not exists stock_position_feed on ${schema}.stock_position (bu, node, feed_at)`,
    ],
  });
