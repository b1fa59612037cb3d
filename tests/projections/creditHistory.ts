import { isRefusal } from '../../domain/decider.ts';
import type { CreditRequest } from '../../domain/invoice/creditCommands.ts';
import { creditMemoOf } from '../../domain/invoice/creditMemo.ts';
import { firstInvoice, issuedInvoice } from './invoiceHistory.ts';
import type { MemoryLog } from './memoryLog.ts';

/** Two of the seven that the first invoice bills come back, and some freight with them. */
const wanted = {
  ...{ cause: 'RETURN', reason: 'DAMAGED', lines: [{ invoiceLineId: '1', qty: '2' }] },
  charges: [{ code: 'FREIGHT', amount: '500' }],
} as const satisfies Omit<CreditRequest, 'creditMemoId'>;

/** A credit memo of the first invoice of an order, from its draft to what the tax engine has of it. */
export const creditFirst = (log: MemoryLog, orderId: string): string => {
  const creditMemoId = `${orderId}-c1`;
  const { reason, ...request } = wanted;
  const memo = creditMemoOf(issuedInvoice(orderId, 1, firstInvoice), [], { ...request, reason, creditMemoId });
  if (isRefusal(memo)) throw new Error(memo.detail);
  const { invoiceId, bu, totals } = memo;
  const stream = `invoice-ACME.${invoiceId}`;
  const key = { invoiceId, orderId, bu, creditMemoId };
  log.append(stream, 'CreditMemoDrafted', { ...memo, reason, draftedBy: 'kim' });
  const as = { number: `CM-${orderId}`, series: 'CM', issueDate: '2026-11-25', contentSha256: 'z' };
  log.append(stream, 'CreditMemoIssued', { ...memo, ...as });
  const tax = { engine: 'sim-tax', docCode: creditMemoId };
  log.append(stream, 'CreditTaxCommitFailed', { ...key, ...tax, code: 'TAX_UNAVAILABLE', detail: 'away' });
  log.append(stream, 'CreditTaxCommitted', { ...key, ...tax, tax: totals.tax });
  return creditMemoId;
};
