import { sql } from 'kysely';
import type { CaseClass } from '../../domain/exceptionCase/classes.ts';
import { operationsUnit } from '../../domain/operations.ts';
import { lag } from '../asOf.ts';
import { hasStockFeed, ownFeedLimit, toldOfStockAt } from '../inventory/feed.ts';
import { isWaitedFor } from '../partnerDocuments/queries.ts';
import { running, type Sql } from './running.ts';

const ofOrder = {
  ...{ bu: sql`o.bu`, order: sql`o.order_id`, soldTo: sql`o.sold_to` },
  ...{ amount: sql`o.net`, currency: sql`o.currency` },
};

/** Orders that are under way; those that are over are not looked at. */
const underWay = sql`o.status in ('OPEN', 'PARTIALLY_SHIPPED')`;

const orderClocks = [
  running(
    'ORDER_HELD',
    { ...ofOrder, kind: 'order', id: sql`o.order_id`, since: sql`coalesce(h.held_at, o.submitted_at)` },
    sql`from rm.orders o left join lateral (select min(x.held_at) as held_at from rm.order_hold x
      where x.order_id = o.order_id and x.released_at is null) h on true where o.status in ('PENDING', 'ON_HOLD')`,
  ),
  running(
    'ALLOCATION_STUCK',
    { ...ofOrder, kind: 'order', id: sql`o.order_id`, since: sql`l.since` },
    sql`from rm.orders o cross join lateral (select min(greatest(o.accepted_at, x.updated_at)) as since from rm.order_line x
      where x.order_id = o.order_id and x.unsourced > 0) l where ${underWay} and l.since is not null`,
  ),
];

const ofRelease = { ...ofOrder, kind: 'shipment', id: sql`r.shipment_id`, node: sql`r.node` };

/** Goods that were released when their day was over already are late from their release on. */
const promisedDayOver = sql`greatest(r.released_at, (o.promised_date + 1)::timestamp at time zone (u.content ->> 'timeZone'))`;

const warehouseClocks = [
  running(
    'WAREHOUSE_SILENT',
    { ...ofRelease, since: sql`r.released_at` },
    sql`from rm.orders o join rm.order_release r on r.order_id = o.order_id
      where ${underWay} and r.status = 'RELEASED' and r.warehouse_reference is null`,
  ),
  running(
    'CONFIRMATION_LATE',
    { ...ofRelease, since: promisedDayOver },
    sql`from rm.orders o join rm.order_release r on r.order_id = o.order_id join rm.business_unit u on u.bu = o.bu
      where ${underWay} and r.status in ('RELEASED', 'PARTIALLY_SHIPPED') and r.warehouse_reference is not null
        and o.promised_date is not null`,
  ),
  // Shown once it has waited for long, as every step that waits for somebody is; its limit is longer than that.
  running(
    'STOP_UNANSWERED',
    {
      ...{ ...ofOrder, kind: 'shipment', id: sql`d.payload::jsonb ->> 'shipmentId'`, since: sql`d.first_seen_at` },
      node: sql`d.payload::jsonb ->> 'node'`,
    },
    sql`from rm.dead_letter d join rm.orders o on o.order_id = d.payload_ref ->> 'key'
      where d.consumer = 'outbox' and d.event_type = 'stopRelease' and d.kind = 'RETRYING'`,
  ),
  running(
    'FEED_STALE',
    { bu: sql`n.bu`, kind: 'node', id: sql`n.node`, node: sql`n.node`, since: toldOfStockAt, limit: ownFeedLimit },
    sql`from rm.node n where ${hasStockFeed}`,
  ),
];

/** So far is the day on earth: what is to come later than that is late nowhere, and an index knows it. */
const firstToday = sql`(now() at time zone 'Etc/GMT-14')::date`;
const zoneOfNode = sql`(n.content ->> 'timeZone')`;

/** The day is over at the node that the goods are to come to, by whose clock they are promised too. */
const supplyClock = running(
  'SUPPLY_LATE',
  {
    ...{ bu: sql`s.bu`, kind: 'supply', id: sql`concat_ws('/', s.node, s.item, s.supply_id)`, node: sql`s.node` },
    since: sql`(s.available_date + 1)::timestamp at time zone ${zoneOfNode}`,
  },
  sql`from rm.business_unit u join rm.supply s on s.bu = u.bu and s.state = 'OPEN' and s.available_date < ${firstToday}
    join rm.node n on n.bu = s.bu and n.node = s.node
    where s.available_date < (clock_timestamp() at time zone ${zoneOfNode})::date`,
);

/** One for each shipment, whatever is too much of it. */
const overshipmentClock = running(
  'OVERSHIPMENT_OPEN',
  {
    ...{ bu: sql`s.bu`, kind: 'shipment', id: sql`s.shipment_id`, order: sql`s.order_id`, soldTo: sql`s.sold_to` },
    ...{ node: sql`s.node`, since: sql`x.since`, amount: sql`x.cost`, currency: sql`s.currency` },
  },
  sql`from rm.shipment s cross join lateral (select min((e ->> 'foundAt')::timestamptz) as since, sum((e ->> 'cost')::numeric) as cost
      from jsonb_array_elements(s.overshipments) e where e ->> 'outcome' is null) x
    where s.overship_open and x.since is not null`,
);

const transferClock = running(
  'TRANSFER_DIFFERENCE',
  { bu: sql`t.bu`, kind: 'transfer', id: sql`t.transfer_id`, node: sql`t.to_node`, since: sql`t.differs_since` },
  sql`from rm.transfer t where t.state = 'DIFFERENCE'`,
);

/** Drafts have no number, and are found by that. The clock of a backdated confirmation begins when it was recorded. */
const invoiceClock = running(
  'INVOICE_WAITING',
  {
    ...{ bu: sql`i.bu`, kind: 'invoice', id: sql`i.invoice_id`, order: sql`i.order_id`, soldTo: sql`i.sold_to` },
    ...{
      node: sql`i.node`,
      since: sql`s.at`,
      amount: sql`i.gross - i.discount + i.charges`,
      currency: sql`i.currency`,
    },
  },
  sql`from rm.business_unit u join rm.invoice i on i.bu = u.bu and i.number is null
    cross join lateral (select max(h.shipped_at + make_interval(secs => coalesce(h.lag_seconds, 0))) as at from rm.invoice_line l
      join rm.shipment h on h.shipment_id = l.shipment_id where l.invoice_id = i.invoice_id) s
    where i.kind = 'INVOICE' and i.void_date is null and i.state <> 'VOIDED' and s.at is not null`,
);

/** Of a document that differed before the difference itself was kept, the clock begins when it was last changed. */
const taxClock = running(
  'TAX_MISMATCH',
  {
    ...{
      bu: sql`i.bu`,
      kind: sql`case i.kind when 'INVOICE' then 'invoice' else 'credit-memo' end`,
      id: sql`i.invoice_id`,
    },
    ...{ order: sql`i.order_id`, soldTo: sql`i.sold_to`, node: sql`i.node`, currency: sql`i.currency` },
    since: sql`coalesce((i.tax_difference ->> 'since')::timestamptz, i.updated_at)`,
    amount: sql`abs((i.tax_difference ->> 'open')::numeric)`,
  },
  sql`from rm.invoice i where i.tax_problem ->> 'code' = 'TAX_COMMIT_MISMATCH' and i.void_date is null`,
);

/**
 * Journals in trouble by what they wait for, because one missing account or one refusal of the ERP is one thing to mend, however
 * many journals it stops. Amounts are debits in the currency of the ledger.
 */
const troubled = (name: CaseClass, state: string, kind: string, cause: Sql, causes: Sql = sql``): Sql => {
  const rows = sql`select s.bu, s.ledger || '.' || ${cause} as id, j.updated_at as at, j.functional_currency as currency,
      (select sum(l.functional_debit) from rm.gl_line l where l.journal_id = s.journal_id) as debit
    from rm.gl_journal_state s join rm.gl_journal j on j.journal_id = s.journal_id ${causes}
    where s.state = ${sql.lit(state)}`;
  const columns = {
    ...{ bu: sql`t.bu`, kind, id: sql`t.id`, since: sql`min(t.at)` },
    ...{ amount: sql`sum(t.debit)`, currency: sql`min(t.currency)` },
  };
  return running(name, columns, sql`from (${rows}) t group by t.bu, t.id`);
};

const eachRole = sql`cross join lateral (select distinct p ->> 'role' as role from jsonb_array_elements(s.problems) p
  where p ->> 'role' is not null) c`;
const firstProblem = sql`coalesce(s.problems -> 0 ->> 'code', 'UNKNOWN')`;

/** Of the journals that can be sealed the first of each period, by an index: there may be very many. */
const firstReady = sql`from (select distinct on (q.period_id) q.* from rm.accounting_period q order by q.period_id, q.revision desc) p
  cross join lateral (select s.journal_id from rm.gl_journal_state s where s.bu = p.bu and s.ledger = p.ledger
    and s.period = p.period and s.state = 'READY' order by s.source_position limit 1) s
  join rm.gl_journal j on j.journal_id = s.journal_id where p.state <> 'CLOSED'`;

const ledgerClocks = [
  running(
    'JOURNALS_UNSEALED',
    { bu: sql`p.bu`, kind: 'accounting-period', id: sql`p.period_id`, since: sql`j.updated_at` },
    firstReady,
  ),
  running(
    'BATCH_UNACKNOWLEDGED',
    { bu: sql`b.bu`, kind: 'gl-batch', id: sql`b.batch_id`, since: sql`b.sealed_at` },
    sql`from rm.gl_batch b where b.state in ('SEALED', 'EXPORTED')`,
  ),
  troubled('JOURNALS_UNMAPPED', 'UNMAPPED', 'account-role', sql`c.role`, eachRole),
  troubled('JOURNALS_HELD', 'HELD', 'journal-problem', firstProblem),
  troubled('JOURNALS_REJECTED', 'REJECTED', 'erp-refusal', sql`coalesce(s.code, 'UNKNOWN')`),
];

const ofDocument = {
  ...{ bu: sql`d.bu`, kind: 'partner-document', id: sql`d.document_id`, order: sql`d.order_id` },
  soldTo: sql`d.sold_to`,
};

/** Nothing runs while the hours that were agreed do. A document that was sent again is another one's matter. */
const documentClocks = [
  running(
    'DOCUMENT_UNACKNOWLEDGED',
    { ...ofDocument, since: sql`d.acknowledge_by` },
    sql`from rm.partner_document d where ${isWaitedFor} and d.acknowledge_by < clock_timestamp()`,
  ),
  running(
    'DOCUMENT_REJECTED',
    { ...ofDocument, since: sql`d.acknowledged_at` },
    sql`from rm.partner_document d where d.state = 'REJECTED' and d.resent_as is null`,
  ),
];

/** One thing to mend for each kind of difference at a place, however many objects differ. */
const breakClock = running(
  'RECONCILIATION_BREAK',
  {
    ...{ bu: sql`b.bu`, kind: 'reconciliation', id: sql`concat_ws('.', b.pair, b.class, b.node)`, node: sql`b.node` },
    ...{ since: sql`min(b.found_at)`, order: sql`case when count(*) = 1 then min(b.order_id) end` },
    ...{
      amount: sql`case when min(b.currency) = max(b.currency) then sum(b.amount) end`,
      currency: sql`min(b.currency)`,
    },
  },
  sql`from rm.recon_break b where b.state = 'OPEN' group by b.bu, b.pair, b.class, b.node`,
);

/** What a person has to decide of a loss, and parcels of which a carrier said that they are lost and nobody knows what was in them. */
const lossClock = running(
  'LOSS_OPEN',
  {
    ...{ ...ofOrder, kind: 'shipment', id: sql`s.shipment_id`, node: sql`s.node`, since: sql`min(s.since)` },
    ...{ amount: sql`min(o.net)`, bu: sql`min(o.bu)`, soldTo: sql`min(o.sold_to)`, currency: sql`min(o.currency)` },
  },
  sql`from (select x.shipment_id, x.order_id, x.node, coalesce(x.found_at, x.told_at) as since
      from rm.business_unit u join rm.shipment_loss x on x.bu = u.bu and x.state in ('UNDECIDED', 'FOUND_SETTLED')
    union all
    select h.shipment_id, h.order_id, h.node, (h.carrier_status ->> 'at')::timestamptz
      from rm.business_unit u join rm.shipment h on h.bu = u.bu and h.carrier_status ->> 'code' in ('LOST', 'DAMAGED')
      where h.delivered_at is null and h.state <> 'VOIDED'
        and not exists (select from rm.shipment_loss x where x.shipment_id = h.shipment_id)) s
    join rm.orders o on o.order_id = s.order_id group by s.shipment_id, s.node, o.order_id`,
);

const streamOf = sql`d.payload_ref ->> 'stream'`;
const unitOfLetter = sql`coalesce(d.bu, d.payload_ref ->> 'bu', nullif(split_part(substr(${streamOf}, strpos(${streamOf}, '-') + 1), '.', 1), ''),
  o.bu, ${sql.lit(operationsUnit)})`;

const serviceClocks = [
  running(
    'DEAD_LETTER',
    {
      ...ofOrder,
      bu: unitOfLetter,
      kind: 'dead-letter',
      id: sql`d.id`,
      since: sql`d.first_seen_at`,
      node: sql`h.node`,
    },
    sql`from rm.dead_letter d left join rm.shipment h on h.shipment_id = d.lane_key
      left join rm.orders o on o.order_id = coalesce(h.order_id, d.payload_ref ->> 'orderId', d.payload_ref ->> 'key',
        regexp_replace(d.lane_key, '^order:', ''))
      where d.kind <> 'RETRYING'`,
  ),
  running(
    'READ_MODEL_LATE',
    { bu: sql`${sql.lit(operationsUnit)}::text`, kind: 'read-model', id: sql`p.name`, since: sql`p.since` },
    sql`from (select p.name, clock_timestamp() - make_interval(secs => (${lag}) / 1000) as since, ${lag} as late
      from rm.projection p where p.live) p where p.late > 0`,
  ),
];

/** Every clock that runs, whether it is over its limit or not. */
export const clocks = sql.join(
  [
    ...[
      ...orderClocks,
      ...warehouseClocks,
      supplyClock,
      lossClock,
      transferClock,
      overshipmentClock,
      invoiceClock,
      taxClock,
      ...ledgerClocks,
    ],
    ...[breakClock, ...documentClocks, ...serviceClocks],
  ],
  sql` union all `,
);
