import type { CreditMemoCommand } from './creditCommands.ts';
import type { InvoiceDrafted, TaxLine } from './events.ts';
import type { SettlementCommand } from './settlementCommands.ts';

export type InvoiceCommand =
  | CreditMemoCommand
  | SettlementCommand
  | { readonly type: 'DraftInvoice'; readonly draft: InvoiceDrafted['data'] }
  | {
      readonly type: 'RecordTax';
      readonly engine: string;
      readonly docCode: string;
      readonly lines: readonly TaxLine[];
      readonly tax: string;
    }
  | { readonly type: 'RecordTaxFailure'; readonly engine: string; readonly code: string; readonly detail: string }
  /** Refuses INVOICE_UNBALANCED when total ≠ gross − discount + charges + tax. */
  | {
      readonly type: 'IssueInvoice';
      readonly number: string;
      readonly series: string;
      readonly issueDate: string;
      readonly contentSha256: string;
    }
  | { readonly type: 'RecordTaxCommit'; readonly engine: string; readonly docCode: string; readonly tax: string }
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
  /** Id and log position of the `InvoiceIssued` that is reversed: the void names them, so that T11 reverses with the account map of that moment. */
  | {
      readonly type: 'VoidInvoice';
      readonly reason: string;
      readonly voidDate: string;
      readonly issuedEventId: string;
      readonly issuedPosition?: string;
    }
  /** The goods are back. Nothing drafted, or withdrawn before: no event. Refuses INVOICE_NOT_DRAFT when it was issued, which only a void takes back. */
  | {
      readonly type: 'WithdrawDraft';
      readonly reason: 'SHIPMENT_VOIDED';
      readonly shipmentId: string;
      readonly voidDate: string;
    }
  | { readonly type: 'RecordTaxVoid'; readonly engine: string; readonly docCode: string };

type OfDocument = { readonly bu: string; readonly series: string; readonly documentId: string };

export type NumberingCommand =
  /** Refuses INVOICE_NOT_DRAFT when the number of this document is withheld. */
  | (OfDocument & { readonly type: 'AssignNumber'; readonly prefix: string })
  /** Refuses INVOICE_NOT_DRAFT when the document has its number: then it can only be issued. */
  | (OfDocument & { readonly type: 'WithholdNumber' });
