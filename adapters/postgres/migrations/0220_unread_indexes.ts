import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** By read model: nothing is found, joined or ordered by these, and each row that is written pays for them. */
const unread = {
  gl_staging: 'gl_journal_source',
  inventory: 'reservation_order',
  invoices: 'invoice_line_shipment',
  lineage: 'lineage_node_order',
  orders: 'order_line_item',
};

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const [model, index] of Object.entries(unread))
    await changeEveryBuild(db, model, { tables: (schema) => [`drop index if exists ${schema}.${index}`] });
};
