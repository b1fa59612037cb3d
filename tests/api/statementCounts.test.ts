import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import type { Operation } from '../../api/permissions.ts';
import { permissions } from '../../api/permissions.ts';
import { routes } from '../../api/routes.ts';
import { toDomain } from '../../commands/codec.ts';
import { eventIdOf } from '../../commands/eventIds.ts';
import { projections } from '../../projections/catalogue.ts';
import { catchUp } from '../../projections/runner.ts';
import { makeSealing, type Sealing, settle } from '../commands/evidence/sealing.ts';
import { creditFirst } from '../projections/creditHistory.ts';
import { payFirst, payInAdvance } from '../projections/depositHistory.ts';
import { dropShip } from '../projections/dropShipHistory.ts';
import { requestFraudCheck } from '../projections/fraudHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { defineTrade, openBooks } from '../projections/masterDataHistory.ts';
import { createMemoryLog } from '../projections/memoryLog.ts';
import { playPromotion } from '../projections/promotionHistory.ts';
import { sendBack } from '../projections/returnHistory.ts';
import { playShadow } from '../projections/shadowHistory.ts';
import { defineCustomer } from '../projections/supplyHistory.ts';
import {
  aCaseId,
  aConsumerId,
  anImportId,
  anOrderId,
  anRmaId,
  aPoId,
  aPromotionId,
  aReconciliationId,
  aReplayId,
  aReportRunId,
  aReservationId,
  aSampleId,
  aShipmentId,
  aSimulationId,
  aSubscriptionId,
  aTransferId,
} from './samples/given.ts';
import { samples } from './samples.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const bu = 'ACME';
const anApprovalId = '01JD0000000000000000000003';
const batchId = 'PRIMARY-202611-0001';

/**
 * How often each question may go to the database, all in all. One statement brings the rows and how fresh they are; what
 * reads the log besides says so.
 */
const limits: Readonly<Partial<Record<Operation, { readonly path: string; readonly statements: number }>>> = {
  checkAvailability: { path: '/v1/availability-checks', statements: 1 },
  // Of what is added; the write side has the rest.
  previewOrderChange: { path: `/v1/orders/${anOrderId}/change-previews`, statements: 1 },
  listOrders: { path: `/v1/orders?bu=${bu}&status=COMPLETED&item=BRG-6204`, statements: 1 },
  readOrder: { path: `/v1/orders/${anOrderId}`, statements: 1 },
  readOrderTimeline: { path: `/v1/orders/${anOrderId}/timeline`, statements: 1 },
  readOrderPromise: { path: `/v1/orders/${anOrderId}/promise`, statements: 1 },
  readOrderDocuments: { path: `/v1/orders/${anOrderId}/documents`, statements: 1 },
  readOrderChange: { path: `/v1/orders/${anOrderId}/changes/CH-1`, statements: 1 },
  readFraudCheck: { path: `/v1/orders/${anOrderId}/fraud-check`, statements: 1 },
  readReceipt: { path: '/v1/receipts/:command', statements: 1 },
  listInventoryPositions: { path: `/v1/inventory-positions?bu=${bu}`, statements: 1 },
  listToldStock: { path: `/v1/stock-snapshots?bu=${bu}&node=DC-EAST`, statements: 1 },
  listSupplies: { path: `/v1/supplies?bu=${bu}&node=DC-EAST&item=BRG-6204&status=OPEN`, statements: 1 },
  readSupply: { path: '/v1/supplies/PO-9', statements: 1 },
  listTransfers: { path: `/v1/transfers?bu=${bu}&state=ORDERED`, statements: 1 },
  readTransfer: { path: `/v1/transfers/${aTransferId}`, statements: 1 },
  listShipments: { path: `/v1/shipments?orderId=${anOrderId}`, statements: 1 },
  readShipment: { path: `/v1/shipments/${aShipmentId}`, statements: 1 },
  listDropShipOrders: { path: `/v1/dropship-orders?orderId=${anOrderId}`, statements: 1 },
  readDropShipOrder: { path: `/v1/dropship-orders/${aPoId}`, statements: 1 },
  listReturns: { path: `/v1/returns?orderId=${anOrderId}`, statements: 1 },
  readReturn: { path: `/v1/returns/${anRmaId}`, statements: 1 },
  listInvoices: { path: `/v1/invoices?orderId=${anOrderId}`, statements: 1 },
  readInvoiceRendering: { path: `/v1/invoices/${anOrderId}-i1/rendering`, statements: 1 },
  readInvoice: { path: `/v1/invoices/${anOrderId}-i1`, statements: 1 },
  listCreditMemos: { path: `/v1/credit-memos?orderId=${anOrderId}`, statements: 1 },
  readCreditMemo: { path: `/v1/credit-memos/${anOrderId}-c1`, statements: 1 },
  listDeposits: { path: `/v1/deposits?orderId=${anOrderId}`, statements: 1 },
  readDeposit: { path: `/v1/deposits/${anOrderId}-1`, statements: 1 },
  listPayments: { path: `/v1/payments?bu=${bu}&soldTo=C-1001&from=2026-11-01&to=2026-11-30`, statements: 1 },
  readPayment: { path: `/v1/payments/${anOrderId}-p1`, statements: 1 },
  listGlJournals: { path: `/v1/gl-journals?orderId=${anOrderId}`, statements: 1 },
  readGlJournal: { path: '/v1/gl-journals/:journal', statements: 1 },
  listGlLines: { path: `/v1/gl-lines?shipmentId=${anOrderId}-s1&batchId=${batchId}&role=COGS`, statements: 1 },
  readTrialBalance: { path: `/v1/trial-balance?bu=${bu}`, statements: 1 },
  readTieOuts: { path: `/v1/tie-outs?bu=${bu}&period=202611`, statements: 1 },
  listTieOutItems: { path: `/v1/tie-outs/INVENTORY/items?bu=${bu}&period=202611&differences=true`, statements: 1 },
  listReports: { path: '/v1/reports', statements: 1 },
  readReport: { path: `/v1/reports/trial-balance?bu=${bu}`, statements: 1 },
  // The stream itself is read, and how fresh the index is told.
  readReportRun: { path: `/v1/report-runs/${aReportRunId}`, statements: 2 },
  readGlBatch: { path: `/v1/gl-batches/${batchId}`, statements: 1 },
  readShadowLedger: { path: `/v1/shadow-ledgers/${bu}`, statements: 1 },
  readShadowComparison: { path: `/v1/shadow-ledgers/${bu}/comparison?show=UNEXPLAINED`, statements: 1 },
  listShadowBatches: { path: `/v1/shadow-ledgers/${bu}/batches?period=202611`, statements: 1 },
  listAccountingPeriods: { path: `/v1/accounting-periods?bu=${bu}`, statements: 1 },
  readAccountingPeriod: { path: `/v1/accounting-periods/${bu}.PRIMARY.202611`, statements: 1 },
  readCloseReadiness: { path: `/v1/accounting-periods/${bu}.PRIMARY.202611/readiness`, statements: 1 },
  listDefinitions: { path: `/v1/definitions?bu=${bu}&versions=all`, statements: 1 },
  readItem: { path: `/v1/items/${bu}/BRG-6204`, statements: 1 },
  readCustomer: { path: `/v1/customers/${bu}/C-1001`, statements: 1 },
  readNode: { path: `/v1/nodes/${bu}/DC-EAST`, statements: 1 },
  readPriceList: { path: `/v1/price-lists/${bu}/LIST`, statements: 1 },
  readPartner: { path: `/v1/partners/${bu}/NORDBUY`, statements: 1 },
  readCrossReference: { path: `/v1/cross-references/${bu}/NORDBUY/ITEM`, statements: 1 },
  readBusinessUnit: { path: `/v1/business-units/${bu}`, statements: 1 },
  readAccountMap: { path: `/v1/policies/${bu}/accounts`, statements: 1 },
  readPostingRules: { path: `/v1/policies/${bu}/posting`, statements: 1 },
  readTaxCodes: { path: `/v1/policies/${bu}/tax-codes`, statements: 1 },
  readLateSupply: { path: `/v1/policies/${bu}/late-supply`, statements: 1 },
  readIntercompany: { path: `/v1/policies/${bu}/intercompany`, statements: 1 },
  dryRunAccountMap: { path: `/v1/policies/${bu}/accounts/dry-runs`, statements: 1 },
  dryRunPostingRules: { path: `/v1/policies/${bu}/posting/dry-runs`, statements: 1 },
  dryRunTaxCodes: { path: `/v1/policies/${bu}/tax-codes/dry-runs`, statements: 1 },
  dryRunLateSupply: { path: `/v1/policies/${bu}/late-supply/dry-runs`, statements: 1 },
  dryRunIntercompany: { path: `/v1/policies/${bu}/intercompany/dry-runs`, statements: 1 },
  exportPolicies: { path: `/v1/policies/${bu}/artefact`, statements: 1 },
  previewPromotion: { path: `/v1/policies/${bu}/promotions/dry-runs`, statements: 1 },
  listPromotions: { path: `/v1/policies/${bu}/promotions`, statements: 1 },
  readPromotion: { path: `/v1/policies/${bu}/promotions/${aPromotionId}`, statements: 1 },
  readCreditAccount: { path: `/v1/credit-accounts/C-1001?bu=${bu}`, statements: 1 },
  readLineage: { path: `/v1/audit/lineage?root=order:${anOrderId}`, statements: 1 },
  // The stream itself is read, and how fresh the index is told.
  readStreamState: { path: `/v1/audit/state?stream=order-${bu}.${anOrderId}`, statements: 2 },
  listAuditEvents: { path: `/v1/audit/events?orderId=${anOrderId}`, statements: 1 },
  listPartnerDocuments: {
    path: `/v1/partner-documents?bu=${bu}&partner=NORDBUY&afterNumber=7&state=SENT&overdue=false`,
    statements: 1,
  },
  readPartnerDocument: { path: `/v1/partner-documents/${anOrderId}`, statements: 1 },
  readPayload: { path: `/v1/audit/payloads/${'a'.repeat(64)}`, statements: 1 },
  listActorActions: { path: '/v1/audit/actors/kim/actions?from=2026-11-01&validAsOf=2026-11-30', statements: 1 },
  listRequestTrail: { path: '/v1/audit/requests?actor=kim&kind=REFUSED', statements: 1 },
  listDutyConflicts: { path: `/v1/audit/duties/conflicts?bu=${bu}`, statements: 1 },
  // The index says where it is, the log what it is.
  readAuditEvent: { path: '/v1/audit/events/:event', statements: 2 },
  listProjections: { path: '/v1/ops/projections', statements: 1 },
  // Two for the tree, which is no read model, and one for whether the log has later ones.
  listCheckpoints: { path: '/v1/audit/checkpoints', statements: 4 },
  // One more for the tree that proves it; a proof reads the log and a path through the tree.
  proveConsistency: { path: '/v1/audit/consistency?from=:size', statements: 3 },
  proveEvent: { path: '/v1/audit/proofs/events/:event', statements: 6 },
  proveGlLine: { path: '/v1/audit/proofs/gl-lines/:journal:1', statements: 14 },
  listAuditSamples: { path: `/v1/audit/samples?bu=${bu}&ledger=PRIMARY`, statements: 1 },
  readAuditSample: { path: `/v1/audit/samples/${aSampleId}`, statements: 1 },
  readEvidenceExport: { path: '/v1/audit/exports/:export', statements: 2 },
  readDataSubject: { path: `/v1/data-subjects/${bu}/C-1001`, statements: 1 },
  // A stream for each hour, and all begin together.
  listPersonalReads: { path: `/v1/audit/personal-reads?bu=${bu}&day=2026-11-23`, statements: 2 },
  listApprovals: { path: '/v1/approvals', statements: 1 },
  readApproval: { path: `/v1/approvals/${anApprovalId}`, statements: 1 },
  listDeadLetters: { path: '/v1/ops/dead-letters', statements: 1 },
  // The index says where it is, the log what it is.
  readDeadLetter: { path: '/v1/ops/dead-letters/1', statements: 2 },
  readRebuild: { path: '/v1/ops/rebuilds/orders-v2', statements: 1 },
  readRebuildDifference: { path: '/v1/ops/rebuilds/orders-v2/difference', statements: 1 },
  listLanes: { path: '/v1/ops/lanes', statements: 1 },
  listAdapters: { path: '/v1/ops/adapters', statements: 1 },
  // The stream itself is read; how far its run is, and how fresh the index is, is one more.
  readSimulation: { path: `/v1/ops/simulations/${aSimulationId}`, statements: 2 },
  readImport: { path: `/v1/imports/${anImportId}`, statements: 2 },
  listRefusedRows: { path: `/v1/imports/${anImportId}/refused-rows`, statements: 2 },
  readReplay: { path: `/v1/ops/replays/${aReplayId}`, statements: 1 },
  listExceptions: { path: '/v1/ops/exceptions?search=C-1001', statements: 1 },
  readException: { path: `/v1/ops/exceptions/${aCaseId}`, statements: 1 },
  listReconciliations: { path: `/v1/ops/reconciliations?bu=${bu}&pair=stock`, statements: 1 },
  readReconciliation: { path: `/v1/ops/reconciliations/${aReconciliationId}`, statements: 1 },
  listReconciliationBreaks: { path: `/v1/ops/reconciliation-breaks?runId=${aReconciliationId}`, statements: 1 },
  listSlas: { path: '/v1/ops/slas', statements: 1 },
  listReservations: { path: `/v1/reservations?bu=${bu}`, statements: 1 },
  readReservation: { path: `/v1/reservations/${aReservationId}`, statements: 1 },
  readEventStream: { path: `/v1/event-stream?bu=${bu}&types=SHIPMENT_CONFIRMED`, statements: 1 },
  listEventConsumers: { path: `/v1/event-consumers?bu=${bu}`, statements: 1 },
  readEventConsumer: { path: `/v1/event-consumers/${aConsumerId}`, statements: 1 },
  listWebhooks: { path: `/v1/webhook-subscriptions?bu=${bu}`, statements: 1 },
  readWebhook: { path: `/v1/webhook-subscriptions/${aSubscriptionId}`, statements: 1 },
  listWebhookDeliveries: { path: `/v1/webhook-deliveries?orderId=${anOrderId}`, statements: 1 },
};

const history = () => {
  const log = createMemoryLog();
  openBooks(log);
  defineTrade(log);
  defineCustomer(log);
  playGoldenOrder(log, anOrderId);
  creditFirst(log, anOrderId);
  payInAdvance(log, anOrderId);
  payFirst(log, anOrderId);
  const order = { orderId: anOrderId, bu };
  const place = { ...order, node: 'DC-EAST', shipmentId: aShipmentId, releaseId: 'REL-2', kind: 'WAREHOUSE' } as const;
  log.append(`shipment-${bu}.${aShipmentId}`, 'ShipmentPlanned', { ...place, shipTo: { id: 'MAIN' }, lines: [] });
  log.append(`stock-${bu}.DC-EAST.BELT-A42`, 'SupplyExpected', {
    ...{ bu, node: 'DC-EAST', item: 'BELT-A42', supplyId: 'PO-9', type: 'PO', qty: '4', availableDate: '2026-12-24' },
  });
  sendBack(log, anOrderId, anRmaId);
  dropShip(log, anOrderId, aPoId);
  log.append(`transfer-${bu}.${aTransferId}`, 'TransferOrdered', {
    ...{ transferId: aTransferId, bu, from: 'DC-EAST', to: 'DC-WEST', currency: 'USD', reference: 'TO-1' },
    ...{ orderedBy: 'key:ops', expectedOn: '2026-12-01', lines: [{ item: 'BRG-6204', qty: '10' }] },
  });
  const change = { ...order, changeId: 'CH-1', lineId: '10', requestedQty: '1', reason: 'late' };
  const { commandId } = log.append(`order-${bu}.${anOrderId}`, 'OrderLineCancelRequested', change).metadata;
  log.append(`simulation-operations.${aSimulationId}`, 'SimulationRequested', {
    ...{ bu: 'operations', simulationId: aSimulationId, businessUnit: bu, policySha256: 'a'.repeat(64) },
    range: { kind: 'POSITIONS', after: '0', through: '00000000000000000009' },
    ...{
      policy: { kind: 'SPLITS', allowSplit: false },
      simulationVersion: 1,
      reason: 'to see',
      requestedBy: 'key:ops',
    },
  });
  log.append(`import-operations.${anImportId}`, 'ImportReceived', {
    ...{ bu: 'operations', importId: anImportId, businessUnit: bu, kind: 'items', dryRun: true },
    ...{ payloadSha256: 'a'.repeat(64), bytes: 9, uploadId: anImportId, requestedBy: 'key:admin' },
  });
  log.append(`reportrun-operations.${aReportRunId}`, 'ReportRunRecorded', {
    ...{ runId: aReportRunId, bu: 'operations', report: 'revenue', href: '/v1/reports/revenue?knownAsOf=1', bus: null },
    ...{ position: '1', rows: 0, sha256: 'a'.repeat(64), runBy: 'key:finance' },
  });
  log.append(`sample-${bu}.${aSampleId}`, 'AuditSampleDrawn', {
    ...{
      sampleId: aSampleId,
      bu,
      position: '1',
      population: { ledger: 'PRIMARY', period: '202611' },
      method: 'RANDOM',
    },
    ...{ seed: 'Q4', currency: 'USD', strata: [], lines: [], reason: 'cut-off', drawnBy: 'key:auditor' },
  });
  playPromotion(log, aPromotionId);
  playShadow(log);
  const limit = { bu, customer: 'C-1001', limit: '500000000', currency: 'USD' };
  log.append(`credit-${bu}.C-1001`, 'CreditLimitSet', limit);
  log.append(`approval-${bu}.${anApprovalId}`, 'ApprovalRequested', {
    approvalId: anApprovalId,
    bu,
    subject: { kind: 'rebuild', id: aShipmentId },
    payloadSha256: '9f',
    duty: 'REBUILD_SWAP',
    summary: 'Swap orders.',
    link: `/v1/ops/rebuilds/${aShipmentId}`,
    limit: null,
    requestedBy: 'jwt:kim',
    involved: [],
    reason: 'the fix of yesterday',
    expiresAt: '2026-11-24T08:00:00.000Z',
  });
  log.append(`edi-${bu}.NORDBUY`, 'PartnerDocumentMade', {
    ...{ bu, partner: 'NORDBUY', soldTo: 'C-1001', documentId: anOrderId, kind: '855', functionalId: 'PR' },
    ...{ controlNumber: 8, orderId: anOrderId, reference: 'PO-1', payloadSha256: 'a'.repeat(64), acknowledges: true },
  });
  log.append(`webhook-${bu}.${aSubscriptionId}`, 'WebhookSubscribed', {
    ...{ subscriptionId: aSubscriptionId, bu, url: 'https://hooks.example/', events: null, customers: null },
    ...{ secretId: 'S', secret: 'whsec_sealed', subscribedBy: 'key:channel' },
  });
  log.append(`eventconsumer-${bu}.${aConsumerId}`, 'EventConsumerRegistered', {
    ...{ consumerId: aConsumerId, bu, name: 'figures', types: null, customers: null },
    ...{ after: { position: '0', place: 0 }, registeredBy: 'key:channel' },
  });
  log.append(`case-${bu}.${aCaseId}`, 'CaseOpened', {
    ...{ caseId: aCaseId, bu, class: 'ORDER_HELD', object: { kind: 'order', id: anOrderId }, orderId: anOrderId },
    ...{ soldTo: 'C-1001', node: null, since: '2026-11-23T08:00:00.000Z', dueAt: '2026-11-23T12:00:00.000Z' },
    moneyAtRisk: { amount: '13000', currency: 'USD' },
  });
  log.append(`recon-${bu}.stock.${aReconciliationId}`, 'ReconciliationStarted', {
    ...{ bu, pair: 'stock', runId: aReconciliationId, system: 'wms', requestedBy: null },
  });
  log.append(`reservation-${bu}.${aReservationId}`, 'ChannelReservationMade', {
    ...{ reservationId: aReservationId, bu, channel: 'portal', soldTo: 'C-1001', purpose: 'CART', lines: [] },
    ...{ needDate: '2026-12-01', expiresAt: '2026-11-23T08:15:00.000Z' },
  });
  requestFraudCheck(log, anOrderId);
  // Its event has the id that the executor gives it, by which a receipt is found.
  const events = log.events.map((event) =>
    event.metadata.commandId === commandId ? { ...event, eventId: eventIdOf(commandId, 0) } : event,
  );
  return { events, commandId };
};

/** The log tells other processes of what was appended for an earlier question, on a connection of its own and some time later. */
const isAnnouncement = (text: unknown): boolean => text === 'notify throughline_log';

describe('statements per question', () => {
  let api: TestApi;
  let sealing: Sealing;
  const found: Record<string, string> = {};

  beforeAll(async () => {
    api = await makeTestApi();
    sealing = await makeSealing(api.database, api.log);
    sealing.minutesLater();
    const { events, commandId } = history();
    found[':command'] = commandId;
    for (const { stream, revision, position: _, recordedAt: __, ...event } of events)
      await api.log.append(stream, revision === 0 ? 'no-stream' : revision - 1, [event]);
    await settle(sealing.sealer());
    for (const projection of projections)
      await catchUp({ db: api.database.db, feed: api.log, decode: toDomain }, projection);
    const journals = await call(api, 'GET', '/v1/gl-journals', { role: 'auditor' });
    found[':journal'] = (journals.body.items as readonly { journalId: string }[])[0]?.journalId ?? '';
    const latest = await sealing.tree.latestCheckpoint();
    found[':size'] = String(latest?.checkpoint.treeSize ?? 0);
    const scope = { kind: 'order', orderId: anOrderId };
    const exported = await call(api, 'POST', '/v1/audit/exports', { role: 'auditor', body: { bu, scope } });
    found[':export'] = String(exported.body.exportId);
    found[':event'] = events[0]?.eventId ?? '';
    await api.database.pool.query(
      `insert into ops.replay (replay_id, dry_run, state, reason, requested_by, requested_at, messages)
       values ($1, false, 'RUNNING', 'the fix', 'key:ops', now(), 1)`,
      [aReplayId],
    );
    await api.database.pool.query(
      `insert into ops.rebuild (rebuild_id, projection, from_version, to_version, state, reason, difference)
       values ('orders-v2', 'orders', 1, 2, 'SWAPPED', 'the fix', $1)`,
      [
        JSON.stringify({
          ...{ class: 'identical', position: '1', rowsCompared: 0, tables: [], money: [] },
          deadLetters: { live: 0, new: 0 },
        }),
      ],
    );
    await api.database.pool.query(`insert into ops.replay_lane values ($1, 'orders', 'order:X', 1)`, [aReplayId]);
    await api.database.pool.query(
      `insert into ops.payload (sha256, bu, sold_to, media_type, size, content) values ($1, $2, 'C-1001', 'application/edi-x12', 0, '')`,
      ['a'.repeat(64), bu],
    );
    const [event] = events;
    await api.database.pool.query(
      `insert into ops.dead_letter (projection, lane_key, position, event_id, event_type, stream, revision, error_class, detail, attempts,
         first_seen_at, last_seen_at) values ('orders', 'order:X', $1, $2, 'X', $3, 0, 'TypeError', 'd', 1, now(), now())`,
      [event?.position, event?.eventId, event?.stream],
    );
    await api.database.pool.query(
      `insert into rm_gl_staging_v1.gl_batch (batch_id, ledger, period, sequence, state, journal_count, acknowledged_count, rejected_count,
         control_totals, merkle_root, content_sha256, through_position, sealed_at, revision, bu, position, updated_at)
       values ($1, 'PRIMARY', '202611', 1, 'SEALED', 1, 0, 0, '[]', 'm', 's', '1', now(), 0, $2, '1', now())`,
      [batchId, bu],
    );
  });

  afterAll(async () => {
    await sealing.close();
    await api.close();
  });

  const questions = routes.filter(({ kind }) => kind === 'read' || kind === 'check').map(({ operation }) => operation);

  test('every question has its limit', () => {
    expect(Object.keys(limits).sort()).toEqual([...questions].sort());
  });

  test.each(questions)('%s', async (operation) => {
    const { path, statements } = limits[operation] ?? { path: '/', statements: 0 };
    const [role = 'auditor'] = permissions[operation];
    const method = samples[operation] === undefined ? 'GET' : 'POST';
    const asked = path.replace(/:(journal|event|size|export|command)/, (name) => found[name] ?? '');
    const query = jest.spyOn(pg.Client.prototype, 'query');
    try {
      const answer = await call(api, method, asked, { role, body: samples[operation]?.body });
      expect({ status: answer.status, asked }).toEqual({ status: 200, asked });
      expect(query.mock.calls.filter(([text]) => !isAnnouncement(text))).toHaveLength(statements);
    } finally {
      query.mockRestore();
    }
  });
});
