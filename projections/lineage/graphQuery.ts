import { type RawBuilder, sql } from 'kysely';
import { allOf, anyOf, instant, type Scope } from '../readModel.ts';
import type { LineageEdgeView, LineageRequest, LineageView } from './queries.ts';

/** What `root` may begin with. */
export const lineageRoots = [
  'order',
  'order-line',
  'reservation',
  'shipment',
  'shipment-line',
  'invoice',
  'invoice-line',
  'gl-journal',
  'gl-line',
  'gl-batch',
  'erp-doc',
  'payload',
  'correlation',
  'customer-po',
  'stock-movement',
] as const;

export const nodesMax = 5_000;
const depthMax = 20;
const depthDefault = 12;

const keyOf = (root: string): { readonly kind: string; readonly key: string } => {
  const colon = root.indexOf(':');
  return colon < 0 ? { kind: '', key: root } : { kind: root.slice(0, colon), key: root.slice(colon + 1) };
};

/** The nodes a root stands for: itself, or all that carry its key. */
export const startOf = (root: string): RawBuilder<unknown> | undefined => {
  const { kind, key } = keyOf(root);
  if (key === '' || !(lineageRoots as readonly string[]).includes(kind)) return undefined;
  if (kind === 'customer-po')
    return sql`select id, bu from rm.lineage_node where type = 'CUSTOMER_PO' and business_key = ${key}`;
  if (kind === 'correlation') return sql`select id, bu from rm.lineage_node where correlation = ${key}`;
  if (kind === 'gl-journal') return sql`select node_id as id, bu from rm.gl_line where journal_id = ${key}`;
  if (kind === 'shipment') {
    return sql`select id, bu from rm.lineage_node where id = ${root} or (type = 'SHIPMENT_LINE' and business_key = ${key})`;
  }
  if (kind === 'invoice') {
    return sql`select id, bu from rm.lineage_node where id = ${root} or (type = 'INVOICE_LINE' and business_key = ${key})`;
  }
  if (kind === 'gl-line') return sql`select node_id as id, bu from rm.gl_line where node_id = ${root}`;
  if (kind === 'gl-batch') return sql`select batch_node as id, bu from rm.gl_journal_state where batch_node = ${root}`;
  if (kind === 'erp-doc') return sql`select erp_node as id, bu from rm.gl_journal_state where erp_node = ${root}`;
  return sql`select id, bu from rm.lineage_node where id = ${root}`;
};

const glNodes = sql`select l.node_id as id, 'GL_LINE' as type, l.role || coalesce(' ' || l.account, '') as label, l.updated_at as at, null::text as qty,
    (l.debit + l.credit)::text as amount, l.currency, l.position,
    jsonb_build_object('role', l.role, 'account', l.account, 'debit', l.debit::text, 'credit', l.credit::text, 'journal', l.journal_id,
      'template', j.template_id, 'ruleSetVersion', j.rule_set_version, 'period', l.period, 'state', s.state, 'erpDoc', s.erp_document) as detail
  from reached r join rm.gl_line l on l.node_id = r.id join rm.gl_journal j on j.journal_id = l.journal_id
  join rm.gl_journal_state s on s.journal_id = l.journal_id
  union all
  select r.id, 'GL_BATCH', 'batch ' || b.batch_id, b.sealed_at, null, null, null, b.position,
    jsonb_build_object('state', b.state, 'period', b.period, 'sha256', b.content_sha256)
  from reached r join rm.gl_batch b on r.id = 'gl-batch:' || b.batch_id and b.bu = any(select bu from start)
  union all
  select distinct on (r.id) r.id, 'ERP_DOCUMENT', s.erp_document, s.updated_at, null, null, null, s.position, '{}'::jsonb
  from reached r join rm.gl_journal_state s on s.erp_node = r.id`;

/** More may leave for an order line than it asked for: that is an over-shipment, a fact, and no gap. */
const flows = sql`(select jsonb_build_object('inQty', coalesce(sum(e.qty) filter (where e.kind <> 'RELEASED_BY'), 0)::text, 'inEdges', count(*)) from rm.lineage_edge e
    where e.to_id = n.id) as inflow,
  (select jsonb_build_object('outQty', coalesce(sum(e.qty) filter (where e.kind in ('RESERVED_BY', 'INVOICED_BY')
    or (e.kind = 'SHIPPED_BY' and n.type <> 'ORDER_LINE')), 0)::text)
    from rm.lineage_edge e where e.from_id = n.id) as outflow`;

export type NodeRow = {
  readonly id: string;
  readonly type: string;
  readonly label: string;
  readonly at: string;
  readonly qty: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly inflow: { readonly inQty: string; readonly inEdges: number };
  readonly outflow: { readonly outQty: string };
};

export type GraphRow = Pick<LineageView, 'decisions'> & {
  readonly nodes: readonly NodeRow[];
  readonly edges: readonly LineageEdgeView[];
  readonly summary: Omit<LineageView['summary'], 'complete'> | null;
};

const directionsOf = { up: ['up'], down: ['down'], both: ['up', 'down'] } as const;

const decisionTypes = [
  'OrderPriced',
  'OrderHeld',
  'OrderHoldReleased',
  'OrderAccepted',
  'SourcingDecided',
  'InvoiceVoided',
  'ShipmentVoided',
];

const nodes = sql`(select coalesce(json_agg(json_build_object('id', n.id, 'type', n.type, 'label', n.label, 'at', ${instant(sql`n.at`)}, 'qty', n.qty, 'amount', n.amount,
          'currency', n.currency, 'detail', n.detail, 'inflow', n.inflow, 'outflow', n.outflow) order by n.position, n.id), '[]'::json)
        from (select n.*, ${flows} from graph_node n) n)`;

const edges = sql`(select coalesce(json_agg(json_build_object('from', e.from_id, 'to', e.to_id, 'kind', e.kind, 'qty', e.qty::text, 'amount', e.amount::text,
          'eventId', e.event_id, 'position', e.position) order by e.position, e.from_id, e.to_id), '[]'::json)
        from reached r join rm.lineage_edge e on e.from_id = r.id where e.to_id in (select id from reached))`;

const summary = sql`(select json_build_object('orderLine', case when count(*) = 1 then min(o.order_id || '/' || o.line_id) end,
          'ordered', coalesce(sum(o.ordered), 0)::text, 'shipped', coalesce(sum(o.shipped), 0)::text, 'invoiced', coalesce(sum(o.invoiced), 0)::text,
          'revenue', (select coalesce(sum(credit - debit) filter (where role = 'REVENUE_PRODUCT'), 0)::text from posted),
          'discount', (select coalesce(sum(debit - credit) filter (where role = 'SALES_DISCOUNT'), 0)::text from posted),
          'cost', (select coalesce(sum(debit - credit) filter (where role = 'COGS'), 0)::text from posted),
          'margin', (select coalesce(sum(case when role in ('REVENUE_PRODUCT', 'SALES_DISCOUNT', 'COGS') then credit - debit end), 0)::text from posted),
          'currency', (select max(currency) from graph_node)) from order_lines o)`;

const decisions = sql`(select coalesce(json_agg(json_build_object('eventId', i.event_id, 'type', i.type, 'actor', i.actor, 'policy', i.policy,
          'reason', i.reason ->> 'code', 'position', i.position) order by i.position), '[]'::json)
        from rm.event_index i where i.order_id in (select distinct order_id from order_lines) and i.type = any(${decisionTypes}::text[]))`;

export const graphStatement = (
  start: RawBuilder<unknown>,
  request: LineageRequest,
  scope: Scope | undefined,
): RawBuilder<GraphRow> => {
  const depth = Math.min(depthMax, Math.max(1, request.depth ?? depthDefault));
  // A batch number can be the same in two business units; the walk must not cross over.
  const visibleEdge = sql`e.bu in (select bu from start)`;
  return sql<GraphRow>`with recursive start as materialized (
      select distinct s.id, s.bu from (${start}) s where ${allOf([anyOf(sql`s.bu`, scope?.bus)])} limit ${nodesMax}),
    walk(id, dir, depth) as (
      select s.id, d.dir, 0 from start s cross join unnest(${[...directionsOf[request.direction ?? 'both']]}::text[]) as d(dir)
      union
      select next.id, w.dir, w.depth + 1 from walk w cross join lateral (
        select e.to_id as id from rm.lineage_edge e where w.dir = 'down' and e.from_id = w.id and ${visibleEdge}
        union all
        select e.from_id from rm.lineage_edge e where w.dir = 'up' and e.to_id = w.id and ${visibleEdge}) next
      where w.depth < ${depth}),
    reached as materialized (select distinct id from (select id from walk limit ${nodesMax * 2}) w limit ${nodesMax}),
    graph_node as materialized (
      select n.id, n.type, n.label, n.at, n.qty::text as qty, n.amount::text as amount, n.currency, n.position, n.detail
      from reached r join rm.lineage_node n on n.id = r.id
      union all ${glNodes}),
    order_lines as materialized (select l.order_id, l.line_id, l.ordered, l.shipped, l.invoiced from graph_node n
      join rm.order_line l on n.type = 'ORDER_LINE' and l.order_id = n.detail ->> 'orderId' and l.line_id = n.detail ->> 'lineId'),
    posted as (select l.role, sum(l.debit) as debit, sum(l.credit) as credit from order_lines o
      join rm.gl_line l on l.order_id = o.order_id and l.order_line_id = o.line_id group by l.role)
    select ${nodes} as nodes,
      ${edges} as edges,
      ${summary} as summary,
      ${decisions} as decisions`;
};
