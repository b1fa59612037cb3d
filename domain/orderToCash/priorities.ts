import type { StepName } from './steps.ts';

/**
 * Who goes first when there is more to do than workers (spec 4.14). Capture and availability are answered at once and never
 * stand in this line; what an order's promise depends on comes next, then goods that move, then invoices, and last what only
 * reports or tidies up. Lower numbers go first. Storage format: `ops.outbox.priority`.
 */
export const priorities = { promise: 1, shipment: 2, invoice: 3, bulk: 4 } as const;
export type Priority = (typeof priorities)[keyof typeof priorities];

const { promise, shipment, invoice, bulk } = priorities;

const ofStep: Readonly<Record<StepName, Priority>> = {
  capture: promise,
  accept: promise,
  acceptChanges: promise,
  checkFraud: promise,
  endFraudWait: promise,
  registerErp: promise,
  allocate: promise,
  tryTogether: promise,
  release: promise,
  recordFill: promise,
  recordReservationLost: promise,
  moveBackorder: promise,
  offerStock: promise,
  repromise: promise,
  sourceAgain: promise,
  giveUpReservations: promise,
  recheckCredit: promise,
  releaseCredit: promise,
  cancel: promise,
  settleLoss: promise,
  planShipment: shipment,
  toWarehouse: shipment,
  changeErp: shipment,
  stopRelease: shipment,
  recordShortage: shipment,
  afterConfirm: shipment,
  findOvershipments: shipment,
  settleOvershipment: invoice,
  afterShipmentVoid: shipment,
  returnFromDropShip: promise,
  recordDropShipment: shipment,
  reduceDropShipment: shipment,
  stopDropShip: shipment,
  openReturn: shipment,
  moveReturned: shipment,
  followTransfer: shipment,
  freeReturn: shipment,
  calculateTax: invoice,
  issueInvoice: invoice,
  commitTax: invoice,
  checkTax: invoice,
  voidTax: invoice,
  afterInvoice: invoice,
  afterInvoiceVoid: invoice,
  recogniseDelivered: invoice,
  issueCreditMemo: invoice,
  commitCreditTax: invoice,
  afterCreditMemo: invoice,
  billFound: invoice,
  creditLoss: invoice,
  recordLossCredit: invoice,
  creditReturn: invoice,
  recordReturnCredit: invoice,
  settleDeposits: invoice,
  settleReceivable: invoice,
  close: bulk,
  exportBatch: bulk,
  simulateBatch: bulk,
  collectOutcomes: bulk,
  recordPosting: bulk,
  recordAccruals: bulk,
};

/**
 * Steps that look at what there is when they run, whatever their cause said. One that nobody has taken yet does for every
 * later one of its lane that says the same, so a burst of facts is looked at once. It must not matter to such a step whether
 * it runs before or behind other steps of its lane: what they leave to do has them look themselves.
 */
export const looksAnew = (step: string): boolean => step === 'tryTogether';

/** A step that this version does not know keeps nobody waiting. */
export const priorityOf = (step: string): Priority =>
  Object.hasOwn(ofStep, step) ? ofStep[step as StepName] : priorities.bulk;
