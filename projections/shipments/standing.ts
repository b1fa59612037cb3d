import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { ShipmentEvent } from '../../domain/shipment/events.ts';
import { packedOf } from '../../domain/shipment/packing.ts';
import { type LineProgress, shipmentStatus } from '../../domain/shipment/state.ts';
import { reflecting, required, type Sets } from '../projection.ts';
import type { LineRow, ShipmentRow, ShipmentRows } from './rows.ts';

export type ShipmentSets = Sets<ShipmentRows>;
export type Recorded = Extract<RecordedDomainEvent, { type: ShipmentEvent['type'] }>;

export const plus = (text: string, qty: string): string => (BigInt(text) + BigInt(qty)).toString();

const progressOf = (line: LineRow): LineProgress => {
  const whole = BigInt(line.shipped);
  const open = BigInt(line.planned) - whole - BigInt(line.shorted) - BigInt(line.stopped);
  // Of a kit that is not whole yet something has left all the same.
  const isLoose = line.components?.some(({ shipped }) => shipped !== '0') === true;
  const gone = { lost: BigInt(line.lost), damaged: BigInt(line.damaged) };
  return { open, left: whole === 0n && isLoose ? 1n : whole, ...gone, picked: BigInt(line.picked) };
};

const progressOfAll = (lines: readonly LineRow[], cartons: ShipmentRow['cartons']): readonly LineProgress[] => {
  const progress = lines.map(progressOf);
  if (cartons.length === 0) return progress;
  const wanted = lines.map(({ line_id: lineId, item, components }, index) => ({
    ...{ lineId, item, open: progress[index]?.open ?? 0n },
    components: components?.map((one) => ({ item: one.item, per: BigInt(one.per) })),
  }));
  const packed = packedOf(cartons, wanted);
  return progress.map((line, index) => ({ ...line, packed: packed[index] ?? 0n }));
};

export const touch = (
  event: Recorded,
  { shipments, lines }: ShipmentSets,
  change: (row: ShipmentRow) => Partial<ShipmentRow> = () => ({}),
): void => {
  const row = required(shipments.get(event.data.shipmentId), `shipment ${event.data.shipmentId}`);
  const next = { ...row, ...change(row), revision: event.revision, ...reflecting(event) };
  const carriage = { newestAt: next.carrier_status?.at ?? null, deliveredAt: next.delivered_at };
  const progress = progressOfAll(lines.inGroup(row.shipment_id), next.cartons);
  const state = next.state === 'VOIDED' ? next.state : shipmentStatus(progress, carriage);
  shipments.put({ ...next, state });
};
