import type { RecordedOf } from '../../domain/events.ts';
import type { OvershipmentRow, OvershipmentView, ShipmentRow } from './rows.ts';

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
      each.outcome === null && each.confirmationId === confirmationId && each.lineId === lineId
        ? { ...each, outcome, resolvedAt, decidedBy, resolvedPosition: position }
        : each,
    ),
  );
};

/** What is still to be decided about, and by itself what was lost and is not any more. */
const parted = (
  row: OvershipmentRow,
  lines: RecordedOf<'ShipmentLossSettled'>['data']['lines'],
  by: Pick<OvershipmentRow, 'resolvedAt' | 'resolvedPosition'>,
): readonly OvershipmentRow[] => {
  const gone = lines.filter(
    (line) => line.confirmationId === row.confirmationId && line.lineId === row.lineId && line.beyond === 'UNDECIDED',
  );
  if (row.outcome !== null || gone.length === 0) return [row];
  const lost = gone.map(({ shipmentLineId, unbilledQty: qty, unbilledCost: cost }) => ({ shipmentLineId, qty, cost }));
  const left = row.parts.map((part) => {
    const less = lost.find(({ shipmentLineId }) => shipmentLineId === part.shipmentLineId);
    const minus = (all: string, of: string): string => (BigInt(all) - BigInt(of)).toString();
    return less === undefined ? part : { ...part, qty: minus(part.qty, less.qty), cost: minus(part.cost, less.cost) };
  });
  const sized = (parts: OvershipmentRow['parts']): OvershipmentRow => ({
    ...{ ...row, parts, qty: sum(parts.map(({ qty }) => qty)), cost: sum(parts.map(({ cost }) => cost)) },
  });
  const rest = sized(left.filter(({ qty }) => qty !== '0'));
  return [...(rest.qty === '0' ? [] : [rest]), { ...sized(lost), ...by, outcome: 'LOST' }];
};

const sum = (amounts: readonly string[]): string => amounts.reduce((all, each) => all + BigInt(each), 0n).toString();

/** Goods beyond the order about which nobody had decided were lost on their way: nobody has to any more. */
export const lostBeyond = (row: ShipmentRow, event: RecordedOf<'ShipmentLossSettled'>): Partial<Change> => {
  if (row.overshipments === null) return {};
  const by = { resolvedAt: event.metadata.occurredAt, resolvedPosition: event.position };
  return withOpen(row.overshipments.flatMap((each) => parted(each, event.data.lines, by)));
};

/** What the goods cost is for the reports. */
export const viewOfOvershipments = (rows: ShipmentRow['overshipments']): readonly OvershipmentView[] =>
  (rows ?? []).map(({ position: _p, resolvedPosition: _r, channel: _ch, cost: _c, parts: _s, ...view }) => view);
