import { approvalById, listApprovals } from '../projections/approvals/queries.ts';
import { type AsOf, type Footing, footingOf, freshnessOf } from '../projections/asOf.ts';
import { drawSample, samplePopulation } from '../projections/auditSamples/draw.ts';
import { auditSampleById, listAuditSamples } from '../projections/auditSamples/queries.ts';
import { creditAccount } from '../projections/credit/queries.ts';
import { depositById, listDeposits } from '../projections/deposits/queries.ts';
import { dropShipById, listDropShips } from '../projections/dropShips/queries.ts';
import { actorActions } from '../projections/eventIndex/actions.ts';
import { conflictsInDuties } from '../projections/eventIndex/conflicts.ts';
import {
  eventById,
  eventPlaces,
  eventsByIds,
  eventsOfOrders,
  firstEventsOf,
  listEvents,
  positionAt,
} from '../projections/eventIndex/queries.ts';
import { receiptOf } from '../projections/eventIndex/receipts.ts';
import {
  consumersNow,
  countEventConsumers,
  eventConsumerById,
  listEventConsumers,
} from '../projections/eventStream/consumerQueries.ts';
import { streamEnd, streamPage } from '../projections/eventStream/queries.ts';
import { caseById, listCases } from '../projections/exceptions/queries.ts';
import { slaBoard } from '../projections/exceptions/slas.ts';
import { asOf, listProjections, waitForPosition } from '../projections/freshness.ts';
import { trialBalance } from '../projections/glStaging/balances.ts';
import { correctionsBehind } from '../projections/glStaging/correctionEvents.ts';
import { listGlLines } from '../projections/glStaging/lineQueries.ts';
import {
  batchById,
  journalById,
  journalsByIds,
  journalsDrawn,
  listJournals,
} from '../projections/glStaging/queries.ts';
import { restageable } from '../projections/glStaging/restageable.ts';
import { tieOutItems } from '../projections/glStaging/tieOutItems.ts';
import { tieOuts } from '../projections/glStaging/tieOuts.ts';
import { importProgress, refusedRows } from '../projections/imports.ts';
import { availabilityInputs } from '../projections/inventory/availability.ts';
import { listInventoryPositions } from '../projections/inventory/queries.ts';
import { listSupplies } from '../projections/inventory/supplyQueries.ts';
import { creditMemoById, listCreditMemos } from '../projections/invoices/creditMemoQueries.ts';
import { invoiceById, invoicesKnownAt, listInvoices, orderOfInvoice } from '../projections/invoices/queries.ts';
import { invoiceSheet } from '../projections/invoices/sheet.ts';
import { lineage } from '../projections/lineage/queries.ts';
import { makersOf } from '../projections/lineage/reach.ts';
import {
  bookDays,
  listPromotions,
  promotableDefinitions,
  promotionById,
} from '../projections/masterData/promotions.ts';
import { definitionOf, listDefinitions } from '../projections/masterData/queries.ts';
import { orderDocuments } from '../projections/orders/documents.ts';
import { orderFraudCheck } from '../projections/orders/fraudCheck.ts';
import { orderPromise } from '../projections/orders/promise.ts';
import { listOrders, orderById, orderChange, ordersKnownAt } from '../projections/orders/queries.ts';
import { listPartnerDocuments, partnerDocumentById } from '../projections/partnerDocuments/queries.ts';
import { listAdapters, listLaneGroups } from '../projections/pauses/queries.ts';
import { payloadByHash } from '../projections/payloads/queries.ts';
import { listPayments, paymentById } from '../projections/payments/queries.ts';
import { listPeriods, periodById } from '../projections/periods/queries.ts';
import { closeReadiness } from '../projections/periods/readiness.ts';
import { askKnown, type Known, type Query } from '../projections/question.ts';
import type { ReadHandle } from '../projections/readModel.ts';
import { rebuildById, tablesOfModel } from '../projections/rebuild/queries.ts';
import {
  listReconciliationBreaks,
  listReconciliations,
  reconciliationById,
} from '../projections/reconciliations/queries.ts';
import { listToldStock } from '../projections/reconciliations/toldStock.ts';
import { replayById } from '../projections/replays.ts';
import { reportPage } from '../projections/reports/page.ts';
import { requestTrail } from '../projections/requestTrail/queries.ts';
import { listReservations, reservationById } from '../projections/reservations/queries.ts';
import { listReturns, returnById } from '../projections/returns/queries.ts';
import { listShadowBatches, shadowComparison } from '../projections/shadowLedgers/comparison.ts';
import { shadowLedger, shadowReadiness } from '../projections/shadowLedgers/queries.ts';
import { listShipments, shipmentById } from '../projections/shipments/queries.ts';
import { simulationProgress } from '../projections/simulations.ts';
import { deadLetterById, deadLetters } from '../projections/stuck.ts';
import { orderTimeline } from '../projections/timeline/queries.ts';
import { listTransfers, transferById } from '../projections/transfers/queries.ts';
import { countWebhooks, listDeliveries, listWebhooks, webhookById } from '../projections/webhooks/queries.ts';

/** Names of projections, as `GET /v1/ops/projections` shows them. */
export const readModels = [
  'orders',
  'deposits',
  'payments',
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
  'pauses',
  'periods',
  'webhooks',
  'event_stream',
  'partner_documents',
  'reservations',
  'returns',
  'exceptions',
  'reconciliations',
  'audit_samples',
  'shadow_ledgers',
  'drop_ships',
  'transfers',
] as const;

export type ReadModel = (typeof readModels)[number];

/** Runs a query, turning trouble of the infrastructure into `LogUnavailable`. */
export type Guard = <Result>(query: () => Promise<Result>) => Promise<Result>;

type Plain<Args extends readonly unknown[], Result> = (db: ReadHandle, ...args: Args) => Promise<Result>;

/** How a query is run: alone, or so that its freshness is noted. */
type Ask = <Args extends readonly unknown[], Result>(query: Query<Args, Result>) => (...args: Args) => Promise<Result>;

/** Every question about the read models. */
const questions = (ask: Ask) => ({
  listProjections: ask(listProjections),
  deadLetters: ask(deadLetters),
  deadLetterById: ask(deadLetterById),
  orderById: ask(orderById),
  listOrders: ask(listOrders),
  orderChange: ask(orderChange),
  orderPromise: ask(orderPromise),
  orderFraudCheck: ask(orderFraudCheck),
  orderTimeline: ask(orderTimeline),
  orderDocuments: ask(orderDocuments),
  listInventoryPositions: ask(listInventoryPositions),
  listToldStock: ask(listToldStock),
  listSupplies: ask(listSupplies),
  listTransfers: ask(listTransfers),
  transferById: ask(transferById),
  availabilityInputs: ask(availabilityInputs),
  shipmentById: ask(shipmentById),
  listShipments: ask(listShipments),
  listDeposits: ask(listDeposits),
  depositById: ask(depositById),
  listPayments: ask(listPayments),
  paymentById: ask(paymentById),
  listDropShips: ask(listDropShips),
  dropShipById: ask(dropShipById),
  listReturns: ask(listReturns),
  returnById: ask(returnById),
  invoiceById: ask(invoiceById),
  listInvoices: ask(listInvoices),
  invoiceSheet: ask(invoiceSheet),
  creditMemoById: ask(creditMemoById),
  listCreditMemos: ask(listCreditMemos),
  journalById: ask(journalById),
  journalsByIds: ask(journalsByIds),
  journalsDrawn: ask(journalsDrawn),
  drawSample: ask(drawSample),
  samplePopulation: ask(samplePopulation),
  listAuditSamples: ask(listAuditSamples),
  auditSampleById: ask(auditSampleById),
  shadowLedger: ask(shadowLedger),
  shadowReadiness: ask(shadowReadiness),
  shadowComparison: ask(shadowComparison),
  listShadowBatches: ask(listShadowBatches),
  listJournals: ask(listJournals),
  listGlLines: ask(listGlLines),
  correctionsBehind: ask(correctionsBehind),
  restageable: ask(restageable),
  batchById: ask(batchById),
  trialBalance: ask(trialBalance),
  tieOuts: ask(tieOuts),
  tieOutItems: ask(tieOutItems),
  creditAccount: ask(creditAccount),
  lineage: ask(lineage),
  listEvents: ask(listEvents),
  receiptOf: ask(receiptOf),
  actorActions: ask(actorActions),
  requestTrail: ask(requestTrail),
  conflictsInDuties: ask(conflictsInDuties),
  eventById: ask(eventById),
  eventsByIds: ask(eventsByIds),
  eventsOfOrders: ask(eventsOfOrders),
  firstEventsOf: ask(firstEventsOf),
  eventPlaces: ask(eventPlaces),
  positionAt: ask(positionAt),
  makersOf: ask(makersOf),
  ordersKnownAt: ask(ordersKnownAt),
  invoicesKnownAt: ask(invoicesKnownAt),
  orderOfInvoice: ask(orderOfInvoice),
  approvalById: ask(approvalById),
  listApprovals: ask(listApprovals),
  reportPage: ask(reportPage),
  replayById: ask(replayById),
  simulationProgress: ask(simulationProgress),
  importProgress: ask(importProgress),
  refusedRows: ask(refusedRows),
  rebuildById: ask(rebuildById),
  tablesOfModel: ask(tablesOfModel),
  listPeriods: ask(listPeriods),
  periodById: ask(periodById),
  closeReadiness: ask(closeReadiness),
  listLaneGroups: ask(listLaneGroups),
  listAdapters: ask(listAdapters),
  listWebhooks: ask(listWebhooks),
  webhookById: ask(webhookById),
  countWebhooks: ask(countWebhooks),
  listDeliveries: ask(listDeliveries),
  streamPage: ask(streamPage),
  streamEnd: ask(streamEnd),
  listEventConsumers: ask(listEventConsumers),
  eventConsumerById: ask(eventConsumerById),
  countEventConsumers: ask(countEventConsumers),
  consumersNow: ask(consumersNow),
  listReservations: ask(listReservations),
  reservationById: ask(reservationById),
  payloadByHash: ask(payloadByHash),
  listCases: ask(listCases),
  caseById: ask(caseById),
  slaBoard: ask(slaBoard),
  listReconciliations: ask(listReconciliations),
  reconciliationById: ask(reconciliationById),
  listReconciliationBreaks: ask(listReconciliationBreaks),
  listPartnerDocuments: ask(listPartnerDocuments),
  partnerDocumentById: ask(partnerDocumentById),
  definitionOf: ask(definitionOf),
  listDefinitions: ask(listDefinitions),
  promotableDefinitions: ask(promotableDefinitions),
  listPromotions: ask(listPromotions),
  promotionById: ask(promotionById),
  bookDays: ask(bookDays),
});

type Questions = ReturnType<typeof questions>;

/** The questions of one request, and what was known about the models when the first of them was answered. */
export type Asking<Row> = { readonly reads: Questions; readonly known: () => Promise<Row> };

/** Every question the API can ask, bound to one handle; it may be a read replica, since nothing here writes. */
export const makeReads = (handle: ReadHandle, guard: Guard = (query) => query()) => {
  const plain =
    <Args extends readonly unknown[], Result>(query: Plain<Args, Result>) =>
    (...args: Args): Promise<Result> =>
      guard(() => query(handle, ...args));

  const freshness = plain(asOf);

  /** What is known comes with the rows of the first question, in its statement; what is asked after it is at least as new. */
  const askingWith = <Row extends object>(asked: Known<Row>): Asking<Row> => {
    let known: Row | undefined;
    const noting: Ask =
      (query) =>
      async (...args) => {
        const answered = await guard(() => query.framed(handle, asked, ...args));
        known ??= answered.known;
        return answered.value;
      };
    return { reads: questions(noting), known: async () => known ?? guard(() => askKnown(handle, asked)) };
  };

  const asking = (models: readonly ReadModel[]): Asking<AsOf> => askingWith(freshnessOf(models));

  /** For answers that can be asked again: at `knownAsOf`, or at the position that the models have. */
  const reporting = (models: readonly ReadModel[], knownAsOf: string | undefined): Asking<Footing> =>
    askingWith(footingOf(models, knownAsOf));

  return { ...questions(plain), freshness, waitForPosition: plain(waitForPosition), asking, reporting };
};

export type Reads = Readonly<ReturnType<typeof makeReads>>;
