import type { Event } from '../decider.ts';
import type { InvoiceIssued } from './events.ts';

// Storage format: see `domain/order/events.ts`. Amounts are minor units of `currency`.

/** What is posted on the receivable of an invoice is posted with the words of its issue. */
export type InvoiceFacts = Pick<InvoiceIssued['data'], 'invoiceId' | 'orderId' | 'bu' | 'number' | 'soldTo'> &
  Pick<InvoiceIssued['data'], 'customerGroup' | 'node' | 'channel' | 'shipTo' | 'currency'>;

type Of<T extends string, D> = Event<T, InvoiceFacts & D>;

/** The deposit as it was received. */
export type DepositFacts = {
  readonly depositId: string;
  readonly reference: string;
  readonly customerGroup: string;
  readonly channel: string;
};

type OfDeposit = { readonly deposit: DepositFacts; readonly amount: string; readonly day: string };

/** So much of a deposit of its order pays the invoice. */
export type DepositApplied = Of<'DepositApplied', OfDeposit>;
/** What the invoice came to less than it had taken, or all of it. */
export type DepositReleased = Of<
  'DepositReleased',
  OfDeposit & { readonly cause: 'INVOICE_VOIDED' | 'INVOICE_CREDITED' }
>;

/** In the stream of the invoice: what is open of it is decided there. */
export type SettlementEvent = DepositApplied | DepositReleased;
