import type { Event } from '../decider.ts';
import type { EarlierThanIssue } from '../ledger/revenuePolicy.ts';
import type { CreditMemoEvent } from './creditEvents.ts';
import type { RevenueEvent } from './revenueEvents.ts';
import type { SettlementEvent } from './settlementEvents.ts';
import type { TaxDifferenceEvent, TaxMismatchAccepted, TaxPart } from './taxEvents.ts';

// Storage format: see `domain/order/events.ts`. Amounts are minor units of `currency`.

type Of<T extends string, D> = Event<
  T,
  { readonly invoiceId: string; readonly orderId: string; readonly bu: string } & D
>;

/**
 * One shipment line billed. `fromQty` is what of the order line was billed before this invoice, so every amount is
 * f(fromQty + qty) − f(fromQty) and many partial invoices equal one full invoice (R6).
 */
export type InvoiceLine = {
  readonly invoiceLineId: string;
  readonly orderLineId: string;
  readonly shipmentId: string;
  readonly shipmentLineId: string;
  readonly confirmationId: string;
  readonly item: string;
  readonly itemGroup: string;
  readonly taxCode: string;
  readonly qty: string;
  readonly fromQty: string;
  readonly unitPrice: string;
  readonly gross: string;
  readonly discount: string;
  readonly net: string;
  readonly cost: string;
  /** Of a kit: its cost by component; the sum is `cost`. */
  readonly costs?: readonly { readonly item: string; readonly itemGroup: string; readonly cost: string }[];
};

export type InvoiceCharge = { readonly code: string; readonly amount: string; readonly taxCode: string };

export type TaxLine = {
  /** `invoiceLineId`, or `charge:<code>`. */
  readonly reference: string;
  readonly jurisdiction: string;
  readonly type: string;
  /** Decimal text, e.g. "0.0825". */
  readonly rate: string;
  readonly taxable: string;
  readonly tax: string;
};

export type InvoiceTotals = {
  readonly gross: string;
  readonly discount: string;
  readonly charges: string;
  readonly tax: string;
  readonly total: string;
};

/** Goods that left are to be billed at these amounts; the tax is still to come, and nothing is owed yet. */
export type InvoiceDrafted = Of<
  'InvoiceDrafted',
  {
    readonly kind: 'INVOICE';
    readonly soldTo: string;
    readonly billTo: string;
    readonly shipTo: { readonly id: string; readonly region?: string };
    readonly node: string;
    readonly channel: string;
    readonly currency: string;
    readonly shippedAt: string;
    readonly termsDays: number;
    readonly customerGroup: string;
    readonly customerTaxCode: string;
    /** That the goods left under; absent: ON_INVOICE. */
    readonly revenuePolicy?: EarlierThanIssue;
    readonly lines: readonly InvoiceLine[];
    readonly charges: readonly InvoiceCharge[];
  }
>;

/** What the tax engine says of the draft, line by line. */
export type TaxCalculated = Of<
  'TaxCalculated',
  { readonly engine: string; readonly docCode: string; readonly lines: readonly TaxLine[]; readonly tax: string }
>;

/** The tax engine gave no answer, or refused; the draft waits and is asked about again. */
export type TaxCalculationFailed = Of<
  'TaxCalculationFailed',
  { readonly engine: string; readonly code: string; readonly detail: string }
>;

/** Carries every amount that its posting template needs: the journal is a pure function of this event and the pinned rules. */
export type InvoiceIssued = Of<
  'InvoiceIssued',
  {
    readonly kind: 'INVOICE';
    readonly number: string;
    readonly series: string;
    readonly soldTo: string;
    readonly billTo: string;
    readonly shipTo: { readonly id: string; readonly region?: string };
    readonly node: string;
    readonly channel: string;
    readonly customerGroup: string;
    readonly issueDate: string;
    readonly dueDate: string;
    readonly currency: string;
    readonly lines: readonly (InvoiceLine & { readonly tax: string })[];
    readonly charges: readonly (InvoiceCharge & { readonly tax: string })[];
    readonly taxes: readonly TaxLine[];
    readonly totals: InvoiceTotals;
    readonly taxEngine: string;
    readonly taxDocCode: string;
    /** That the goods left under; absent: ON_INVOICE. */
    readonly revenuePolicy?: EarlierThanIssue;
    /** Of another policy than ON_INVOICE: the goods were earned before the issue. Absent: their revenue waits. */
    readonly earned?: true;
    /** SHA-256 over the canonical JSON of the document as issued. */
    readonly contentSha256: string;
  }
>;

/** The tax engine keeps the document as the books have it: as it was issued, with what of its tax was accepted since. */
export type TaxCommitted = Of<
  'TaxCommitted',
  { readonly engine: string; readonly docCode: string; readonly tax: string }
>;
/** The tax engine keeps another tax than the books have (`ours`). Nothing is changed: a person decides. */
export type TaxCommitMismatch = Of<
  'TaxCommitMismatch',
  {
    readonly engine: string;
    readonly docCode: string;
    readonly ours: string;
    readonly theirs: string;
    readonly difference: string;
    /** The difference by jurisdiction. Absent: the engine told its total alone. */
    readonly parts?: readonly TaxPart[];
  }
>;
/** The tax engine could not be told of the issued invoice; it is told again. */
export type TaxCommitFailed = Of<
  'TaxCommitFailed',
  { readonly engine: string; readonly docCode: string; readonly code: string; readonly detail: string }
>;

/** The ERP has the journal of the invoice, under its own document number. */
export type InvoicePosted = Of<
  'InvoicePosted',
  { readonly batchId: string; readonly journalId: string; readonly erpDocument: string }
>;
/** The ERP refuses the journal of the invoice. */
export type InvoicePostingRefused = Of<
  'InvoicePostingRefused',
  { readonly batchId: string; readonly journalId: string; readonly code: string; readonly detail: string }
>;

/** A copy of what is reversed, so that T11 needs no other event. */
export type InvoiceVoided = Of<
  'InvoiceVoided',
  {
    readonly number: string;
    readonly voidDate: string;
    readonly reason: string;
    readonly issuedEventId: string;
    /** Where the issue lies in the log: the rules pinned there are the ones that are reversed. */
    readonly issuedPosition?: string;
    readonly issued: InvoiceIssued['data'];
    /** What of its tax was accepted otherwise (T23), and is reversed with it. Absent: nothing was. */
    readonly taxAccepted?: readonly AcceptedTax[];
  }
>;

/** An acceptance and where it lies in the log: the rules pinned there are the ones that are reversed. */
export type AcceptedTax = {
  readonly eventId: string;
  readonly position: string;
  /** Why is written there, and is nobody's to read once its customer is erased. */
  readonly accepted: Omit<TaxMismatchAccepted['data'], 'reason'>;
};
/** The draft of goods that were taken back or are all lost: nothing of it was issued, so nothing is reversed. Its number was withheld before. */
export type InvoiceWithdrawn = Of<
  'InvoiceWithdrawn',
  { readonly voidDate: string; readonly reason: 'SHIPMENT_VOIDED' | 'GOODS_LOST'; readonly shipmentId: string }
>;
/** Goods of the draft were lost: what it still bills, instead of everything that it said before. Its tax is calculated anew. */
export type InvoiceDraftReduced = Event<
  'InvoiceDraftReduced',
  InvoiceDrafted['data'] & { readonly shipmentId: string; readonly lossId: string }
>;
/** The tax engine has taken the document back. */
export type TaxVoided = Of<'TaxVoided', { readonly engine: string; readonly docCode: string }>;

export type InvoiceEvent =
  | InvoiceDrafted
  | TaxCalculated
  | TaxCalculationFailed
  | InvoiceIssued
  | TaxCommitted
  | TaxCommitMismatch
  | TaxCommitFailed
  | InvoicePosted
  | InvoicePostingRefused
  | InvoiceVoided
  | InvoiceWithdrawn
  | InvoiceDraftReduced
  | TaxVoided
  | RevenueEvent
  | CreditMemoEvent
  | TaxDifferenceEvent
  | SettlementEvent;

/** Stream `numbering-<bu>.<series>`: gapless document numbers, one per document for ever. */
export type NumberAssigned = Event<
  'NumberAssigned',
  {
    readonly bu: string;
    readonly series: string;
    readonly sequence: number;
    readonly number: string;
    readonly documentId: string;
  }
>;
/** The document was given no number and never will be, so its draft can be withdrawn without a gap in the series. */
export type NumberWithheld = Event<
  'NumberWithheld',
  { readonly bu: string; readonly series: string; readonly documentId: string }
>;

export type NumberingEvent = NumberAssigned | NumberWithheld;
