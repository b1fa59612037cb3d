import type { PartRow } from '../parts.ts';
import { defineQuery, notEnough, type Question } from '../question.ts';
import type { Scope } from '../readModel.ts';
import { flowGaps, type LineageGap } from './gaps.ts';
import { type Found, type Graph, type GraphNode, graphOf } from './graphAnswer.ts';
import { graphParts } from './graphQuery.ts';
import { orderParts, reachedInOrder } from './orderGraph.ts';
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
  readonly direction?: Direction;
  readonly depth?: number;
};

const addPresent = (view: Record<string, unknown>, values: Readonly<Record<string, unknown>>): void => {
  for (const name in values) if (values[name] !== null) view[name] = values[name];
};

const withoutNulls = (values: Readonly<Record<string, unknown>>): Record<string, unknown> => {
  const view: Record<string, unknown> = {};
  addPresent(view, values);
  return view;
};

const toNode = ({ id, bu, type, label, at, qty, amount, currency, position, detail, outQty }: GraphNode) => {
  const view: Record<string, unknown> = {};
  addPresent(view, detail);
  addPresent(view, { id, bu, type, label, at, qty, amount, currency, position });
  if (qty !== null) view.open = (BigInt(qty) - BigInt(outQty ?? '0')).toString();
  return view as LineageNodeView;
};

const sumOf = (amounts: readonly string[]): bigint => amounts.reduce((sum, amount) => sum + BigInt(amount), 0n);

const summaryOf = ({ nodes, orderLines, posted }: Graph): Omit<LineageView['summary'], 'complete'> => {
  const of = (role: string): bigint => sumOf(posted.filter((each) => each.role === role).map(({ amount }) => amount));
  const [line] = orderLines;
  const currencies = nodes.flatMap(({ currency }) => currency ?? []);
  return {
    orderLine: line !== undefined && orderLines.length === 1 ? `${line.orderId}/${line.lineId}` : null,
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

const toView = (root: string, graph: Graph): LineageView => {
  const { nodes, edges, decisions } = graph;
  const gaps = flowGaps(nodes, edges);
  const reached = new Set(nodes.map(({ id }) => id));
  return {
    root,
    summary: { ...summaryOf(graph), complete: gaps.length === 0 },
    nodes: nodes.map(toNode),
    edges: edges
      .filter(({ from, to }) => reached.has(from) && reached.has(to))
      .map((edge) => withoutNulls(edge) as LineageEdgeView),
    decisions,
    gaps,
    truncated: nodes.length >= nodesMax,
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

const answered = (root: string, found: Found): LineageView | undefined => {
  const graph = graphOf(root, found);
  return graph.nodes.length === 0 ? undefined : toView(root, graph);
};

type LineageQuestion = Question<PartRow, LineageView | undefined>;

const orderPartsUp = { up: orderParts('up', liveLineage), both: orderParts('both', liveLineage) };

/** From a line up: its order has nearly all that is reached, and is found at once. */
const fromLine = (
  root: string,
  direction: keyof typeof orderPartsUp,
  depth: number,
  scope: Scope | undefined,
  otherwise: () => LineageQuestion,
): LineageQuestion => {
  const { statement, read } = orderPartsUp[direction];
  const answer = (rows: readonly PartRow[]) => {
    const parts = read(rows);
    if (parts.lines.length === 0) return undefined;
    const found = reachedInOrder(parts, depth);
    return found === undefined ? notEnough : answered(root, found);
  };
  return { statement, values: { root, bus: scope?.bus ?? null }, form: 'parts', answer, otherwise };
};

/** The way of goods and money through `root`, in one statement, or in two where an order is large. Undefined: no such root, or none that `scope` may see. */
export const lineage = defineQuery(
  (
    { root, direction = 'both', depth: asked }: LineageRequest,
    scope?: Scope,
    source: LineageSource = liveLineage,
  ): LineageQuestion => {
    const { kind, key } = rootOf(root);
    const depth = depthOf(asked);
    const walked = (): LineageQuestion => {
      const { statement, read } =
        source === liveLineage ? liveParts(kind, direction) : graphParts(kind, direction, source);
      const values = { root, key, depth, bus: scope?.bus ?? null };
      return { statement, values, form: 'parts', answer: (rows) => answered(root, read(rows)) };
    };
    return kind === 'gl-line' && direction !== 'down' && source === liveLineage
      ? fromLine(root, direction, depth, scope, walked)
      : walked();
  },
);
