import type { Operation } from '../../api/permissions.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { addDays } from '../../domain/calendar.ts';
import type { TaxCodesPublished } from '../../domain/masterData/events.ts';
import type { DefinitionOf } from '../../domain/masterData/violation.ts';
import { artefactOf, objectOf } from '../support/otherEnvironment.ts';
import { type ClaimingApi, next, type Prepared, sampleBody, taken } from './claimingApi.ts';
import {
  adapter,
  afterReceipt,
  anInvoice,
  approval,
  authorisedReturn,
  confirmation,
  crossReference,
  customer,
  deadLetter,
  definition,
  eventConsumer,
  heldDeposit,
  issuedInvoice,
  keyedStock,
  lane,
  model,
  ofSupply,
  openCase,
  order,
  orderId,
  partner,
  placedDropShip,
  planned,
  policy,
  rebuild,
  received,
  shadowedUnit,
  softClose,
  stagedJournal,
  steered,
  substitutable,
  unit,
  webhook,
  webhookDelivery,
} from './claimingRequests.ts';

type TaxCodes = DefinitionOf<TaxCodesPublished>;

type Row = {
  /** A request that was never sent, and whatever must be there before it. */
  readonly prepare: (api: ClaimingApi) => Promise<Prepared>;
  /** What is written, in order. */
  readonly events: readonly string[];
  /** How often the log is read before that. */
  readonly reads: number;
  /** The request's own, and a key that lives for ever. */
  readonly keys?: 2;
};

/** Every command that is one append. */
export const claimingRoutes: Readonly<Partial<Record<Operation, Row>>> = {
  submitOrder: {
    prepare: async () => order(),
    events: ['OrderSubmitted', 'OrderValidated', 'OrderPriced', 'CreditReserved', 'OrderAccepted'],
    ...{ reads: 0, keys: 2 },
  },
  cancelOrder: {
    prepare: async (api) => ({
      path: `/v1/orders/${await orderId(api)}/cancellations`,
      body: sampleBody('cancelOrder'),
    }),
    ...{ events: ['OrderLineCancelRequested'], reads: 1 },
  },
  cancelOrderLine: {
    prepare: async (api) => ({
      path: `/v1/orders/${await orderId(api)}/lines/10/cancellations`,
      body: sampleBody('cancelOrderLine'),
    }),
    ...{ events: ['OrderLineCancelRequested'], reads: 1 },
  },
  addOrderLines: {
    prepare: async (api) => ({ path: `/v1/orders/${await orderId(api)}/lines`, body: sampleBody('addOrderLines') }),
    ...{ events: ['OrderLineChangeRequested'], reads: 1 },
  },
  changeOrderLine: {
    prepare: async (api) => ({
      path: `/v1/orders/${await orderId(api)}/lines/10/changes`,
      body: sampleBody('changeOrderLine'),
    }),
    ...{ events: ['OrderLineChangeRequested'], reads: 1 },
  },
  substituteOrderLine: {
    prepare: async (api) => ({
      path: `/v1/orders/${await substitutable(api)}/lines/10/substitutions`,
      body: sampleBody('substituteOrderLine'),
    }),
    ...{ events: ['OrderLineChangeRequested'], reads: 2 },
  },
  recordStockMovement: {
    prepare: afterReceipt(received),
    ...{ events: ['StockReceived'], reads: 0, keys: 2 },
  },
  changeStockStatus: {
    prepare: afterReceipt(() => keyedStock('changeStockStatus', '/v1/stock-status-changes')),
    ...{ events: ['StockStatusChanged'], reads: 0, keys: 2 },
  },
  recordStockSnapshot: {
    prepare: async (api) => {
      const node = `SNAP${next()}`;
      const stockDialect = { words: [{ word: 'ON HAND', measure: 'ON_HAND' }], unsaid: 'UNKNOWN' };
      const body = { ...sampleBody('defineNode'), stockDialect };
      await taken(api, 'defineNode', { path: `/v1/nodes/ACME/${node}`, body });
      const takenAt = new Date().toISOString();
      return { path: '/v1/stock-snapshots', body: { ...sampleBody('recordStockSnapshot'), node, takenAt } };
    },
    ...{ events: ['StockSnapshotTold'], reads: 1, keys: 2 },
  },
  expectSupply: {
    prepare: async () => ({
      path: '/v1/supplies',
      body: {
        ...sampleBody('expectSupply'),
        supplyId: `PO-${next()}`,
        availableDate: addDays(new Date().toISOString().slice(0, 10), 8),
      },
    }),
    ...{ events: ['SupplyExpected'], reads: 0 },
  },
  rescheduleSupply: {
    prepare: ofSupply('rescheduleSupply', 'reschedules'),
    ...{ events: ['SupplyRescheduled'], reads: 0 },
  },
  receiveSupply: {
    prepare: async (api) => {
      const { path, body } = await ofSupply('receiveSupply', 'receipts')(api);
      return { path, body: { ...body, reference: `GR-${next()}` } };
    },
    ...{ events: ['StockReceived'], reads: 0, keys: 2 },
  },
  cancelSupply: {
    prepare: ofSupply('cancelSupply', 'cancellations'),
    ...{ events: ['SupplyCancelled'], reads: 0 },
  },
  setSafetyStock: {
    prepare: async () => ({ path: '/v1/safety-stocks/ACME/DC-EAST/BRG-6204', body: { qty: String(100 + next()) } }),
    ...{ events: ['SafetyStockSet'], reads: 0 },
  },
  recordDeposit: {
    prepare: async (api) => ({
      path: '/v1/deposits',
      body: {
        ...sampleBody('recordDeposit'),
        ...{ orderId: await orderId(api), reference: `BANK-${next()}`, receivedAt: new Date().toISOString() },
      },
    }),
    ...{ events: ['DepositReceived'], reads: 2, keys: 2 },
  },
  recordPayment: {
    prepare: async (api) => ({
      path: '/v1/payments',
      body: {
        ...sampleBody('recordPayment'),
        ...{ invoiceId: await anInvoice(api), reference: `BANK-${next()}`, paidAt: new Date().toISOString() },
      },
    }),
    ...{ events: ['PaymentRecorded'], reads: 1, keys: 2 },
  },
  disputeInvoice: {
    prepare: async (api) => ({
      path: `/v1/invoices/${await anInvoice(api)}/disputes`,
      body: { cause: 'PRICE', reason: 'another price was agreed' },
    }),
    ...{ events: ['InvoiceDisputed'], reads: 1 },
  },
  resolveDispute: {
    prepare: async (api) => {
      const disputeId = newUlid();
      return {
        path: `/v1/invoices/${await anInvoice(api, disputeId)}/disputes/${disputeId}/resolutions`,
        body: sampleBody('resolveDispute'),
      };
    },
    ...{ events: ['DisputeResolved'], reads: 1 },
  },
  refundDeposit: {
    prepare: async (api) => ({
      path: `/v1/deposits/${await heldDeposit(api)}/refunds`,
      body: sampleBody('refundDeposit'),
    }),
    ...{ events: ['DepositRefunded'], reads: 1 },
  },
  confirmShipment: { prepare: confirmation, events: ['ShipmentConfirmed'], reads: 3, keys: 2 },
  reportShortage: {
    prepare: async (api) => {
      const { shipmentId, lines } = await planned(api);
      const short = lines.map((line) => ({ ...line, cause: 'NOT_FOUND' }));
      return { path: `/v1/shipments/${shipmentId}/shortages`, body: { lines: short } };
    },
    ...{ events: ['ShipmentShorted'], reads: 1 },
  },
  voidShipment: {
    prepare: async (api) => {
      const { shipmentId, ...prepared } = await confirmation(api);
      await taken(api, 'confirmShipment', prepared);
      return { path: `/v1/shipments/${shipmentId}/voids`, body: sampleBody('voidShipment') };
    },
    ...{ events: ['ShipmentShorted', 'ShipmentVoided'], reads: 3 },
  },
  recordPack: {
    prepare: async (api) => {
      const { shipmentId, lines } = await planned(api);
      const cartons = [{ cartonId: 'C-1', lines }];
      return { path: `/v1/shipments/${shipmentId}/packs`, body: { packId: `PK-${shipmentId}`, cartons } };
    },
    ...{ events: ['ItemsPacked'], reads: 1 },
  },
  recordTracking: {
    prepare: async (api) => {
      const { shipmentId } = await planned(api);
      const body = { ...sampleBody('recordTracking'), at: new Date().toISOString() };
      return { path: `/v1/shipments/${shipmentId}/tracking-events`, body };
    },
    ...{ events: ['CarrierStatusRecorded'], reads: 1 },
  },
  recordDelivery: {
    prepare: async (api) => {
      const { shipmentId, ...prepared } = await confirmation(api);
      await taken(api, 'confirmShipment', prepared);
      const body = { ...sampleBody('recordDelivery'), deliveredAt: new Date().toISOString() };
      return { path: `/v1/shipments/${shipmentId}/deliveries`, body };
    },
    ...{ events: ['ShipmentDelivered'], reads: 1 },
  },
  recordReturnReceipt: {
    prepare: async (api) => {
      const receivedAt = new Date().toISOString();
      const body = { ...sampleBody('recordReturnReceipt'), receivedAt };
      return { path: `/v1/returns/${await authorisedReturn(api)}/receipts`, body };
    },
    ...{ events: ['ReturnReceived', 'ReturnReceived'], reads: 1 },
  },
  inspectReturn: {
    prepare: async (api) => {
      const inspectedAt = new Date().toISOString();
      const rmaId = await authorisedReturn(api, ['ReturnReceived', {}]);
      return { path: `/v1/returns/${rmaId}/inspections`, body: { ...sampleBody('inspectReturn'), inspectedAt } };
    },
    ...{ events: ['ReturnInspected'], reads: 1 },
  },
  closeReturn: {
    prepare: async (api) => ({
      path: `/v1/returns/${await authorisedReturn(api)}/closures`,
      body: sampleBody('closeReturn'),
    }),
    ...{ events: ['ReturnClosed'], reads: 1 },
  },
  acknowledgeDropShip: {
    prepare: async (api) => ({
      path: `/v1/dropship-orders/${await placedDropShip(api)}/acknowledgements`,
      body: sampleBody('acknowledgeDropShip'),
    }),
    ...{ events: ['DropShipAcknowledged', 'DropShipRefused'], reads: 1 },
  },
  recordDropShipNotice: {
    prepare: async (api) => ({
      path: `/v1/dropship-orders/${await placedDropShip(api)}/shipments`,
      body: { ...sampleBody('recordDropShipNotice'), shippedAt: new Date().toISOString() },
    }),
    ...{ events: ['DropShipConfirmed'], reads: 1 },
  },
  matchSupplierBill: {
    prepare: async (api) => ({
      path: `/v1/dropship-orders/${await placedDropShip(api, ['DropShipConfirmed', {}])}/bills`,
      body: { ...sampleBody('matchSupplierBill'), billDate: new Date().toISOString().slice(0, 10) },
    }),
    ...{ events: ['SupplierBillMatched'], reads: 1 },
  },
  voidInvoice: { prepare: issuedInvoice, events: ['InvoiceVoided'], reads: 3 },
  restageGlJournal: { prepare: stagedJournal, events: ['GlRestageRequested'], reads: 2 },
  sealGlBatch: {
    prepare: async ({ seal }) => {
      seal.sequence += 1;
      return { path: '/v1/gl-batches', body: sampleBody('sealGlBatch') };
    },
    ...{ events: ['GlBatchSealed'], reads: 2 },
  },
  openAccountingPeriod: {
    prepare: async () => ({
      path: '/v1/accounting-periods',
      body: { ...sampleBody('openAccountingPeriod'), period: `${2100 + next()}01` },
    }),
    ...{ events: ['PeriodOpened'], reads: 2 },
  },
  softCloseAccountingPeriod: { prepare: softClose, events: ['PeriodSoftClosed'], reads: 2 },
  setCreditLimit: {
    prepare: async () => ({
      path: '/v1/credit-accounts/C-1001/limits',
      body: { ...sampleBody('setCreditLimit'), limit: String(500_000_000 + next()) },
    }),
    ...{ events: ['CreditLimitSet'], reads: 0 },
  },
  defineItem: { prepare: definition('defineItem', 'items'), events: ['ItemDefined'], reads: 1 },
  defineCustomer: { prepare: customer, events: ['CustomerDefined'], reads: 1 },
  defineNode: { prepare: definition('defineNode', 'nodes'), events: ['NodeDefined'], reads: 1 },
  definePriceList: { prepare: definition('definePriceList', 'price-lists'), events: ['PriceListDefined'], reads: 1 },
  definePartner: { prepare: partner, events: ['PartnerDefined'], reads: 1 },
  defineCrossReference: { prepare: crossReference, events: ['CrossReferenceDefined'], reads: 1 },
  defineBusinessUnit: {
    prepare: definition('defineBusinessUnit', 'business-units'),
    ...{ events: ['BusinessUnitDefined'], reads: 1 },
  },
  publishAccountMap: {
    prepare: policy('publishAccountMap', 'accounts'),
    ...{ events: ['AccountMapPublished'], reads: 1 },
  },
  publishPostingRules: {
    prepare: policy('publishPostingRules', 'posting'),
    ...{ events: ['PostingRulesPublished'], reads: 1 },
  },
  publishLateSupply: {
    prepare: policy('publishLateSupply', 'late-supply'),
    ...{ events: ['LateSupplyPublished'], reads: 1 },
  },
  publishTaxCodes: { prepare: policy('publishTaxCodes', 'tax-codes'), events: ['TaxCodesPublished'], reads: 1 },
  proposePromotion: {
    prepare: async (api) => {
      const bu = await unit(api);
      const { items, charges } = sampleBody('publishTaxCodes') as Omit<TaxCodes, 'bu'>;
      const artefact = artefactOf(bu, [objectOf({ kind: 'tax-codes', definition: { bu, items, charges } })]);
      return { path: `/v1/policies/${bu}/promotions`, body: { artefact, reason: 'release' } };
    },
    ...{ events: ['PromotionProposed'], reads: 2 },
  },
  requestRebuild: {
    prepare: async () => ({
      path: `/v1/ops/projections/${model.next().value}/rebuilds`,
      body: { reason: 'the fix of yesterday', expectedChanges: [] },
    }),
    ...{ events: ['RebuildRequested'], reads: 1 },
  },
  swapRebuild: {
    prepare: rebuild('swaps', ['RebuildCompared', { class: 'expected' }]),
    ...{ events: ['RebuildSwapOrdered'], reads: 1 },
  },
  abortRebuild: { prepare: rebuild('aborts'), events: ['RebuildAborted'], reads: 1 },
  rollBackRebuild: {
    prepare: rebuild(
      'rollbacks',
      ['RebuildCompared', { class: 'expected' }],
      ['RebuildSwapOrdered', {}],
      ['ReadModelSwapped', {}],
    ),
    ...{ events: ['RollbackOrdered'], reads: 1 },
  },
  decideApproval: { prepare: (api) => approval(api), events: ['ApprovalGranted'], reads: 0 },
  subscribeWebhook: {
    prepare: async () => ({ path: '/v1/webhook-subscriptions', body: sampleBody('subscribeWebhook') }),
    ...{ events: ['WebhookSubscribed'], reads: 1 },
  },
  rotateWebhookSecret: {
    prepare: webhook('rotateWebhookSecret', 'secrets'),
    ...{ events: ['WebhookSecretRotated'], reads: 1 },
  },
  pauseWebhook: { prepare: webhook('pauseWebhook', 'pauses'), events: ['WebhookPaused'], reads: 1 },
  resumeWebhook: {
    prepare: webhook('resumeWebhook', 'resumptions', 'WebhookPaused'),
    ...{ events: ['WebhookResumed'], reads: 1 },
  },
  deleteWebhook: { prepare: webhook('deleteWebhook', 'deletions'), events: ['WebhookDeleted'], reads: 1 },
  redeliverWebhook: { prepare: webhookDelivery, events: ['WebhookRedeliveryRequested'], reads: 1 },
  registerEventConsumer: {
    prepare: async () => ({ path: '/v1/event-consumers', body: sampleBody('registerEventConsumer') }),
    ...{ events: ['EventConsumerRegistered'], reads: 1 },
  },
  resetEventConsumer: {
    prepare: eventConsumer('resetEventConsumer', 'resets'),
    ...{ events: ['EventConsumerReset'], reads: 1 },
  },
  deleteEventConsumer: {
    prepare: eventConsumer('deleteEventConsumer', 'deletions'),
    ...{ events: ['EventConsumerDeleted'], reads: 1 },
  },
  runReport: {
    prepare: async (api) => {
      await stagedJournal(api);
      return { path: '/v1/report-runs', body: { report: 'trial-balance', filters: { bu: 'ACME' } } };
    },
    ...{ events: ['ReportRunRecorded'], reads: 1 },
  },
  drawAuditSample: {
    prepare: async (api) => {
      await stagedJournal(api);
      // Nothing is drawn while something cannot be posted, and these histories are made of pieces.
      await api.database.pool.query(`delete from ops.dead_letter where projection = 'gl_staging'`);
      const population = { ledger: 'PRIMARY', from: '2000-01-01', to: '2999-12-31' };
      const knownAsOf = await api.log.head();
      return { path: '/v1/audit/samples', body: { ...sampleBody('drawAuditSample'), population, knownAsOf } };
    },
    ...{ events: ['AuditSampleDrawn'], reads: 1 },
  },
  defineShadowLedger: {
    prepare: async (api) => ({
      path: `/v1/shadow-ledgers/${await unit(api)}`,
      body: sampleBody('defineShadowLedger'),
    }),
    ...{ events: ['ShadowLedgerDefined'], reads: 1 },
  },
  explainShadowDifference: {
    prepare: async (api) => ({
      path: `/v1/shadow-ledgers/${await shadowedUnit(api)}/explanations`,
      body: sampleBody('explainShadowDifference'),
    }),
    ...{ events: ['ShadowDifferenceExplained'], reads: 1 },
  },
  discardMessages: { prepare: deadLetter, events: ['MessagesDiscarded'], reads: 1 },
  requestSimulation: {
    prepare: async () => {
      const rules = [{ node: 'DC-EAST', percent: String(next()) }];
      const policy = { kind: 'SAFETY_STOCK', rules };
      return { path: '/v1/ops/simulations', body: { ...sampleBody('requestSimulation'), policy } };
    },
    ...{ events: ['SimulationRequested'], reads: 1 },
  },
  cancelSimulation: {
    prepare: async (api) => {
      const policy = { kind: 'SAFETY_STOCK', rules: [{ percent: String(next()) }] };
      const path = '/v1/ops/simulations';
      const body = { ...sampleBody('requestSimulation'), policy };
      const { simulationId } = (await taken(api, 'requestSimulation', { path, body })).body;
      return { path: `${path}/${simulationId}/cancellations`, body: sampleBody('cancelSimulation') };
    },
    ...{ events: ['SimulationCancelled'], reads: 1 },
  },
  cancelImport: {
    prepare: async (api) => {
      const asked = { path: '/v1/imports', body: sampleBody('requestImport') };
      const { importId } = (await taken(api, 'requestImport', asked)).body;
      return { path: `/v1/imports/${importId}/cancellations`, body: sampleBody('cancelImport') };
    },
    ...{ events: ['ImportCancelled'], reads: 1 },
  },
  startReconciliation: {
    prepare: async () => ({ path: '/v1/ops/reconciliations', body: sampleBody('startReconciliation') }),
    ...{ events: ['ReconciliationStarted'], reads: 1 },
  },
  assignException: { prepare: openCase('assignException', 'assignments'), events: ['CaseAssigned'], reads: 1 },
  resolveException: { prepare: openCase('resolveException', 'resolutions'), events: ['CaseResolved'], reads: 1 },
  pauseLane: { prepare: steered('pauseLane', lane, 'pauses'), events: ['WorkPaused'], reads: 1 },
  resumeLane: {
    prepare: steered('resumeLane', lane, 'resumptions', ['pauseLane', 'pauses']),
    ...{ events: ['WorkResumed'], reads: 0 },
  },
  pauseAdapter: { prepare: steered('pauseAdapter', adapter, 'pauses'), events: ['WorkPaused'], reads: 1 },
  resumeAdapter: {
    prepare: steered('resumeAdapter', adapter, 'resumptions', ['pauseAdapter', 'pauses']),
    ...{ events: ['WorkResumed'], reads: 0 },
  },
  limitLane: { prepare: steered('limitLane', lane, 'limits'), events: ['RateLimitSet'], reads: 1 },
  liftLaneLimit: {
    prepare: steered('liftLaneLimit', lane, 'limit-removals', ['limitLane', 'limits']),
    ...{ events: ['RateLimitLifted'], reads: 0 },
  },
};
