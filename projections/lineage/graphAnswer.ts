import type { graphParts } from './graphQuery.ts';
import type { LineageView } from './queries.ts';
import { nodesMax } from './walk.ts';

type Found = ReturnType<ReturnType<typeof graphParts>['read']>;

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

/** What a walk reached. */
export type Graph = {
  readonly nodes: readonly GraphNode[];
  /** Into the nodes that were reached, also from where the walk did not go. */
  readonly edges: readonly GraphEdge[];
  readonly orderLines: Found['orderLines'];
  readonly posted: Found['posted'];
  readonly decisions: LineageView['decisions'];
};

type Line = Found['lines'][number];

/** One of the two is zero. */
const amountOf = ({ debit, credit }: Line): string => (debit === '0' ? credit : debit);

const noFigures = { qty: null, amount: null, currency: null, outQty: null } as const;

const lineNode = (line: Line): GraphNode => {
  const { id, bu, role, account, at, currency, position, debit, credit, journal, template, ruleSetVersion } = line;
  const { period, state, erpDoc } = line;
  return {
    ...{ id, bu, type: 'GL_LINE', label: account === null ? role : `${role} ${account}`, at },
    ...{ qty: null, amount: amountOf(line), currency, position, outQty: null },
    detail: { role, debit, state, credit, erpDoc, period, account, journal, template, ruleSetVersion },
  };
};

const batchNode = ({ id, bu, batchId, at, position, ...detail }: Found['batches'][number]): GraphNode => ({
  ...{ id, bu, type: 'GL_BATCH', label: `batch ${batchId}`, at, position, detail },
  ...noFigures,
});

const documentNode = ({ id, bu, label, at, position }: Found['documents'][number]): GraphNode => ({
  ...{ id, bu, type: 'ERP_DOCUMENT', label, at, position, detail: {} },
  ...noFigures,
});

const lineEdges = (line: Line, posted: ReadonlySet<string>): readonly GraphEdge[] => {
  const { id, from, eventId, position, batchNode: batch, erpNode: document, statePosition } = line;
  const money = { qty: null, amount: amountOf(line), eventId };
  const into = (to: string | null, kind: string): readonly GraphEdge[] =>
    to !== null && posted.has(to) ? [{ ...money, from: id, to, kind, position: statePosition }] : [];
  return [
    { ...money, from, to: id, kind: 'POSTED_BY', position },
    ...into(batch, 'BATCHED_IN'),
    ...into(document, 'ACKNOWLEDGED_AS'),
  ];
};

/** A reverse, and what is posted anew, have the lines of the journal that they are about, in its order. */
const corrected = (line: Line, reached: ReadonlySet<string>): readonly GraphEdge[] => {
  const { id, journal, eventId, position, reversalOf, repostOf } = line;
  const money = { qty: null, amount: amountOf(line), eventId, position };
  const fromLineOf = (original: string | null, kind: string): readonly GraphEdge[] => {
    const from = original === null ? '' : id.replace(journal, original);
    return reached.has(from) ? [{ ...money, from, to: id, kind }] : [];
  };
  return [...fromLineOf(reversalOf, 'REVERSED_BY'), ...fromLineOf(repostOf, 'REPOSTED_BY')];
};

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Placed = { readonly position: string };

const inOrder = (a: Placed, b: Placed): number => order(a.position, b.position);

const byPlace = (a: GraphNode, b: GraphNode): number => inOrder(a, b) || order(a.id, b.id);

const byWay = (a: GraphEdge, b: GraphEdge): number =>
  inOrder(a, b) || order(a.from, b.from) || order(a.to, b.to) || order(a.kind, b.kind);

/** A walk up comes to a flow once for each distance at which it is. */
const once = (sorted: readonly GraphEdge[]): readonly GraphEdge[] =>
  sorted.filter((edge, index) => index === 0 || byWay(sorted[index - 1] as GraphEdge, edge) !== 0);

/** In the order of the log. Cut at `nodesMax`: then goods and documents come before lines, and those before the rest. */
export const graphOf = (root: string, found: Found): Graph => {
  const lines = found.lines.slice(0, nodesMax - found.nodes.length);
  const posted = new Set([root, ...lines.flatMap((line) => (line.goesOn ? [line.batchNode, line.erpNode] : []))]);
  const nodes = [
    ...found.nodes,
    ...lines.map(lineNode),
    ...found.batches.map(batchNode),
    ...found.documents.map(documentNode),
  ];
  const reached = new Set(lines.map(({ id }) => id));
  const linked = lines.flatMap((line) => [
    ...lineEdges(line, posted as ReadonlySet<string>),
    ...corrected(line, reached),
  ]);
  return {
    nodes: nodes.slice(0, nodesMax).sort(byPlace),
    edges: once([...found.flows, ...linked].sort(byWay)),
    orderLines: found.orderLines,
    posted: found.posted,
    decisions: found.decisions.toSorted(inOrder),
  };
};
