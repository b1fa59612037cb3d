import type { Event } from '../decider.ts';
import type { InvoiceIssued } from './events.ts';

// Storage format: see `domain/order/events.ts`. Amounts are minor units of `currency`.

type Issued = InvoiceIssued['data'];

/** Where it was sold, by which accounts are found. */
export type Sale = Pick<Issued, 'customerGroup' | 'node' | 'channel' | 'shipTo'>;
export type OfDocument = Pick<Issued, 'invoiceId' | 'orderId' | 'bu' | 'number' | 'soldTo' | 'currency'>;

/** What is posted on the receivable of an invoice is posted with the words of its issue. */
export type InvoiceFacts = OfDocument & Sale;

type Of<T extends string, D> = Event<T, InvoiceFacts & D>;

/** The deposit as it was received. */
export type DepositFacts = {
  readonly depositId: string;
  readonly reference: string;
  readonly customerGroup: string;
  readonly channel: string;
};

type OfDeposit = { readonly deposit: DepositFacts; readonly amount: string; readonly day: string };

/** An invoice takes so much of a deposit. */
export type DepositApplied = Of<'DepositApplied', OfDeposit>;

/** The invoice gives it back to the deposit: it stands no more, or is owed less. */
export type DepositReleased = Of<
  'DepositReleased',
  OfDeposit & { readonly cause: 'INVOICE_VOIDED' | 'INVOICE_CREDITED' }
>;

/**
 * The customer paid so much, or below zero: so much of it came back. For information, because the ERP has the cash; books
 * that are kept here are posted with the words of `receivable`.
 */
export type PaymentRecorded = Event<
  'PaymentRecorded',
  OfDocument & {
    readonly paymentId: string;
    /** What the bank calls it. */
    readonly reference: string;
    readonly amount: string;
    readonly paidAt: string;
    readonly recordedBy: string;
    readonly receivable: Sale;
  }
>;

export const writeOffCauses = ['BAD_DEBT', 'SMALL_BALANCE'] as const;
export type WriteOffCause = (typeof writeOffCauses)[number];

type OfWriteOff = OfDocument & {
  readonly writeOffId: string;
  readonly amount: string;
  readonly cause: WriteOffCause;
  readonly receivable: Sale;
};

/** So much of it will not be paid. */
export type InvoiceWrittenOff = Event<
  'InvoiceWrittenOff',
  OfWriteOff & {
    readonly reason: string;
    readonly writtenOffOn: string;
    readonly writtenOffBy: string;
    readonly approvalId?: string;
  }
>;

/** So much of a write-off was not lost: the invoice stands no more, is owed less, or was paid in the end. */
export type WriteOffReversed = Event<
  'WriteOffReversed',
  OfWriteOff & { readonly because: 'INVOICE_VOIDED' | 'INVOICE_CREDITED' | 'INVOICE_PAID'; readonly day: string }
>;

export const disputeCauses = [
  ...(['PRICE', 'QUANTITY', 'QUALITY', 'NOT_ORDERED', 'NOT_RECEIVED', 'DUPLICATE', 'OTHER'] as const),
] as const;
export type DisputeCause = (typeof disputeCauses)[number];

/** The customer does not agree to lines of it (none named: to all of it); `amount`: what these come to with tax. */
export type InvoiceDisputed = Event<
  'InvoiceDisputed',
  OfDocument & {
    readonly disputeId: string;
    readonly cause: DisputeCause;
    readonly reason: string;
    readonly invoiceLineIds: readonly string[];
    /** The order lines that these bill. Absent: it was recorded before this was told. */
    readonly orderLineIds?: readonly string[];
    readonly amount: string;
    readonly disputedBy: string;
  }
>;

/** ACCEPTED: the customer is right, and a credit memo or a void follows. */
export const disputeOutcomes = ['ACCEPTED', 'REJECTED'] as const;
export type DisputeOutcome = (typeof disputeOutcomes)[number];

/** The dispute is over: the customer agrees, or was given what it was about. */
export type DisputeResolved = Event<
  'DisputeResolved',
  OfDocument & {
    readonly disputeId: string;
    readonly outcome: DisputeOutcome;
    readonly reason: string;
    readonly resolvedBy: string;
  }
>;

/** In the stream of the invoice: what is open of it is decided there. */
export type SettlementEvent =
  | DepositApplied
  | DepositReleased
  | PaymentRecorded
  | InvoiceWrittenOff
  | WriteOffReversed
  | InvoiceDisputed
  | DisputeResolved;
