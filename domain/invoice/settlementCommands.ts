import type { DepositFacts, DisputeCause, DisputeOutcome, WriteOffCause } from './settlementEvents.ts';

export type SettlementCommand =
  /**
   * Of this deposit up to `upTo` in all is set aside for the invoice: it takes as much of it as is open. Took it before, or
   * nothing is open: no event.
   */
  | { readonly type: 'ApplyDeposit'; readonly deposit: DepositFacts; readonly upTo: string; readonly day: string }
  /**
   * A fact, also beyond what is open and of a voided invoice. Below zero: so much of what was paid came back. What was
   * written off and is paid now is a write-off no more, as of `today`. The same id again: no event. Refuses
   * INVOICE_NOT_ISSUED, PAYMENT_EXCEEDED (more comes back than was paid), PAYMENTS_MAX.
   */
  | {
      readonly type: 'RecordPayment';
      readonly paymentId: string;
      readonly reference: string;
      readonly amount: string;
      readonly paidAt: string;
      readonly recordedBy: string;
      readonly today: string;
    }
  /**
   * The same id again: no event. Refuses INVOICE_NOT_ISSUED, WRITE_OFF_EXCEEDS_OPEN (with what is open), SOD_VIOLATION for
   * who recorded a payment of it, WRITE_OFFS_MAX, and without `approvalId` APPROVAL_REQUIRED when more than `limit` of the
   * invoice is then written off in all.
   */
  | {
      readonly type: 'WriteOffInvoice';
      readonly writeOffId: string;
      readonly amount: string;
      readonly cause: WriteOffCause;
      readonly reason: string;
      readonly writtenOffOn: string;
      readonly writtenOffBy: string;
      readonly limit: string;
      readonly approvalId?: string;
    }
  /**
   * The same id again: no event. Refuses INVOICE_NOT_ISSUED, INVOICE_NOT_DISPUTABLE (it was voided, or another dispute is
   * open), LINE_UNKNOWN.
   */
  | {
      readonly type: 'DisputeInvoice';
      readonly disputeId: string;
      readonly cause: DisputeCause;
      readonly reason: string;
      /** None: all of it. */
      readonly invoiceLineIds: readonly string[];
      readonly disputedBy: string;
    }
  /** The same outcome again: no event. Refuses NOT_FOUND, DISPUTE_RESOLVED. */
  | {
      readonly type: 'ResolveDispute';
      readonly disputeId: string;
      readonly outcome: DisputeOutcome;
      readonly reason: string;
      readonly resolvedBy: string;
    };
