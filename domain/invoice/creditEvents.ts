import type { Event } from '../decider.ts';
import type { LossLiability } from '../shipment/lossEvents.ts';
import type { InvoiceCharge, InvoiceLine, InvoiceTotals, TaxLine } from './events.ts';
import type { TaxPart } from './taxEvents.ts';

// Storage format: see `domain/order/events.ts`. Amounts are minor units of `currency` and say what is given back.

type Of<T extends string, D> = Event<
  T,
  {
    readonly invoiceId: string;
    readonly orderId: string;
    readonly bu: string;
    readonly creditMemoId: string;
  } & D
>;

/** What people may ask for; LOSS is asked for by a loss on the way alone. */
export const askedCreditCauses = ['RETURN', 'PRICE', 'FREIGHT', 'GOODWILL'] as const;
export const creditCauses = [...askedCreditCauses, 'LOSS'] as const;
export type CreditCause = (typeof creditCauses)[number];

/** What is given back of one invoice line. */
export type CreditLine = {
  readonly invoiceLineId: string;
  readonly orderLineId: string;
  readonly shipmentId: string;
  readonly shipmentLineId: string;
  readonly item: string;
  readonly itemGroup: string;
  readonly taxCode: string;
  /** Base units that came back or never arrived; "0": the goods stay with the customer. */
  readonly qty: string;
  readonly gross: string;
  readonly discount: string;
  /** gross − discount. */
  readonly net: string;
  /** What had been credited on the price of these goods before and is no part of `gross`; there only when it is not "0". */
  readonly allowance?: string;
  readonly tax: string;
  /** LOSS: the cost of these goods, which is no cost of sales any more; of a kit by its components. */
  readonly cost?: string;
  readonly costs?: InvoiceLine['costs'];
  /** LOSS of goods that were never earned: of what was deferred for them so much is taken back, and `cost` waited with it. */
  readonly deferred?: string;
};

/** The loss that is credited, and who bore it when that was decided. `unearned`: its goods were not when that was settled. */
export type CreditedLoss = {
  readonly shipmentId: string;
  readonly lossId: string;
  readonly liability: LossLiability;
  readonly unearned?: true;
};

/** The credit memo, all but its number. A restocking fee is a charge below zero. */
export type CreditMemo = {
  readonly invoiceId: string;
  readonly orderId: string;
  readonly bu: string;
  readonly creditMemoId: string;
  readonly kind: 'CREDIT_MEMO';
  readonly cause: CreditCause;
  readonly invoiceNumber: string;
  readonly soldTo: string;
  readonly billTo: string;
  readonly shipTo: { readonly id: string; readonly region?: string };
  readonly node: string;
  readonly channel: string;
  readonly customerGroup: string;
  readonly currency: string;
  readonly lines: readonly CreditLine[];
  readonly charges: readonly (InvoiceCharge & { readonly tax: string })[];
  readonly taxes: readonly TaxLine[];
  readonly totals: InvoiceTotals;
  /** The return that it credits. */
  readonly returnId?: string;
  readonly loss?: CreditedLoss;
  readonly approvalId?: string;
};

/** What the invoice has decided to give back: from here on it counts as credited, and it will be issued. */
export type CreditMemoDrafted = Event<
  'CreditMemoDrafted',
  CreditMemo & { readonly reason: string; readonly draftedBy: string }
>;

/** Carries every amount that its posting template needs. */
export type CreditMemoIssued = Event<
  'CreditMemoIssued',
  CreditMemo & {
    readonly number: string;
    readonly series: string;
    readonly issueDate: string;
    /** SHA-256 over the canonical JSON of the document as issued. */
    readonly contentSha256: string;
  }
>;

/**
 * `tax` is what the engine holds as given back; `difference`: that less what the books have, there only when it is not "0",
 * and `parts` the same by jurisdiction, where the engine tells it.
 */
export type CreditTaxCommitted = Of<
  'CreditTaxCommitted',
  {
    readonly engine: string;
    readonly docCode: string;
    readonly tax: string;
    readonly difference?: string;
    readonly parts?: readonly TaxPart[];
  }
>;
/** The tax engine could not be told of the credit memo; it is told again. */
export type CreditTaxCommitFailed = Of<
  'CreditTaxCommitFailed',
  { readonly engine: string; readonly docCode: string; readonly code: string; readonly detail: string }
>;

/** In the stream of the invoice that is credited: how much of it can still be given back is decided there. */
export type CreditMemoEvent = CreditMemoDrafted | CreditMemoIssued | CreditTaxCommitted | CreditTaxCommitFailed;
