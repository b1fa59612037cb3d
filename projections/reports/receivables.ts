import { type RawBuilder, sql } from 'kysely';
import type { SettlementRow } from '../invoices/rows.ts';
import { allOf, anyOf, equals } from '../readModel.ts';
import { today } from './orderRows.ts';
import { count, day, money, type Report, type ReportQuestion, text, untotalled } from './report.ts';

type Value = RawBuilder<unknown>;

const account = sql`a.bu, a.customer, a.currency, a.open_ar + a.receivables as balance, a.open_ar_as_of,
  case when a.has_limit then a.credit_limit end as credit_limit, a.open_ar + a.receivables + a.open_orders - a.deposits as exposure`;

/** What is known here of what paid an invoice. */
const known = (name: Exclude<keyof SettlementRow, 'dispute'>): Value =>
  sql`coalesce((i.settlement ->> ${sql.lit(name)})::numeric, 0)`;
const disputed = sql`coalesce((i.settlement -> 'dispute' ->> 'amount')::numeric, 0)`;
const claimed = sql`(i.total - i.credited - ${known('deposits')} - ${known('paid')} - ${known('writtenOff')})`;

/** What stands, and what is owed for newer invoices of the same customer: these are paid last. */
const standing = (
  whose: Value,
): Value => sql`select i.bu, i.sold_to as customer, i.currency, i.invoice_id, i.number, i.order_id,
    i.issue_date, coalesce(i.due_date, i.issue_date) as due, i.created_position, i.total as original, i.credited,
    ${known('deposits')} as deposits, ${known('paid')} as paid, ${known('writtenOff')} as written_off, ${disputed} as disputed, ${claimed} as total,
    sum(${claimed}) over (partition by i.bu, i.sold_to, i.currency order by coalesce(i.due_date, i.issue_date) desc, i.created_position desc)
      - ${claimed} as newer
  from rm.invoice i where i.number is not null and i.void_date is null and i.kind = 'INVOICE' and ${claimed} > 0 and ${whose}`;

const within = (name: string, condition: Value): Value =>
  sql`case when ${condition} then d.open else 0 end as ${sql.id(name)}`;

const rows = ({ filter, scope }: ReportQuestion): Value => {
  const whose = (customer: Value) =>
    allOf([
      equals(sql`bu`, filter.bu),
      equals(customer, filter.customer),
      anyOf(sql`bu`, scope?.bus),
      anyOf(customer, scope?.soldTo),
    ]);
  const dated = allOf([
    filter.from === undefined ? undefined : sql`d."issueDate" >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`d."issueDate" <= ${filter.to}`,
    filter.validAsOf === undefined ? undefined : sql`d."issueDate" <= ${filter.validAsOf}`,
  ]);
  return sql`with account as materialized (select ${account} from rm.credit_account a where ${whose(sql`customer`)}),
    standing as materialized (${standing(whose(sql`i.sold_to`))}),
    owed as (
      select s.bu, s.customer, s.currency, s.due, s.created_position as place, s.invoice_id, s.number, s.order_id, s.issue_date, s.original, s.credited, s.deposits, s.paid, s.written_off, s.disputed, s.total,
        case when a.customer is null then s.total else least(s.total, greatest(0, a.balance - s.newer)) end as open
      from standing s left join account a on a.bu = s.bu and a.customer = s.customer and a.currency = s.currency
      union all
      select a.bu, a.customer, a.currency, '9999-12-31', '', null, null, null, null, 0, 0, 0, 0, 0, 0, 0,
        a.balance - least(greatest(a.balance, 0), coalesce(t.total, 0))
      from account a left join (select bu, customer, currency, sum(total) as total from standing group by 1, 2, 3) t
        on t.bu = a.bu and t.customer = a.customer and t.currency = a.currency)
    select d.*, ${within('notDue', sql`d.overdue <= 0`)}, ${within('days1To30', sql`d.overdue between 1 and 30`)},
      ${within('days31To60', sql`d.overdue between 31 and 60`)}, ${within('days61To90', sql`d.overdue between 61 and 90`)},
      ${within('over90', sql`d.overdue > 90`)}, ${within('undated', sql`d.overdue is null`)}, case when d.overdue is not null then greatest(0, d.overdue) end as "daysOverdue"
    from (
      select o.bu, o.customer, o.currency, o.due, o.place, o.invoice_id as "invoiceId", o.number as "invoiceNumber", o.order_id as "orderId",
        o.issue_date as "issueDate", case when o.invoice_id is not null then o.due end as "dueDate", o.original,
        case when o.invoice_id is not null then o.paid + o.total - o.open else 0 end as paid, o.credited, o.open, least(o.disputed, greatest(0, o.open)) as disputed, o.deposits, o.written_off as "writtenOff",
        case when o.invoice_id is not null then ${today} - o.due end as overdue, a.credit_limit as "creditLimit", a.exposure,
        a.open_ar_as_of as "erpAsOf"
      from owed o join rm.business_unit u on u.bu = o.bu
        left join account a on a.bu = o.bu and a.customer = o.customer and a.currency = o.currency
      where o.open <> 0) d
    where ${dated}`;
};

export const receivablesReport: Report = {
  id: 'R03',
  name: 'receivables-aging',
  title: 'Receivables by age',
  meaning:
    'What customers owe, by invoice and by days past due, as it is now. The ERP tells what a customer owes in all. A payment that was recorded here paid its invoice; the rest is taken to have been paid for the invoices that were due first. So the sum of a customer is exactly what its credit account has as owed.',
  columns: {
    bu: text('Business unit.'),
    customer: text('Who owes it.'),
    invoiceId: text(
      'Invoice; null: owed for something else, paid here and not yet in the ERP, or paid in advance (below zero).',
    ),
    invoiceNumber: text('Number of the invoice.'),
    orderId: text('Order of the invoice.'),
    issueDate: day('Date of the invoice.'),
    dueDate: day('When it is due.'),
    currency: text('Currency; amounts are minor units of it.'),
    original: money('Total of the invoice, with tax.'),
    paid: money('Original − credited − deposits − written off − open.'),
    credited: money('Given back by credit memos.'),
    open: money('Owed, taking what was paid and not recorded here to have been for what was due first.'),
    notDue: money('Of it not due yet.'),
    days1To30: money('Of it 1 to 30 days past due.'),
    days31To60: money('Of it 31 to 60 days past due.'),
    days61To90: money('Of it 61 to 90 days past due.'),
    over90: money('Of it more than 90 days past due.'),
    undated: money('Of it what has no due date, because no invoice of ours is behind it.'),
    daysOverdue: count('Days past due, in the business unit; null without an invoice.'),
    disputed: money('Of it what the customer does not agree to, with tax, until that is resolved.'),
    deposits: money('Paid by deposits of its order. Deposits that no invoice has taken yet are in the exposure.'),
    writtenOff: money('Given up.'),
    creditLimit: untotalled("The customer's limit; null in currencies that it is not in."),
    exposure: untotalled('All that the customer owes, and its open orders.'),
    erpAsOf: { type: 'instant', meaning: 'Of when the figure of the ERP is; null: it never told one.' },
  },
  key: { bu: 'text', customer: 'text', currency: 'text', due: 'day', place: 'text' },
  filters: ['bu', 'from', 'to', 'currency', 'customer', 'orderId', 'invoiceId'],
  readers: ['finance', 'auditor', 'admin'],
  models: ['invoices', 'credit', 'master_data'],
  datedBy: 'the issue date of the invoice',
  knowsThePast: false,
  rows,
};
