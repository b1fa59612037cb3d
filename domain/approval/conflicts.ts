import type { EventType } from '../events.ts';

/** What two acts of one person have to be about so that they conflict. */
export type ConflictObject = 'customer' | 'order' | 'node' | 'business-unit' | 'period' | 'approval';

/** One of two acts that nobody should do both of, and the events that say that somebody did. */
export type Act = { readonly duty: string; readonly types: readonly EventType[] };

export type DutyConflict = {
  readonly object: ConflictObject;
  /** The rarer of the two: what was never done needs no search for the other. */
  readonly one: Act;
  readonly other: Act;
  /** Only releases of holds of these types are meant. */
  readonly holdTypes?: readonly string[];
};

const entered: Act = { duty: 'ENTER_ORDER', types: ['OrderSubmitted'] };
const limited: Act = { duty: 'MAINTAIN_CREDIT_LIMIT', types: ['CreditLimitSet'] };
const released: Act = { duty: 'RELEASE_ORDER', types: ['OrderHoldReleased'] };
const paid: Act = { duty: 'RECORD_PAYMENT', types: ['PaymentRecorded'] };
const published: Act = {
  duty: 'PUBLISH_POSTING_RULES',
  types: ['PostingRulesPublished', 'AccountMapPublished'],
};

/** The matrix of spec 4.12, as far as there are events of both duties. */
export const dutyConflicts = {
  CREDIT_LIMIT_AND_ORDER_ENTRY: { object: 'customer', one: limited, other: entered },
  CREDIT_LIMIT_AND_ORDER_RELEASE: { object: 'customer', one: limited, other: released },
  ORDER_ENTRY_AND_CREDIT_RELEASE: {
    object: 'order',
    one: { duty: 'RELEASE_CREDIT_HOLD', types: ['OrderHoldReleased'] },
    other: entered,
    holdTypes: ['CREDIT'],
  },
  ORDER_ENTRY_AND_FRAUD_RELEASE: {
    object: 'order',
    one: { duty: 'RELEASE_FRAUD_HOLD', types: ['OrderHoldReleased'] },
    other: entered,
    holdTypes: ['FRAUD'],
  },
  STOCK_ADJUSTMENT_AND_SHIPPING: {
    object: 'node',
    one: { duty: 'ADJUST_STOCK', types: ['StockAdjusted'] },
    other: { duty: 'CONFIRM_SHIPMENT', types: ['ShipmentConfirmed'] },
  },
  POSTING_RULES_AND_BATCHES: {
    object: 'business-unit',
    one: published,
    other: { duty: 'SEAL_BATCH', types: ['GlBatchSealed'] },
  },
  CREDIT_MEMO_AND_PAYMENT: {
    object: 'customer',
    one: { duty: 'ISSUE_CREDIT_MEMO', types: ['CreditMemoDrafted'] },
    other: paid,
  },
  WRITE_OFF_AND_PAYMENT: {
    object: 'customer',
    one: { duty: 'WRITE_OFF', types: ['InvoiceWrittenOff'] },
    other: paid,
  },
  PERIOD_CLOSE_AND_CORRECTION: {
    object: 'period',
    one: { duty: 'CLOSE_OR_REOPEN_PERIOD', types: ['PeriodClosed', 'PeriodReopened'] },
    other: { duty: 'CORRECT_PERIOD', types: ['PeriodCorrected'] },
  },
  REQUEST_AND_APPROVAL: {
    object: 'approval',
    one: { duty: 'APPROVE', types: ['ApprovalGranted'] },
    other: { duty: 'REQUEST_APPROVAL', types: ['ApprovalRequested'] },
  },
} as const satisfies Readonly<Record<string, DutyConflict>>;

export type ConflictName = keyof typeof dutyConflicts;

export const conflictNames = Object.keys(dutyConflicts) as [ConflictName, ...ConflictName[]];
