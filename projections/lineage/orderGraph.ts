import { sql } from 'kysely';
import { packedRow, text } from '../packed.ts';
import { inParts } from '../parts.ts';
import { origins } from './gaps.ts';
import type { Found } from './graphAnswer.ts';
import {
  decisionRow,
  flowRow,
  isDecision,
  isForMargin,
  lineRow,
  nodeColumns,
  orderLineRow,
  postedColumns,
  postings,
} from './graphQuery.ts';
import type { LineageSource } from './source.ts';
import { type Direction, startLines } from './walk.ts';

/** Of one order. Where there are more, a walk from a line comes to few of them and goes from key to key. */
const nodesOfOrderMax = 100;

const nodeRow = packedRow(nodeColumns(sql`n.bu`));

const postedRow = packedRow({ ...postedColumns, orderLineId: text(sql`l.order_line_id`) });

/**
 * All goods and documents of the order that a line was posted for, the flows into them, and what comes in from outside. A
 * small order is found by few ranges of indexes; a walk takes one descent for each flow, and a line that was posted for a
 * whole invoice reaches nearly all of its order.
 */
export const orderParts = (direction: Direction, source: LineageSource) => {
  const { nodes, flows, lines, orderLines, events } = source;
  const order = sql`(select order_id from whole)`;
  return inParts(
    {
      nodes: { of: nodeRow, from: sql`from node n` },
      outside: {
        of: nodeRow,
        from: sql`from ${nodes} n where n.id = any(array(select from_id from flow where to_id = 'order:' || ${order}))`,
      },
      flows: { of: flowRow, from: sql`from flow f` },
      lines: { of: lineRow, from: sql`from line l` },
      ...postings('gl-line', source),
      orderLines: { of: orderLineRow, from: sql`from ${orderLines} o where o.order_id = ${order}` },
      posted: {
        of: postedRow,
        from: sql`from ${lines} l where l.order_id = ${order} and l.order_line_id is not null and ${isForMargin}`,
      },
      decisions: { of: decisionRow, from: sql`from ${events} i where i.order_id = ${order} and ${isDecision}` },
    },
    sql`with ${startLines('gl-line', direction, source)},
      node as materialized (select n.* from ${nodes} n where n.order_id = (select order_id from line) limit ${sql.lit(nodesOfOrderMax + 1)}),
      whole as materialized (select order_id from line where (select count(*) from node) <= ${sql.lit(nodesOfOrderMax)}),
      flow as materialized (select f.* from ${flows} f where f.to_id = any(array(select n.id from node n, whole)) and f.bu = (select bu from line))`,
  );
};

type Parts = ReturnType<ReturnType<typeof orderParts>['read']>;
type Flow = Parts['flows'][number];
type Node = Parts['nodes'][number];

/** The ids to which a walk against the flows comes in `depth` steps; to come to `start` is the first. */
const walkedUp = (start: string, into: ReadonlyMap<string, readonly Flow[]>, depth: number): ReadonlySet<string> => {
  const reached = new Set([start]);
  let here = [start];
  for (let step = 1; step < depth && here.length > 0; step += 1) {
    const next: string[] = [];
    for (const id of here)
      for (const { from } of into.get(id) ?? []) {
        if (!reached.has(from)) next.push(from);
        reached.add(from);
      }
    here = next;
  }
  return reached;
};

const goesOn: ReadonlySet<string> = new Set(['RESERVED_BY', 'SHIPPED_BY', 'INVOICED_BY']);

/** What flowed on from each node: that which `outQty` of `graphQuery.ts` sums. */
const flowedOn = (flows: readonly Flow[]): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const { from, kind, qty } of flows) {
    const excess = kind === 'SHIPPED_BY' && from.startsWith('order-line:');
    if (qty !== null && goesOn.has(kind) && !excess) sums.set(from, (sums.get(from) ?? 0n) + BigInt(qty));
  }
  return sums;
};

/** Who walks must know what flows into each node: into those of the order, and nothing flows into an origin. */
const nodesAt = (ids: ReadonlySet<string>, { nodes, outside }: Parts): readonly Node[] | undefined => {
  const known = new Map(outside.filter(({ type }) => origins.has(type)).map((node) => [node.id, node]));
  for (const node of nodes) known.set(node.id, node);
  const found = [...ids].flatMap((id) => known.get(id) ?? []);
  return found.length === ids.size ? found : undefined;
};

/** What a walk from the line reaches. Undefined: it leaves the order, or the order is too large to be here. */
export const reachedInOrder = (parts: Parts, depth: number): Found | undefined => {
  const [line] = parts.lines;
  if (line === undefined || parts.nodes.length > nodesOfOrderMax) return undefined;
  const into = Map.groupBy(parts.flows, ({ to }) => to);
  const reached = walkedUp(line.from, into, depth);
  const nodes = nodesAt(reached, parts);
  if (nodes === undefined) return undefined;
  const lineIds = new Set(nodes.flatMap(({ type, detail }) => (type === 'ORDER_LINE' ? [detail.lineId] : [])));
  const orderLines = parts.orderLines.filter(({ lineId }) => lineIds.has(lineId));
  const ordered = new Set(orderLines.map(({ lineId }) => lineId));
  const outQty = flowedOn(parts.flows);
  return {
    ...parts,
    nodes: nodes.map((node) => ({
      ...{ ...node, bu: line.bu },
      outQty: node.qty === null ? null : (outQty.get(node.id) ?? 0n).toString(),
    })),
    flows: parts.flows.filter(({ to }) => reached.has(to)),
    orderLines,
    posted: parts.posted.filter(({ orderLineId }) => ordered.has(orderLineId)),
    decisions: ordered.size === 0 ? [] : parts.decisions,
  };
};
