import { composedId } from '../ids.ts';
import { minQty, qty } from '../quantity.ts';
import { valueAt, withEntry } from '../stock/orderedMap.ts';
import { takeFromRelease, withFact, withLine, withRelease } from './collections.ts';
import type { LineReturnedFromDropShip, LineRoutedToDropShip } from './dropShipEvents.ts';
import { answered } from './evolveReleases.ts';
import type { AllocationState } from './state.ts';

// What happens to goods that a supplier delivers, as far as this order counts them. A purchase order is their release.

/** Names the goods of one line on one purchase order as a reservation does elsewhere. */
export const dropShipReservation = (poId: string, lineId: string): string => composedId('dropship', poId, lineId);

export const refusalFact = (poId: string, refusalId: string): string => `refusal ${poId} ${refusalId}`;

export const routedToDropShip = (state: AllocationState, data: LineRoutedToDropShip['data']): AllocationState => {
  const { poId, shipmentId, supplier: node, lineId, item, reservationId } = data;
  const open = qty(data.qty);
  const known = valueAt(state.releases, poId);
  const order = known ?? { releaseId: poId, shipmentId, node, bucket: 'dropship', answer: 'NONE', lines: null };
  const lines = withEntry(order.lines, reservationId, { lineId, item, reservationId, open });
  const next = withLine(withRelease(state, { ...order, lines }), lineId, (line) => ({
    ...line,
    unsourced: line.unsourced - open,
    dropship: line.dropship + open,
  }));
  const others = valueAt(next.openReleases, lineId) ?? [];
  return { ...next, openReleases: withEntry(next.openReleases, lineId, [...others, poId]) };
};

/** A supplier that said no once is not asked for this order again. */
export const returnedFromDropShip = (
  state: AllocationState,
  { poId, refusalId, lineId, qty: text }: LineReturnedFromDropShip['data'],
): AllocationState => {
  const amount = qty(text);
  const refused = answered(withFact(state, refusalFact(poId, refusalId)), poId, 'REFUSED');
  return withLine(takeFromRelease(refused, poId, lineId, amount), lineId, (line) => {
    const back = minQty(amount, line.dropship);
    return { ...line, dropship: line.dropship - back, unsourced: line.unsourced + back };
  });
};
