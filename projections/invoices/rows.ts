import type { InvoiceLine, TaxLine } from '../../domain/invoice/events.ts';
import type { DisputeCause } from '../../domain/invoice/settlementEvents.ts';
import type { InvoiceStatus } from '../../domain/invoice/status.ts';
import type { TaxPart } from '../../domain/invoice/taxEvents.ts';
import type { Reflects } from '../projection.ts';

export type Problem = { readonly code: string; readonly detail: string };

/** What paid an invoice, what of it will not be paid, and what is disputed; minor units. */
export type SettlementRow = {
  readonly deposits: string;
  readonly paid: string;
  readonly writtenOff: string;
  /** As long as it is not resolved. */
  readonly dispute: {
    readonly disputeId: string;
    readonly cause: DisputeCause;
    readonly reason: string;
    readonly invoiceLineIds: readonly string[];
    readonly amount: string;
    readonly disputedBy: string;
  } | null;
};

/** How far the tax engine is from what was issued; minor units. */
export type TaxDifferenceRow = {
  /** What nobody has decided about: the engine's tax less what the books have. "0": nothing. */
  readonly open: string;
  /** By jurisdiction, where the engine told it; they add up to `open`. */
  readonly parts: readonly TaxPart[];
  /** When the engine first told it; null: nothing is open. */
  readonly since: string | null;
  /** By so much more than was issued the books have it, because people accepted it. */
  readonly accepted: string;
};

export type InvoiceRow = Reflects & {
  readonly invoice_id: string;
  readonly order_id: string;
  readonly kind: string;
  readonly number: string | null;
  readonly state: InvoiceStatus;
  readonly revision: number;
  readonly sold_to: string;
  readonly bill_to: string;
  readonly ship_to: { readonly id: string; readonly region?: string };
  readonly node: string;
  readonly channel: string;
  readonly currency: string;
  readonly issue_date: string | null;
  readonly due_date: string | null;
  readonly gross: string;
  readonly discount: string;
  readonly charges: string;
  readonly tax: string | null;
  readonly total: string | null;
  readonly open_amount: string;
  readonly charge_lines: readonly { readonly code: string; readonly amount: string }[];
  readonly taxes: readonly TaxLine[];
  readonly tax_engine: string | null;
  readonly tax_doc_code: string | null;
  readonly tax_committed: boolean;
  readonly tax_problem: Problem | null;
  /** Null while there never was one. */
  readonly tax_difference: TaxDifferenceRow | null;
  readonly erp_document: string | null;
  readonly posting_refusal: Problem | null;
  readonly content_sha256: string | null;
  readonly void_date: string | null;
  readonly void_reason: string | null;
  readonly created_position: string;
  /** Given back of the invoice by issued credit memos. */
  readonly credited: string;
  /** Of a credit memo: the invoice that it credits, and why. */
  readonly credits_invoice_id: string | null;
  readonly cause: string | null;
  readonly credit_reason: string | null;
  /** Null while nothing did. */
  readonly settlement: SettlementRow | null;
};

export type LineRow = Reflects & {
  readonly invoice_id: string;
  readonly invoice_line_id: string;
  readonly line_no: number;
  readonly order_line_id: string;
  readonly shipment_id: string;
  readonly shipment_line_id: string;
  readonly confirmation_id: string;
  readonly item: string;
  readonly qty: string;
  readonly from_qty: string;
  readonly unit_price: string;
  readonly gross: string;
  readonly discount: string;
  readonly net: string;
  readonly tax: string | null;
  readonly cost: string;
  /** Null: it is no kit. */
  readonly kit: { readonly itemGroup: string; readonly costs: NonNullable<InvoiceLine['costs']> } | null;
};

export type InvoiceRows = { readonly invoices: InvoiceRow; readonly lines: LineRow };
