import { type RawBuilder, sql } from 'kysely';
import { allOf, anyOf, equals } from '../readModel.ts';
import { type Column, count, money, quantity, type Report, type ReportQuestion, text } from './report.ts';

type Value = RawBuilder<unknown>;

const startOf = (day: string): Value => sql`(${day}::date)::timestamp at time zone 'UTC'`;

const asked = ({ filter, scope }: ReportQuestion): Value =>
  allOf([
    equals(sql`r.bu`, filter.bu),
    filter.from === undefined ? undefined : sql`r.authorised_at >= ${startOf(filter.from)}`,
    filter.to === undefined ? undefined : sql`r.authorised_at < ${startOf(filter.to)} + interval '1 day'`,
    filter.validAsOf === undefined ? undefined : sql`r.authorised_at < ${startOf(filter.validAsOf)} + interval '1 day'`,
    anyOf(sql`r.bu`, scope?.bus),
    anyOf(sql`r.sold_to`, scope?.soldTo),
  ]);

const decided = (disposition: string): Value => sql`i.disposition = ${sql.lit(disposition)}`;

const qtyOf = (disposition: string): Value =>
  sql`coalesce(sum(i.qty::bigint) filter (where ${decided(disposition)}), 0)`;

/** What was decided of a line, inspection by inspection. What waits in quarantine is a column of the line. */
const decisions = sql`lateral (select ${qtyOf('RESTOCK')} as restocked, ${qtyOf('SCRAP')} as scrapped, ${qtyOf('RETURN_TO_VENDOR')} as vendor,
    coalesce(sum(i.cost::numeric) filter (where ${decided('RESTOCK')} or ${decided('RETURN_TO_VENDOR')}), 0) as recovered,
    coalesce(sum(i.cost::numeric) filter (where i."from" is null), 0) as cost
  from jsonb_to_recordset(l.inspections) i(disposition text, "from" text, qty text, cost text)) d`;

const rows = (question: ReportQuestion): Value =>
  sql`select r.bu, r.rma_id as "rmaId", l.shipment_line_id as "shipmentLineId", r.order_id as "orderId", r.shipment_id as "shipmentId",
    l.line_id as "orderLineId", r.node, r.sold_to as customer, l.item, l.reason, r.state, r.authorised_at as "authorisedAt", l.qty,
    l.received, l.inspected, d.restocked, l.quarantined, d.scrapped, d.vendor as "toVendor", l.kept, r.currency, l.credited as "creditedQty",
    l.credited_net as credit, l.restocking_fee as "restockingFee", d.cost, d.recovered as "costRecovered",
    greatest(0, floor(extract(epoch from l.credited_at - coalesce(l.received_at, r.authorised_at)) / 86400))::int as "daysToCredit"
  from rm.return_authorisation r join rm.return_line l on l.rma_id = r.rma_id cross join ${decisions}
  where ${asked(question)}`;

const goods = (what: string): Column => quantity(`${what}, in base units of the item.`);

export const returnsReport: Report = {
  id: 'R16',
  name: 'returns-and-credits',
  title: 'Returns and credits',
  meaning:
    'What customers were to send back, line by line: what came, what became of it, what was given back for it and how soon. Received and kept come to what was authorised, or what is missing is still expected or was never sent.',
  columns: {
    bu: text('Business unit.'),
    rmaId: text('Return.'),
    shipmentLineId: text('Line of the shipment that the goods left with.'),
    orderId: text('Order.'),
    shipmentId: text('Shipment.'),
    orderLineId: text('Line of the order.'),
    node: text('Node that the goods left from and are expected at.'),
    customer: text('Sold-to.'),
    item: text('Item.'),
    reason: text('Why it comes back.'),
    state: text('State of the return.'),
    authorisedAt: { type: 'instant', meaning: 'When it was authorised.' },
    qty: goods('Authorised'),
    received: goods('Came, as far as it was expected'),
    inspected: goods('Looked at, what is kept included'),
    restocked: goods('Back to stock, out of quarantine included'),
    quarantined: goods('Waits in quarantine'),
    scrapped: goods('Thrown away, out of quarantine included'),
    toVendor: goods('Sent on to the supplier'),
    kept: goods('Left to the customer'),
    currency: text('Currency of the sale; amounts are minor units of it.'),
    creditedQty: goods('Given back with credit memos'),
    credit: money('Net price of that as it was billed, without tax and before the restocking fee.'),
    restockingFee: money('Kept back of it.'),
    cost: money('What everything that was looked at left at.'),
    costRecovered: money('Of that, what is stock again or owed by the supplier.'),
    daysToCredit: count(
      'Whole days from the first receipt, or from the authorisation where nothing came, to the last credit memo; null before there is one.',
    ),
  },
  key: { bu: 'text', rmaId: 'text', shipmentLineId: 'text' },
  filters: ['bu', 'from', 'to', 'currency', 'node', 'customer', 'item', 'orderId', 'state'],
  readers: ['finance', 'auditor', 'ops', 'admin'],
  models: ['returns'],
  datedBy: 'the day, in UTC, on which the return was authorised',
  knowsThePast: false,
  rows,
};
