import { type RawBuilder, sql } from 'kysely';
import { allOf, anyOf, equals } from '../readModel.ts';
import { today } from './orderRows.ts';
import { count, money, type Report, type ReportQuestion, text } from './report.ts';

type Value = RawBuilder<unknown>;

const dated = ({ filter, scope }: ReportQuestion): Value =>
  allOf([
    equals(sql`a.bu`, filter.bu),
    filter.from === undefined ? undefined : sql`a.day >= ${filter.from}::date`,
    filter.to === undefined ? undefined : sql`a.day <= ${filter.to}::date`,
    filter.validAsOf === undefined ? undefined : sql`a.day <= ${filter.validAsOf}::date`,
    anyOf(sql`a.bu`, scope?.bus),
    anyOf(sql`a.customer`, scope?.soldTo),
  ]);

const deposits = sql`select 'DEPOSIT' as kind, d.deposit_id as document, d.bu, d.order_id, d.sold_to as customer, null as supplier,
    d.reference, d.currency, d.amount, d.applied + d.refunded as used, 0::numeric as variance,
    (d.received_at at time zone (u.content ->> 'timeZone'))::date as day
  from rm.deposit d join rm.business_unit u on u.bu = d.bu`;

/** From the first notice on: before anything has left nothing is accrued. */
const accruals = sql`select 'DROP_SHIP', p.po_id, p.bu, p.order_id, o.sold_to, p.supplier, p.supplier_reference, p.currency, p.accrued,
    p.matched, p.billed - p.matched, ((p.notices -> 0 ->> 'shippedAt')::timestamptz at time zone (u.content ->> 'timeZone'))::date
  from rm.drop_ship_order p join rm.orders o on o.order_id = p.order_id join rm.business_unit u on u.bu = p.bu where p.accrued > 0`;

const rows = (question: ReportQuestion): Value =>
  sql`select a.kind, a.document, a.bu, a.order_id as "orderId", a.customer, a.supplier, a.reference, a.currency, a.amount, a.used as applied,
    a.amount - a.used as open, a.day as since, case when a.amount > a.used then greatest(0, ${today} - a.day) end as "ageDays", a.variance
  from (${deposits} union all ${accruals}) a join rm.business_unit u on u.bu = a.bu where ${dated(question)}`;

export const settlementsReport: Report = {
  id: 'R17',
  name: 'deposits-and-dropship-accruals',
  title: 'Deposits and drop-ship accruals',
  meaning:
    'What customers paid for orders before their invoices, and what left suppliers, each with what is still open of it: deposits that no invoice has taken, goods that are on no bill. The open amounts are the two sides of the tie-outs CUSTOMER_DEPOSIT and DROPSHIP_ACCRUAL.',
  columns: {
    kind: text('DEPOSIT or DROP_SHIP.'),
    document: text('The deposit, or the purchase order to the supplier.'),
    bu: text('Business unit.'),
    orderId: text('Order that it is for.'),
    customer: text('Sold-to of the order.'),
    supplier: text('Who delivers to the customer; null for a deposit.'),
    reference: text("The payment's, or the supplier's own number; null where it told none."),
    currency: text('Currency; amounts are minor units of it.'),
    amount: money('Received, or what left of the purchase order at its cost.'),
    applied: money('Of that, taken by invoices or paid back; or on bills, at that cost.'),
    open: money('Amount − applied.'),
    since: {
      type: 'day',
      meaning: 'Day of the payment, or on which the first goods left, where the business unit is.',
    },
    ageDays: count('Days since then while something is open; null when nothing is.'),
    variance: money(
      'Of a purchase order: what was billed beyond the cost of the goods; below zero: they were cheaper.',
    ),
  },
  key: { kind: 'text', bu: 'text', document: 'text' },
  filters: ['bu', 'from', 'to', 'currency', 'customer', 'orderId'],
  readers: ['finance', 'auditor', 'admin'],
  models: ['deposits', 'drop_ships', 'orders', 'master_data'],
  datedBy: 'the day of the payment, or on which the first goods left',
  knowsThePast: false,
  rows,
};
