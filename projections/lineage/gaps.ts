/** A place where goods or money appear from nowhere or flow on twice. */
export type LineageGap = {
  readonly node: string;
  readonly reason: 'NO_ORIGIN' | 'ORIGIN_UNKNOWN' | 'INFLOW_DIFFERS' | 'OUTFLOW_EXCEEDS';
  readonly detail: string;
};

type FlowNode = {
  readonly id: string;
  readonly type: string;
  readonly qty?: string | null;
  readonly inflow: { readonly inQty: string; readonly inEdges: number };
  readonly outflow: { readonly outQty: string };
};

/** Nodes at which a story may begin. A customer's PO, the order it made, or a movement of stock that no order asked for. */
const origins = new Set(['PAYLOAD', 'CUSTOMER_PO', 'STOCK_MOVEMENT']);

/** Nodes whose quantity must have come in over the edges. */
const flowing = new Set(['RESERVATION', 'SHIPMENT_LINE', 'INVOICE_LINE']);

const gapOf = (
  node: FlowNode,
  known: ReadonlySet<string>,
  sources: ReadonlyMap<string, readonly string[]>,
): LineageGap | undefined => {
  if (!origins.has(node.type) && node.inflow.inEdges === 0) {
    return { node: node.id, reason: 'NO_ORIGIN', detail: 'Nothing leads here.' };
  }
  // Sources outside the walked part are not listed, so only listed ones can be unknown.
  const unknown = sources.get(node.id)?.find((from) => !known.has(from));
  if (unknown !== undefined)
    return { node: node.id, reason: 'ORIGIN_UNKNOWN', detail: `${unknown} is not in the graph.` };
  if (node.qty == null) return undefined;
  const qty = BigInt(node.qty);
  if (flowing.has(node.type) && BigInt(node.inflow.inQty) !== qty) {
    return { node: node.id, reason: 'INFLOW_DIFFERS', detail: `${node.inflow.inQty} came in, ${qty} are here.` };
  }
  if (BigInt(node.outflow.outQty) > qty) {
    return { node: node.id, reason: 'OUTFLOW_EXCEEDS', detail: `${node.outflow.outQty} went on, ${qty} were here.` };
  }
  return undefined;
};

/** inflow − outflow = open, and open is never negative; every node but an origin comes from somewhere known. */
export const flowGaps = (
  nodes: readonly FlowNode[],
  edges: readonly { readonly from: string; readonly to: string }[],
): readonly LineageGap[] => {
  const known = new Set(nodes.map((node) => node.id));
  const sources = new Map<string, string[]>();
  for (const edge of edges) sources.set(edge.to, [...(sources.get(edge.to) ?? []), edge.from]);
  return nodes.flatMap((node) => gapOf(node, known, sources) ?? []);
};
