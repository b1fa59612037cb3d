import type { RecordedOf } from '../events.ts';
import type { InvoiceDrafted } from '../invoice/events.ts';
import { maxQty, qty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { rememberedText } from './billing.ts';
import { taxLane } from './invoiceReactions.ts';
import type { OfLoss } from './lossSteps.ts';
import type { OrderToCashMemory, OrderToCashState } from './memory.ts';
import type { Answer } from './onceEach.ts';

export const ofLoss = ({ orderId, bu, shipmentId, lossId }: OfLoss): OfLoss => ({ orderId, bu, shipmentId, lossId });

/** In the order's own lane, behind the draft of the goods' invoice. */
export const onLossDecided = ({ data }: RecordedOf<'ShipmentLossDecided'>): Answer => ({
  intents: [{ step: 'settleLoss', lane: data.orderId, payload: ofLoss(data) }],
  memory: {},
});

export const onFound = ({ data }: RecordedOf<'ShipmentFound'>): Answer =>
  data.settled
    ? undefined
    : { intents: [{ step: 'billFound', lane: data.orderId, payload: ofLoss(data) }], memory: {} };

/** What nobody bills has not left as far as billing is concerned: other goods take its place, or none. */
export const onLossSettled = (state: OrderToCashState, { data }: RecordedOf<'ShipmentLossSettled'>): Answer => {
  const byLine = Map.groupBy(data.lines, ({ lineId }) => lineId);
  const lines = [...byLine].flatMap(([lineId, gone]) => {
    const line = valueAt(state.lines, lineId);
    if (line === undefined) return [];
    const sum = (of: typeof gone): bigint => of.reduce((all, { unbilledQty }) => all + qty(unbilledQty), 0n);
    const shipped = maxQty(0n, line.shipped - sum(gone));
    const overBilled = maxQty(0n, line.overBilled - sum(gone.filter(({ beyond }) => beyond === 'BILL')));
    return [rememberedText({ ...line, shipped, overBilled })];
  });
  return { intents: [], memory: { lines } };
};

const billedBy = ({
  invoiceId,
  lines,
  charges,
}: InvoiceDrafted['data']): NonNullable<OrderToCashMemory['drafted']> => ({
  invoiceId,
  withCharges: charges.length > 0,
  parts: lines.map(({ orderLineId: lineId, fromQty, qty: size }) => ({
    ...{ lineId, from: fromQty },
    to: qtyText(qty(fromQty) + qty(size)),
  })),
});

/** Its tax was that of more goods. */
export const onDraftReduced = ({ data }: RecordedOf<'InvoiceDraftReduced'>): Answer => {
  const { orderId, bu, invoiceId } = data;
  const payload = { orderId, bu, invoiceId };
  return {
    intents: [{ step: 'calculateTax', lane: taxLane(orderId, invoiceId), payload }],
    memory: { drafted: billedBy(data) },
  };
};

/** With a void it was remembered before. */
export const onWithdrawn = ({ data }: RecordedOf<'InvoiceWithdrawn'>): Answer =>
  data.reason === 'GOODS_LOST' ? { intents: [], memory: { withdrawnInvoices: [data.invoiceId] } } : undefined;
