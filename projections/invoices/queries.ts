import { sql } from 'kysely';
import type { InvoiceStatus } from '../../domain/invoice/status.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  type DocumentKey,
  equals,
  inScope,
  newestFirst,
  type Page,
  type PageRequest,
  type Scope,
} from '../readModel.ts';

import type { SettlementRow, TaxDifferenceRow } from './rows.ts';
import { type InvoiceSource, liveInvoices } from './source.ts';

export type InvoiceView = {
  readonly invoiceId: string;
  readonly bu: string;
  /** Null until issue: numbers are gapless. */
  readonly number: string | null;
  readonly kind: string;
  readonly orderId: string;
  readonly state: InvoiceStatus;
  readonly revision: number;
  readonly soldTo: string;
  readonly billTo: string;
  readonly issueDate: string | null;
  readonly dueDate: string | null;
  readonly currency: string;
  readonly lines: readonly {
    readonly invoiceLineId: string;
    readonly orderLineId: string;
    readonly shipmentId: string;
    readonly shipmentLineId: string;
    readonly item: string;
    readonly qty: string;
    readonly unitPrice: string;
    readonly gross: string;
    readonly discount: string;
    readonly net: string;
    readonly tax: string;
    readonly cost: string;
  }[];
  readonly charges: readonly { readonly code: string; readonly amount: string }[];
  readonly taxes: readonly {
    readonly reference: string;
    readonly jurisdiction: string;
    readonly type: string;
    readonly rate: string;
    readonly taxable: string;
    readonly tax: string;
  }[];
  readonly totals: {
    readonly gross: string;
    readonly discount: string;
    readonly charges: string;
    readonly tax: string;
    readonly total: string;
  };
  /** Without what was given back and what is known to have paid it. */
  readonly openAmount: string;
  /** Given back by credit memos. */
  readonly credited: string;
  /** What paid it as far as it is known here, what of it will not be paid, and what is disputed. */
  readonly settlement: SettlementRow;
  readonly receiptOfTax: {
    readonly engine: string | null;
    readonly docCode: string | null;
    readonly committed: boolean;
  };
  /** Why the tax engine or the ERP would not take it, for as long as that is so. */
  readonly taxProblem: { readonly code: string; readonly detail: string } | null;
  /** How far the tax engine is from the books, and what of that was accepted; null: it never was. */
  readonly taxDifference: TaxDifferenceRow | null;
  readonly postingRefusal: { readonly code: string; readonly detail: string } | null;
  readonly erpDocument: string | null;
  readonly contentSha256: string | null;
  readonly voidDate: string | null;
  readonly voidReason: string | null;
  readonly position: string;
  readonly updatedAt: string;
};

/** Credit memos are in the same table; each kind has questions of its own. */
export type DocumentKind = 'INVOICE' | 'CREDIT_MEMO';

export type InvoiceFilter = PageRequest & {
  /** Absent: invoices. */
  readonly kind?: DocumentKind;
  /** Only what credits this invoice. */
  readonly creditedInvoiceId?: string;
  readonly bu?: string;
  readonly orderId?: string;
  readonly soldTo?: string;
  readonly state?: string;
  readonly number?: string;
  /** Only invoices issued up to this day. */
  readonly validAsOf?: string;
};

const settlement = sql`'{"deposits": "0", "paid": "0", "writtenOff": "0", "dispute": null}'::jsonb || coalesce(i.settlement, '{}')`;

/** Of both kinds. */
const documentColumns = ({
  lines,
}: InvoiceSource) => sql`i.invoice_id as "invoiceId", i.bu, i.number, i.kind, i.order_id as "orderId", i.state, i.revision, i.sold_to as "soldTo",
  i.bill_to as "billTo", i.issue_date as "issueDate", i.due_date as "dueDate", i.currency,
  (select coalesce(json_agg(json_build_object('invoiceLineId', l.invoice_line_id, 'orderLineId', l.order_line_id, 'shipmentId', l.shipment_id,
     'shipmentLineId', l.shipment_line_id, 'item', l.item, 'qty', l.qty::text, 'unitPrice', l.unit_price, 'gross', l.gross::text,
     'discount', l.discount::text, 'net', l.net::text, 'tax', coalesce(l.tax, 0)::text, 'cost', l.cost::text) order by l.line_no), '[]'::json)
   from ${lines} l where l.invoice_id = i.invoice_id) as lines,
  i.charge_lines as charges, i.taxes,
  json_build_object('gross', i.gross::text, 'discount', i.discount::text, 'charges', i.charges::text, 'tax', coalesce(i.tax, 0)::text,
    'total', coalesce(i.total, i.gross - i.discount + i.charges)::text) as totals,
  i.open_amount::text as "openAmount", i.credited::text as credited,
  ${settlement} as settlement,
  json_build_object('engine', i.tax_engine, 'docCode', i.tax_doc_code, 'committed', i.tax_committed) as "receiptOfTax",
  i.tax_problem as "taxProblem", i.tax_difference as "taxDifference", i.posting_refusal as "postingRefusal", i.erp_document as "erpDocument",
  i.content_sha256 as "contentSha256", i.void_date as "voidDate", i.void_reason as "voidReason",
  i.position, i.updated_at as "updatedAt", i.created_position as "createdPosition",
  i.credits_invoice_id as "creditedInvoiceId", i.cause, i.credit_reason as reason`;

export type DocumentRow = InvoiceView & {
  readonly createdPosition: string;
  readonly creditedInvoiceId: string | null;
  readonly cause: string | null;
  readonly reason: string | null;
};

const toView = ({
  createdPosition: _place,
  creditedInvoiceId: _credited,
  cause: _cause,
  reason: _reason,
  ...view
}: DocumentRow): InvoiceView => view;

const visible = (scope: Scope | undefined) => inScope(scope, sql`i.bu`, sql`i.sold_to`);

/** Written out, so that the index of the few credit memos is used. */
const ofKind = (kind: DocumentKind) => sql`i.kind = ${sql.lit(kind)}`;

const issuedBy = (day: string | undefined) => (day === undefined ? undefined : sql`i.issue_date <= ${day}`);

export const documentById = (
  kind: DocumentKind,
  id: string,
  scope: Scope | undefined,
  source: InvoiceSource,
  validAsOf: string | undefined,
) => sql<DocumentRow>`select ${documentColumns(source)} from ${source.invoices} i
  where ${allOf([sql`i.invoice_id = ${id}`, ofKind(kind), issuedBy(validAsOf), ...visible(scope)])}`;

export const invoiceById = defineQuery(
  (
    invoiceId: string,
    scope?: Scope,
    source: InvoiceSource = liveInvoices,
    validAsOf?: string,
  ): Question<DocumentRow, InvoiceView | undefined> => ({
    statement: documentById('INVOICE', invoiceId, scope, source, validAsOf),
    form: 'single',
    answer: ([row]) => (row === undefined ? undefined : toView(row)),
  }),
);

const paging = (filter: InvoiceFilter) => newestFirst(filter, sql`i.created_position`);

const matching = (filter: InvoiceFilter, scope: Scope | undefined) =>
  allOf([
    ofKind(filter.kind ?? 'INVOICE'),
    equals(sql`i.credits_invoice_id`, filter.creditedInvoiceId),
    equals(sql`i.bu`, filter.bu),
    equals(sql`i.order_id`, filter.orderId),
    equals(sql`i.sold_to`, filter.soldTo),
    equals(sql`i.state`, filter.state),
    equals(sql`i.number`, filter.number),
    paging(filter).before,
    issuedBy(filter.validAsOf),
    ...visible(scope),
  ]);

/** Newest first. */
export const documentPage = <View>(
  filter: InvoiceFilter,
  scope: Scope | undefined,
  source: InvoiceSource,
  toShown: (row: DocumentRow) => View,
): Question<DocumentRow, Page<View>> => {
  const { tail, page } = paging(filter);
  const statement = sql<DocumentRow>`select ${documentColumns(source)} from ${source.invoices} i
    where ${matching(filter, scope)} ${tail}`;
  return { statement, answer: (rows) => page(rows, ({ createdPosition }) => createdPosition, toShown) };
};

export const listInvoices = defineQuery((filter: InvoiceFilter, scope?: Scope, source: InvoiceSource = liveInvoices) =>
  documentPage(filter, scope, source, toView),
);

/** Of which order an invoice is. */
export const orderOfInvoice = defineQuery(
  (invoiceId: string): Question<{ readonly orderId: string }, string | undefined> => ({
    statement: sql`select i.order_id as "orderId" from rm.invoice i where i.invoice_id = ${invoiceId}`,
    form: 'single',
    answer: ([row]) => row?.orderId,
  }),
);

/** Invoices that were there at `position` and that `filter` may mean, newest first, with their orders. */
export const invoicesKnownAt = defineQuery(
  (
    { state: _, number: __, validAsOf: ___, ...filter }: InvoiceFilter,
    position: string,
    scope?: Scope,
  ): Question<DocumentKey & { readonly orderId: string }, readonly (DocumentKey & { readonly orderId: string })[]> => ({
    statement: sql`select i.invoice_id as id, i.order_id as "orderId", i.created_position as "createdPosition" from rm.invoice i
      where i.created_position <= ${position} and ${matching(filter, scope)} ${paging(filter).tail}`,
    answer: (rows) => rows,
  }),
);
