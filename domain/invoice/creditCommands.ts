import type { CreditCause, CreditedLoss } from './creditEvents.ts';
import type { JurisdictionTax } from './taxDifferences.ts';

/** What is asked to be given back; amounts in minor units without tax, quantities in base units. */
export type CreditRequest = {
  readonly creditMemoId: string;
  readonly cause: CreditCause;
  readonly reason: string;
  /** RETURN: `qty` of each line came back. LOSS: it never arrived. PRICE, GOODWILL: `amount` of each line. FREIGHT: none. */
  readonly lines: readonly { readonly invoiceLineId: string; readonly qty?: string; readonly amount?: string }[];
  /** FREIGHT, and what of it is given back with a RETURN. */
  readonly charges: readonly { readonly code: string; readonly amount: string }[];
  /** RETURN: kept back for the work. Not taxed. */
  readonly restockingFee?: string;
  readonly returnId?: string;
  readonly loss?: CreditedLoss;
};

export type CreditMemoCommand =
  /**
   * The same id again: no event. Refuses INVOICE_NOT_ISSUED, INVOICE_NOT_CREDITABLE, CREDIT_MEMO_INVALID (what was asked
   * for has no meaning), CREDIT_EXCEEDS_INVOICED (with what is left), and without `approvalId` APPROVAL_REQUIRED when the
   * invoice has then been credited with more than `limit` in all.
   */
  | (CreditRequest & {
      readonly type: 'DraftCreditMemo';
      /** Minor units of the invoice's currency. */
      readonly limit: string;
      readonly approvalId?: string;
      readonly by: string;
    })
  | {
      readonly type: 'IssueCreditMemo';
      readonly creditMemoId: string;
      readonly number: string;
      readonly series: string;
      readonly issueDate: string;
      readonly contentSha256: string;
    }
  | {
      readonly type: 'RecordCreditTaxCommit';
      readonly creditMemoId: string;
      readonly engine: string;
      readonly tax: string;
      /** Absent: the engine told its total alone. */
      readonly jurisdictions?: readonly JurisdictionTax[];
    }
  | {
      readonly type: 'RecordCreditTaxFailure';
      readonly creditMemoId: string;
      readonly engine: string;
      readonly code: string;
      readonly detail: string;
    };
