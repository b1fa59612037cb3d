import { type RawBuilder, sql } from 'kysely';
import { allOf, anyOf, equals } from '../readModel.ts';
import { count, type Report, type ReportQuestion, text } from './report.ts';

type Value = RawBuilder<unknown>;

/** In the order of an order's life. `sla`: seconds that a leg may take, as the specification proposes it. */
const legs = [
  { leg: 'SUBMITTED_TO_ACCEPTED', sla: 15 * 60 },
  { leg: 'ACCEPTED_TO_RELEASED', sla: null },
  { leg: 'RELEASED_TO_SHIPPED', sla: null },
  { leg: 'SHIPPED_TO_DELIVERED', sla: null },
  { leg: 'SHIPPED_TO_INVOICED', sla: 4 * 3_600 },
  { leg: 'INVOICED_TO_ERP', sla: 24 * 3_600 },
] as const;

const startOf = (day: string): Value => sql`(${day}::date)::timestamp at time zone 'UTC'`;

const asked = ({ filter, scope }: ReportQuestion): Value =>
  allOf([
    equals(sql`o.bu`, filter.bu),
    equals(sql`o.channel`, filter.channel),
    filter.from === undefined ? undefined : sql`o.submitted_at >= ${startOf(filter.from)}`,
    filter.to === undefined ? undefined : sql`o.submitted_at < ${startOf(filter.to)} + interval '1 day'`,
    filter.validAsOf === undefined ? undefined : sql`o.submitted_at < ${startOf(filter.validAsOf)} + interval '1 day'`,
    anyOf(sql`o.bu`, scope?.bus),
    anyOf(sql`o.sold_to`, scope?.soldTo),
  ]);

/** Times that a warehouse claims may lie before what was recorded here: that took no time, and never less. */
const took = (no: number, from: Value, until: Value): Value =>
  sql`select o.bu, o.channel, ${sql.lit(no)} as no, greatest(0, extract(epoch from ${until} - ${from})) as seconds`;

const shippedAt = sql`(c.confirmation ->> 'shippedAt')::timestamptz`;

const confirmations = sql`jsonb_array_elements(s.confirmations) c(confirmation)`;

/** The first time that an invoice was posted here, which is when it was issued, and that the ERP took it. */
const invoiced = sql`lateral (select min(j.updated_at) as issued_at, min(a.updated_at) as acknowledged_at
  from rm.gl_journal j left join rm.gl_journal_state_change a on a.journal_id = j.journal_id and a.state = 'ACKNOWLEDGED'
  where j.invoice_id = i.invoice_id and j.template_id in ('T03', 'T03S', 'T03D')) p`;

const rows = (question: ReportQuestion): Value => {
  const ofOrders = asked(question);
  const names = legs.map(({ leg, sla }, index) => sql`(${sql.lit(index + 1)}, ${sql.lit(leg)}, ${sql.lit(sla)}::int)`);
  return sql`with released as materialized (select o.order_id, o.bu, o.channel, o.accepted_at, r.shipment_id, r.released_at
      from rm.orders o join rm.order_release r on r.order_id = o.order_id where ${ofOrders}),
    billed as materialized (select i.invoice_id, o.bu, o.channel, p.issued_at, p.acknowledged_at, (
        select max(${shippedAt}) from rm.invoice_line l join rm.shipment s on s.shipment_id = l.shipment_id cross join ${confirmations}
        where l.invoice_id = i.invoice_id and c.confirmation ->> 'confirmationId' = l.confirmation_id) as shipped_at
      from rm.orders o join rm.invoice i on i.order_id = o.order_id cross join ${invoiced}
      where i.number is not null and p.issued_at is not null and ${ofOrders}),
    took as (
      ${took(1, sql`o.submitted_at`, sql`o.accepted_at`)} from rm.orders o where o.accepted_at is not null and ${ofOrders}
      union all ${took(2, sql`o.accepted_at`, sql`min(o.released_at)`)} from released o group by o.bu, o.channel, o.order_id, o.accepted_at
      union all ${took(3, sql`o.released_at`, sql`f.at`)} from released o join rm.shipment s on s.shipment_id = o.shipment_id
        cross join lateral (select min(${shippedAt}) as at from ${confirmations}) f where f.at is not null and s.state <> 'VOIDED'
      union all ${took(5, sql`o.shipped_at`, sql`o.issued_at`)} from billed o where o.shipped_at is not null
      union all ${took(4, sql`s.shipped_at`, sql`s.delivered_at`)} from released o join rm.shipment s on s.shipment_id = o.shipment_id
        where s.state <> 'VOIDED' and s.shipped_at is not null and s.delivered_at is not null
      union all ${took(6, sql`o.issued_at`, sql`o.acknowledged_at`)} from billed o where o.acknowledged_at is not null)
    select t.bu, t.channel, t.no, n.leg, count(*) as documents, round(percentile_disc(0.5) within group (order by t.seconds))::bigint as median,
      round(percentile_disc(0.9) within group (order by t.seconds))::bigint as p90,
      round(percentile_disc(0.99) within group (order by t.seconds))::bigint as p99, round(max(t.seconds))::bigint as longest, n.sla,
      case when n.sla is not null then count(*) filter (where t.seconds > n.sla) end as breaches
    from took t join (values ${sql.join(names)}) n(no, leg, sla) on n.no = t.no group by t.bu, t.channel, t.no, n.leg, n.sla`;
};

export const orderCycleReport: Report = {
  id: 'R08',
  name: 'order-cycle',
  title: 'Order cycle',
  meaning: 'How long each leg of an order took, in seconds, of the orders that were submitted within what is asked.',
  columns: {
    bu: text('Business unit.'),
    channel: text('Where it was ordered.'),
    leg: text(
      'SUBMITTED_TO_ACCEPTED and ACCEPTED_TO_RELEASED (the first release) by order; RELEASED_TO_SHIPPED (the first confirmation, by the time that goods left) by release; SHIPPED_TO_INVOICED (from its last goods on) and INVOICED_TO_ERP (taken by the ERP) by invoice; SHIPPED_TO_DELIVERED (from its last goods on) by shipment that arrived.',
    ),
    documents: { type: 'count', meaning: 'How many went all the way.', total: true },
    median: count('Seconds that half of them took no longer than.'),
    p90: count('Seconds that 90 of 100 took no longer than.'),
    p99: count('Seconds that 99 of 100 took no longer than.'),
    longest: count('Seconds of the longest.'),
    sla: count('Seconds that it may take; null: nothing is said of it.'),
    breaches: { type: 'count', meaning: 'How many took longer; null without such a limit.', total: true },
  },
  key: { bu: 'text', channel: 'text', no: 'number' },
  filters: ['bu', 'from', 'to', 'channel'],
  readers: ['finance', 'auditor', 'ops', 'admin'],
  models: ['orders', 'shipments', 'invoices', 'gl_staging'],
  datedBy: 'the day, in UTC, on which the order was submitted',
  knowsThePast: false,
  rows,
};
