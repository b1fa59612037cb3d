import {
  aCallId,
  aCaseId,
  aConsumerId,
  aDeliveryId,
  aDifferenceKey,
  anApprovalId,
  anImportId,
  aRebuildId,
  aSimulationId,
  aSubscriptionId,
  inForce,
} from './given.ts';
import type { Samples } from './sample.ts';

/** Of the service itself and those who watch it. */
export const operationsSamples = {
  requestRebuild: {
    path: '/v1/ops/projections/orders/rebuilds',
    body: { reason: 'the fix of yesterday', expectedChanges: [{ table: 'orders', kind: 'CHANGED', columns: ['net'] }] },
  },
  swapRebuild: { path: `/v1/ops/rebuilds/${aRebuildId}/swaps`, body: { reason: 'looked at all of it' } },
  abortRebuild: { path: `/v1/ops/rebuilds/${aRebuildId}/aborts`, body: { reason: 'by mistake' } },
  rollBackRebuild: { path: `/v1/ops/rebuilds/${aRebuildId}/rollbacks`, body: { reason: 'not good' } },
  requestReplay: {
    path: '/v1/ops/replays',
    body: { laneKey: 'order:O1', consumer: 'orders', dryRun: true, reason: 'the fold is corrected' },
  },
  discardMessages: {
    path: '/v1/ops/discards',
    body: { deadLetterIds: ['stuck:7'], reason: 'a shipment of another depositor' },
  },
  assignException: {
    path: `/v1/ops/exceptions/${aCaseId}/assignments`,
    body: { owner: 'kim', note: 'calls the dock' },
  },
  requestSimulation: {
    path: '/v1/ops/simulations',
    body: {
      bu: 'ACME',
      policy: { kind: 'SAFETY_STOCK', rules: [{ node: 'DC-EAST', percent: '200' }] },
      reason: 'before the season',
    },
  },
  requestImport: {
    path: '/v1/imports',
    body: {
      ...{ bu: 'ACME', kind: 'items', dryRun: true },
      content: Buffer.from('item,description,group,baseUom,taxCode\nPIN-8,Pin,PIN,EA,TPP\n').toString('base64'),
    },
  },
  cancelImport: { path: `/v1/imports/${anImportId}/cancellations`, body: { reason: 'the wrong file' } },
  cancelSimulation: {
    path: `/v1/ops/simulations/${aSimulationId}/cancellations`,
    body: { reason: 'asked by mistake' },
  },
  startReconciliation: { path: '/v1/ops/reconciliations', body: { bu: 'ACME', pair: 'stock' } },
  resolveException: {
    path: `/v1/ops/exceptions/${aCaseId}/resolutions`,
    body: { outcome: 'FIXED', note: 'the dock has confirmed' },
  },
  pauseLane: { path: '/v1/ops/lanes/node:DC-EAST/pauses', body: { reason: 'fire alarm' } },
  resumeLane: { path: '/v1/ops/lanes/node:DC-EAST/resumptions', body: { reason: 'false alarm' } },
  limitLane: { path: '/v1/ops/lanes/channel:edi/limits', body: { steps: 50, per: 'second', reason: 'a flood' } },
  liftLaneLimit: { path: '/v1/ops/lanes/channel:edi/limit-removals', body: { reason: 'it is over' } },
  pauseAdapter: { path: '/v1/ops/adapters/erp/pauses', body: { reason: 'their upgrade' } },
  resumeAdapter: { path: '/v1/ops/adapters/erp/resumptions', body: { reason: 'upgrade is over' } },
  subscribeWebhook: {
    path: '/v1/webhook-subscriptions',
    body: {
      bu: 'ACME',
      url: 'https://hooks.nord-bearings.example/throughline',
      events: ['ORDER_LINES_CHANGED', 'SHIPMENT_CONFIRMED'],
      soldTo: 'C-1001',
    },
  },
  rotateWebhookSecret: {
    path: `/v1/webhook-subscriptions/${aSubscriptionId}/secrets`,
    body: { reason: 'somebody left us' },
  },
  pauseWebhook: { path: `/v1/webhook-subscriptions/${aSubscriptionId}/pauses`, body: { reason: 'we upgrade' } },
  resumeWebhook: { path: `/v1/webhook-subscriptions/${aSubscriptionId}/resumptions`, body: { reason: 'upgraded' } },
  deleteWebhook: { path: `/v1/webhook-subscriptions/${aSubscriptionId}/deletions`, body: { reason: 'we poll' } },
  redeliverWebhook: { path: `/v1/webhook-deliveries/${aDeliveryId}/redeliveries`, body: { reason: 'mended' } },
  takeAgentCalls: { path: '/v1/agent-calls', body: { agent: 'erp-host:1', version: '1', max: 0, waitMs: 0 } },
  failAgentCall: {
    path: `/v1/agent-calls/${aCallId}/failures`,
    body: { failure: 'NEVER_CONNECTED', code: 'ECONNREFUSED' },
  },
  registerEventConsumer: {
    path: '/v1/event-consumers',
    body: {
      bu: 'ACME',
      name: 'figures',
      types: ['SHIPMENT_CONFIRMED', 'INVOICE_ISSUED'],
      soldTo: 'C-1001',
      after: '0',
    },
  },
  acknowledgeEvents: { path: `/v1/event-consumers/${aConsumerId}/acknowledgements`, body: { sequence: '0' } },
  resetEventConsumer: {
    path: `/v1/event-consumers/${aConsumerId}/resets`,
    body: { after: '0', reason: 'their table was lost' },
  },
  deleteEventConsumer: {
    path: `/v1/event-consumers/${aConsumerId}/deletions`,
    body: { reason: 'the project is over' },
  },
  decideApproval: {
    path: `/v1/approvals/${anApprovalId}/decisions`,
    body: { decision: 'GRANT', payloadSha256: 'a'.repeat(64), reason: 'looked at it' },
  },
  eraseDataSubject: {
    path: '/v1/data-subjects/ACME/C-1001/erasures',
    body: { ground: 'SUBJECT_REQUEST', reference: 'DSR-17' },
  },
  exportEvidence: {
    path: '/v1/audit/exports',
    body: { bu: 'ACME', scope: { kind: 'sample', ledger: 'PRIMARY', period: '202611', count: 5, seed: '2026-Q4' } },
  },
  defineShadowLedger: {
    path: '/v1/shadow-ledgers/ACME',
    body: {
      system: 'cloud',
      accounts: [{ ...inForce, account: '500100', name: 'Cost of sales', costCentre: 'REQUIRED', taxCode: 'OPTIONAL' }],
      accountRules: [{ match: { role: 'COGS', fromAccount: '5000', itemGroup: 'BEARINGS' }, value: '500100' }],
      costCentreRules: [{ match: { node: 'DC-EAST', currency: 'USD' }, value: 'CC-EAST' }],
      taxCodeRules: [{ match: { region: 'CA' }, value: 'US-CA' }],
      correspondence: [{ account: '5000', to: { account: '500100', costCentre: 'CC-EAST', taxCode: null } }],
      ...{ cleanDays: 30, workingDays: [1, 2, 3, 4, 5], holidays: ['2026-12-25'] },
    },
  },
  explainShadowDifference: {
    path: '/v1/shadow-ledgers/ACME/explanations',
    body: { key: aDifferenceKey, until: '2026-12-31', reason: 'apart until year end' },
  },
  cutOverShadowLedger: {
    path: '/v1/shadow-ledgers/ACME/cut-overs',
    body: { effectiveDate: '2027-02-01', reason: 'thirty clean days' },
  },
  cancelCutOver: {
    path: '/v1/shadow-ledgers/ACME/cut-overs/cancellations',
    body: { reason: 'the new ERP is not ready' },
  },
  drawAuditSample: {
    path: '/v1/audit/samples',
    body: {
      bu: 'ACME',
      population: { ledger: 'PRIMARY', period: '202611', accounts: ['1100'], roles: ['AR_TRADE'], side: 'DEBIT' },
      method: { kind: 'MONETARY_UNIT', size: 5 },
      seed: '2026-Q4',
      reason: 'existence of receivables at year end',
    },
  },
} satisfies Samples;
