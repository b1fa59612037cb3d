import type { DepositFacts, WriteOffCause } from './settlementEvents.ts';

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
    };
