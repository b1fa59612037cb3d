import type { RecordedOf } from '../../domain/events.ts';
import type { TaxPart } from '../../domain/invoice/taxEvents.ts';
import { required } from '../projection.ts';
import type { InvoiceRow, Problem, TaxDifferenceRow } from './rows.ts';
import { type InvoiceSets, type RecordedInvoiceEvent, touch } from './touch.ts';

const none: TaxDifferenceRow = { open: '0', parts: [], since: null, accepted: '0' };

const mismatched = (detail: string): Problem => ({ code: 'TAX_COMMIT_MISMATCH', detail });

const rowOf = (rows: InvoiceSets, id: string): InvoiceRow => required(rows.invoices.get(id), `invoice ${id}`);

/** The engine differs by `difference`. */
export const differing = (
  event: RecordedInvoiceEvent,
  rows: InvoiceSets,
  id: string,
  { difference, parts = [] }: { readonly difference: string; readonly parts?: readonly TaxPart[] },
): Pick<InvoiceRow, 'tax_difference'> => {
  const before = rowOf(rows, id).tax_difference ?? none;
  return { tax_difference: { ...before, open: difference, parts, since: before.since ?? event.recordedAt } };
};

/** Nothing is open any more, and of the books so much as before is accepted. */
export const settledDifference = (rows: InvoiceSets, id: string): Pick<InvoiceRow, 'tax_difference'> => {
  const before = rowOf(rows, id).tax_difference;
  if (before === null || before.accepted === '0') return { tax_difference: null };
  return { tax_difference: { ...none, accepted: before.accepted } };
};

export const taxCommitted = (event: RecordedOf<'TaxCommitted'>, rows: InvoiceSets): void =>
  touch(event, rows, {
    ...{ tax_committed: true, tax_problem: null },
    ...settledDifference(rows, event.data.invoiceId),
  });

export const taxMismatched = (event: RecordedOf<'TaxCommitMismatch'>, rows: InvoiceSets): void => {
  const { engine, ours, theirs, difference, invoiceId } = event.data;
  const detail = `${engine} committed ${theirs}, the books have ${ours}: a difference of ${difference}.`;
  const change = differing(event, rows, invoiceId, event.data);
  touch(event, rows, { tax_committed: false, tax_problem: mismatched(detail), ...change });
};

/** Of a credit memo the engine tells what it differs by in the same words as what it committed. */
export const creditTaxCommitted = (event: RecordedOf<'CreditTaxCommitted'>, rows: InvoiceSets): void => {
  const { creditMemoId, engine, docCode, tax, difference, parts } = event.data;
  const known = { tax_engine: engine, tax_doc_code: docCode };
  if (difference === undefined) {
    const settled = settledDifference(rows, creditMemoId);
    touch(event, rows, { ...known, tax_committed: true, tax_problem: null, ...settled }, creditMemoId);
    return;
  }
  const detail = `${engine} committed ${tax}: a difference of ${difference} to what the books have.`;
  const told = { difference, ...(parts !== undefined && { parts }) };
  const change = { tax_problem: mismatched(detail), ...differing(event, rows, creditMemoId, told) };
  touch(event, rows, { ...known, tax_committed: false, ...change }, creditMemoId);
};

export const taxMismatchAccepted = (event: RecordedOf<'TaxMismatchAccepted'>, rows: InvoiceSets): void => {
  const { invoiceId, creditMemoId, difference } = event.data;
  const id = creditMemoId ?? invoiceId;
  const accepted = BigInt(rowOf(rows, id).tax_difference?.accepted ?? '0') + BigInt(difference);
  const change = { tax_difference: { ...none, accepted: accepted.toString() } };
  touch(event, rows, { tax_committed: true, tax_problem: null, ...change }, id);
};
