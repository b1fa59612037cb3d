import { sql } from 'kysely';
import { netOf, orderDate, orderFilters, ordersAsked, today, unfinished } from './orderRows.ts';
import { count, day, money, quantity, type Report, type ReportQuestion, text } from './report.ts';

const open = sql`(l.unsourced + l.backordered + l.reserved + l.allocated + l.dropship)`;

const rows = (
  question: ReportQuestion,
) => sql`select o.created_position as place, l.line_no as "lineNo", o.bu, o.order_id as "orderId",
    l.line_id as "lineId", o.sold_to as customer, o.customer_po as "customerPo", o.channel, l.item, l.ordered, l.cancelled, l.shipped,
    l.overshipped, l.unsourced, l.backordered, l.reserved, l.allocated, l.picked, l.dropship, ${open} as open, l.unit_price as "unitPrice",
    o.currency, ${netOf(open)} as "openValue", o.requested_date as "requestedDate", l.promised_date as "promisedDate",
    greatest(0, ${today} - coalesce(l.promised_date, o.requested_date)) as "daysLate", h.holds, l.status as state, o.status as "orderState",
    l.cancel_pending as "cancelPending"
  from rm.orders o join rm.order_line l on l.order_id = o.order_id join rm.business_unit u on u.bu = o.bu
    left join lateral (select string_agg(distinct h.type, ',' order by h.type) as holds from rm.order_hold h
      where h.order_id = o.order_id and h.released_at is null and (h.line_id is null or h.line_id = l.line_id)) h on true
  where ${unfinished} and ${open} > 0 and ${ordersAsked(question)}`;

export const openOrdersReport: Report = {
  id: 'R04',
  name: 'open-orders',
  title: 'Open orders',
  meaning:
    'Order lines of which something has still to leave, as they are now. Ordered = unsourced + backordered + reserved + allocated + drop-ship + (shipped − over-shipped) + cancelled, in every row.',
  columns: {
    bu: text('Business unit.'),
    orderId: text('Order.'),
    lineId: text('Line of the order.'),
    customer: text('Who it is sold to.'),
    customerPo: text("The customer's purchase order number."),
    channel: text('Where it was ordered.'),
    item: text('Item; quantities are its base units.'),
    ordered: quantity('Ordered.'),
    cancelled: quantity('Cancelled.'),
    shipped: quantity('Left, over-shipped goods included.'),
    overshipped: quantity('Left beyond what was ordered.'),
    unsourced: quantity('Not accepted yet, or with no node that can supply it.'),
    backordered: quantity('Waiting in the queue of a stock position.'),
    reserved: quantity('Promised from stock and not yet with a warehouse.'),
    allocated: quantity('With a warehouse and not yet gone.'),
    picked: quantity('Part of the allocated that has been picked.'),
    dropship: quantity('To come from a supplier.'),
    open: quantity('Unsourced + backordered + reserved + allocated + drop-ship.'),
    unitPrice: { type: 'price', meaning: 'Price of a unit before discounts; null until the order is priced.' },
    currency: text('Currency of the order; amounts are minor units of it.'),
    openValue: money(
      "What is open of the line's net: net × open ÷ ordered, rounded once. Null until the order is priced; without charges and tax.",
    ),
    requestedDate: day('When the customer wants it.'),
    promisedDate: day('The latest date on which a part of it is to leave; null where no part has one.'),
    daysLate: count(
      'Days from the promised date, or the requested one where none is promised, to today in the business unit; 0 when it is not late.',
    ),
    holds: text('Types of the holds in force on the order or line, joined by a comma; null: none.'),
    state: text('Status of the line.'),
    orderState: text('Status of the order.'),
    cancelPending: quantity('Asked to be cancelled and not yet answered.'),
  },
  key: { place: 'text', lineNo: 'number' },
  filters: [...orderFilters, 'orderId', 'state'],
  readers: ['finance', 'auditor', 'ops', 'admin'],
  models: ['orders', 'master_data'],
  datedBy: orderDate,
  knowsThePast: false,
  rows,
};
