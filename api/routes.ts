import { agentCallRoutes } from './resources/agentCalls.ts';
import { approvalRoutes } from './resources/approvals.ts';
import { auditRoutes } from './resources/audit.ts';
import { auditSampleRoutes } from './resources/auditSamples.ts';
import { availabilityRoutes } from './resources/availability.ts';
import { correctionRoutes } from './resources/corrections.ts';
import { creditRoutes } from './resources/creditAccounts.ts';
import { creditMemoRoutes } from './resources/creditMemos.ts';
import { dataSubjectRoutes } from './resources/dataSubjects.ts';
import { depositRoutes } from './resources/deposits.ts';
import { discardRoutes } from './resources/discards.ts';
import { dropShipRoutes } from './resources/dropShips.ts';
import { dutyRoutes } from './resources/duties.ts';
import { eventConsumerRoutes } from './resources/eventConsumers.ts';
import { eventStreamRoutes } from './resources/eventStream.ts';
import { evidenceRoutes } from './resources/evidence.ts';
import { evidenceExportRoutes } from './resources/evidenceExports.ts';
import { exceptionRoutes } from './resources/exceptions.ts';
import { glLineRoutes } from './resources/glLines.ts';
import { importRoutes } from './resources/imports.ts';
import { inboundDocumentRoutes } from './resources/inboundDocuments.ts';
import { invoiceRoutes } from './resources/invoices.ts';
import { ledgerRoutes } from './resources/ledger.ts';
import { lossRoutes } from './resources/losses.ts';
import { masterDataRoutes } from './resources/masterData.ts';
import { opsRoutes } from './resources/ops.ts';
import { orderChangeRoutes } from './resources/orderChanges.ts';
import { orderDocumentRoutes } from './resources/orderDocuments.ts';
import { orderRoutes } from './resources/orders.ts';
import { partnerDocumentRoutes } from './resources/partnerDocuments.ts';
import { pauseRoutes } from './resources/pauses.ts';
import { payloadRoutes } from './resources/payloads.ts';
import { paymentRoutes } from './resources/payments.ts';
import { periodRoutes } from './resources/periods.ts';
import { policyDryRunRoutes } from './resources/policyDryRuns.ts';
import { promotionRoutes } from './resources/promotions.ts';
import { rateLimitRoutes } from './resources/rateLimits.ts';
import { rebuildRoutes } from './resources/rebuilds.ts';
import { receiptRoutes } from './resources/receipts.ts';
import { reconciliationRoutes } from './resources/reconciliations.ts';
import { replayRoutes } from './resources/replays.ts';
import { reportRoutes } from './resources/reports.ts';
import { repriceRoutes } from './resources/reprices.ts';
import { reservationRoutes } from './resources/reservations.ts';
import { returnRoutes } from './resources/returns.ts';
import { settlementRoutes } from './resources/settlements.ts';
import { shadowLedgerRoutes } from './resources/shadowLedgers.ts';
import { shipmentRoutes } from './resources/shipments.ts';
import { simulationRoutes } from './resources/simulations.ts';
import { stockRoutes } from './resources/stock.ts';
import { stockCountRoutes } from './resources/stockCounts.ts';
import { stockSnapshotRoutes } from './resources/stockSnapshots.ts';
import { supplyRoutes } from './resources/supplies.ts';
import { taxDifferenceRoutes } from './resources/taxDifferences.ts';
import { tieOutRoutes } from './resources/tieOuts.ts';
import { transferRoutes } from './resources/transfers.ts';
import { webhookRoutes } from './resources/webhooks.ts';
import type { Route } from './route.ts';

/** One entry per resource; each becomes a router. */
export const resources: readonly (readonly Route[])[] = [
  orderRoutes,
  orderChangeRoutes,
  orderDocumentRoutes,
  repriceRoutes,
  receiptRoutes,
  availabilityRoutes,
  reservationRoutes,
  stockRoutes,
  stockCountRoutes,
  stockSnapshotRoutes,
  supplyRoutes,
  transferRoutes,
  shipmentRoutes,
  lossRoutes,
  returnRoutes,
  dropShipRoutes,
  invoiceRoutes,
  creditMemoRoutes,
  depositRoutes,
  // What is paid is recorded and read at one address.
  [...settlementRoutes, ...taxDifferenceRoutes, ...paymentRoutes],
  // Before the journals, one of which is asked for by whatever stands in this place of the path.
  correctionRoutes,
  ledgerRoutes,
  glLineRoutes,
  tieOutRoutes,
  reportRoutes,
  periodRoutes,
  creditRoutes,
  masterDataRoutes,
  policyDryRunRoutes,
  promotionRoutes,
  auditRoutes,
  payloadRoutes,
  partnerDocumentRoutes,
  inboundDocumentRoutes,
  dutyRoutes,
  evidenceRoutes,
  evidenceExportRoutes,
  auditSampleRoutes,
  shadowLedgerRoutes,
  opsRoutes,
  rebuildRoutes,
  replayRoutes,
  simulationRoutes,
  importRoutes,
  discardRoutes,
  exceptionRoutes,
  reconciliationRoutes,
  pauseRoutes,
  rateLimitRoutes,
  approvalRoutes,
  dataSubjectRoutes,
  webhookRoutes,
  eventStreamRoutes,
  eventConsumerRoutes,
  agentCallRoutes,
];

/** Every route that needs credentials. */
export const routes: readonly Route[] = resources.flat();
