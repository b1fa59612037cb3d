import { sql } from 'kysely';
import { orderDate, orderFilters } from './orderRows.ts';
import { count, countInAll, money, percentOf, quantity, type Report, type ReportQuestion, text } from './report.ts';
import { servedLines, servedModels } from './servedLines.ts';

const rows = (question: ReportQuestion) => sql`select f.*, 0 as tolerance from (
    select to_char(w."requestedDate", 'YYYYMM') as period, w.bu, coalesce(w.node, '') as place, w.node, w.channel, w.customer, w.item,
      w.currency, count(*) filter (where w.counts) as "linesOrdered", count(*) filter (where w.counts and w.complete) as "linesComplete",
      coalesce(sum(w.wanted) filter (where w.counts), 0) as "unitsOrdered", coalesce(sum(w."atFirst") filter (where w.counts), 0) as "unitsAtFirst",
      count(distinct w.order_id) filter (where w.counts) as orders,
      count(distinct w.order_id) filter (where w.counts and w."orderComplete") as "ordersComplete",
      coalesce(sum(w."wantedValue") filter (where w.counts), 0) as "valueOrdered",
      coalesce(sum(w."atFirstValue") filter (where w.counts), 0) as "valueAtFirst",
      count(*) filter (where w.known and not w.counts) as "linesNotDue", count(*) filter (where not w.known) as "linesUnknown"
    from (select s.*, bool_and(s.complete or not s.counts) over (partition by s.order_id) as "orderComplete"
      from (${servedLines(question)}) s) w
    group by 1, w.bu, w.node, w.channel, w.customer, w.item, w.currency) f`;

export const fillRateReport: Report = {
  id: 'R06',
  name: 'fill-rate',
  title: 'Fill rate',
  meaning:
    'How much of what was ordered left with the first shipment: the first confirmation with goods of the line, of a shipment that was not voided. A line of an accepted order counts from that on, or, when nothing of it has left, from the day after the requested date. What is wanted is what was ordered less what was cancelled before the first shipment.',
  columns: {
    period: text('Month of the requested date.'),
    bu: text('Business unit.'),
    node: text('Where the first shipment left; null: nothing has left.'),
    channel: text('Where it was ordered.'),
    customer: text('Who it is sold to.'),
    item: text('Item; quantities are its base units.'),
    linesOrdered: countInAll('Lines that count.'),
    linesComplete: countInAll('Of them those of which all that was wanted left with the first shipment.'),
    linePercent: percentOf('linesComplete', 'linesOrdered', 'Line fill rate: lines complete out of lines ordered.'),
    unitsOrdered: quantity('What these lines wanted.'),
    unitsAtFirst: quantity('Of it what left with the first shipment; more than was wanted counts as what was.'),
    unitPercent: percentOf('unitsAtFirst', 'unitsOrdered', 'Unit fill rate: units at first out of units ordered.'),
    orders: count(
      'Orders that these lines are of; an order of several rows is in each of them, so they are not added up.',
    ),
    ordersComplete: count('Of them those of which every line that counts was complete with its first shipment.'),
    ordersPercent: {
      ...percentOf(
        'ordersComplete',
        'orders',
        'Orders complete out of orders; in all, see the report on perfect orders.',
      ),
      total: false,
    },
    currency: text('Currency of the orders; amounts are minor units of it.'),
    valueOrdered: money('What these lines wanted of their net: net × wanted ÷ ordered, rounded once a line.'),
    valueAtFirst: money('Of it what left with the first shipment, worked out alike.'),
    valuePercent: percentOf('valueAtFirst', 'valueOrdered', 'Value fill rate: value at first out of value ordered.'),
    tolerance: {
      type: 'percent',
      meaning: 'What may be missing of a line that counts as complete: nothing here, so always "0".',
    },
    linesNotDue: countInAll('Lines that do not count yet: nothing has left, and the requested date has not passed.'),
    linesUnknown: countInAll(
      'Lines that began before first shipments were kept; they count nowhere. A rebuild of orders fills them.',
    ),
  },
  key: { period: 'text', bu: 'text', place: 'text', channel: 'text', customer: 'text', item: 'text', currency: 'text' },
  filters: [...orderFilters, 'period', 'node'],
  readers: ['finance', 'auditor', 'ops', 'admin'],
  models: [...servedModels],
  datedBy: orderDate,
  knowsThePast: false,
  rows,
};
