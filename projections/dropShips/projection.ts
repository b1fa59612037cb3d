import type { DropShipEvent } from '../../domain/dropShip/events.ts';
import { dropShipStatus } from '../../domain/dropShip/state.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, defineProjection, reflecting, required, type Sets } from '../projection.ts';
import { type DropShipLineRow, type DropShipRow, type DropShipRows, dropShipTables } from './rows.ts';

type DropShipSets = Sets<DropShipRows>;
type Recorded = Extract<RecordedDomainEvent, { type: DropShipEvent['type'] }>;
type Quantity = 'acknowledged' | 'refused' | 'cancelled' | 'shipped' | 'excess' | 'billed';

const plus = (text: string, more: string): string => (BigInt(text) + BigInt(more)).toString();

const stateOf = (row: DropShipLineRow) => ({
  ...{ lineId: row.line_id, item: row.item, unitCost: row.unit_cost, ordered: BigInt(row.ordered) },
  ...{ acknowledged: BigInt(row.acknowledged), refused: BigInt(row.refused), cancelled: BigInt(row.cancelled) },
  ...{ shipped: BigInt(row.shipped), excess: BigInt(row.excess), billed: BigInt(row.billed) },
});

const touch = (
  event: Recorded,
  { orders, lines }: DropShipSets,
  change: (row: DropShipRow) => Partial<DropShipRow> = () => ({}),
): void => {
  const { poId } = event.data;
  const row = required(orders.get(poId), `purchase order ${poId}`);
  const next = { ...row, ...change(row), revision: event.revision, ...reflecting(event) };
  orders.put({ ...next, state: dropShipStatus(lines.inGroup(poId).map(stateOf)) });
};

const changeLine = (
  event: Recorded,
  { lines }: DropShipSets,
  lineId: string,
  change: (row: DropShipLineRow) => Partial<DropShipLineRow>,
): void => {
  const { poId } = event.data;
  const row = required(lines.get(poId, lineId), `line ${lineId} of purchase order ${poId}`);
  lines.put({ ...row, ...change(row), ...reflecting(event) });
};

const add = (
  event: Recorded,
  rows: DropShipSets,
  name: Quantity,
  parts: readonly { readonly lineId: string; readonly qty: string }[],
): void => {
  for (const { lineId, qty } of parts) changeLine(event, rows, lineId, (row) => ({ [name]: plus(row[name], qty) }));
};

const placed = (event: RecordedOf<'DropShipPlaced'>, { orders, lines }: DropShipSets): void => {
  const { data } = event;
  orders.put({
    ...{ po_id: data.poId, order_id: data.orderId, supplier: data.supplier, shipment_id: data.shipmentId },
    ...{ currency: data.currency, ship_to: data.shipTo, requested_date: data.requestedDate, state: 'PLACED' },
    ...{ placed_at: data.placedAt, supplier_reference: null },
    ...{ accrued: '0', matched: '0', billed: '0', notices: [], bills: [] },
    ...{ revision: event.revision, created_position: event.position, bu: buOf(event) },
    ...reflecting(event),
  });
  for (const { lineId, item, qty, unitCost } of data.lines) {
    lines.put({
      ...{ po_id: data.poId, line_id: lineId, item, unit_cost: unitCost, ordered: qty, ship_date: null },
      ...{ acknowledged: '0', refused: '0', cancelled: '0', shipped: '0', excess: '0', billed: '0' },
      ...{ bu: buOf(event), ...reflecting(event) },
    });
  }
};

const acknowledged = (event: RecordedOf<'DropShipAcknowledged'>, rows: DropShipSets): void => {
  const { lines, supplierReference } = event.data;
  add(event, rows, 'acknowledged', lines);
  for (const { lineId, shipDate } of lines) {
    if (shipDate !== undefined) changeLine(event, rows, lineId, () => ({ ship_date: shipDate }));
  }
  touch(event, rows, (row) => ({ supplier_reference: supplierReference ?? row.supplier_reference }));
};

const shipped = (event: RecordedOf<'DropShipConfirmed'>, rows: DropShipSets): void => {
  const { supplierAsn, shippedAt, carrier = null, tracking, lines } = event.data;
  add(event, rows, 'shipped', lines);
  add(
    event,
    rows,
    'excess',
    lines.map(({ lineId, excess: qty }) => ({ lineId, qty })),
  );
  touch(event, rows, (row) => ({
    accrued: lines.reduce((sum, { cost }) => plus(sum, cost), row.accrued),
    notices: [...row.notices, { supplierAsn, shippedAt, carrier, tracking }],
  }));
};

const matched = (event: RecordedOf<'SupplierBillMatched'>, rows: DropShipSets): void => {
  const { billId, billDate, billed, accrued, variance, lines } = event.data;
  add(event, rows, 'billed', lines);
  touch(event, rows, (row) => ({
    matched: plus(row.matched, accrued),
    billed: plus(row.billed, billed),
    bills: [...row.bills, { billId, billDate, billed, accrued, variance }],
  }));
};

const adding =
  (name: Quantity) =>
  (event: RecordedOf<'DropShipRefused' | 'DropShipCancelled'>, rows: DropShipSets): void => {
    add(event, rows, name, event.data.lines);
    touch(event, rows);
  };

const ofOrder = (event: RecordedDomainEvent): readonly string[] => [(event as Recorded).data.poId];

export const dropShips = defineProjection<DropShipRows>({
  name: 'drop_ships',
  version: 1,
  tables: dropShipTables,
  needs: { orders: ofOrder, lines: ofOrder },
  laneOf: (event) => `dropship:${(event as Recorded).data.poId}`,
  on: {
    DropShipPlaced: placed,
    DropShipAcknowledged: acknowledged,
    DropShipRefused: adding('refused'),
    DropShipConfirmed: shipped,
    SupplierBillMatched: matched,
    DropShipCancelled: adding('cancelled'),
  },
});
