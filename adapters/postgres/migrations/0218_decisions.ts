import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * The decisions about an order, which its lineage shows, among its some forty events. The types are those of
 * `isDecision` in `projections/lineage/graphQuery.ts`: a question that names others does not find the index.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'event_index', {
    tables: (schema) => [
      `create index if not exists event_index_decision on ${schema}.event_index (order_id)
       where type in ('OrderPriced', 'OrderHeld', 'OrderHoldReleased', 'OrderAccepted', 'SourcingDecided', 'InvoiceVoided', 'ShipmentVoided')`,
    ],
  });
