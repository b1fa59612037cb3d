import { sql } from 'kysely';
import { periodDays } from '../../domain/calendar.ts';
import { overshippedLines } from '../accruals/overshipped.ts';
import { stands, unbilledLines, unbilledModels } from '../accruals/unbilled.ts';
import { allOf } from '../readModel.ts';
import { day, money, quantity, type Report, type ReportQuestion, text } from './report.ts';

/** The last day that is asked about; undefined: now. */
const throughOf = ({ filter: { period, to, validAsOf } }: ReportQuestion): string | undefined =>
  [period === undefined ? undefined : periodDays(period).lastDay, to, validAsOf]
    .filter((day) => day !== undefined)
    .sort()[0];

/**
 * Parts of a shipment line may be on several invoices. What is recognised names the one that it is of, an accrual none, because it
 * is of all that is unbilled of the line; goods that nobody has decided about are never accrued.
 */
const rows = (question: ReportQuestion) => {
  const { filter, scope, at } = question;
  const { bu, ledger, from } = filter;
  const through = throughOf(question);
  const age = through === undefined ? sql`null::int` : sql`${through}::date - u."shippedOn"`;
  const dated = through === undefined ? undefined : sql`j.accounting_date <= ${through}`;
  const known = at === undefined ? undefined : sql`j.position <= ${at}`;
  const asked = { bu, ledger, through, at, scope };
  const unbilled = sql`select b.*, case when b.voided then 'INVOICE_VOIDED' else 'NOT_ISSUED' end as reason from (${unbilledLines(asked)}) b
      union all select x.*, false as voided, null::text[] as "invoiceIds", false as due, 0 as "dueQty", 0 as "dueGross", 0 as "dueDiscount", 0 as "dueNet", 0 as "dueCost", '[]'::jsonb as "dueKits", 'OVERSHIPPED' as reason from (${overshippedLines(asked)}) x`;
  return sql`select u.*, ${age} as age, a.accrued, a."accruedIn", a."reversedIn"
    from (${unbilled}) u
      cross join lateral (select coalesce(sum(l.debit - l.credit) filter (where ${allOf([dated])}), 0) as accrued,
          string_agg(distinct j.period, ',' order by j.period) filter (where j.template_id = 'T07') as "accruedIn",
          string_agg(distinct j.period, ',' order by j.period) filter (where j.template_id = 'T07R') as "reversedIn"
        from rm.gl_line l join rm.gl_journal j on j.journal_id = l.journal_id
        where l.from_node = 'shipment-line:' || u."shipmentId" || '/' || u."shipmentLineId" and l.role = 'UNBILLED_RECEIVABLE'
          and u.reason <> 'OVERSHIPPED' and (j.invoice_id is null or j.invoice_id = any(u."invoiceIds")) and ${allOf([known, stands(at)])}) a
    where ${from === undefined ? sql`true` : sql`u."shippedOn" >= ${from}`}`;
};

export const shippedNotInvoicedReport: Report = {
  id: 'R09',
  name: 'shipped-not-invoiced',
  title: 'Shipped not invoiced, and accrual',
  meaning:
    'Shipment lines whose goods had left by the end of what is asked and were on no invoice then, at what their invoice will bill. Goods beyond what was ordered are among them, at no amount, until somebody decides to bill them or give them away; goods of a voided invoice, until somebody bills them or voids the shipment.',
  columns: {
    bu: text('Business unit.'),
    ledger: text('Ledger of the business unit.'),
    shipmentId: text('Shipment.'),
    shipmentLineId: text('Line of the shipment.'),
    orderId: text('Order.'),
    orderLineId: text('Line of the order.'),
    node: text('Node that the goods left from.'),
    channel: text('Channel of the order.'),
    region: text('Region of the ship-to; null where it has none.'),
    customer: text('Sold-to.'),
    item: text('Item.'),
    shippedAt: { type: 'instant', meaning: 'When the first of them left.' },
    shippedOn: day('The day to which the ledger counts that.'),
    qty: quantity('Not invoiced, in base units of the item.'),
    currency: text('Currency of the order; amounts are minor units of it.'),
    gross: money('What the invoice will bill before discounts.'),
    discount: money('Discounts of it.'),
    net: money('Gross less discount, without tax and charges.'),
    cost: money('Cost of the goods, which waits until their revenue is accrued or recognised.'),
    age: { type: 'count', meaning: 'Days from `shippedOn` to the last day asked; null when none is.', total: false },
    reason: text(
      'NOT_ISSUED: the invoice is drafted and waits, for its tax for example. INVOICE_VOIDED: nobody bills it. OVERSHIPPED: nobody ordered it, and nobody has decided about it.',
    ),
    accrued: money(
      'Net that stands accrued, or recognised because the goods left or arrived (`ON_SHIPMENT`, `ON_DELIVERY`), at the end of the last day asked.',
    ),
    accruedIn: text('Periods in which it was accrued, joined by a comma; null: in none.'),
    reversedIn: text('Periods in which that is or will be taken back.'),
  },
  key: { bu: 'text', shipmentId: 'text', shipmentLineId: 'text', reason: 'text' },
  filters: [
    ...(['bu', 'ledger', 'period', 'from', 'to', 'currency'] as const),
    ...(['node', 'channel', 'region', 'customer', 'item', 'orderId'] as const),
  ],
  readers: ['finance', 'auditor', 'admin'],
  models: [...unbilledModels],
  datedBy: 'the day to which the ledger counts the shipment',
  knowsThePast: true,
  rows,
};
