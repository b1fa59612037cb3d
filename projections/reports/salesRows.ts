import { type RawBuilder, sql } from 'kysely';
import type { Role } from '../../domain/ledger/roles.ts';
import { allOf } from '../readModel.ts';
import { countsIn, fromTheBeginning, ledgerFilters, ledgerOf, upToTheEnd } from './ledgerRows.ts';
import { type Column, day, quantity, type Report, type ReportQuestion, text } from './report.ts';

const ofRole = (amount: RawBuilder<unknown>, roles: readonly Role[]): RawBuilder<unknown> =>
  sql`coalesce(sum(${amount}) filter (where l.role = any(${[...roles]}::text[])), 0)`;

/** What was credited to roles less what was debited: revenue. */
export const credited = (...roles: readonly Role[]): RawBuilder<unknown> => ofRole(sql`l.credit - l.debit`, roles);

/** What was debited to roles less what was credited: cost. */
export const debited = (...roles: readonly Role[]): RawBuilder<unknown> => ofRole(sql`l.debit - l.credit`, roles);

export const functionallyCredited = (...roles: readonly Role[]): RawBuilder<unknown> =>
  ofRole(sql`l.functional_credit - l.functional_debit`, roles);

const dimension = (name: string): RawBuilder<unknown> => sql`max(l.dimensions ->> ${sql.lit(name)})`;

/** Of the lines `l`: about what was sold. Of a kit cost is at its components. */
const isSale = sql`(l.role not in ('COGS', 'DEFERRED_COGS', 'GOODS_IN_TRANSIT_OUT'))`;

/** Of a row that has the kit and its components: the kit's. */
const soldDimension = (name: string): RawBuilder<unknown> =>
  sql`coalesce(max(l.dimensions ->> ${sql.lit(name)}) filter (where ${isSale}), ${dimension(name)})`;

/** What was sold: of an invoice's line by whatever is said of it, of goods that are earned without one by their revenue. */
const isSold = sql`(case when l.invoice_line_id is null then l.role = 'REVENUE_PRODUCT' else ${isSale} end)`;

/** What cost waited under a component stops waiting under it, so that nothing is left there once its kit is billed or earned. */
const itemApart = sql`case when (l.invoice_line_id is null and l.sold is null)
  or (l.role in ('DEFERRED_COGS', 'GOODS_IN_TRANSIT_OUT') and l.dimensions ->> 'item' <> l.sold) then l.dimensions ->> 'item' end`;

/**
 * What one journal says of one line, as far as it posted to `roles`: journals are grouped by the document lines that their
 * lines come from, and by item where nothing is sold by them (`itemApart`). What belongs to a document of several lines, such as freight, is
 * a row of its own without a line; of a document of one line it is that line's, as the lineage has it. The quantity is told
 * where goods are billed, or taken back.
 */
export const salesRows = (
  question: ReportQuestion,
  roles: readonly Role[],
  amounts: Readonly<Record<string, RawBuilder<unknown>>>,
): RawBuilder<unknown> => {
  const { lines, journals } = ledgerOf(question);
  const added = Object.entries(amounts).map(([name, amount]) => sql`${amount} as ${sql.id(name)}`);
  // Journal by journal, so that a page from a cursor on reads the journals of that page and no others.
  return sql`select s.*, i.number as invoice, nullif(s."ofInvoiceLine", '') as line, nullif(s."ofOrderLine", '') as "orderLine",
      s.billed * il.qty as qty, case when s.billed <> 0 then m.content ->> 'baseUom' end as uom
    from (select j.source_position as "sourcePosition", j.journal_id as "journalId", j.period, j.bu, j.ledger, j.accounting_date as date,
        j.template_id as template, j.document_ref as document, j.source_event_id as "sourceEvent",
        j.functional_currency as "functionalCurrency", j.currency, line.*
      from ${journals} j cross join lateral (
        select coalesce(l.invoice_line_id, '') as "ofInvoiceLine", coalesce(l.shipment_line_id, '') as "ofShipmentLine",
          coalesce(l.order_line_id, '') as "ofOrderLine",
          coalesce(${itemApart}, '') as "ofItem",
          min(l.invoice_id) as "invoiceId", min(l.shipment_id) as "shipmentId", min(l.order_id) as "orderId", ${dimension('region')} as region, ${dimension('channel')} as channel, ${dimension('node')} as node,
          ${dimension('customer')} as customer, ${dimension('customerGroup')} as "customerGroup",
          ${soldDimension('item')} as item, ${soldDimension('itemGroup')} as "itemGroup",
          sign(${credited('REVENUE_PRODUCT')}) as billed, ${sql.join(added)}
        from (select l.*, max(l.dimensions ->> 'item') filter (where ${isSold}) over (partition by l.invoice_line_id, l.shipment_line_id) as sold
          from ${lines} l where l.journal_id = j.journal_id and l.role = any(${[...roles]}::text[])) l
        group by 1, 2, 3, 4) line
      where ${allOf([...upToTheEnd(question), fromTheBeginning(question), countsIn(question)])}) s
    left join rm.invoice i on i.invoice_id = s."invoiceId"
    left join rm.invoice_line il on s.billed <> 0 and il.invoice_id = s."invoiceId" and il.invoice_line_id = s."ofInvoiceLine"
    left join rm.item m on m.bu = s.bu and m.item = s.item`;
};

/** What revenue and margin are told by. */
export const salesKeys: Readonly<Record<string, Column>> = {
  period: text('Accounting period of the journal.'),
  bu: text('Business unit.'),
  ledger: text('Ledger of the business unit.'),
  region: text('Where the goods go to.'),
  channel: text('Sales channel.'),
  node: text('Where the goods leave.'),
  customer: text('Whom it was sold to.'),
  customerGroup: text('Group of the customer.'),
  item: text(
    'Item; null for what belongs to a document as a whole, such as freight. What is billed of a kit, and what it cost, is the kit’s; what cost waits is its components’.',
  ),
  itemGroup: text('Group of the item.'),
  invoice: text('Number of the invoice, also of one that is credited or voided; null for what is no invoice’s.'),
  line: text('Line of the invoice; null for what belongs to several lines.'),
  qty: quantity('Quantity billed, below zero where it is taken back; null where no goods are.'),
  uom: text('Base unit of the item.'),
};

/** Which way leads from a row to what caused it. */
export const salesSources: Readonly<Record<string, Column>> = {
  date: day('Accounting date of the journal.'),
  document: text('The document that the journal is about.'),
  template: text('Posting template.'),
  journalId: text('The journal: `GET /v1/gl-journals/{journalId}`.'),
  sourceEvent: text('The event that was posted: `GET /v1/audit/events/{eventId}`.'),
  invoiceId: text('The invoice, by its id.'),
  shipmentId: text('The shipment, by its id.'),
  orderId: text('The order, by its id.'),
  orderLine: text('Line of the order.'),
};

/** The rows that this file makes, as each of the reports on them declares it. */
export const ofSales: Pick<Report, 'key' | 'filters' | 'readers' | 'models' | 'datedBy' | 'knowsThePast'> = {
  key: {
    sourcePosition: 'text',
    journalId: 'text',
    ofInvoiceLine: 'text',
    ofShipmentLine: 'text',
    ofOrderLine: 'text',
    ofItem: 'text',
  },
  filters: [
    ...ledgerFilters,
    ...([
      'node',
      'channel',
      'region',
      'customer',
      'customerGroup',
      'item',
      'itemGroup',
      'orderId',
      'invoiceId',
    ] as const),
  ],
  readers: ['finance', 'auditor', 'admin'],
  // Of invoices and items only what never changes once a journal speaks of them.
  models: ['gl_staging', 'invoices', 'master_data'],
  datedBy: 'the accounting date of the journal',
  knowsThePast: true,
};
