import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { InvoiceEvent } from '../../domain/invoice/events.ts';
import { type InvoiceStatus, invoiceStatus } from '../../domain/invoice/status.ts';
import { reflecting, required, type Sets } from '../projection.ts';
import type { InvoiceRow, InvoiceRows, SettlementRow } from './rows.ts';

export type InvoiceSets = Sets<InvoiceRows>;
export type RecordedInvoiceEvent = Extract<RecordedDomainEvent, { type: InvoiceEvent['type'] }>;

const unsettled: SettlementRow = { deposits: '0', paid: '0', writtenOff: '0', dispute: null };

/** A row that was written before there was something else than deposits has no word of that. */
export const settlementOf = ({ settlement }: InvoiceRow): SettlementRow => ({ ...unsettled, ...settlement });

const stateOf = (row: InvoiceRow): InvoiceStatus => {
  const { deposits, paid, writtenOff, dispute } = settlementOf(row);
  return invoiceStatus({
    isVoided: row.void_date !== null,
    isIssued: row.number !== null,
    hasTaxProblem: row.tax_problem !== null,
    isTaxCommitted: row.tax_committed,
    isPosted: row.erp_document !== null,
    isDisputed: dispute !== null,
    paid: BigInt(deposits) + BigInt(paid),
    writtenOff: BigInt(writtenOff),
    open: BigInt(row.open_amount),
  });
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
  tax_difference: null,
  erp_document: null,
  posting_refusal: null,
  content_sha256: null,
  void_date: null,
  void_reason: null,
  settlement: null,
} as const;
