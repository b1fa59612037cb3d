import { qty, qtyText } from '../../domain/quantity.ts';

type Part = { readonly lineId: string; readonly reservationId: string; readonly qty: string };

export type OrderLinePart = {
  readonly lineId: string;
  readonly qty: string;
  /** The shipment's own split of `qty`: one line of a release may come out of several reservations. */
  readonly reservations: readonly { readonly reservationId: string; readonly qty: string }[];
};

/** What a shipment says of its parts, summed by order line, in the order of first mention. */
export const byOrderLine = (parts: readonly Part[]): readonly OrderLinePart[] => {
  const lines = new Map<string, OrderLinePart>();
  for (const { lineId, reservationId, qty: amount } of parts) {
    const known = lines.get(lineId) ?? { lineId, qty: '0', reservations: [] };
    const sum = qtyText(qty(known.qty) + qty(amount));
    lines.set(lineId, { lineId, qty: sum, reservations: [...known.reservations, { reservationId, qty: amount }] });
  }
  return [...lines.values()];
};
