import type { CreditMemoCommand } from './creditCommands.ts';
import type { AcceptedTax, InvoiceDrafted, TaxLine } from './events.ts';
import type { RevenueCommand } from './revenue.ts';
import type { SettlementCommand } from './settlementCommands.ts';
import type { TaxDifferenceCommand } from './taxCommands.ts';
import type { JurisdictionTax } from './taxDifferences.ts';

export type InvoiceCommand =
  | CreditMemoCommand
  | SettlementCommand
  | TaxDifferenceCommand
  | RevenueCommand
  | { readonly type: 'DraftInvoice'; readonly draft: InvoiceDrafted['data'] }
  /** `reductions`: of the draft that was asked about. It has been reduced since: no event. */
  | {
      readonly type: 'RecordTax';
      readonly reductions?: number;
      readonly engine: string;
      readonly docCode: string;
      readonly lines: readonly TaxLine[];
      readonly tax: string;
    }
  | { readonly type: 'RecordTaxFailure'; readonly engine: string; readonly code: string; readonly detail: string }
  /** Refuses INVOICE_UNBALANCED when total ≠ gross − discount + charges + tax, INVOICE_NOT_DRAFT for a draft that was reduced since. */
  | {
      readonly type: 'IssueInvoice';
      readonly reductions?: number;
      readonly number: string;
      readonly series: string;
      readonly issueDate: string;
      readonly contentSha256: string;
    }
  /** A fact, also once it was committed otherwise, or accepted. The amount that is known already: no event. */
  | {
      readonly type: 'RecordTaxCommit';
      readonly engine: string;
      readonly docCode: string;
      readonly tax: string;
      /** Absent: the engine told its total alone. */
      readonly jurisdictions?: readonly JurisdictionTax[];
    }
  | {
      readonly type: 'RecordTaxCommitFailure';
      readonly engine: string;
      readonly docCode: string;
      readonly code: string;
      readonly detail: string;
    }
  | {
      readonly type: 'RecordErpPosting';
      readonly batchId: string;
      readonly journalId: string;
      readonly erpDocument: string;
    }
  | {
      readonly type: 'RecordErpRefusal';
      readonly batchId: string;
      readonly journalId: string;
      readonly code: string;
      readonly detail: string;
    }
  /**
   * Id and log position of the `InvoiceIssued` that is reversed: the void names them, so that T11 reverses with the account map of that moment.
   * The same of each acceptance of the invoice's own tax; refuses INVOICE_NOT_VOIDABLE when one is not named.
   */
  | {
      readonly type: 'VoidInvoice';
      readonly reason: string;
      readonly voidDate: string;
      readonly issuedEventId: string;
      readonly issuedPosition?: string;
      readonly taxAccepted?: readonly AcceptedTax[];
    }
  /** The goods are back. Nothing drafted, or withdrawn before: no event. Refuses INVOICE_NOT_DRAFT when it was issued, which only a void takes back. */
  | {
      readonly type: 'WithdrawDraft';
      readonly reason: 'SHIPMENT_VOIDED' | 'GOODS_LOST';
      readonly shipmentId: string;
      readonly voidDate: string;
    }
  /** Once per loss. Nothing drafted, or withdrawn: no event. Refuses INVOICE_NOT_DRAFT when it was issued, INVOICE_UNBALANCED. */
  | {
      readonly type: 'ReduceDraft';
      readonly lossId: string;
      readonly shipmentId: string;
      readonly draft: InvoiceDrafted['data'];
    }
  | { readonly type: 'RecordTaxVoid'; readonly engine: string; readonly docCode: string };

type OfDocument = { readonly bu: string; readonly series: string; readonly documentId: string };

export type NumberingCommand =
  /** Refuses INVOICE_NOT_DRAFT when the number of this document is withheld. */
  | (OfDocument & { readonly type: 'AssignNumber'; readonly prefix: string })
  /** Refuses INVOICE_NOT_DRAFT when the document has its number: then it can only be issued. */
  | (OfDocument & { readonly type: 'WithholdNumber' });
