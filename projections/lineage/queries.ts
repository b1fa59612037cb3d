import { defineQuery, type Question } from '../question.ts';
import { nothing, type Scope } from '../readModel.ts';
import { flowGaps, type LineageGap } from './gaps.ts';
import { type GraphRow, graphStatement, type NodeRow, nodesMax, startOf } from './graphQuery.ts';

export type LineageNodeView = {
  readonly id: string;
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

const toNode = ({ detail, inflow: _, outflow, ...node }: NodeRow): LineageNodeView => {
  const open = node.qty == null ? {} : { open: (BigInt(node.qty) - BigInt(outflow.outQty)).toString() };
  const present = Object.fromEntries(Object.entries({ ...detail, ...node }).filter(([, value]) => value !== null));
  return { ...present, ...open } as LineageNodeView;
};

const nothingSummed = {
  orderLine: null,
  ordered: '0',
  shipped: '0',
  invoiced: '0',
  revenue: '0',
  discount: '0',
  cost: '0',
  margin: '0',
  currency: null,
};

const toView = (root: string, { nodes, edges, summary, decisions }: GraphRow): LineageView => {
  const gaps = flowGaps(nodes, edges);
  return {
    root,
    summary: { ...nothingSummed, ...summary, complete: gaps.length === 0 },
    nodes: nodes.map(toNode),
    edges: edges.map(
      (edge) => Object.fromEntries(Object.entries(edge).filter(([, value]) => value !== null)) as LineageEdgeView,
    ),
    decisions,
    gaps,
    truncated: nodes.length >= nodesMax,
  };
};

/** The way of goods and money through `root`, in one recursive query. Undefined: no such root, or none that `scope` may see. */
export const lineage = defineQuery(
  (request: LineageRequest, scope?: Scope): Question<GraphRow, LineageView | undefined> => {
    const start = startOf(request.root);
    return {
      statement: start === undefined ? nothing : graphStatement(start, request, scope),
      answer: ([row]) => (row === undefined || row.nodes.length === 0 ? undefined : toView(request.root, row)),
    };
  },
);
