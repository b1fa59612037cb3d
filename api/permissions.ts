export const roles = ['channel', 'warehouse', 'finance', 'auditor', 'ops', 'admin', 'supplier'] as const;
export type Role = (typeof roles)[number];

/** Everyone of ours, and customers; a supplier sees its purchase orders and nothing else. */
const everyone = ['channel', 'warehouse', 'finance', 'auditor', 'ops', 'admin'] as const satisfies readonly Role[];

/** Whoever works with what was defined; prices and costs are among it, so no channel and no warehouse. */
const readsDefinitions = ['finance', 'auditor', 'ops', 'admin'] as const satisfies readonly Role[];

/**
 * Who may do what: one row per operation. Writers are those whose duty it is (spec 4.12); an auditor reads everything and
 * writes nothing; an admin defines master data and takes no part in orders, goods or money.
 */
export const permissions = {
  submitOrder: ['channel'],
  checkAvailability: ['channel', 'warehouse', 'finance', 'auditor', 'ops', 'admin'],
  listOrders: everyone,
  readOrder: everyone,
  readOrderTimeline: everyone,
  readOrderPromise: everyone,
  cancelOrder: ['channel'],
  cancelOrderLine: ['channel'],
  addOrderLines: ['channel'],
  changeOrderLine: ['channel'],
  previewOrderChange: ['channel'],
  repriceOrderLine: ['channel'],
  readOrderChange: everyone,
  readFraudCheck: ['finance', 'auditor', 'ops', 'admin'],
  releaseHold: ['channel', 'finance', 'ops', 'admin'],

  reserve: ['channel'],
  listReservations: ['channel', 'auditor', 'ops', 'admin'],
  readReservation: ['channel', 'auditor', 'ops', 'admin'],
  listPartnerDocuments: ['channel', 'auditor', 'ops', 'admin'],
  readPartnerDocument: ['channel', 'auditor', 'ops', 'admin'],
  resendPartnerDocument: ['ops', 'admin'],
  extendReservation: ['channel'],
  releaseReservation: ['channel'],

  recordStockMovement: ['warehouse'],
  changeStockStatus: ['warehouse'],
  expectSupply: ['warehouse'],
  recordStockCount: ['warehouse'],
  rescheduleSupply: ['warehouse'],
  receiveSupply: ['warehouse'],
  cancelSupply: ['warehouse'],
  listInventoryPositions: ['warehouse', 'finance', 'auditor', 'ops', 'admin'],

  readReceipt: [...everyone, 'supplier'],

  listShipments: everyone,
  readShipment: everyone,
  recordPick: ['warehouse'],
  confirmShipment: ['warehouse'],
  reportShortage: ['warehouse'],
  voidShipment: ['warehouse'],
  recordTracking: ['warehouse'],
  recordDelivery: ['warehouse'],

  // Whoever sells authorises; whoever has the goods says what came and what becomes of it (spec 4.12).
  authoriseReturn: ['channel'],
  listReturns: everyone,
  readReturn: everyone,
  recordReturnReceipt: ['warehouse'],
  inspectReturn: ['warehouse'],
  closeReturn: ['channel'],

  // The supplier speaks for itself; a bill on paper is finance's.
  listDropShipOrders: ['warehouse', 'finance', 'auditor', 'ops', 'admin', 'supplier'],
  readDropShipOrder: ['warehouse', 'finance', 'auditor', 'ops', 'admin', 'supplier'],
  acknowledgeDropShip: ['supplier'],
  recordDropShipNotice: ['supplier'],
  matchSupplierBill: ['finance', 'supplier'],

  listInvoices: ['channel', 'finance', 'auditor', 'ops', 'admin'],
  readInvoice: ['channel', 'finance', 'auditor', 'ops', 'admin'],
  voidInvoice: ['finance'],
  listCreditMemos: ['channel', 'finance', 'auditor', 'ops', 'admin'],
  readCreditMemo: ['channel', 'finance', 'auditor', 'ops', 'admin'],
  creditInvoice: ['finance'],
  recordDeposit: ['finance'],
  refundDeposit: ['finance'],
  recordPayment: ['finance'],
  writeOffInvoice: ['finance'],
  // A customer's word comes in by the channel; whether it is right is decided by finance.
  disputeInvoice: ['channel', 'finance'],
  resolveDispute: ['finance'],
  listDeposits: ['channel', 'finance', 'auditor', 'ops', 'admin'],
  readDeposit: ['channel', 'finance', 'auditor', 'ops', 'admin'],

  listGlJournals: ['finance', 'auditor', 'admin'],
  readGlJournal: ['finance', 'auditor', 'admin'],
  readTrialBalance: ['finance', 'auditor', 'admin'],
  readTieOuts: ['finance', 'auditor', 'admin'],
  listReports: ['finance', 'auditor', 'ops', 'admin'],
  // Who may read one report or the other; each says itself whose it is.
  readReport: ['finance', 'auditor', 'ops', 'admin'],
  restageGlJournal: ['finance'],
  restageGlJournals: ['finance'],
  reverseGlJournal: ['finance'],
  repostGlJournal: ['finance'],
  runReport: ['finance', 'auditor', 'ops', 'admin'],
  readReportRun: ['finance', 'auditor', 'ops', 'admin'],
  sealGlBatch: ['finance'],
  readGlBatch: ['finance', 'auditor', 'admin'],
  openAccountingPeriod: ['finance'],
  listAccountingPeriods: ['finance', 'auditor', 'admin'],
  softCloseAccountingPeriod: ['finance'],
  closeAccountingPeriod: ['finance'],
  reopenAccountingPeriod: ['finance'],
  readAccountingPeriod: ['finance', 'auditor', 'admin'],
  readCloseReadiness: ['finance', 'auditor', 'admin'],
  readCreditAccount: ['finance', 'auditor', 'admin'],
  setCreditLimit: ['finance', 'admin'],

  defineItem: ['admin'],
  defineCustomer: ['admin'],
  defineNode: ['admin'],
  definePriceList: ['admin'],
  definePartner: ['admin'],
  defineCrossReference: ['admin'],
  defineBusinessUnit: ['admin'],
  publishAccountMap: ['admin'],
  publishPostingRules: ['admin'],
  publishTaxCodes: ['admin'],
  setSafetyStock: ['admin'],
  listDefinitions: readsDefinitions,
  readItem: readsDefinitions,
  readCustomer: readsDefinitions,
  readNode: readsDefinitions,
  readPriceList: readsDefinitions,
  readPartner: readsDefinitions,
  readCrossReference: readsDefinitions,
  readBusinessUnit: readsDefinitions,
  readAccountMap: readsDefinitions,
  readPostingRules: readsDefinitions,
  readTaxCodes: readsDefinitions,

  readLineage: ['finance', 'auditor'],
  readStreamState: ['auditor'],
  listAuditEvents: ['finance', 'auditor'],
  readAuditEvent: ['finance', 'auditor'],
  // A partner's gateway picks up here what answers it.
  readPayload: ['channel', 'finance', 'auditor'],
  listActorActions: ['auditor'],
  listDutyConflicts: ['auditor'],
  listCheckpoints: ['finance', 'auditor'],
  proveConsistency: ['finance', 'auditor'],
  proveEvent: ['finance', 'auditor'],
  proveGlLine: ['finance', 'auditor'],
  exportEvidence: ['finance', 'auditor'],
  readEvidenceExport: ['finance', 'auditor'],

  listProjections: ['auditor', 'ops', 'admin'],
  listDeadLetters: ['auditor', 'ops', 'admin'],
  readDeadLetter: ['auditor', 'ops', 'admin'],
  requestReplay: ['ops', 'admin'],
  readReplay: ['auditor', 'ops', 'admin'],
  discardMessages: ['ops', 'admin'],
  // The queue of ops and finance: an admin sees it and takes no part.
  listExceptions: ['finance', 'auditor', 'ops', 'admin'],
  readException: ['finance', 'auditor', 'ops', 'admin'],
  assignException: ['finance', 'ops'],
  resolveException: ['finance', 'ops'],
  listSlas: ['finance', 'auditor', 'ops', 'admin'],
  listReconciliations: ['finance', 'auditor', 'ops', 'admin'],
  readReconciliation: ['finance', 'auditor', 'ops', 'admin'],
  listReconciliationBreaks: ['finance', 'auditor', 'ops', 'admin'],
  startReconciliation: ['ops', 'admin'],
  listLanes: ['auditor', 'ops', 'admin'],
  pauseLane: ['ops', 'admin'],
  resumeLane: ['ops', 'admin'],
  limitLane: ['ops', 'admin'],
  liftLaneLimit: ['ops', 'admin'],
  listAdapters: ['auditor', 'ops', 'admin'],
  pauseAdapter: ['ops', 'admin'],
  resumeAdapter: ['ops', 'admin'],

  requestRebuild: ['ops', 'admin'],
  readRebuild: ['auditor', 'ops', 'admin'],
  readRebuildDifference: ['auditor', 'ops', 'admin'],
  swapRebuild: ['ops', 'admin'],
  abortRebuild: ['ops', 'admin'],
  rollBackRebuild: ['ops', 'admin'],

  readDataSubject: ['auditor', 'admin'],
  eraseDataSubject: ['admin'],
  listPersonalReads: ['auditor'],

  subscribeWebhook: ['channel', 'admin'],
  listWebhooks: ['channel', 'auditor', 'ops', 'admin'],
  readWebhook: ['channel', 'auditor', 'ops', 'admin'],
  rotateWebhookSecret: ['channel', 'admin'],
  pauseWebhook: ['channel', 'ops', 'admin'],
  resumeWebhook: ['channel', 'ops', 'admin'],
  deleteWebhook: ['channel', 'admin'],
  listWebhookDeliveries: ['channel', 'auditor', 'ops', 'admin'],
  redeliverWebhook: ['channel', 'ops', 'admin'],

  // What a partner sends is an order of its customer.
  receiveDocument: ['channel'],

  listApprovals: ['finance', 'auditor', 'ops', 'admin'],
  readApproval: ['finance', 'auditor', 'ops', 'admin'],
  decideApproval: ['finance', 'ops', 'admin'],
} as const satisfies Readonly<Record<string, readonly Role[]>>;

/** The OpenAPI `operationId` of a route that needs credentials. */
export type Operation = keyof typeof permissions;

export const mayDo = (operation: Operation, held: readonly Role[]): boolean => {
  const allowed: readonly Role[] = permissions[operation];
  return held.some((role) => allowed.includes(role));
};

type Bound = 'customers' | 'nodes';

/**
 * What credentials that are limited to some customers or nodes may use at all: only routes that look at the limit.
 * A route without a row is closed to them.
 */
const partnerRoutes: Readonly<Partial<Record<Operation, readonly Bound[]>>> = {
  submitOrder: ['customers'],
  checkAvailability: ['customers'],
  listOrders: ['customers'],
  readOrder: ['customers'],
  readOrderTimeline: ['customers'],
  readOrderPromise: ['customers'],
  cancelOrder: ['customers'],
  cancelOrderLine: ['customers'],
  addOrderLines: ['customers'],
  changeOrderLine: ['customers'],
  previewOrderChange: ['customers'],
  readOrderChange: ['customers'],
  releaseHold: ['customers'],
  reserve: ['customers'],
  listReservations: ['customers'],
  readReservation: ['customers'],
  listPartnerDocuments: ['customers'],
  readPartnerDocument: ['customers'],
  extendReservation: ['customers'],
  releaseReservation: ['customers'],
  readReceipt: ['customers', 'nodes'],
  listShipments: ['customers', 'nodes'],
  readShipment: ['customers', 'nodes'],
  authoriseReturn: ['customers'],
  listReturns: ['customers', 'nodes'],
  readReturn: ['customers', 'nodes'],
  recordReturnReceipt: ['nodes'],
  inspectReturn: ['nodes'],
  closeReturn: ['customers'],
  listDropShipOrders: ['nodes'],
  readDropShipOrder: ['nodes'],
  acknowledgeDropShip: ['nodes'],
  recordDropShipNotice: ['nodes'],
  matchSupplierBill: ['nodes'],
  listInvoices: ['customers'],
  readInvoice: ['customers'],
  listCreditMemos: ['customers'],
  readCreditMemo: ['customers'],
  disputeInvoice: ['customers'],
  listDeposits: ['customers'],
  readDeposit: ['customers'],
  readCreditAccount: ['customers'],
  subscribeWebhook: ['customers'],
  listWebhooks: ['customers'],
  readWebhook: ['customers'],
  rotateWebhookSecret: ['customers'],
  pauseWebhook: ['customers'],
  resumeWebhook: ['customers'],
  deleteWebhook: ['customers'],
  listWebhookDeliveries: ['customers'],
  redeliverWebhook: ['customers'],
  receiveDocument: ['customers'],
  readPayload: ['customers'],
  recordStockMovement: ['nodes'],
  changeStockStatus: ['nodes'],
  expectSupply: ['nodes'],
  listInventoryPositions: ['nodes'],
  recordStockCount: ['nodes'],
  rescheduleSupply: ['nodes'],
  receiveSupply: ['nodes'],
  cancelSupply: ['nodes'],
  recordPick: ['nodes'],
  confirmShipment: ['nodes'],
  reportShortage: ['nodes'],
  voidShipment: ['nodes'],
  recordTracking: ['nodes'],
  recordDelivery: ['nodes'],
};

export const isOpenTo = (operation: Operation, bound: Bound): boolean =>
  partnerRoutes[operation]?.includes(bound) ?? false;
