import { approvalById, listApprovals } from '../projections/approvals/queries.ts';
import { creditAccount } from '../projections/credit/queries.ts';
import { eventById, listEvents } from '../projections/eventIndex/queries.ts';
import { asOf, listProjections, waitForPosition } from '../projections/freshness.ts';
import { tieOuts, trialBalance } from '../projections/glStaging/balances.ts';
import { batchById, journalById, listJournals } from '../projections/glStaging/queries.ts';
import { availabilityInputs, listInventoryPositions } from '../projections/inventory/queries.ts';
import { invoiceById, listInvoices } from '../projections/invoices/queries.ts';
import { lineage } from '../projections/lineage/queries.ts';
import { businessUnitExists } from '../projections/masterData/queries.ts';
import { orderPromise } from '../projections/orders/promise.ts';
import { listOrders, orderById, orderChange } from '../projections/orders/queries.ts';
import type { ReadHandle } from '../projections/readModel.ts';
import { listShipments, shipmentById } from '../projections/shipments/queries.ts';
import { deadLetters } from '../projections/stuck.ts';
import { orderTimeline } from '../projections/timeline/queries.ts';

/** Names of projections, as `GET /v1/ops/projections` shows them. */
export const readModels = [
  'orders',
  'timeline',
  'inventory',
  'shipments',
  'invoices',
  'gl_staging',
  'subledgers',
  'credit',
  'lineage',
  'event_index',
  'master_data',
  'approvals',
] as const;

export type ReadModel = (typeof readModels)[number];

/** Runs a query, turning trouble of the infrastructure into `LogUnavailable`. */
export type Guard = <Result>(query: () => Promise<Result>) => Promise<Result>;

type Query<Rest extends readonly unknown[], Result> = (db: ReadHandle, ...rest: Rest) => Promise<Result>;

/** Every question the API can ask, bound to one handle; it may be a read replica, since nothing here writes. */
export const makeReads = (handle: ReadHandle, guard: Guard = (query) => query()) => {
  const bind =
    <Rest extends readonly unknown[], Result>(query: Query<Rest, Result>) =>
    (...rest: Rest): Promise<Result> =>
      guard(() => query(handle, ...rest));
  return {
    freshness: bind(asOf),
    waitForPosition: bind(waitForPosition),
    listProjections: bind(listProjections),
    deadLetters: bind(deadLetters),
    orderById: bind(orderById),
    listOrders: bind(listOrders),
    orderChange: bind(orderChange),
    orderPromise: bind(orderPromise),
    orderTimeline: bind(orderTimeline),
    listInventoryPositions: bind(listInventoryPositions),
    availabilityInputs: bind(availabilityInputs),
    businessUnitExists: bind(businessUnitExists),
    shipmentById: bind(shipmentById),
    listShipments: bind(listShipments),
    invoiceById: bind(invoiceById),
    listInvoices: bind(listInvoices),
    journalById: bind(journalById),
    listJournals: bind(listJournals),
    batchById: bind(batchById),
    trialBalance: bind(trialBalance),
    tieOuts: bind(tieOuts),
    creditAccount: bind(creditAccount),
    lineage: bind(lineage),
    listEvents: bind(listEvents),
    eventById: bind(eventById),
    approvalById: bind(approvalById),
    listApprovals: bind(listApprovals),
  };
};

export type Reads = Readonly<ReturnType<typeof makeReads>>;
