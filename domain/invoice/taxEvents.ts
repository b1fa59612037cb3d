import type { Event } from '../decider.ts';
import type { InvoiceFacts } from './settlementEvents.ts';

// Storage format: see `domain/order/events.ts`. Amounts are minor units of `currency`.

/** Of a difference with the tax engine what one jurisdiction has; null: the engine told its total alone. */
export type TaxPart = { readonly jurisdiction: string | null; readonly difference: string };

/**
 * What the tax engine holds of a document otherwise than it was issued is right: the ledger follows it (T23). In the stream of
 * the invoice, also for its credit memos.
 */
export type TaxMismatchAccepted = Event<
  'TaxMismatchAccepted',
  /** `number`: of the document whose tax it is. */
  InvoiceFacts & {
    readonly acceptanceId: string;
    /** Absent: it is the invoice's own tax. */
    readonly creditMemoId?: string;
    readonly engine: string;
    readonly docCode: string;
    /** The engine's tax less ours; of a credit memo both say what is given back. Never "0". */
    readonly difference: string;
    /** They add up to `difference`. */
    readonly parts: readonly TaxPart[];
    readonly reason: string;
    readonly acceptedOn: string;
    readonly acceptedBy: string;
    readonly approvalId?: string;
  }
>;

/** Somebody wants to know what the tax engine holds of the document by now. */
export type TaxCheckRequested = Event<
  'TaxCheckRequested',
  {
    readonly invoiceId: string;
    readonly orderId: string;
    readonly bu: string;
    /** Absent: of the invoice itself. */
    readonly creditMemoId?: string;
    readonly requestedBy: string;
  }
>;

export type TaxDifferenceEvent = TaxMismatchAccepted | TaxCheckRequested;
