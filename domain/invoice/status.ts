import type { Minor } from '../money.ts';

/** Spec 4.4. */
export const invoiceStatuses = [
  ...(['DRAFT', 'AWAITING_TAX', 'ISSUED', 'TAX_COMMITTED', 'POSTED'] as const),
  ...(['PARTIALLY_PAID', 'SETTLED', 'VOIDED', 'DISPUTED', 'WRITTEN_OFF'] as const),
] as const;
export type InvoiceStatus = (typeof invoiceStatuses)[number];

export type Progress = {
  readonly isVoided: boolean;
  readonly isIssued: boolean;
  /** The tax of a draft could not be calculated. */
  readonly hasTaxProblem: boolean;
  readonly isTaxCommitted: boolean;
  readonly isPosted: boolean;
  readonly isDisputed: boolean;
  /** By deposits and payments, minor units. */
  readonly paid: Minor;
  readonly writtenOff: Minor;
  readonly open: Minor;
};

/**
 * A draft whose tax could not be calculated is AWAITING_TAX until it is. An acknowledged posting counts only once the tax is
 * committed, and a payment once the invoice is posted: each comes after the one before it, whatever order they arrive in. A
 * dispute is shown above all of them.
 */
export const invoiceStatus = (progress: Progress): InvoiceStatus => {
  if (progress.isVoided) return 'VOIDED';
  if (!progress.isIssued) return progress.hasTaxProblem ? 'AWAITING_TAX' : 'DRAFT';
  if (progress.isDisputed) return 'DISPUTED';
  if (!progress.isTaxCommitted) return 'ISSUED';
  if (!progress.isPosted) return 'TAX_COMMITTED';
  if (progress.open > 0n) return progress.paid > 0n ? 'PARTIALLY_PAID' : 'POSTED';
  if (progress.writtenOff > 0n) return 'WRITTEN_OFF';
  return progress.paid > 0n ? 'SETTLED' : 'POSTED';
};
