import type { RecordedOf } from '../../domain/events.ts';
import { reflecting, type Sets } from '../projection.ts';
import type { OrderLineRow, OrderRows } from './rows.ts';

type OrderSets = Sets<OrderRows>;

/** Of a dispute that was recorded before its order lines were told, all that is invoiced of the order is meant. */
export const invoiceDisputed = (event: RecordedOf<'InvoiceDisputed'>, { lines }: OrderSets): void => {
  const { orderId, disputeId, orderLineIds } = event.data;
  const isMeant = ({ line_id: lineId, invoiced }: OrderLineRow): boolean =>
    orderLineIds === undefined ? invoiced !== '0' : orderLineIds.includes(lineId);
  for (const row of lines.inGroup(orderId).filter(isMeant))
    lines.put({ ...row, open_disputes: [...(row.open_disputes ?? []), disputeId], ...reflecting(event) });
};

export const disputeResolved = (event: RecordedOf<'DisputeResolved'>, { lines }: OrderSets): void => {
  const { orderId, disputeId } = event.data;
  for (const row of lines.inGroup(orderId)) {
    if (row.open_disputes?.includes(disputeId) !== true) continue;
    const open = row.open_disputes.filter((id) => id !== disputeId);
    lines.put({ ...row, open_disputes: open.length === 0 ? null : open, ...reflecting(event) });
  }
};
