import type { RecordedOf } from '../../domain/events.ts';
import { composedId } from '../../domain/ids.ts';
import { reflecting, type Sets } from '../projection.ts';
import type { OrderRows } from './rows.ts';

type OrderSets = Sets<OrderRows>;

const keyOf = ({ shipmentId, lossId }: { readonly shipmentId: string; readonly lossId: string }): string =>
  composedId(shipmentId, lossId);

export const lossTold = (event: RecordedOf<'ShipmentLost' | 'ShipmentDamaged'>, { lines }: OrderSets): void => {
  const named = new Set(event.data.lines.map(({ lineId }) => lineId));
  for (const row of lines.inGroup(event.data.orderId).filter(({ line_id: lineId }) => named.has(lineId)))
    lines.put({ ...row, open_losses: [...(row.open_losses ?? []), keyOf(event.data)], ...reflecting(event) });
};

/** Decided, or found before that. */
export const lossEnded = (event: RecordedOf<'ShipmentLossDecided' | 'ShipmentFound'>, { lines }: OrderSets): void => {
  for (const row of lines.inGroup(event.data.orderId)) {
    if (row.open_losses?.includes(keyOf(event.data)) !== true) continue;
    const open = row.open_losses.filter((key) => key !== keyOf(event.data));
    lines.put({ ...row, open_losses: open.length === 0 ? null : open, ...reflecting(event) });
  }
};
