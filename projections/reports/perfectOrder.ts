import { sql } from 'kysely';
import { orderDate, orderFilters } from './orderRows.ts';
import { countInAll, day, percentOf, type Report, type ReportQuestion, text } from './report.ts';
import { servedLines, servedModels } from './servedLines.ts';

/** Nothing of the line is open, and the last of it left by the day. */
const leftBy = (promise: ReturnType<typeof sql>) => sql`coalesce(s.open <= 0 and s."lastDay" <= ${promise}, false)`;

/** Each line by itself. It has failed as soon as it is open after its day. */
const lines = (question: ReportQuestion) => sql`select s.*, s.open <= 0 and s.shipped >= s.wanted as "isInFull",
    ${leftBy(sql`coalesce(s."firstPromise", s."requestedDate")`)} as "isOnPromise",
    ${leftBy(sql`coalesce(s."lastPromise", s."requestedDate")`)} as "isOnLastPromise", ${leftBy(sql`s."requestedDate"`)} as "isOnRequest",
    s.open <= 0 as "isDone", s.open > 0 and coalesce(s."firstPromise", s."requestedDate") < s.today as "isOverdue"
  from (${servedLines(question)}) s`;

/** Orders whose fate is known, each with its parts as 0 or 1. */
const orders = (
  question: ReportQuestion,
) => sql`select l.place, min(l.bu) as bu, l.order_id as "orderId", min(l.customer) as customer,
    min(l."customerPo") as "customerPo", min(l.channel) as channel, min(l."requestedDate") as "requestedDate",
    max(l."firstPromise") as "promisedDate", max(l."lastDay") as "shippedOn", count(*) as lines,
    count(*) filter (where l."isOnPromise") as "linesOnTimeToPromise", bool_and(l."isInFull")::int as "inFull",
    bool_and(l."isOnPromise")::int as "onTimeToPromise", bool_and(l."isOnLastPromise")::int as "onTimeToLastPromise",
    bool_and(l."isOnRequest")::int as "onTimeToRequest",
    (not exists (select from rm.invoice i where i.order_id = l.order_id and i.number is not null
      and (i.void_date is not null or i.cause in ('PRICE', 'FREIGHT'))))::int as "rightDocuments",
    (not exists (select from rm.shipment_loss x where x.order_id = l.order_id and x.state <> 'FOUND'))::int as undamaged
  from (${lines(question)}) l group by l.order_id, l.place
  having bool_and(l.known) and (bool_and(l."isDone") or bool_or(l."isOverdue"))`;

const rows = (question: ReportQuestion) => sql`select r.*, 1 as orders,
    r."inFull" * r."onTimeToPromise" * r."rightDocuments" * r.undamaged as perfect, to_char(r."requestedDate", 'YYYYMM') as period,
    case when r."inFull" = 0 then 'NOT_IN_FULL' when r."onTimeToPromise" = 0 then 'LATE' when r."rightDocuments" = 0 then 'DOCUMENTS' when r.undamaged = 0 then 'DAMAGED' end
      as "firstFailing"
  from (${orders(question)}) r`;

export const perfectOrderReport: Report = {
  id: 'R07',
  name: 'perfect-order',
  title: 'Perfect order',
  meaning:
    'Accepted orders of which nothing is open, or something is after the day that was promised first: each with what it scores, 1 or 0, and in the totals the shares. A line scores only if all parts do, and an order only if all its lines do. Goods are on time by the day on which the last of them left, where the business unit is; deliveries are not looked at. Orders that began before first shipments were kept are left out; a rebuild of orders brings them.',
  columns: {
    period: text('Month of the requested date.'),
    bu: text('Business unit.'),
    orderId: text('Order.'),
    customer: text('Who it is sold to.'),
    customerPo: text("The customer's purchase order number."),
    channel: text('Where it was ordered.'),
    requestedDate: day('When the customer wants it.'),
    promisedDate: day(
      'The first day on which all of each line was to leave, of its latest line; null: there was none.',
    ),
    shippedOn: day('When the last of its goods left; null: nothing has.'),
    orders: countInAll('1.'),
    inFull: countInAll(
      'All that was wanted when the first of a line left has left, of every line; what is cancelled later is missing.',
    ),
    onTimeToPromise: countInAll(
      'All left by the first promised day of its line, or the requested date where none was promised.',
    ),
    onTimeToLastPromise: countInAll('The same by the promised day that stands last. No part of what is perfect.'),
    onTimeToRequest: countInAll('The same by the requested date. No part of what is perfect.'),
    rightDocuments: countInAll(
      'No invoice of it was voided, or corrected by a credit memo because of its prices or freight. Whether customers took the shipping notice is not kept here yet.',
    ),
    undamaged: countInAll(
      'Nothing of it was lost or damaged on its way. What comes back as a return is not looked at.',
    ),
    perfect: countInAll('In full, on time to promise, with right documents and undamaged.'),
    perfectPercent: percentOf('perfect', 'orders', 'Perfect orders out of orders.'),
    onTimePercent: percentOf('onTimeToPromise', 'orders', 'Orders on time to promise out of orders.'),
    firstFailing: text(
      'What failed first in this order: NOT_IN_FULL, LATE (to promise), DOCUMENTS, DAMAGED; null: nothing.',
    ),
    lines: countInAll('Lines that wanted goods.'),
    linesOnTimeToPromise: countInAll('Of them those that are on time to promise.'),
    linesOnTimePercent: percentOf('linesOnTimeToPromise', 'lines', 'Lines on time to promise out of lines.'),
  },
  key: { place: 'text' },
  filters: [...orderFilters.filter((name) => name !== 'currency' && name !== 'item'), 'period', 'orderId'],
  readers: ['finance', 'auditor', 'ops', 'admin'],
  models: [...servedModels, 'invoices', 'shipments'],
  datedBy: orderDate,
  knowsThePast: false,
  rows,
};
