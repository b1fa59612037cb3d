import { minQty, qty } from '../quantity.ts';
import { valueAt, withEntry } from '../stock/orderedMap.ts';
import { reservationTaken, takeFromRelease, withLine, withRelease } from './collections.ts';
import type { AllocationReleased, ReservationPart, WarehouseRefused } from './events.ts';
import type { AllocationState } from './state.ts';

// What happens to goods between their release and what the warehouse says about it.

export const released = (state: AllocationState, data: AllocationReleased['data']): AllocationState => {
  const { releaseId, shipmentId, node } = data;
  let next = withRelease(state, { releaseId, shipmentId, node, bucket: 'allocated', answer: 'NONE', lines: null });
  for (const { lineId, item, qty: text, reservationId } of data.lines) {
    const open = qty(text);
    next = reservationTaken(next, reservationId, open);
    next = withLine(next, lineId, (line) => ({ ...line, allocated: line.allocated + open }));
    const release = valueAt(next.releases, releaseId);
    if (release === undefined) continue;
    next = withRelease(next, {
      ...release,
      lines: withEntry(release.lines, reservationId, { lineId, item, reservationId, open }),
    });
    const others = valueAt(next.openReleases, lineId) ?? [];
    if (!others.includes(releaseId)) {
      next = { ...next, openReleases: withEntry(next.openReleases, lineId, [...others, releaseId]) };
    }
  }
  return next;
};

export const answered = (
  state: AllocationState,
  releaseId: string,
  answer: 'ACCEPTED' | 'REFUSED',
): AllocationState => {
  const release = valueAt(state.releases, releaseId);
  return release === undefined ? state : withRelease(state, { ...release, answer });
};

/** What another shipment has covered is not wanted any more, so no more than is allocated goes back to sourcing. */
export const backToUnsourced = (
  state: AllocationState,
  releaseId: string,
  part: ReservationPart & { readonly lineId: string },
): AllocationState => {
  const amount = qty(part.qty);
  return withLine(takeFromRelease(state, releaseId, part.lineId, amount, [part]), part.lineId, (line) => {
    const wanted = minQty(amount, line.allocated);
    return { ...line, allocated: line.allocated - wanted, unsourced: line.unsourced + wanted };
  });
};

export const refused = (state: AllocationState, data: WarehouseRefused['data']): AllocationState =>
  data.lines.reduce(
    (next, line) => backToUnsourced(next, data.releaseId, line),
    answered(state, data.releaseId, 'REFUSED'),
  );
