import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, type Scope } from '../readModel.ts';
import { given, givenAny } from '../statement.ts';
import type { InvoiceView } from './queries.ts';

/** What is printed of an invoice. Names are those in force when it was drafted, so that a later one changes nothing of it. */
export type InvoiceSheetView = Pick<
  InvoiceView,
  | ('invoiceId' | 'bu' | 'number' | 'state' | 'revision' | 'orderId' | 'soldTo' | 'billTo' | 'issueDate' | 'dueDate')
  | ('currency' | 'charges' | 'totals' | 'credited' | 'openAmount' | 'voidDate')
> & {
  readonly customerPo: string | null;
  readonly shipTo: { readonly id: string; readonly region?: string };
  readonly seller: string | null;
  /** Sealed words. */
  readonly buyer: string | null;
  readonly payer: string | null;
  readonly lines: readonly {
    readonly orderLineId: string;
    readonly item: string;
    readonly description: string | null;
    readonly qty: string;
    readonly uom: string | null;
    readonly unitPrice: string;
    readonly discount: string;
    readonly net: string;
  }[];
  readonly taxes: readonly Omit<InvoiceView['taxes'][number], 'reference'>[];
  readonly deposits: string;
  readonly paid: string;
  readonly writtenOff: string;
};

/** A word of a definition that was in force when the invoice `i` was drafted. */
const defined = (kind: string, id: RawBuilder<unknown>, word: string): RawBuilder<unknown> =>
  sql`(select d.content ->> ${sql.lit(word)} from rm.definition d where d.bu = i.bu and d.kind = ${sql.lit(kind)} and d.id = ${id}
     and d.position <= i.created_position order by d.version desc limit 1)`;

const lines = sql`(select coalesce(json_agg(json_build_object('orderLineId', l.order_line_id, 'item', l.item,
    'description', ${defined('item', sql`l.item`, 'description')}, 'qty', l.qty::text, 'uom', ol.uom, 'unitPrice', l.unit_price,
    'discount', l.discount::text, 'net', l.net::text) order by l.line_no), '[]'::json)
  from rm.invoice_line l left join rm.order_line ol on ol.order_id = i.order_id and ol.line_id = l.order_line_id
  where l.invoice_id = i.invoice_id)`;

const taxes = sql`(select coalesce(json_agg(json_build_object('jurisdiction', t.jurisdiction, 'type', t.type, 'rate', t.rate,
    'taxable', t.taxable::text, 'tax', t.tax::text) order by t.jurisdiction collate "C", t.type collate "C", t.rate collate "C"), '[]'::json)
  from (select x.jurisdiction, x.type, x.rate, sum(x.taxable) as taxable, sum(x.tax) as tax
    from jsonb_to_recordset(i.taxes) as x(jurisdiction text, type text, rate text, taxable numeric, tax numeric)
    group by x.jurisdiction, x.type, x.rate) t)`;

const settled = (word: string): RawBuilder<unknown> => sql`coalesce(i.settlement ->> ${sql.lit(word)}, '0')`;

/** Written once. */
const statement = sql<InvoiceSheetView>`select i.invoice_id as "invoiceId", i.bu, i.number, i.state, i.revision, i.order_id as "orderId",
  i.sold_to as "soldTo", i.bill_to as "billTo", i.ship_to as "shipTo", i.issue_date as "issueDate", i.due_date as "dueDate", i.currency,
  o.customer_po as "customerPo", ${defined('business-unit', sql`i.bu`, 'name')} as seller, ${defined('customer', sql`i.sold_to`, 'name')} as buyer,
  ${defined('customer', sql`i.bill_to`, 'name')} as payer, ${lines} as lines, i.charge_lines as charges, ${taxes} as taxes,
  json_build_object('gross', i.gross::text, 'discount', i.discount::text, 'charges', i.charges::text, 'tax', coalesce(i.tax, 0)::text,
    'total', coalesce(i.total, i.gross - i.discount + i.charges)::text) as totals,
  i.credited::text as credited, i.open_amount::text as "openAmount", ${settled('deposits')} as deposits, ${settled('paid')} as paid,
  ${settled('writtenOff')} as "writtenOff", i.void_date as "voidDate"
  from rm.invoice i left join rm.orders o on o.order_id = i.order_id where ${allOf([
    sql`i.invoice_id = ${given('invoiceId')} and i.kind = 'INVOICE'`,
    givenAny(sql`i.bu`, 'bus'),
    givenAny(sql`i.sold_to`, 'soldTo'),
  ])}`;

/** One invoice with the words that people know its things by; undefined when there is none that `scope` may see. */
export const invoiceSheet = defineQuery(
  (invoiceId: string, scope?: Scope): Question<InvoiceSheetView, InvoiceSheetView | undefined> => ({
    statement,
    values: { invoiceId, bus: scope?.bus ?? null, soldTo: scope?.soldTo ?? null },
    form: 'single',
    answer: ([found]) => found,
  }),
);
