import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { goodsOf } from '../../domain/kit.ts';
import { saidOf } from '../../domain/ledger/revenuePolicy.ts';
import { leftAgain } from '../../domain/shipment/carriage.ts';
import type { ConfirmedLine, PlannedLine } from '../../domain/shipment/events.ts';
import { withLeft } from '../../domain/shipment/evolve.ts';
import { withShipmentLineIds } from '../../domain/shipment/state.ts';
import { buOf, defineProjection, reflecting } from '../projection.ts';
import { lossHandlers } from './losses.ts';
import { found, resolved } from './overshipments.ts';
import type { LineRow, ShipmentRow, ShipmentRows } from './rows.ts';
import { plus, type Recorded, type ShipmentSets, touch } from './standing.ts';
import { shipmentTables } from './tables.ts';

type LineRef = {
  readonly shipmentLineId: string;
  readonly lineId: string;
  readonly item: string;
  readonly reservationId: string;
};

const partKey = (lineId: string, reservationId: string): string => `${lineId} ${reservationId}`;

/** Picks, shortages and stops name order line and reservation; the shipment line was named when it was planned. */
const named = <L extends Omit<LineRef, 'shipmentLineId'>>(
  event: Recorded,
  { lines }: ShipmentSets,
  parts: readonly L[],
): readonly (L & LineRef)[] => {
  const rows = lines.inGroup(event.data.shipmentId);
  const ids = new Map(rows.map((row) => [partKey(row.line_id, row.reservation_id), row.shipment_line_id]));
  return parts.map((part) => ({
    ...part,
    shipmentLineId: ids.get(partKey(part.lineId, part.reservationId)) ?? part.lineId,
  }));
};

/** A line that was not planned can still be picked and shipped: it then has nothing planned. */
const lineOf = (event: Recorded, { lines }: ShipmentSets, ref: LineRef): LineRow => {
  const { shipmentLineId, lineId, item, reservationId } = ref;
  return (
    lines.get(event.data.shipmentId, shipmentLineId) ?? {
      shipment_id: event.data.shipmentId,
      shipment_line_id: shipmentLineId,
      order_id: event.data.orderId,
      line_id: lineId,
      item,
      reservation_id: reservationId,
      planned: '0',
      picked: '0',
      shipped: '0',
      overshipped: '0',
      shorted: '0',
      stopped: '0',
      lost: '0',
      damaged: '0',
      lots: [],
      serials: [],
      unit_cost: null,
      cost: '0',
      components: null,
      bu: buOf(event),
      ...reflecting(event),
    }
  );
};

const add =
  (name: 'picked' | 'shorted' | 'stopped') =>
  (event: RecordedOf<'ItemsPicked' | 'ShipmentShorted' | 'ShipmentReduced'>, rows: ShipmentSets): void => {
    for (const line of named(event, rows, event.data.lines)) {
      const row = lineOf(event, rows, line);
      rows.lines.put({ ...row, [name]: plus(row[name], line.qty), ...reflecting(event) });
    }
    touch(event, rows);
  };

const plannedComponents = ({ components, item, qty }: PlannedLine): LineRow['components'] =>
  components === undefined
    ? null
    : goodsOf({ components, item }, BigInt(qty)).map((part, index) => ({
        ...{ item: part.item, per: components[index]?.qty ?? '1', qty: part.qty.toString(), shipped: '0' },
      }));

const left = (row: LineRow, line: ConfirmedLine): LineRow['components'] =>
  row.components?.map((one) => {
    const moved = line.components?.find(({ item }) => item === one.item)?.qty ?? '0';
    return { ...one, shipped: plus(one.shipped, moved) };
  }) ?? null;

const planned = (event: RecordedOf<'ShipmentPlanned'>, rows: ShipmentSets): void => {
  const { data } = event;
  rows.shipments.put({
    shipment_id: data.shipmentId,
    order_id: data.orderId,
    node: data.node,
    kind: data.kind,
    state: 'PLANNED',
    revision: event.revision,
    release_id: data.releaseId,
    sold_to: null,
    ship_to: data.shipTo,
    planned_at: event.metadata.occurredAt,
    shipped_at: null,
    carrier: null,
    tracking: [],
    freight: null,
    confirmations: [],
    carrier_status: null,
    delivered_at: null,
    proof: null,
    void_reason: null,
    currency: null,
    lag_seconds: null,
    created_position: event.position,
    cartons: [],
    overshipments: null,
    overship_open: null,
    bu: buOf(event),
    ...reflecting(event),
  });
  for (const line of withShipmentLineIds(data.lines))
    rows.lines.put({ ...lineOf(event, rows, line), planned: line.qty, components: plannedComponents(line) });
};

const secondsBetween = (from: string, to: string): number =>
  Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));

const freightSum = (known: ShipmentRow['freight'], more: ShipmentRow['freight']): ShipmentRow['freight'] =>
  known === null || more === null || known.currency !== more.currency
    ? (more ?? known)
    : { ...known, amount: plus(known.amount, more.amount) };

const confirmed = (event: RecordedOf<'ShipmentConfirmed'>, rows: ShipmentSets): void => {
  const { data } = event;
  for (const line of data.lines) {
    const row = lineOf(event, rows, line);
    rows.lines.put({
      ...row,
      shipped: plus(row.shipped, line.qty),
      overshipped: plus(row.overshipped, line.excess),
      lots: [...row.lots, ...line.lots],
      serials: [...row.serials, ...line.serials],
      unit_cost: line.unitCost,
      cost: plus(row.cost, line.cost),
      components: left(row, line),
      ...reflecting(event),
    });
  }
  touch(event, rows, (row) => ({
    sold_to: data.soldTo,
    shipped_at: data.shippedAt,
    carrier: data.carrier ?? row.carrier,
    tracking: [...new Set([...row.tracking, ...data.tracking])],
    freight: freightSum(row.freight, data.freightCost ?? null),
    confirmations: [
      ...row.confirmations,
      {
        ...{ confirmationId: data.confirmationId, shippedAt: data.shippedAt, position: event.position },
        ...saidOf(data.revenuePolicy),
      },
    ],
    delivered_at: leftAgain(row.delivered_at, data),
    cartons: withLeft(row.cartons, data),
    currency: data.currency,
    lag_seconds: secondsBetween(data.shippedAt, event.recordedAt),
  }));
};

const packed = (event: RecordedOf<'ItemsPacked'>, rows: ShipmentSets): void =>
  touch(event, rows, (row) => ({
    cartons: [...row.cartons, ...event.data.cartons.map((carton) => ({ ...carton, confirmationId: null }))],
  }));

const tracked = (event: RecordedOf<'CarrierStatusRecorded'>, rows: ShipmentSets): void => {
  const { code, at, tracking = null, place = null, late = false } = event.data;
  touch(event, rows, () => (late ? {} : { carrier_status: { code, at, tracking, place } }));
};

const delivered = (event: RecordedOf<'ShipmentDelivered'>, rows: ShipmentSets): void => {
  const { deliveredAt, proof = null } = event.data;
  touch(event, rows, (row) => ({ delivered_at: row.delivered_at ?? deliveredAt, proof: row.proof ?? proof }));
};

const ofShipment = (event: RecordedDomainEvent): readonly string[] => [(event as Recorded).data.shipmentId];

export const shipments = defineProjection<ShipmentRows>({
  name: 'shipments',
  version: 1,
  tables: shipmentTables,
  needs: { shipments: ofShipment, lines: ofShipment, losses: ofShipment },
  laneOf: (event) => `shipment:${(event as Recorded).data.shipmentId}`,
  on: {
    ShipmentPlanned: planned,
    ItemsPicked: add('picked'),
    ItemsPacked: packed,
    ShipmentConfirmed: confirmed,
    ShipmentOvershipped: (event, rows) => touch(event, rows),
    ShipmentShorted: add('shorted'),
    ShipmentReduced: add('stopped'),
    CarrierStatusRecorded: tracked,
    ShipmentDelivered: delivered,
    ...lossHandlers,
    ShipmentVoided: (event, rows) =>
      touch(event, rows, () => ({ state: 'VOIDED', void_reason: event.data.reason, overship_open: null })),
    OvershipmentFound: (event, rows) => touch(event, rows, (row) => found(row, event)),
    OvershipmentResolved: (event, rows) => touch(event, rows, (row) => resolved(row, event)),
  },
});
