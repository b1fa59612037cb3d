import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. Amounts are minor units of `currency`. Stream `deposit-<bu>.<orderId>`.

/** As it was received: what is posted of it later is posted with the same words. */
type Of<T extends string, D> = Event<
  T,
  {
    readonly depositId: string;
    readonly orderId: string;
    readonly bu: string;
    readonly soldTo: string;
    readonly customerGroup: string;
    readonly channel: string;
    readonly currency: string;
    /** What the bank calls the payment. */
    readonly reference: string;
    readonly amount: string;
  } & D
>;

/** A customer paid in advance for an order. */
export type DepositReceived = Of<
  'DepositReceived',
  { readonly receivedAt: string; readonly receivedBy: string; readonly contentSha256: string }
>;

/** Set aside for an invoice, which says how much of it it takes: from here on it can neither be refunded nor be given to another. */
export type DepositAssigned = Of<'DepositAssigned', { readonly invoiceId: string }>;
/** The invoice did not take it, or gave it back. */
export type DepositFreed = Of<'DepositFreed', { readonly invoiceId: string }>;

export const refundCauses = ['ORDER_CLOSED', 'ON_REQUEST'] as const;
export type RefundCause = (typeof refundCauses)[number];

/** What no invoice took goes back to the customer. */
export type DepositRefunded = Of<
  'DepositRefunded',
  {
    readonly cause: RefundCause;
    readonly refundedOn: string;
    readonly refundedBy: string;
    /** What people write about it. */
    readonly reason?: string;
  }
>;

export type DepositEvent = DepositReceived | DepositAssigned | DepositFreed | DepositRefunded;
