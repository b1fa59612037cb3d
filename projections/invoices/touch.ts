import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { InvoiceEvent } from '../../domain/invoice/events.ts';
import { reflecting, required, type Sets } from '../projection.ts';
import type { InvoiceState } from './queries.ts';
import type { InvoiceRow, InvoiceRows } from './rows.ts';

export type InvoiceSets = Sets<InvoiceRows>;
export type RecordedInvoiceEvent = Extract<RecordedDomainEvent, { type: InvoiceEvent['type'] }>;

/** As `invoiceState` of the domain: POSTED comes after TAX_COMMITTED, whatever order the two answers arrive in. */
const stateOf = (row: InvoiceRow): InvoiceState => {
  if (row.void_date !== null) return 'VOIDED';
  if (row.number === null) return row.tax_problem !== null ? 'AWAITING_TAX' : 'DRAFT';
  if (!row.tax_committed) return 'ISSUED';
  return row.erp_document !== null ? 'POSTED' : 'TAX_COMMITTED';
};

export const touch = (
  event: RecordedInvoiceEvent,
  { invoices }: InvoiceSets,
  change: Partial<InvoiceRow>,
  id: string = event.data.invoiceId,
): void => {
  const row = required(invoices.get(id), `invoice ${id}`);
  const next = { ...row, ...change, revision: event.revision, ...reflecting(event) };
  invoices.put({ ...next, state: stateOf(next) });
};

export const notCredited = { credited: '0', credits_invoice_id: null, cause: null, credit_reason: null } as const;

/** What a document that is drafted just now has yet to get. */
export const newlyDrafted = {
  number: null,
  state: 'DRAFT',
  issue_date: null,
  due_date: null,
  open_amount: '0',
  tax_engine: null,
  tax_doc_code: null,
  tax_committed: false,
  tax_problem: null,
  erp_document: null,
  posting_refusal: null,
  content_sha256: null,
  void_date: null,
  void_reason: null,
} as const;
