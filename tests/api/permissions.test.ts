import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Operation, permissions, type Role, roles } from '../../api/permissions.ts';
import { routes } from '../../api/routes.ts';
import {
  anApprovalId,
  anImportId,
  anOrderId,
  aPeriodId,
  aPromotionId,
  aRebuildId,
  aReplayId,
  aReportRunId,
  aShipmentId,
  aSimulationId,
} from './samples/given.ts';
import { samples } from './samples.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

/** Written down a second time on purpose: c channel, w warehouse, f finance, a auditor, o ops, d admin, s supplier, g agent. */
const expected: Readonly<Record<Operation, string>> = {
  submitOrder: 'c',
  checkAvailability: 'cwfaod',
  listOrders: 'cwfaod',
  readOrder: 'cwfaod',
  readOrderTimeline: 'cwfaod',
  readOrderPromise: 'cwfaod',
  readOrderDocuments: 'cwfaod',
  cancelOrder: 'c',
  cancelOrderLine: 'c',
  addOrderLines: 'c',
  changeOrderLine: 'c',
  substituteOrderLine: 'c',
  previewOrderChange: 'c',
  repriceOrderLine: 'c',
  readOrderChange: 'cwfaod',
  readFraudCheck: 'faod',
  releaseHold: 'cfod',
  reserve: 'c',
  listReservations: 'caod',
  readReservation: 'caod',
  listPartnerDocuments: 'caod',
  readPartnerDocument: 'caod',
  resendPartnerDocument: 'od',
  extendReservation: 'c',
  releaseReservation: 'c',
  orderTransfer: 'wo',
  listTransfers: 'wfaod',
  readTransfer: 'wfaod',
  rescheduleTransfer: 'wo',
  shipTransfer: 'w',
  receiveTransfer: 'w',
  closeTransfer: 'fo',
  readReceipt: 'cwfaods',
  recordStockMovement: 'w',
  changeStockStatus: 'w',
  expectSupply: 'w',
  recordStockCount: 'w',
  recordStockSnapshot: 'w',
  listToldStock: 'wfaod',
  rescheduleSupply: 'w',
  receiveSupply: 'w',
  cancelSupply: 'w',
  listInventoryPositions: 'wfaod',
  listSupplies: 'wfaod',
  readSupply: 'wfaod',
  listShipments: 'cwfaod',
  readShipment: 'cwfaod',
  recordPick: 'w',
  recordPack: 'w',
  confirmShipment: 'w',
  recordTracking: 'w',
  recordDelivery: 'w',
  recordLoss: 'wo',
  recordFound: 'wo',
  decideLoss: 'o',
  reassignLoss: 'f',
  reportShortage: 'w',
  voidShipment: 'w',
  resolveOvershipment: 'f',
  authoriseReturn: 'c',
  listDropShipOrders: 'wfaods',
  readDropShipOrder: 'wfaods',
  acknowledgeDropShip: 's',
  recordDropShipNotice: 's',
  matchSupplierBill: 'fs',
  listReturns: 'cwfaod',
  readReturn: 'cwfaod',
  recordReturnReceipt: 'w',
  inspectReturn: 'w',
  closeReturn: 'c',
  listInvoices: 'cfaod',
  readInvoice: 'cfaod',
  readInvoiceRendering: 'cfaod',
  voidInvoice: 'f',
  listCreditMemos: 'cfaod',
  readCreditMemo: 'cfaod',
  creditInvoice: 'f',
  recordDeposit: 'f',
  refundDeposit: 'f',
  recordPayment: 'f',
  listPayments: 'cfaod',
  readPayment: 'cfaod',
  writeOffInvoice: 'f',
  correctCost: 'f',
  disputeInvoice: 'cf',
  resolveDispute: 'f',
  acceptTaxMismatch: 'f',
  requestTaxCheck: 'fo',
  listDeposits: 'cfaod',
  readDeposit: 'cfaod',
  listGlJournals: 'fad',
  readGlJournal: 'fad',
  listGlLines: 'fad',
  readTrialBalance: 'fad',
  readTieOuts: 'fad',
  listTieOutItems: 'fad',
  listReports: 'faod',
  readReport: 'faod',
  restageGlJournal: 'f',
  restageGlJournals: 'f',
  reverseGlJournal: 'f',
  repostGlJournal: 'f',
  runReport: 'faod',
  readReportRun: 'faod',
  sealGlBatch: 'f',
  readGlBatch: 'fad',
  defineShadowLedger: 'd',
  readShadowLedger: 'fad',
  readShadowComparison: 'fad',
  listShadowBatches: 'fad',
  explainShadowDifference: 'f',
  cutOverShadowLedger: 'f',
  cancelCutOver: 'f',
  openAccountingPeriod: 'f',
  listAccountingPeriods: 'fad',
  readAccountingPeriod: 'fad',
  readCloseReadiness: 'fad',
  softCloseAccountingPeriod: 'f',
  closeAccountingPeriod: 'f',
  reopenAccountingPeriod: 'f',
  readCreditAccount: 'fad',
  setCreditLimit: 'fd',
  defineItem: 'd',
  defineCustomer: 'd',
  defineNode: 'd',
  definePriceList: 'd',
  definePartner: 'd',
  defineCrossReference: 'd',
  defineBusinessUnit: 'd',
  publishAccountMap: 'd',
  publishPostingRules: 'd',
  publishTaxCodes: 'd',
  publishLateSupply: 'd',
  publishIntercompany: 'd',
  dryRunAccountMap: 'fd',
  dryRunPostingRules: 'fd',
  dryRunTaxCodes: 'fd',
  dryRunLateSupply: 'fod',
  dryRunIntercompany: 'fod',
  exportPolicies: 'faod',
  previewPromotion: 'fd',
  proposePromotion: 'd',
  applyPromotion: 'd',
  listPromotions: 'faod',
  readPromotion: 'faod',
  setSafetyStock: 'd',
  listDefinitions: 'faod',
  readItem: 'faod',
  readCustomer: 'faod',
  readNode: 'faod',
  readPriceList: 'faod',
  readPartner: 'faod',
  readCrossReference: 'faod',
  readBusinessUnit: 'faod',
  readAccountMap: 'faod',
  readPostingRules: 'faod',
  readTaxCodes: 'faod',
  readLateSupply: 'faod',
  readIntercompany: 'faod',
  readLineage: 'fa',
  readStreamState: 'a',
  listAuditEvents: 'fa',
  readAuditEvent: 'fa',
  readPayload: 'cfa',
  receiveDocument: 'c',
  listActorActions: 'a',
  listRequestTrail: 'a',
  listDutyConflicts: 'a',
  listCheckpoints: 'fa',
  proveConsistency: 'fa',
  proveEvent: 'fa',
  proveGlLine: 'fa',
  exportEvidence: 'fa',
  readEvidenceExport: 'fa',
  drawAuditSample: 'a',
  listAuditSamples: 'fa',
  readAuditSample: 'fa',
  listProjections: 'aod',
  listDeadLetters: 'aod',
  readDeadLetter: 'aod',
  requestReplay: 'od',
  readReplay: 'aod',
  discardMessages: 'od',
  listExceptions: 'faod',
  readException: 'faod',
  assignException: 'fo',
  resolveException: 'fo',
  listSlas: 'faod',
  listReconciliations: 'faod',
  readReconciliation: 'faod',
  listReconciliationBreaks: 'faod',
  startReconciliation: 'od',
  requestRebuild: 'od',
  readRebuild: 'aod',
  readRebuildDifference: 'aod',
  swapRebuild: 'od',
  abortRebuild: 'od',
  rollBackRebuild: 'od',
  requestImport: 'd',
  readImport: 'faod',
  listRefusedRows: 'faod',
  cancelImport: 'd',
  requestSimulation: 'od',
  readSimulation: 'faod',
  cancelSimulation: 'od',
  listLanes: 'aod',
  pauseLane: 'od',
  resumeLane: 'od',
  limitLane: 'od',
  liftLaneLimit: 'od',
  listAdapters: 'aod',
  pauseAdapter: 'od',
  resumeAdapter: 'od',
  readDataSubject: 'ad',
  eraseDataSubject: 'd',
  listPersonalReads: 'a',
  readEventStream: 'cfaod',
  registerEventConsumer: 'cod',
  listEventConsumers: 'caod',
  readEventConsumer: 'caod',
  acknowledgeEvents: 'cod',
  resetEventConsumer: 'cod',
  deleteEventConsumer: 'cod',
  subscribeWebhook: 'cd',
  listWebhooks: 'caod',
  readWebhook: 'caod',
  rotateWebhookSecret: 'cd',
  pauseWebhook: 'cod',
  resumeWebhook: 'cod',
  deleteWebhook: 'cd',
  listWebhookDeliveries: 'caod',
  redeliverWebhook: 'cod',
  takeAgentCalls: 'g',
  answerAgentCall: 'g',
  failAgentCall: 'g',
  listApprovals: 'faod',
  readApproval: 'faod',
  decideApproval: 'fod',
};

const letterOf: Readonly<Record<Role, string>> = {
  channel: 'c',
  warehouse: 'w',
  finance: 'f',
  auditor: 'a',
  ops: 'o',
  admin: 'd',
  supplier: 's',
  agent: 'g',
};

const queries: Partial<Record<Operation, string>> = {
  readTrialBalance: '?bu=ACME',
  readTieOuts: '?bu=ACME',
  listTieOutItems: '?bu=ACME',
  readCreditAccount: '?bu=ACME',
  readLineage: '?root=order:X',
  proveConsistency: '?from=1',
};

const addressOf = (operation: Operation, path: string): string =>
  samples[operation]?.path ??
  path
    .replace('{orderId}', anOrderId)
    .replace('{shipmentId}', aShipmentId)
    .replace('{customer}', 'C-1001')
    .replace('{approvalId}', anApprovalId)
    .replace('{replayId}', aReplayId)
    .replace('{runId}', aReportRunId)
    .replace('{rebuildId}', aRebuildId)
    .replace('{simulationId}', aSimulationId)
    .replace('{promotionId}', aPromotionId)
    .replace('{importId}', anImportId)
    .replace('{projection}', 'orders')
    .replace('{periodId}', aPeriodId)
    .replace(/\{\w+\}/g, 'X') + (queries[operation] ?? '');

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi();
});
afterAll(() => api.close());

describe('O-29 every role against every route', () => {
  test('the table has a row for every route and no other', () => {
    expect(Object.keys(permissions).sort()).toEqual(routes.map((route) => route.operation).sort());
    expect(Object.keys(expected).sort()).toEqual(Object.keys(permissions).sort());
  });

  test.each(routes.map((route) => [route.operation, route] as const))('%s', async (operation, route) => {
    const path = addressOf(operation, route.path);
    const method = route.method.toUpperCase() as 'GET' | 'POST' | 'PUT';
    const allowed: string[] = [];
    for (const role of roles) {
      const callsBefore = api.fake.calls.length;
      const answer = await call(api, method, path, { role, body: samples[operation]?.body });
      if (answer.status === 403) {
        expect(answer.body.code).toBe('FORBIDDEN');
        expect(api.fake.calls.length).toBe(callsBefore);
      } else {
        expect({ role, status: answer.status, text: answer.text }).not.toMatchObject({ status: 500 });
        expect(answer.status).not.toBe(401);
        allowed.push(letterOf[role]);
      }
    }
    expect(allowed.join('')).toBe(expected[operation]);
  });

  test.each(
    routes.map((route) => [route.operation, route] as const),
  )('O-28 %s without, or with a wrong, credential is 401', async (operation, route) => {
    const path = addressOf(operation, route.path);
    const method = route.method.toUpperCase() as 'GET' | 'POST' | 'PUT';
    for (const options of [
      { role: 'nobody' as const },
      { token: 'wrong' },
      { token: 'a.b.c' },
      { token: 'x'.repeat(9_000) },
    ]) {
      const answer = await call(api, method, path, { ...options, body: samples[operation]?.body });
      expect([answer.status, answer.body.code, answer.headers['www-authenticate']]).toEqual([
        401,
        'UNAUTHENTICATED',
        'Bearer realm="throughline"',
      ]);
    }
  });
});
