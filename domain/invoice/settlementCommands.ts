import type { DepositFacts } from './settlementEvents.ts';

export type SettlementCommand =
  /**
   * Of this deposit up to `upTo` in all is set aside for the invoice: it takes as much of it as is open. Took it before, or
   * nothing is open: no event.
   */
  | { readonly type: 'ApplyDeposit'; readonly deposit: DepositFacts; readonly upTo: string; readonly day: string }
  /**
   * A fact, also beyond what is open and of a voided invoice. Below zero: so much of what was paid came back. The same id
   * again: no event. Refuses INVOICE_NOT_ISSUED, PAYMENT_EXCEEDED (more comes back than was paid), PAYMENTS_MAX.
   */
  | {
      readonly type: 'RecordPayment';
      readonly paymentId: string;
      readonly reference: string;
      readonly amount: string;
      readonly paidAt: string;
      readonly recordedBy: string;
    };
