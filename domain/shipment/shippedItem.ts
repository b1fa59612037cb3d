import { qty, qtyText } from '../quantity.ts';
import type { ShipmentState } from './state.ts';

/** How much of an item left with each line of the shipment, also as a component of kits; lines with none of it are left out. */
export const shippedOf = (
  { confirmedLines }: Pick<ShipmentState, 'confirmedLines'>,
  item: string,
): readonly { readonly lineId: string; readonly shipmentLineId: string; readonly qty: string }[] => {
  const left = new Map<string, { readonly lineId: string; readonly qty: bigint }>();
  for (const { lineId, shipmentLineId, ...line } of confirmedLines) {
    const parts = line.components ?? [line];
    const amount = parts.reduce((sum, part) => (part.item === item ? sum + qty(part.qty) : sum), 0n);
    if (amount > 0n) left.set(shipmentLineId, { lineId, qty: (left.get(shipmentLineId)?.qty ?? 0n) + amount });
  }
  return [...left].map(([shipmentLineId, { lineId, qty: amount }]) => ({
    ...{ lineId, shipmentLineId },
    qty: qtyText(amount),
  }));
};
