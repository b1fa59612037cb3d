import type { RecordedOf } from '../../domain/events.ts';
import type { OvershipmentView, ShipmentRow } from './rows.ts';

type Change = Pick<ShipmentRow, 'overshipments' | 'overship_open'>;

/** Somebody still has to decide, as long as the shipment stands. */
const withOpen = (overshipments: NonNullable<ShipmentRow['overshipments']>): Change => ({
  overshipments,
  overship_open: overshipments.some(({ outcome }) => outcome === null) ? true : null,
});

export const found = (row: ShipmentRow, { data, position }: RecordedOf<'OvershipmentFound'>): Change => {
  const { confirmationId, lineId, item, excess: qty, tolerance, foundAt, channel, cost, parts } = data;
  const { allowed, within: isWithinTolerance } = tolerance;
  const undecided = { outcome: null, resolvedAt: null, decidedBy: null, resolvedPosition: null };
  const more = {
    ...{ confirmationId, lineId, item, qty, allowed, isWithinTolerance, foundAt, ...undecided },
    ...{
      position,
      channel,
      cost,
      parts: parts.map(({ shipmentLineId, qty: size, cost: of }) => ({ shipmentLineId, qty: size, cost: of })),
    },
  };
  return withOpen([...(row.overshipments ?? []), more]);
};

export const resolved = (row: ShipmentRow, { data, position }: RecordedOf<'OvershipmentResolved'>): Change => {
  const { confirmationId, lineId, outcome, resolvedAt, decidedBy } = data;
  return withOpen(
    (row.overshipments ?? []).map((each) =>
      each.confirmationId === confirmationId && each.lineId === lineId
        ? { ...each, outcome, resolvedAt, decidedBy, resolvedPosition: position }
        : each,
    ),
  );
};

/** What the goods cost is for the reports. */
export const viewOfOvershipments = (rows: ShipmentRow['overshipments']): readonly OvershipmentView[] =>
  (rows ?? []).map(({ position: _p, resolvedPosition: _r, channel: _ch, cost: _c, parts: _s, ...view }) => view);
