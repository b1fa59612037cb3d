export type TaxDifferenceCommand =
  /**
   * `difference` is what whoever accepts it saw. The same id again: no event. Refuses INVOICE_NOT_ISSUED, NOT_FOUND (no such
   * credit memo), TAX_NOT_MISMATCHED (nothing differs, or the invoice was voided), TAX_DIFFERENCE_CHANGED (with the one that
   * it is), TAX_ACCEPTANCES_MAX, and without `approvalId` APPROVAL_REQUIRED when more than `limit` of the invoice's tax is
   * then accepted in all, whichever way.
   */
  | {
      readonly type: 'AcceptTaxMismatch';
      readonly acceptanceId: string;
      /** Absent: the invoice's own tax. */
      readonly creditMemoId?: string;
      /** Minor units of the invoice's currency, as the mismatch told it. */
      readonly difference: string;
      readonly reason: string;
      readonly acceptedOn: string;
      readonly acceptedBy: string;
      readonly limit: string;
      readonly approvalId?: string;
    }
  /** Refuses INVOICE_NOT_ISSUED, NOT_FOUND (no such credit memo), TAX_NOT_MISMATCHED (the invoice was voided). */
  | { readonly type: 'RequestTaxCheck'; readonly creditMemoId?: string; readonly requestedBy: string };
