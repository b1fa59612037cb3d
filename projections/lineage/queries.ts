import { defineQuery, type Question } from '../question.ts';
import type { Scope } from '../readModel.ts';
import { flowGaps, type LineageGap } from './gaps.ts';
import { type GraphNode, type GraphRow, graphStatement, nodesMax } from './graphQuery.ts';
import { type LineageSource, liveLineage } from './source.ts';

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
    readonly cost: string;
    readonly margin: string;
    readonly currency: string | null;
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
  readonly direction?: 'up' | 'down' | 'both';
  readonly depth?: number;
};

const withoutNulls = (value: object): object =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));

const toNode = ({ detail, outQty, ...node }: GraphNode): LineageNodeView => {
  const open = node.qty === null ? {} : { open: (BigInt(node.qty) - BigInt(outQty ?? '0')).toString() };
  return { ...withoutNulls({ ...detail, ...node }), ...open } as LineageNodeView;
};

const sumOf = (amounts: readonly string[]): bigint => amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);

const summaryOf = ({ nodes, orderLines, posted }: GraphRow): Omit<LineageView['summary'], 'complete'> => {
  const of = (role: string): bigint => sumOf(posted.filter((each) => each.role === role).map(({ amount }) => amount));
  const currencies = nodes.flatMap(({ currency }) => currency ?? []);
  return {
    orderLine: orderLines.length === 1 ? (orderLines[0]?.key ?? null) : null,
    ordered: sumOf(orderLines.map(({ ordered }) => ordered)).toString(),
    shipped: sumOf(orderLines.map(({ shipped }) => shipped)).toString(),
    invoiced: sumOf(orderLines.map(({ invoiced }) => invoiced)).toString(),
    revenue: of('REVENUE_PRODUCT').toString(),
    discount: (-of('SALES_DISCOUNT')).toString(),
    cost: (-of('COGS')).toString(),
    margin: sumOf(posted.map(({ amount }) => amount)).toString(),
    currency: currencies.sort().at(-1) ?? null,
  };
};

const toView = (root: string, row: GraphRow): LineageView => {
  const { nodes, edges, decisions } = row;
  const gaps = flowGaps(nodes, edges);
  const reached = new Set(nodes.map(({ id }) => id));
  return {
    root,
    summary: { ...summaryOf(row), complete: gaps.length === 0 },
    nodes: nodes.map(toNode),
    edges: edges.filter(({ from }) => reached.has(from)).map((edge) => withoutNulls(edge) as LineageEdgeView),
    decisions,
    gaps,
    truncated: nodes.length >= nodesMax,
  };
};

/** The way of goods and money through `root`, in one recursive query. Undefined: no such root, or none that `scope` may see. */
export const lineage = defineQuery(
  (
    request: LineageRequest,
    scope?: Scope,
    source: LineageSource = liveLineage,
  ): Question<GraphRow, LineageView | undefined> => ({
    statement: graphStatement(request, source, scope),
    form: 'single',
    answer: ([row]) => (row === undefined || row.nodes.length === 0 ? undefined : toView(request.root, row)),
  }),
);
