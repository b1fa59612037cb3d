import type { InvoicedAmount, OfCreditMemo, OfInvoice, OfOrder, SettledAmount } from './stepPayloads.ts';

/** What is done about invoices, credit memos and deposits; see `steps.ts`. */
export type InvoiceStep =
  /** External. RecordTax or RecordTaxFailure; a failure comes back as another intent, later. */
  | { readonly step: 'calculateTax'; readonly payload: OfInvoice }
  /** AssignNumber, IssueInvoice. */
  | { readonly step: 'issueInvoice'; readonly payload: OfInvoice }
  /** External. RecordTaxCommit or RecordTaxCommitFailure; a failure comes back as another intent, later. */
  | { readonly step: 'commitTax'; readonly payload: OfInvoice }
  /** External. As `commitTax` or `commitCreditTax`, of what the engine has told before too; what is known already has no effect. */
  | { readonly step: 'checkTax'; readonly payload: OfInvoice & { readonly creditMemoId?: string } }
  /** External. */
  | { readonly step: 'voidTax'; readonly payload: OfInvoice & { readonly engine: string; readonly docCode: string } }
  /** RecordReceivable on the customer's account, RecordProgress (reference = invoiceId), CloseOrder. */
  | {
      readonly step: 'afterInvoice';
      readonly payload: OfInvoice & {
        readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
        /** Absent in intents of earlier versions. */
        readonly receivable?: InvoicedAmount;
      };
    }
  /** ReverseReceivable, RecordProgress with negative quantities (reference = `<invoiceId>:void`) that names the void; ReverseRevenue of what had arrived. */
  | {
      readonly step: 'afterInvoiceVoid';
      readonly payload: OfInvoice & {
        readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
        /** Absent in intents of earlier versions. */
        readonly receivable?: Pick<InvoicedAmount, 'customer' | 'currency'> & Partial<Pick<InvoicedAmount, 'net'>>;
      };
    }
  /** RecogniseRevenue of each invoice, or draft, of what had left before that place in the log. */
  | {
      readonly step: 'recogniseDelivered';
      readonly payload: OfOrder & {
        readonly shipmentId: string;
        readonly deliveredAt: string;
        readonly deliveredPosition: string;
      };
    }
  /** AssignNumber in the series of credit memos, IssueCreditMemo. */
  | { readonly step: 'issueCreditMemo'; readonly payload: OfCreditMemo }
  /** External. RecordCreditTaxCommit or RecordCreditTaxFailure; a failure comes back as another intent, later. */
  | { readonly step: 'commitCreditTax'; readonly payload: OfCreditMemo }
  /** CreditReceivable on the customer's account. */
  | {
      readonly step: 'afterCreditMemo';
      readonly payload: OfCreditMemo & Pick<SettledAmount, 'customer' | 'currency' | 'amount'>;
    }
  /**
   * AssignDeposits and ApplyDeposit for each of these invoices, the oldest first; FreeDeposit of what an invoice does not
   * take; RefundDeposits when the order is closed; HoldDeposits on the customer's account.
   */
  | { readonly step: 'settleDeposits'; readonly payload: OfOrder & { readonly invoiceIds: readonly string[] } }
  /** SettleReceivable on the customer's account. */
  | { readonly step: 'settleReceivable'; readonly payload: SettledAmount };
