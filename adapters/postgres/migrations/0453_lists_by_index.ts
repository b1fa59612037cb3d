import type { Kysely } from 'kysely';
import { changeEveryBuild, hasColumn } from '../everyBuild.ts';

/**
 * Lists that went through the whole log or period when they had little or nothing to show: events of a type that hardly ever
 * happens, lines of an account without any in its period, and orders by an item that few have. Each is found in the order
 * of its pages now; for orders, each line knows where in the log its order began. A line that an instance of before writes
 * meanwhile does not: null, until a rebuild.
 */
export const up = async (db: Kysely<never>): Promise<void> => {
  await changeEveryBuild(db, 'event_index', {
    tables: (schema) => [`create index if not exists event_index_type on ${schema}.event_index (type, position)`],
  });
  await changeEveryBuild(db, 'gl_staging', {
    tables: (schema) => [
      `create index if not exists gl_line_account on ${schema}.gl_line (bu, ledger, period, account, position, journal_id, line_no)`,
      `drop index if exists ${schema}.gl_line_balance`,
    ],
  });
  await changeEveryBuild(db, 'orders', {
    needed: async (schema) => !(await hasColumn(db, schema, 'order_line', 'created_position')),
    tables: (schema) => [
      `alter table ${schema}.order_line add column created_position text collate "C"`,
      `update ${schema}.order_line l set created_position = o.created_position from ${schema}.orders o where o.order_id = l.order_id`,
      `create index if not exists order_line_item on ${schema}.order_line (item, created_position)`,
    ],
    views: (schema) => [`create or replace view rm.order_line as select * from ${schema}.order_line`],
  });
};
