import type { Operation } from '../../api/permissions.ts';
import { artefactOf, objectOf } from '../support/otherEnvironment.ts';

export const anOrderId = '01JD0000000000000000000001';
export const aShipmentId = '01JD0000000000000000000002';

type Sample = { readonly path: string; readonly body: Readonly<Record<string, unknown>> };

export const anApprovalId = '01JD0000000000000000000003';
export const aPeriodId = 'ACME.PRIMARY.202611';
export const aRebuildId = 'orders-v2';
export const aReportRunId = '01JD0000000000000000000008';
export const aReplayId = '01JD0000000000000000000006';
export const aSubscriptionId = '01JD0000000000000000000011';
export const aConsumerId = '01JD0000000000000000000457';
export const anRmaId = '01JD0000000000000000000021';
export const aPoId = '01JD0000000000000000000031';
const aCallId = '4f9a6f0e-53c5-4d4b-9a53-0d3f5b1c2a66';
const aDeliveryId = '01JD0000000000000000000014';

export const aReservationId = '01JD0000000000000000000028';
export const aCaseId = '01JD0000000000000000000029';
export const aReconciliationId = '01JD0000000000000000000355';
export const aSimulationId = '01JD0000000000000000000444';
export const aPromotionId = '01JD0000000000000000000461';
export const anImportId = '01JD0000000000000000000458';
export const aSampleId = '01JD0000000000000000000390';
/** As the recorded event has it. */
export const aDifferenceKey = 'ACCOUNT_DIFFERS|5000|510000/CC-EAST/-|500100/CC-EAST/-';

/** As small as a purchase order gets. */
const aPurchaseOrder = [
  'ISA*00*          *00*          *01*123456789      *ZZ*ACMESUPPLY     *261123*0800*U*00401*000000017*0*P*>~',
  'GS*PO*NORDBUY*ACMESUPPLY*20261123*0800*17*X*004010~',
  'ST*850*0001~',
  'BEG*00*SA*PO-7001**20261123~',
  'PO1*1*10*EA*12.5**VP*BRG-6204~',
  'SE*4*0001~',
  'GE*1*17~',
  'IEA*1*000000017~',
].join('\n');

export const orderLine = (lineId: string) => ({ lineId, item: 'BRG-6204', qty: '10', uom: 'EA' });

const confirmed = { orderId: anOrderId, lineId: '10', qty: '7' };
const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };

const inForce = { activeFrom: '2020-01-01', activeTo: null };
const accountMap = {
  ledger: 'PRIMARY',
  accounts: [{ account: '1200', name: 'Receivables', ...inForce }],
  rules: [{ role: 'AR_TRADE', account: '1200', match: { customerGroup: 'INDUSTRY' } }],
};
const postingRules = { ledger: 'PRIMARY', revenuePolicy: 'ON_INVOICE', templates: ['T02', 'T03'] };
const taxCodes = {
  items: [{ taxCode: 'TPP', engineCode: 'P0000000' }],
  charges: [{ charge: 'FREIGHT', engineCode: 'FR020100' }],
};
const lateSupply = {
  ...{ cushionDays: 2, pastDueSupplyDays: 14, lateSlipDays: 1, toleranceDays: 0 },
  ...{ lateLines: 'USE_SAFETY_STOCK', tell: 'DELAYS' },
};

/** As another environment exports it. */
const anArtefact = artefactOf('ACME', [objectOf({ kind: 'tax-codes', definition: { bu: 'ACME', ...taxCodes } })]);

/** A good request for every command and check: hostile tests spoil one thing at a time. */
export const samples: Readonly<Partial<Record<Operation, Sample>>> = {
  submitOrder: {
    path: '/v1/orders',
    body: {
      bu: 'ACME',
      channel: 'portal',
      customerPo: 'PO-7001',
      soldTo: 'C-1001',
      shipTo: { id: 'MAIN' },
      currency: 'USD',
      requestedDate: '2026-12-01',
      shipComplete: false,
      allowSplit: true,
      allowSubstitute: false,
      charges: [{ code: 'FREIGHT', amount: '1500' }],
      lines: [orderLine('10')],
    },
  },
  checkAvailability: {
    path: '/v1/availability-checks',
    body: {
      bu: 'ACME',
      channel: 'portal',
      lines: [{ item: 'BRG-6204', qty: '5', uom: 'EA', requestedDate: '2026-12-01' }],
    },
  },
  reserve: {
    path: '/v1/reservations',
    body: {
      ...{ bu: 'ACME', channel: 'portal', soldTo: 'C-1001', kind: 'CART', requestedDate: '2026-12-01', minutes: 30 },
      ...{ allowPartial: true, allowSplit: true },
      lines: [{ ...orderLine('10'), node: 'DC-EAST' }],
    },
  },
  extendReservation: { path: `/v1/reservations/${aReservationId}/extensions`, body: { minutes: 30 } },
  releaseReservation: {
    path: `/v1/reservations/${aReservationId}/releases`,
    body: { reason: 'ABANDONED', lineIds: ['10'] },
  },
  cancelOrder: {
    path: `/v1/orders/${anOrderId}/cancellations`,
    body: { reason: 'not needed', lines: [{ lineId: '10', qty: '3' }] },
  },
  cancelOrderLine: { path: `/v1/orders/${anOrderId}/lines/10/cancellations`, body: { reason: 'not needed', qty: '3' } },
  addOrderLines: {
    path: `/v1/orders/${anOrderId}/lines`,
    body: { reason: 'one more', lines: [{ ...orderLine('30'), requestedPrice: '12.50' }] },
  },
  repriceOrderLine: {
    path: `/v1/orders/${anOrderId}/lines/10/price-overrides`,
    body: { unitPrice: '11.50', reason: 'agreed by telephone' },
  },
  previewOrderChange: {
    path: `/v1/orders/${anOrderId}/change-previews`,
    body: { lines: [orderLine('30')], changes: [{ lineId: '10', qty: '12', uom: 'EA' }] },
  },
  changeOrderLine: {
    path: `/v1/orders/${anOrderId}/lines/10/changes`,
    body: { reason: 'more is needed', qty: '12', uom: 'EA' },
  },
  substituteOrderLine: {
    path: `/v1/orders/${anOrderId}/lines/10/substitutions`,
    body: {
      ...{ reason: 'short', item: 'BRG-6205', newLineId: '40', qty: '4', uom: 'EA' },
      consent: { reference: 'call of today' },
    },
  },
  releaseHold: { path: `/v1/orders/${anOrderId}/hold-releases`, body: { holdId: 'H-1', reason: 'paid' } },
  recordStockMovement: {
    path: '/v1/stock-movements',
    body: { ...place, kind: 'RECEIPT', qty: '7', uom: 'EA', unitCost: '6.00', reference: 'R-1' },
  },
  changeStockStatus: {
    path: '/v1/stock-status-changes',
    body: { ...place, qty: '1', uom: 'EA', from: 'SELLABLE', to: 'DAMAGED', reason: 'dropped', reference: 'S-1' },
  },
  expectSupply: {
    path: '/v1/supplies',
    body: { ...place, supplyId: 'PO-9', type: 'PO', qty: '100', uom: 'EA', availableDate: '2026-12-24' },
  },
  recordStockCount: {
    path: '/v1/stock-counts',
    body: {
      ...{ bu: 'ACME', node: 'DC-EAST', countId: 'CC-1', countedAt: '2026-11-23T07:00:00Z' },
      lines: [{ item: 'BRG-6204', counted: '7', believed: '7', uom: 'EA' }],
    },
  },
  recordStockSnapshot: {
    path: '/v1/stock-snapshots',
    body: {
      ...{ bu: 'ACME', node: 'DC-EAST', snapshotId: 'SN-1', takenAt: '2026-11-23T07:00:00Z', scope: 'PARTIAL' },
      lines: [{ item: 'BRG-6204', uom: 'EA', said: [{ word: 'ON HAND', qty: '7', lot: 'L-1' }] }],
    },
  },
  rescheduleSupply: {
    path: '/v1/supplies/PO-9/reschedules',
    body: { ...place, qty: '90', uom: 'EA', availableDate: '2026-12-28' },
  },
  receiveSupply: {
    path: '/v1/supplies/PO-9/receipts',
    body: { ...place, reference: 'GR-9', qty: '40', uom: 'EA', unitCost: '6.00' },
  },
  cancelSupply: { path: '/v1/supplies/PO-9/cancellations', body: { ...place, reason: 'the maker has no more' } },
  setSafetyStock: { path: '/v1/safety-stocks/ACME/DC-EAST/BRG-6204', body: { qty: '5' } },
  recordPick: {
    path: `/v1/shipments/${aShipmentId}/picks`,
    body: { pickId: 'P-1', lines: [{ ...confirmed, uom: 'EA' }] },
  },
  recordPack: {
    path: `/v1/shipments/${aShipmentId}/packs`,
    body: {
      packId: 'PK-1',
      cartons: [
        {
          ...{ cartonId: 'C-1', sscc: '003456789012345670', tracking: '1Z999', weight: { value: '12.5', unit: 'KG' } },
          lines: [{ ...confirmed, uom: 'EA', lots: ['L7'], serials: [] }],
        },
      ],
    },
  },
  recordTracking: {
    path: `/v1/shipments/${aShipmentId}/tracking-events`,
    body: {
      trackingEventId: 'UPS-1',
      code: 'IN_TRANSIT',
      at: '2026-11-23T09:00:00Z',
      tracking: '1Z999',
      place: 'Memphis',
    },
  },
  recordDelivery: {
    path: `/v1/shipments/${aShipmentId}/deliveries`,
    body: { deliveryId: 'D-1', deliveredAt: '2026-11-23T10:00:00Z', proof: { name: 'J. Doe', reference: 'POD-1' } },
  },
  confirmShipment: {
    path: `/v1/shipments/${aShipmentId}/confirmations`,
    body: {
      confirmationId: 'CONF-1',
      shippedAt: '2026-11-23T08:00:00Z',
      carrier: 'UPS',
      tracking: ['1Z999'],
      freightCost: { amount: '1200', currency: 'USD' },
      lines: [{ ...confirmed, uom: 'EA', lots: ['L7'], serials: [] }],
    },
  },
  authoriseReturn: {
    path: '/v1/returns',
    body: {
      orderId: anOrderId,
      shipmentId: aShipmentId,
      lines: [{ shipmentLineId: '10', qty: '2', uom: 'EA', reason: 'NO_LONGER_NEEDED' }],
    },
  },
  recordReturnReceipt: {
    path: `/v1/returns/${anRmaId}/receipts`,
    body: {
      receiptId: 'RC-1',
      receivedAt: '2026-11-23T08:00:00Z',
      lines: [{ shipmentLineId: '10', qty: '2', uom: 'EA' }],
      others: [{ item: 'BELT-A42', qty: '1', uom: 'EA' }],
    },
  },
  inspectReturn: {
    path: `/v1/returns/${anRmaId}/inspections`,
    body: {
      inspectionId: 'IN-1',
      inspectedAt: '2026-11-23T08:00:00Z',
      lines: [{ shipmentLineId: '10', qty: '1', uom: 'EA', disposition: 'RESTOCK' }],
    },
  },
  closeReturn: { path: `/v1/returns/${anRmaId}/closures`, body: { reason: 'nothing more will come' } },
  acknowledgeDropShip: {
    path: `/v1/dropship-orders/${aPoId}/acknowledgements`,
    body: {
      ...{ acknowledgementId: 'A-1', supplierReference: 'N-1' },
      accepted: [{ lineId: '10', qty: '2', uom: 'EA', shipDate: '2026-12-10' }],
      refused: [{ lineId: '10', qty: '1', uom: 'EA', code: 'DISCONTINUED' }],
    },
  },
  recordDropShipNotice: {
    path: `/v1/dropship-orders/${aPoId}/shipments`,
    body: {
      ...{ supplierAsn: 'ASN-1', shippedAt: '2026-11-23T08:00:00Z', carrier: 'UPS', tracking: ['1Z999'] },
      lines: [{ lineId: '10', qty: '2', uom: 'EA', lots: [], serials: ['S-1'] }],
    },
  },
  matchSupplierBill: {
    path: `/v1/dropship-orders/${aPoId}/bills`,
    body: {
      ...{ billId: 'B-1', billDate: '2026-11-23', currency: 'USD' },
      lines: [{ lineId: '10', qty: '2', uom: 'EA', amount: '28000' }],
    },
  },
  reportShortage: {
    path: `/v1/shipments/${aShipmentId}/shortages`,
    body: { lines: [{ ...confirmed, cause: 'NOT_FOUND' }] },
  },
  voidShipment: { path: `/v1/shipments/${aShipmentId}/voids`, body: { reason: 'wrong truck' } },
  voidInvoice: { path: `/v1/invoices/${anOrderId}/voids`, body: { reason: 'wrong address' } },
  recordPayment: {
    path: '/v1/payments',
    body: {
      ...{ invoiceId: anOrderId, reference: 'BANK-1', amount: '5000', currency: 'USD' },
      paidAt: '2026-11-23T08:00:00Z',
    },
  },
  writeOffInvoice: {
    path: '/v1/write-offs',
    body: { invoiceId: anOrderId, amount: '100', cause: 'SMALL_BALANCE', reason: 'not worth a reminder' },
  },
  disputeInvoice: {
    path: `/v1/invoices/${anOrderId}/disputes`,
    body: { cause: 'PRICE', reason: 'another price was agreed', invoiceLineIds: ['1'] },
  },
  resolveDispute: {
    path: `/v1/invoices/${anOrderId}/disputes/${anOrderId}/resolutions`,
    body: { outcome: 'REJECTED', reason: 'it is the price of the contract' },
  },
  recordDeposit: {
    path: '/v1/deposits',
    body: {
      ...{ orderId: anOrderId, reference: 'BANK-1', amount: '5000', currency: 'USD' },
      receivedAt: '2026-11-23T08:00:00Z',
    },
  },
  refundDeposit: {
    path: `/v1/deposits/${anOrderId}-1/refunds`,
    body: { amount: '100', reason: 'asked for by phone' },
  },
  creditInvoice: {
    path: '/v1/credit-memos',
    body: {
      ...{ invoiceId: anOrderId, cause: 'RETURN', reason: 'damaged', restockingFee: '100' },
      lines: [{ invoiceLineId: '1', qty: '2' }],
      charges: [{ code: 'FREIGHT', amount: '500' }],
    },
  },
  restageGlJournal: { path: '/v1/gl-journals/J/restagings', body: { reason: 'account was missing' } },
  restageGlJournals: {
    path: '/v1/gl-journals/restagings',
    body: { bu: 'ACME', ledger: 'PRIMARY', period: '202611', role: 'AR_TRADE', reason: 'account was missing' },
  },
  reverseGlJournal: {
    path: '/v1/gl-journals/J/reversals',
    body: { reason: 'posted by mistake', accountingDate: '2026-11-28' },
  },
  repostGlJournal: {
    path: '/v1/gl-journals/J/reposts',
    body: { reason: 'wrong account', accountingDate: '2026-11-28', ruleSetVersion: 1 },
  },
  // One that all who may draw any may draw.
  runReport: { path: '/v1/report-runs', body: { report: 'inventory-valuation', filters: { bu: 'ACME' } } },
  sealGlBatch: { path: '/v1/gl-batches', body: { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } },
  openAccountingPeriod: { path: '/v1/accounting-periods', body: { bu: 'ACME', ledger: 'PRIMARY', period: '202612' } },
  softCloseAccountingPeriod: { path: `/v1/accounting-periods/${aPeriodId}/soft-closes`, body: { reason: 'month end' } },
  closeAccountingPeriod: { path: `/v1/accounting-periods/${aPeriodId}/closes`, body: { reason: 'month end' } },
  reopenAccountingPeriod: { path: `/v1/accounting-periods/${aPeriodId}/reopenings`, body: { reason: 'late bill' } },
  setCreditLimit: {
    path: '/v1/credit-accounts/C-1001/limits',
    body: { bu: 'ACME', limit: '500000000', currency: 'USD' },
  },
  defineItem: {
    path: '/v1/items/ACME/BRG-6204',
    body: {
      description: 'Bearing 6204',
      group: 'BEARING',
      baseUom: 'EA',
      conversions: [{ uom: 'BX', num: '12', den: '1' }],
      taxCode: 'TPP',
      kind: 'STOCK',
      components: [],
      leadTimeDays: null,
      dropship: { supplierNode: 'SUP-NORD', unitCost: '140.00' },
      active: true,
    },
  },
  defineCustomer: {
    path: '/v1/customers/ACME/C-1001',
    body: {
      name: 'Nord Bearings',
      group: 'INDUSTRY',
      active: true,
      billTo: 'C-1001',
      shipTos: [{ id: 'MAIN', region: 'TX' }],
      taxCode: 'BUSINESS',
      termsDays: 30,
      priceListId: 'LIST',
      contract: { contractId: 'K-1', discounts: [{ itemGroup: 'BEARING', ratePct: '8' }] },
    },
  },
  defineNode: {
    path: '/v1/nodes/ACME/DC-EAST',
    body: {
      name: 'East',
      kind: 'DC',
      priority: 1,
      region: 'EAST',
      timeZone: 'America/New_York',
      cutOff: '16:00',
      workingDays: [1, 2, 3, 4, 5],
      handlingDays: 0,
      transitDays: 1,
      inboundDays: 1,
      active: true,
    },
  },
  definePriceList: {
    path: '/v1/price-lists/ACME/LIST',
    body: { currency: 'USD', prices: [{ item: 'BRG-6204', unitPrice: '12.50' }] },
  },
  receiveDocument: { path: '/v1/inbound-documents', body: { content: Buffer.from(aPurchaseOrder).toString('base64') } },
  resendPartnerDocument: { path: `/v1/partner-documents/${anOrderId}/resends`, body: { reason: 'it never arrived' } },
  definePartner: {
    path: '/v1/partners/ACME/NORDBUY',
    body: {
      soldTo: 'C-1001',
      active: true,
      them: { qualifier: '01', id: '123456789', application: 'NORDBUY' },
      us: { qualifier: 'ZZ', id: 'ACMESUPPLY', application: 'ACMESUPPLY' },
      ...{ usage: 'P', x12Version: '004010', sends: ['855', '856', '810'], acknowledges: true },
      orders: { channel: 'edi', shipTo: 'MAIN', leadDays: 3, pricesCount: true },
    },
  },
  defineCrossReference: {
    path: '/v1/cross-references/ACME/NORDBUY/ITEM',
    body: { entries: [{ theirs: '4711', ours: 'BRG-6204' }] },
  },
  defineBusinessUnit: {
    path: '/v1/business-units/ACME',
    body: {
      name: 'Acme',
      ledger: 'PRIMARY',
      currency: 'USD',
      timeZone: 'America/New_York',
      revenuePolicy: 'ON_INVOICE',
      erpGate: true,
      costMethod: 'MOVING_AVERAGE',
    },
  },
  publishAccountMap: { path: '/v1/policies/ACME/accounts', body: accountMap },
  dryRunAccountMap: { path: '/v1/policies/ACME/accounts/dry-runs', body: accountMap },
  publishPostingRules: { path: '/v1/policies/ACME/posting', body: postingRules },
  dryRunPostingRules: { path: '/v1/policies/ACME/posting/dry-runs', body: postingRules },
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
  previewPromotion: {
    path: '/v1/policies/ACME/promotions/dry-runs',
    body: { artefact: anArtefact, over: ['tax-codes:ACME'] },
  },
  proposePromotion: {
    path: '/v1/policies/ACME/promotions',
    body: { artefact: anArtefact, over: ['tax-codes:ACME'], reason: 'release 2026.12' },
  },
  applyPromotion: {
    path: `/v1/policies/ACME/promotions/${aPromotionId}/applications`,
    body: { artefactSha256: anArtefact.sha256 },
  },
  publishTaxCodes: { path: '/v1/policies/ACME/tax-codes', body: taxCodes },
  dryRunTaxCodes: { path: '/v1/policies/ACME/tax-codes/dry-runs', body: taxCodes },
  publishLateSupply: { path: '/v1/policies/ACME/late-supply', body: lateSupply },
  dryRunLateSupply: { path: '/v1/policies/ACME/late-supply/dry-runs', body: lateSupply },
};
