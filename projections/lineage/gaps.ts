/** A place where goods or money appear from nowhere or flow on twice. */
export type LineageGap = {
  readonly node: string;
  readonly reason: 'NO_ORIGIN' | 'INFLOW_DIFFERS' | 'OUTFLOW_EXCEEDS';
  readonly detail: string;
};

type FlowNode = {
  readonly id: string;
  readonly type: string;
  readonly qty: string | null;
  /** What flowed on from here. */
  readonly outQty: string | null;
};

type FlowEdge = { readonly from: string; readonly to: string; readonly kind: string; readonly qty: string | null };

/**
 * Nodes at which a story may begin: a customer's PO, the message it came in, or a movement of stock that no order asked
 * for. Batches and documents of the ERP exist through their lines alone, so that nothing can be missing before them.
 */
const origins = new Set(['PAYLOAD', 'CUSTOMER_PO', 'STOCK_MOVEMENT', 'GL_BATCH', 'ERP_DOCUMENT']);

/** Nodes whose quantity must have come in over the edges. */
const flowing = new Set(['RESERVATION', 'SHIPMENT_LINE', 'INVOICE_LINE', 'RETURN_LINE']);

const gapOf = (node: FlowNode, inward: readonly FlowEdge[]): LineageGap | undefined => {
  if (!origins.has(node.type) && inward.length === 0)
    return { node: node.id, reason: 'NO_ORIGIN', detail: 'Nothing leads here.' };
  if (node.qty === null) return undefined;
  const qty = BigInt(node.qty);
  const inQty = inward.reduce((sum, edge) => sum + (edge.kind === 'RELEASED_BY' ? 0n : BigInt(edge.qty ?? '0')), 0n);
  if (flowing.has(node.type) && inQty !== qty)
    return { node: node.id, reason: 'INFLOW_DIFFERS', detail: `${inQty} came in, ${qty} are here.` };
  if (BigInt(node.outQty ?? '0') > qty)
    return { node: node.id, reason: 'OUTFLOW_EXCEEDS', detail: `${node.outQty} went on, ${qty} were here.` };
  return undefined;
};

/** inflow − outflow = open, and open is never negative; every node but an origin comes from somewhere. */
export const flowGaps = (nodes: readonly FlowNode[], edges: readonly FlowEdge[]): readonly LineageGap[] => {
  const inward = Map.groupBy(edges, ({ to }) => to);
  return nodes.flatMap((node) => gapOf(node, inward.get(node.id) ?? []) ?? []);
};
