import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { InvoiceLine } from '../../domain/invoice/events.ts';
import { buOf, defineProjection, reflecting } from '../projection.ts';
import { creditDrafted, creditIssued, creditTaxFailed } from './creditMemos.ts';
import type { InvoiceRows } from './rows.ts';
import { depositMoved, disputed, disputeResolved, paymentRecorded, writtenOff } from './settlement.ts';
import { invoiceTables } from './tables.ts';
import {
  creditTaxCommitted,
  settledDifference,
  taxCommitted,
  taxMismatchAccepted,
  taxMismatched,
} from './taxDifferences.ts';
import { type InvoiceSets, newlyDrafted, notCredited, type RecordedInvoiceEvent as Recorded, touch } from './touch.ts';

const sum = (amounts: readonly string[]): string =>
  amounts.reduce((total, amount) => total + BigInt(amount), 0n).toString();

const putLines = (
  event: Recorded,
  { lines }: InvoiceSets,
  all: readonly (InvoiceLine & { readonly tax?: string })[],
): void => {
  for (const [index, line] of all.entries()) {
    lines.put({
      invoice_id: event.data.invoiceId,
      invoice_line_id: line.invoiceLineId,
      line_no: index + 1,
      order_line_id: line.orderLineId,
      shipment_id: line.shipmentId,
      shipment_line_id: line.shipmentLineId,
      confirmation_id: line.confirmationId,
      item: line.item,
      qty: line.qty,
      from_qty: line.fromQty,
      unit_price: line.unitPrice,
      gross: line.gross,
      discount: line.discount,
      net: line.net,
      tax: line.tax ?? null,
      cost: line.cost,
      kit: line.costs === undefined ? null : { itemGroup: line.itemGroup, costs: line.costs },
      bu: buOf(event),
      ...reflecting(event),
    });
  }
};

const drafted = (event: RecordedOf<'InvoiceDrafted'>, rows: InvoiceSets): void => {
  const { data } = event;
  rows.invoices.put({
    invoice_id: data.invoiceId,
    order_id: data.orderId,
    kind: data.kind,
    revision: event.revision,
    sold_to: data.soldTo,
    bill_to: data.billTo,
    ship_to: data.shipTo,
    node: data.node,
    channel: data.channel,
    currency: data.currency,
    gross: sum(data.lines.map((line) => line.gross)),
    discount: sum(data.lines.map((line) => line.discount)),
    charges: sum(data.charges.map((charge) => charge.amount)),
    tax: null,
    total: null,
    charge_lines: data.charges.map(({ code, amount }) => ({ code, amount })),
    taxes: [],
    created_position: event.position,
    ...newlyDrafted,
    ...notCredited,
    bu: buOf(event),
    ...reflecting(event),
  });
  putLines(event, rows, data.lines);
};

/** Every line and amount as the draft says now; when it was made and what else is known of it stays. */
const reduced = (event: RecordedOf<'InvoiceDraftReduced'>, rows: InvoiceSets): void => {
  const { invoiceId, lines } = event.data;
  const stays = new Set(lines.map(({ invoiceLineId }) => invoiceLineId));
  for (const { invoice_line_id: lineId } of rows.lines.inGroup(invoiceId))
    if (!stays.has(lineId)) rows.lines.remove(invoiceId, lineId);
  putLines(event, rows, lines);
  touch(event, rows, {
    gross: sum(lines.map((line) => line.gross)),
    discount: sum(lines.map((line) => line.discount)),
    ...{ tax: null, taxes: [], tax_problem: null },
  });
};

const issued = (event: RecordedOf<'InvoiceIssued'>, rows: InvoiceSets): void => {
  const { data } = event;
  putLines(event, rows, data.lines);
  touch(event, rows, {
    ...data.totals,
    number: data.number,
    issue_date: data.issueDate,
    due_date: data.dueDate,
    open_amount: data.totals.total,
    charge_lines: data.charges.map(({ code, amount }) => ({ code, amount })),
    taxes: data.taxes,
    tax_engine: data.taxEngine,
    tax_doc_code: data.taxDocCode,
    tax_problem: null,
    content_sha256: data.contentSha256,
  });
};

/** The credit memos of an invoice are in its stream, and documents of their own here. */
const ofInvoice = (event: RecordedDomainEvent): readonly string[] => {
  const { data } = event as Recorded;
  const creditMemoId = 'creditMemoId' in data ? data.creditMemoId : undefined;
  return creditMemoId === undefined ? [data.invoiceId] : [data.invoiceId, creditMemoId];
};

export const invoices = defineProjection<InvoiceRows>({
  name: 'invoices',
  version: 2,
  money: [
    {
      table: 'invoice',
      by: ['bu', 'currency', 'state'],
      sums: ['gross', 'discount', 'charges', 'tax', 'total', 'open_amount'],
    },
  ],
  tables: invoiceTables,
  needs: { invoices: ofInvoice, lines: ofInvoice },
  laneOf: (event) => `invoice:${(event as Recorded).data.invoiceId}`,
  on: {
    InvoiceDrafted: drafted,
    InvoiceDraftReduced: reduced,
    TaxCalculated: (event, rows) =>
      touch(event, rows, {
        tax: event.data.tax,
        taxes: event.data.lines,
        tax_engine: event.data.engine,
        tax_doc_code: event.data.docCode,
        tax_problem: null,
      }),
    TaxCalculationFailed: (event, rows) =>
      touch(event, rows, {
        tax_engine: event.data.engine,
        tax_problem: { code: event.data.code, detail: event.data.detail },
      }),
    InvoiceIssued: issued,
    TaxCommitted: taxCommitted,
    TaxCommitMismatch: taxMismatched,
    TaxMismatchAccepted: taxMismatchAccepted,
    TaxCheckRequested: (event, rows) => touch(event, rows, {}, event.data.creditMemoId ?? event.data.invoiceId),
    TaxCommitFailed: (event, rows) =>
      touch(event, rows, { tax_problem: { code: event.data.code, detail: event.data.detail } }),
    InvoicePosted: (event, rows) => touch(event, rows, { erp_document: event.data.erpDocument, posting_refusal: null }),
    InvoicePostingRefused: (event, rows) =>
      touch(event, rows, { posting_refusal: { code: event.data.code, detail: event.data.detail } }),
    InvoiceVoided: (event, rows) =>
      touch(event, rows, {
        ...{ void_date: event.data.voidDate, void_reason: event.data.reason, open_amount: '0' },
        // Its tax goes with it, whatever the engine had of that.
        ...{ tax_problem: null, ...settledDifference(rows, event.data.invoiceId) },
      }),
    InvoiceWithdrawn: (event, rows) =>
      touch(event, rows, { void_date: event.data.voidDate, void_reason: event.data.reason, tax_problem: null }),
    RevenueRecognised: (event, rows) => touch(event, rows, {}),
    RevenueReversed: (event, rows) => touch(event, rows, {}),
    TaxVoided: (event, rows) => touch(event, rows, { tax_committed: false }),
    CreditMemoDrafted: creditDrafted,
    CreditMemoIssued: creditIssued,
    CreditTaxCommitted: creditTaxCommitted,
    CreditTaxCommitFailed: creditTaxFailed,
    DepositApplied: (event, rows) => depositMoved(event, rows, 1n),
    DepositReleased: (event, rows) => depositMoved(event, rows, -1n),
    PaymentRecorded: paymentRecorded,
    InvoiceWrittenOff: (event, rows) => writtenOff(event, rows, 1n),
    WriteOffReversed: (event, rows) => writtenOff(event, rows, -1n),
    InvoiceDisputed: disputed,
    DisputeResolved: disputeResolved,
  },
});
