import { type RawBuilder, sql } from 'kysely';
import { allOf, anyOf, instant, type Scope } from '../readModel.ts';
import type { LineageRequest, LineageView } from './queries.ts';
import type { LineageSource } from './source.ts';
import { startOf } from './start.ts';

export const nodesMax = 5_000;
const depthMax = 20;
const depthDefault = 12;

export type GraphNode = {
  readonly id: string;
  readonly bu: string;
  readonly type: string;
  readonly label: string;
  readonly at: string;
  readonly qty: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly position: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** What flowed on from here; null where no quantity is kept. */
  readonly outQty: string | null;
};

export type GraphEdge = {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly qty: string | null;
  readonly amount: string | null;
  readonly eventId: string;
  readonly position: string;
};

export type GraphRow = {
  readonly nodes: readonly GraphNode[];
  /** Into the nodes that were reached, also from where the walk did not go. */
  readonly edges: readonly GraphEdge[];
  readonly orderLines: readonly {
    readonly key: string;
    readonly ordered: string;
    readonly shipped: string;
    readonly invoiced: string;
  }[];
  /** Credit − debit of everything posted for those order lines. */
  readonly posted: readonly { readonly role: string; readonly amount: string }[];
  readonly decisions: LineageView['decisions'];
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

/**
 * The state of a line's journal, always by its key: `offset 0` keeps the planner from beginning with all journals of all
 * batches, which looks cheap while there are none.
 */
const stateOfLine = ({ states }: LineageSource): RawBuilder<unknown> =>
  sql`lateral (select s.* from ${states} s where s.journal_id = l.journal_id offset 0) s`;

/** The lines of the journals of `s`, by their key for the same reason. */
const linesOfState = ({ lines }: LineageSource): RawBuilder<unknown> =>
  sql`lateral (select l.* from ${lines} l where l.journal_id = s.journal_id offset 0) l`;

/** The line that is node `r`, by its key: many nodes may be reached, few are, and a small table would be read whole for each answer. */
const lineOfNode = ({ lines }: LineageSource): RawBuilder<unknown> =>
  sql`lateral (select l.* from ${lines} l where l.node_id = r.id offset 0) l`;

/** The nodes one step on from `w`. A batch number can be the same in two business units; the walk does not cross over. */
const steps = (source: LineageSource): RawBuilder<unknown> => {
  const { flows, lines, states } = source;
  return sql`select f.to_id as id from ${flows} f where w.dir = 'down' and f.from_id = w.id and f.bu = w.bu
    union all
    select f.from_id from ${flows} f where w.dir = 'up' and f.to_id = w.id and f.bu = w.bu
    union all
    select l.node_id from ${lines} l where w.dir = 'down' and l.from_node = w.id and l.bu = w.bu
    union all
    select x.id from ${lines} l cross join ${stateOfLine(source)}
      cross join lateral (values ('up', l.from_node), ('down', s.batch_node), ('down', s.erp_node)) x(dir, id)
    where l.node_id = w.id and x.dir = w.dir and x.id is not null and l.bu = w.bu
    union all
    select l.node_id from ${states} s cross join ${linesOfState(source)} where w.dir = 'up' and s.batch_node = w.id and s.bu = w.bu
    union all
    select l.node_id from ${states} s cross join ${linesOfState(source)} where w.dir = 'up' and s.erp_node = w.id and s.bu = w.bu`;
};

/** More may leave for an order line than it asked for: that is an over-shipment, a fact, and does not count as flowed on. */
const outQty = ({ flows }: LineageSource): RawBuilder<unknown> =>
  sql`case when n.qty is null then null else (select coalesce(sum(f.qty), 0) from ${flows} f where f.from_id = n.id
    and (f.kind in ('RESERVED_BY', 'INVOICED_BY') or (f.kind = 'SHIPPED_BY' and n.type <> 'ORDER_LINE'))) end`;

const graphNodes = (source: LineageSource): RawBuilder<unknown> => {
  const { nodes, journals, states, batches } = source;
  return sql`select n.id, r.bu, n.type, n.label, n.at, n.qty, n.amount, n.currency, n.position, n.detail, ${outQty(source)} as out_qty
    from reached r cross join lateral (select n.* from ${nodes} n where n.id = r.id offset 0) n
  union all
  select l.node_id, r.bu, 'GL_LINE', l.role || coalesce(' ' || l.account, ''), l.updated_at, null, l.debit + l.credit, l.currency, l.position,
    jsonb_build_object('role', l.role, 'account', l.account, 'debit', l.debit::text, 'credit', l.credit::text, 'journal', l.journal_id,
      'template', j.template_id, 'ruleSetVersion', j.rule_set_version, 'period', l.period, 'state', s.state, 'erpDoc', s.erp_document), null
  from reached r cross join ${lineOfNode(source)}
    cross join lateral (select j.* from ${journals} j where j.journal_id = l.journal_id offset 0) j cross join ${stateOfLine(source)}
  union all
  select r.id, r.bu, 'GL_BATCH', 'batch ' || b.batch_id, b.sealed_at, null, null, null, b.position,
    jsonb_build_object('state', b.state, 'period', b.period, 'sha256', b.content_sha256), null
  from reached r join ${batches} b on starts_with(r.id, 'gl-batch:') and b.batch_id = substr(r.id, 10) and b.bu = r.bu
  union all
  select r.id, r.bu, 'ERP_DOCUMENT', s.erp_document, s.updated_at, null, null, null, s.position, '{}'::jsonb, null
  from reached r cross join lateral (select s.* from ${states} s where starts_with(r.id, 'erp-doc:') and s.erp_node = r.id
    and s.bu = r.bu order by s.position, s.journal_id limit 1) s`;
};

/** Edges into what was reached. Those into batches and documents of the ERP come from the reached lines only: a batch is long. */
const inward = (source: LineageSource): RawBuilder<unknown> => sql`
  select f.from_id, f.to_id, f.kind, f.qty, f.amount, f.event_id, f.position
  from reached r cross join lateral (select f.* from ${source.flows} f where f.to_id = r.id and f.bu = r.bu offset 0) f
  union all
  select l.from_node, l.node_id, 'POSTED_BY', null, l.debit + l.credit, l.source_event_id, l.position
  from reached r cross join ${lineOfNode(source)}
  union all
  select l.node_id, x.id, x.kind, null, l.debit + l.credit, l.source_event_id, s.position
  from reached r cross join ${lineOfNode(source)} cross join ${stateOfLine(source)}
    cross join lateral (values (s.batch_node, 'BATCHED_IN'), (s.erp_node, 'ACKNOWLEDGED_AS')) x(id, kind)
  where x.id in (select id from reached)`;

const rows = (record: RawBuilder<unknown>, from: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(select coalesce(json_agg(${record}), '[]'::json) from ${from})`;

const nodeRecord = sql`json_build_object('id', n.id, 'bu', n.bu, 'type', n.type, 'label', n.label, 'at', ${instant(sql`n.at`)}, 'qty', n.qty::text,
  'amount', n.amount::text, 'currency', n.currency, 'position', n.position, 'detail', n.detail, 'outQty', n.out_qty::text) order by n.position, n.id`;

const edgeRecord = sql`json_build_object('from', e.from_id, 'to', e.to_id, 'kind', e.kind, 'qty', e.qty::text, 'amount', e.amount::text,
  'eventId', e.event_id, 'position', e.position) order by e.position, e.from_id, e.to_id`;

const lineRecord = sql`json_build_object('key', o.order_id || '/' || o.line_id, 'ordered', o.ordered::text, 'shipped', o.shipped::text,
  'invoiced', o.invoiced::text) order by o.order_id, o.line_id`;

const decisionRecord = sql`json_build_object('eventId', i.event_id, 'type', i.type, 'actor', i.actor, 'policy', i.policy,
  'reason', i.reason ->> 'code', 'position', i.position) order by i.position`;

/** `start` and `reached`, as parts of a statement. */
export const walkOf = (
  request: LineageRequest,
  source: LineageSource,
  scope: Scope | undefined,
): RawBuilder<unknown> => {
  const depth = Math.min(depthMax, Math.max(1, request.depth ?? depthDefault));
  const directions = [...directionsOf[request.direction ?? 'both']];
  return sql`start as materialized (
      select distinct s.id, s.bu from (${startOf(request.root, source)}) s where ${allOf([anyOf(sql`s.bu`, scope?.bus)])} limit ${nodesMax}),
    walk(id, bu, dir, depth) as (
      select s.id, s.bu, d.dir, 0 from start s cross join unnest(${directions}::text[]) as d(dir)
      union
      select next.id, w.bu, w.dir, w.depth + 1 from walk w cross join lateral (${steps(source)}) next where w.depth < ${depth}),
    reached as materialized (select distinct id, bu from (select id, bu from walk limit ${nodesMax * 2}) w limit ${nodesMax})`;
};

/** The nodes that a walk from the root reaches, with the edges into them and what their order lines came to. */
export const graphStatement = (
  request: LineageRequest,
  source: LineageSource,
  scope: Scope | undefined,
): RawBuilder<GraphRow> => sql<GraphRow>`with recursive ${walkOf(request, source, scope)},
    graph_node as materialized (${graphNodes(source)}),
    inward as (${inward(source)}),
    order_lines as materialized (select l.order_id, l.line_id, l.ordered, l.shipped, l.invoiced from graph_node n
      join ${source.orderLines} l on n.type = 'ORDER_LINE' and l.order_id = n.detail ->> 'orderId' and l.line_id = n.detail ->> 'lineId'),
    posted as (select l.role, sum(l.credit - l.debit) as amount from order_lines o
      join ${source.lines} l on l.order_id = o.order_id and l.order_line_id = o.line_id
      where l.role in ('REVENUE_PRODUCT', 'SALES_DISCOUNT', 'COGS') group by l.role)
    select ${rows(nodeRecord, sql`graph_node n`)} as nodes, ${rows(edgeRecord, sql`inward e`)} as edges,
      ${rows(lineRecord, sql`order_lines o`)} as "orderLines",
      ${rows(sql`json_build_object('role', p.role, 'amount', p.amount::text)`, sql`posted p`)} as posted,
      ${rows(
        decisionRecord,
        sql`${source.events} i where i.order_id in (select distinct order_id from order_lines) and i.type = any(${decisionTypes}::text[])`,
      )} as decisions`;
