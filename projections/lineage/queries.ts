import type { PartRow } from '../parts.ts';
import { defineQuery, type Question } from '../question.ts';
import type { Scope } from '../readModel.ts';
import { flowGaps, type LineageGap } from './gaps.ts';
import { type Graph, type GraphNode, graphOf } from './graphAnswer.ts';
import { graphParts } from './graphQuery.ts';
import { type LineageSource, liveLineage } from './source.ts';
import { type Root, rootOf } from './start.ts';
import { type Direction, depthOf, nodesMax } from './walk.ts';

export type LineageNodeView = {
  readonly id: string;
  readonly bu: string;
  readonly type: string;
  readonly label: string;
  readonly at: string;
  readonly qty?: string;
  readonly amount?: string;
  readonly currency?: string;
  /** qty − what flowed on from here. */
  readonly open?: string;
} & Readonly<Record<string, unknown>>;

export type LineageEdgeView = {
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly qty?: string;
  readonly amount?: string;
  readonly eventId: string;
  readonly position: string;
};

export type LineageView = {
  readonly root: string;
  /** Over the order lines that were reached. */
  readonly summary: {
    readonly orderLine: string | null;
    readonly ordered: string;
    readonly shipped: string;
    readonly invoiced: string;
    readonly revenue: string;
    readonly discount: string;
    /** Given back for goods and on prices, before the discount of it, which `discount` is without. */
    readonly credited: string;
    /** With what suppliers billed beyond it. */
    readonly cost: string;
    /** Revenue − discount − credited − cost. */
    readonly margin: string;
    /** Of revenue, discount, credited, cost and margin: that of the first order line. */
    readonly currency: string | null;
    /** Only where something was sold or posted in another currency too: all of it, by currency. */
    readonly margins?: readonly {
      readonly currency: string;
      readonly revenue: string;
      readonly discount: string;
      readonly credited: string;
      readonly cost: string;
      readonly margin: string;
    }[];
    readonly complete: boolean;
  };
  readonly nodes: readonly LineageNodeView[];
  readonly edges: readonly LineageEdgeView[];
  readonly decisions: readonly {
    readonly eventId: string;
    readonly type: string;
    readonly actor: string;
    readonly policy: Readonly<Record<string, number>> | null;
    readonly reason: string | null;
    readonly position: string;
  }[];
  readonly gaps: readonly LineageGap[];
  /** True when the graph was cut at 5,000 nodes. */
  readonly truncated: boolean;
};

export type LineageRequest = {
  readonly root: string;
  readonly direction?: Direction;
  readonly depth?: number;
};

const withoutNulls = (value: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const present: Record<string, unknown> = {};
  for (const name in value) if (value[name] !== null) present[name] = value[name];
  return present;
};

const toNode = ({ detail, outQty, ...node }: GraphNode): LineageNodeView => {
  const view = withoutNulls({ ...detail, ...node });
  if (node.qty !== null) view.open = (BigInt(node.qty) - BigInt(outQty ?? '0')).toString();
  return view as LineageNodeView;
};

const sumOf = (amounts: readonly string[]): bigint => amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);

/** The sale's; a carrier or an ERP may have written in another one. */
const currencyOf = ({ nodes }: Graph): string | null =>
  nodes.find(({ type, currency }) => type === 'ORDER_LINE' && currency !== null)?.currency ??
  nodes.find(({ currency }) => currency !== null)?.currency ??
  null;

const marginOf = (posted: Graph['posted']) => {
  const of = (...roles: readonly string[]): bigint =>
    sumOf(posted.filter(({ role }) => roles.includes(role)).map(({ amount }) => amount));
  return {
    revenue: of('REVENUE_PRODUCT').toString(),
    discount: (-of('SALES_DISCOUNT')).toString(),
    credited: (-of('SALES_RETURNS', 'SALES_ALLOWANCE')).toString(),
    cost: (-of('COGS', 'COGS_VARIANCE')).toString(),
    margin: sumOf(posted.map(({ amount }) => amount)).toString(),
  };
};

const byCurrency = (posted: Graph['posted']): NonNullable<LineageView['summary']['margins']> =>
  [...Map.groupBy(posted, ({ currency }) => currency)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([currency, of]) => ({ currency, ...marginOf(of) }));

const summaryOf = (graph: Graph): Omit<LineageView['summary'], 'complete'> => {
  const { orderLines, posted } = graph;
  const [line] = orderLines;
  const currency = currencyOf(graph);
  const isElsewhere = posted.some((each) => each.currency !== currency);
  return {
    orderLine: line !== undefined && orderLines.length === 1 ? `${line.orderId}/${line.lineId}` : null,
    ordered: sumOf(orderLines.map(({ ordered }) => ordered)).toString(),
    shipped: sumOf(orderLines.map(({ shipped }) => shipped)).toString(),
    invoiced: sumOf(orderLines.map(({ invoiced }) => invoiced)).toString(),
    ...marginOf(posted.filter((each) => each.currency === currency)),
    currency,
    ...(isElsewhere && { margins: byCurrency(posted) }),
  };
};

const toView = (root: string, graph: Graph): LineageView => {
  const { nodes, edges, decisions } = graph;
  const gaps = flowGaps(nodes, edges);
  const reached = new Set(nodes.map(({ id }) => id));
  const truncated = nodes.length >= nodesMax;
  return {
    root,
    // Of what was cut off nobody knows whether it has gaps.
    summary: { ...summaryOf(graph), complete: gaps.length === 0 && !truncated },
    nodes: nodes.map(toNode),
    edges: edges
      .filter(({ from, to }) => reached.has(from) && reached.has(to))
      .map((edge) => withoutNulls(edge) as LineageEdgeView),
    decisions,
    gaps,
    truncated,
  };
};

const livePartsOf = () => {
  const known = new Map<string, ReturnType<typeof graphParts>>();
  return (kind: Root['kind'], direction: Direction) => {
    const name = `${kind} ${direction}`;
    const parts = known.get(name) ?? graphParts(kind, direction, liveLineage);
    known.set(name, parts);
    return parts;
  };
};

const liveParts = livePartsOf();

/** The way of goods and money through `root`, in one statement. Undefined: no such root, or none that `scope` may see. */
export const lineage = defineQuery(
  (
    { root, direction = 'both', depth }: LineageRequest,
    scope?: Scope,
    source: LineageSource = liveLineage,
  ): Question<PartRow, LineageView | undefined> => {
    const { kind, key } = rootOf(root);
    const parts = source === liveLineage ? liveParts(kind, direction) : graphParts(kind, direction, source);
    return {
      statement: parts.statement,
      values: { root, key, depth: depthOf(depth), bus: scope?.bus ?? null },
      form: 'parts',
      answer: (rows) => {
        const graph = graphOf(root, parts.read(rows));
        return graph.nodes.length === 0 ? undefined : toView(root, graph);
      },
    };
  },
);
