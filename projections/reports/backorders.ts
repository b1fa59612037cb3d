import { sql } from 'kysely';
import { netOf, orderDate, orderFilters, ordersAsked, today, unfinished } from './orderRows.ts';
import { count, day, money, quantity, type Report, type ReportQuestion, text } from './report.ts';
import { worthOf } from './worth.ts';

/** Ranks and what all before a place want are worked out over the whole queue, also where only some of it is asked for. */
const queued = sql`select b.bu, b.node, b.item, b.order_id, b.line_id, b.qty, b.stock_key, b.whole, b.accepted_at,
    row_number() over (partition by b.stock_key order by b.accepted_at, b.order_id collate "C", b.line_id collate "C") as rank,
    sum(b.qty) over (partition by b.stock_key order by b.accepted_at, b.order_id collate "C", b.line_id collate "C") as through
  from rm.backorder b`;

const announced = sql`select s.stock_key, s.supply_id, s.available_date,
    sum(s.qty_open) over (partition by s.stock_key order by s.available_date, s.supply_id) as through
  from rm.supply s where s.qty_open > 0`;

/** What no node could supply waits in no queue. */
const unsourced = sql`select l.bu, null as node, l.item, l.order_id, l.line_id, l.unsourced as qty, null as stock_key, false as whole,
    o.accepted_at, null::bigint as rank, null::numeric as through
  from rm.order_line l join rm.orders o on o.order_id = l.order_id
  where l.unsourced > 0 and o.accepted and ${unfinished}`;

const reason = sql`case when w.stock_key is null then case when o.status = 'ON_HOLD' then 'ON_HOLD' else 'NO_SOURCE' end
  when o.ship_complete then 'SHIPS_COMPLETE' when w.whole then 'NEEDS_ALL_AT_ONCE' else 'WAITS_FOR_STOCK' end`;

const rows = (question: ReportQuestion) => sql`with announced as materialized (${announced})
  select w.*, case when w."atRisk" then w.value - w.cost else 0 end as "marginAtRisk" from (
    select coalesce(w.node, '') as place, w.bu, w.item, w.node, o.order_id as "orderId", l.line_id as "lineId", o.sold_to as customer,
      o.channel, w.qty, o.currency, ${netOf(sql`w.qty`)} as value, ${worthOf(sql`w.qty`, sql`p.unit_cost`, sql`o.currency`)} as cost,
      ${reason} as reason, o.requested_date as "requestedDate", l.promised_date as "promisedDate",
      ${today} - (w.accepted_at at time zone (u.content ->> 'timeZone'))::date as age, w.rank as "queueRank",
      s.supply_id as "expectedSupply", s.available_date as "expectedDate",
      s.available_date is null or s.available_date > coalesce(l.promised_date, o.requested_date) as "atRisk"
    from (${queued} union all ${unsourced}) w join rm.orders o on o.order_id = w.order_id
      join rm.order_line l on l.order_id = w.order_id and l.line_id = w.line_id join rm.business_unit u on u.bu = w.bu
      left join rm.stock_position p on p.stock_key = w.stock_key and p.currency = o.currency
      left join lateral (select a.supply_id, a.available_date from announced a
        where a.stock_key = w.stock_key and a.through >= w.through order by a.through limit 1) s on true
    where ${ordersAsked(question)}) w`;

export const backordersReport: Report = {
  id: 'R05',
  name: 'backorders',
  title: 'Backlog and backorders',
  meaning:
    'Accepted goods that wait for stock, as they are now: in the queue of a stock position, or in none because no node can supply them.',
  columns: {
    bu: text('Business unit.'),
    item: text('Item; quantities are its base units.'),
    node: text('Where it waits; null: no node can supply it.'),
    orderId: text('Order.'),
    lineId: text('Line of the order.'),
    customer: text('Who it is sold to.'),
    channel: text('Where it was ordered.'),
    qty: quantity('What waits.'),
    currency: text('Currency of the order; amounts are minor units of it.'),
    value: money("Share of the line's net: net × quantity ÷ ordered, rounded once."),
    cost: money('Quantity × present unit cost at the node; null where none is known in this currency.'),
    marginAtRisk: money('Value − cost of what is at risk, "0" of the rest; null where the cost is.'),
    reason: text(
      'WAITS_FOR_STOCK; NEEDS_ALL_AT_ONCE: only the full quantity helps; SHIPS_COMPLETE: together with the other lines of its order; NO_SOURCE: no node can supply it; ON_HOLD.',
    ),
    requestedDate: day('When the customer wants it.'),
    promisedDate: day('The latest date promised of the line; null where no part has one.'),
    age: count('Days since acceptance, in the business unit.'),
    queueRank: count('Place in the queue, by acceptance; null: it is in none.'),
    expectedSupply: text('The first announced supply with which all up to this place are covered; null: none is.'),
    expectedDate: day('When that supply is available.'),
    atRisk: { type: 'flag', meaning: 'No announced supply covers it by the promised date, or the requested one.' },
  },
  key: { bu: 'text', item: 'text', place: 'text', orderId: 'text', lineId: 'text' },
  filters: [...orderFilters, 'node', 'orderId'],
  readers: ['finance', 'auditor', 'ops', 'admin'],
  models: ['orders', 'inventory', 'master_data'],
  datedBy: orderDate,
  knowsThePast: false,
  rows,
};
