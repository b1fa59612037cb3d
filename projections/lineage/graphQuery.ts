import { type RawBuilder, sql } from 'kysely';
import { flag, instantText, integer, json, orNull, packedRow, quoted, text } from '../packed.ts';
import { inParts } from '../parts.ts';
import type { LineageSource } from './source.ts';
import { type Root, startOf } from './start.ts';
import { type Direction, each, eachIn, flowsReached, walkOf } from './walk.ts';

/**
 * Nodes that were reached, and what flowed on from them. More may leave for an order line than it asked for: that is an
 * over-shipment, a fact, and does not count as flowed on.
 */
const reachedNodes = (source: LineageSource): RawBuilder<unknown> => {
  const { nodes, flows, folded } = source;
  const onward = sql`f.kind in ('SUBSTITUTED_BY', 'RESERVED_BY', 'DROPSHIPPED_BY', 'INVOICED_BY')`;
  const reached = sql`reached r cross join ${eachIn(source, nodes, 'n', sql`n.id = r.id`)}`;
  if (folded === undefined)
    return sql`select n.*, r.bu as reached_bu, case when n.qty is null then null else
      (select coalesce(sum(f.qty), 0) from ${flows} f where f.from_id = n.id
        and (${onward} or (f.kind = 'SHIPPED_BY' and n.type <> 'ORDER_LINE'))) end as out_qty from ${reached}`;
  return sql`select n.*, r.bu as reached_bu, case when n.qty is null then null
      else coalesce(o.onward, 0) + case when n.type <> 'ORDER_LINE' then coalesce(o.shipped, 0) else 0 end end as out_qty
    from ${reached} left join (select f.from_id, sum(f.qty) filter (where ${onward}) as onward,
      sum(f.qty) filter (where f.kind = 'SHIPPED_BY') as shipped from ${flows} f group by f.from_id) o on o.from_id = n.id`;
};

// A customer's PO is what people and partners write, and it is part of its node's id.
const nodeRow = packedRow({
  id: quoted(sql`n.id`),
  bu: text(sql`n.reached_bu`),
  type: text(sql`n.type`),
  label: quoted(sql`n.label`),
  at: instantText(sql`n.at`),
  qty: orNull(text(sql`n.qty`)),
  amount: orNull(text(sql`n.amount`)),
  currency: orNull(text(sql`n.currency`)),
  position: text(sql`n.position`),
  detail: json<Readonly<Record<string, unknown>>>(sql`n.detail`),
  outQty: orNull(text(sql`n.out_qty`)),
});

const flowRow = packedRow({
  from: quoted(sql`f.from_id`),
  to: text(sql`f.to_id`),
  kind: text(sql`f.kind`),
  qty: orNull(text(sql`f.qty`)),
  amount: orNull(text(sql`f.amount`)),
  eventId: text(sql`f.event_id`),
  position: text(sql`f.position`),
});

const lineRow = packedRow({
  id: text(sql`l.node_id`),
  from: text(sql`l.from_node`),
  bu: text(sql`l.bu`),
  at: instantText(sql`l.updated_at`),
  currency: text(sql`l.currency`),
  position: text(sql`l.position`),
  eventId: text(sql`l.source_event_id`),
  role: text(sql`l.role`),
  account: orNull(text(sql`l.account`)),
  debit: text(sql`l.debit`),
  credit: text(sql`l.credit`),
  journal: text(sql`l.journal_id`),
  template: text(sql`l.template_id`),
  ruleSetVersion: integer(sql`l.rule_set_version`),
  period: text(sql`l.period`),
  state: text(sql`l.state`),
  erpDoc: orNull(quoted(sql`l.erp_document`)),
  batchNode: orNull(text(sql`l.batch_node`)),
  erpNode: orNull(quoted(sql`l.erp_node`)),
  statePosition: text(sql`l.state_position`),
  goesOn: flag(sql`l.goes_on`),
  reversalOf: orNull(text(sql`l.reversal_of`)),
  repostOf: orNull(text(sql`l.repost_of`)),
});

const batchRow = packedRow({
  id: text(sql`'gl-batch:' || b.batch_id`),
  bu: text(sql`b.bu`),
  batchId: text(sql`b.batch_id`),
  at: instantText(sql`b.sealed_at`),
  position: text(sql`b.position`),
  state: text(sql`b.state`),
  period: text(sql`b.period`),
  sha256: text(sql`b.content_sha256`),
});

const documentRow = packedRow({
  id: quoted(sql`s.erp_node`),
  bu: text(sql`s.bu`),
  label: quoted(sql`s.erp_document`),
  at: instantText(sql`s.updated_at`),
  position: text(sql`s.position`),
});

const orderLineRow = packedRow({
  orderId: text(sql`o.order_id`),
  lineId: text(sql`o.line_id`),
  ordered: text(sql`o.ordered`),
  shipped: text(sql`o.shipped`),
  invoiced: text(sql`o.invoiced`),
});

const postedRow = packedRow({
  role: text(sql`l.role`),
  amount: text(sql`l.credit - l.debit`),
  currency: text(sql`l.currency`),
});

const decisionRow = packedRow({
  eventId: text(sql`i.event_id`),
  type: text(sql`i.type`),
  actor: quoted(sql`i.actor`),
  policy: orNull(json<Readonly<Record<string, number>>>(sql`i.policy`)),
  reason: orNull(quoted(sql`i.reason ->> 'code'`)),
  position: text(sql`i.position`),
});

const isDecision = sql`i.type in ('OrderPriced', 'OrderHeld', 'OrderHoldReleased', 'OrderAccepted', 'SourcingDecided', 'InvoiceVoided', 'ShipmentVoided', 'OvershipmentResolved')`;

/** What came back takes its discount and its cost back as well, so what was given back for it belongs to the margin. */
const isForMargin = sql`l.role in ('REVENUE_PRODUCT', 'SALES_DISCOUNT', 'SALES_RETURNS', 'SALES_ALLOWANCE', 'COGS', 'COGS_VARIANCE')`;

/** Batches and documents of the ERP that are part of the walk: where it began, or where its lines went. */
const postedIn = (kind: Root['kind'], node: 'batch_node' | 'erp_node'): RawBuilder<unknown> => {
  const start = startOf(kind);
  if (start === 'posted')
    return sql`select id, bu from start where ${sql.lit((kind === 'gl-batch') === (node === 'batch_node'))}`;
  const into = sql`l.${sql.ref(node)} as id, l.bu from line l where l.goes_on and l.${sql.ref(node)} is not null`;
  // Lines that a walk begins at are of one journal, which is posted as a whole.
  return start === 'lines' ? sql`select ${into} limit 1` : sql`select distinct ${into}`;
};

/**
 * The nodes that a walk from the root reaches, the edges into them, also from where the walk did not go, and what their
 * order lines came to. The edges into batches and documents of the ERP are those of the reached lines: a batch is long.
 */
export const graphParts = (kind: Root['kind'], direction: Direction, source: LineageSource) => {
  const { lines, states, superseded, batches, orderLines, events } = source;
  return inParts(
    {
      nodes: { of: nodeRow, from: sql`from node n` },
      flows: { of: flowRow, from: flowsReached(kind, source) },
      lines: { of: lineRow, from: sql`from line l` },
      batches: {
        of: batchRow,
        from: sql`from (${postedIn(kind, 'batch_node')}) p
          join ${batches} b on b.bu = p.bu and b.batch_id = substr(p.id, ${sql.lit('gl-batch:'.length + 1)})`,
      },
      documents: {
        of: documentRow,
        from: sql`from (${postedIn(kind, 'erp_node')}) p cross join lateral (select s.* from ${states} s
          where s.erp_node = p.id and s.bu = p.bu order by s.position, s.journal_id limit 1) s`,
      },
      orderLines: { of: orderLineRow, from: sql`from ordered o` },
      /** Credit − debit of everything posted for those order lines; a version that was staged again counts nowhere. */
      posted: {
        of: postedRow,
        from: sql`from ordered o cross join ${each(
          lines,
          'l',
          sql`l.order_id = o.order_id and l.order_line_id = o.line_id and ${isForMargin}
          and not exists (select from ${superseded} v where v.journal_id = l.journal_id)`,
        )}`,
      },
      decisions: {
        of: decisionRow,
        from: sql`from ${events} i where i.order_id = any(array(select order_id from ordered)) and ${isDecision}`,
      },
    },
    sql`with recursive ${source.folded === undefined ? sql`` : sql`${source.folded},`} ${walkOf(kind, direction, source)},
      node as materialized (${reachedNodes(source)}),
      ordered as materialized (select o.* from node n cross join
        ${eachIn(source, orderLines, 'o', sql`o.order_id = n.detail ->> 'orderId' and o.line_id = n.detail ->> 'lineId'`)} where n.type = 'ORDER_LINE')`,
  );
};
