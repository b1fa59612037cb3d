import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, reflecting, required, type Sets } from '../projection.ts';
import type { OrderRows, ReleaseLineState, ReleaseRow } from './rows.ts';

type OrderSets = Sets<OrderRows>;
type Amount = 'shipped' | 'shorted' | 'stopped';

const restOf = (line: ReleaseLineState): bigint => {
  const rest = BigInt(line.qty) - BigInt(line.shipped) - BigInt(line.shorted) - BigInt(line.stopped);
  return rest > 0n ? rest : 0n;
};

const statusOf = (row: ReleaseRow): ReleaseRow['status'] => {
  if (row.status === 'REFUSED' || row.status === 'VOIDED') return row.status;
  const rest = row.lines.reduce((sum, line) => sum + restOf(line), 0n);
  const shipped = row.lines.some((line) => BigInt(line.shipped) > 0n);
  if (shipped) return rest > 0n ? 'PARTIALLY_SHIPPED' : 'SHIPPED';
  return rest > 0n ? 'RELEASED' : 'CANCELLED';
};

/** One entry per order line: what a warehouse is asked for comes out of several reservations without showing here. */
const askedLines = (lines: RecordedOf<'AllocationReleased'>['data']['lines']): readonly ReleaseLineState[] => {
  const asked = new Map<string, ReleaseLineState>();
  for (const { lineId, item, qty } of lines) {
    const known = asked.get(lineId) ?? { lineId, item, qty: '0', shipped: '0', shorted: '0', stopped: '0' };
    asked.set(lineId, { ...known, qty: (BigInt(known.qty) + BigInt(qty)).toString() });
  }
  return [...asked.values()];
};

export const addRelease = (event: RecordedOf<'AllocationReleased'>, { releases }: OrderSets): void => {
  const { orderId, releaseId, shipmentId, node, lines } = event.data;
  releases.put({
    order_id: orderId,
    release_id: releaseId,
    shipment_id: shipmentId,
    node,
    status: 'RELEASED',
    warehouse_reference: null,
    refusal_code: null,
    lines: askedLines(lines),
    released_at: event.metadata.occurredAt,
    bu: buOf(event),
    ...reflecting(event),
  });
};

/** A purchase order is the release of what a supplier sends. Its lines are routed one by one. */
export const addPurchaseOrder = (event: RecordedOf<'LineRoutedToDropShip'>, { releases }: OrderSets): void => {
  const { orderId, poId, shipmentId, supplier, lineId, item, qty } = event.data;
  const known = releases.get(orderId, poId);
  const line = { lineId, item, qty, shipped: '0', shorted: '0', stopped: '0' };
  const order: ReleaseRow = known ?? {
    ...{ order_id: orderId, release_id: poId, shipment_id: shipmentId, node: supplier, status: 'RELEASED' },
    ...{ warehouse_reference: null, refusal_code: null, lines: [], released_at: event.metadata.occurredAt },
    ...{ bu: buOf(event), ...reflecting(event) },
  };
  releases.put({ ...order, lines: [...order.lines, line], ...reflecting(event) });
};

const ofPurchaseOrder = ({ releases }: OrderSets, orderId: string, poId: string): ReleaseRow =>
  required(releases.get(orderId, poId), `purchase order ${poId}`);

export const purchaseOrderRefused = (event: RecordedOf<'LineReturnedFromDropShip'>, rows: OrderSets): void => {
  const { orderId, poId, code } = event.data;
  const row = withAmounts(ofPurchaseOrder(rows, orderId, poId), 'shorted', [event.data]);
  put(event, rows, { ...row, refusal_code: code });
};

export const purchaseOrderStopped = (event: RecordedOf<'AllocationReleasedBack'>, rows: OrderSets): void => {
  const { orderId, poId, lineId, item, from } = event.data;
  if (poId === undefined) return;
  const stopped = [{ lineId, item, qty: from.dropship ?? '0' }];
  put(event, rows, withAmounts(ofPurchaseOrder(rows, orderId, poId), 'stopped', stopped));
};

const ofShipment = ({ releases }: OrderSets, orderId: string, shipmentId: string): ReleaseRow =>
  required(
    releases.inGroup(orderId).find((row) => row.shipment_id === shipmentId),
    `release of shipment ${shipmentId}`,
  );

const put = (event: RecordedDomainEvent, { releases }: OrderSets, row: ReleaseRow): void =>
  releases.put({ ...row, status: statusOf(row), ...reflecting(event) });

/** Goods that were not released but left with the shipment are listed too, with nothing asked for. */
const withAmounts = (
  row: ReleaseRow,
  name: Amount,
  added: readonly { lineId: string; item: string; qty: string }[],
): ReleaseRow => {
  const lines = [...row.lines];
  for (const { lineId, item, qty } of added) {
    const at = lines.findIndex((line) => line.lineId === lineId);
    const line = lines[at] ?? { lineId, item, qty: '0', shipped: '0', shorted: '0', stopped: '0' };
    const next = { ...line, [name]: (BigInt(line[name]) + BigInt(qty)).toString() };
    if (at < 0) lines.push(next);
    else lines[at] = next;
  }
  return { ...row, lines };
};

export const warehouseAnswered = (
  event: RecordedOf<'WarehouseAccepted' | 'WarehouseRefused'>,
  rows: OrderSets,
): void => {
  const row = required(rows.releases.get(event.data.orderId, event.data.releaseId), `release ${event.data.releaseId}`);
  if (event.type === 'WarehouseRefused') put(event, rows, { ...row, status: 'REFUSED', refusal_code: event.data.code });
  else put(event, rows, { ...row, warehouse_reference: event.data.warehouseReference });
};

export const releaseShipped = (event: RecordedOf<'ShipmentConfirmed'>, rows: OrderSets): void =>
  put(
    event,
    rows,
    withAmounts(ofShipment(rows, event.data.orderId, event.data.shipmentId), 'shipped', event.data.lines),
  );

export const releaseShorted = (event: RecordedOf<'ShipmentShorted'>, rows: OrderSets): void =>
  put(
    event,
    rows,
    withAmounts(ofShipment(rows, event.data.orderId, event.data.shipmentId), 'shorted', event.data.lines),
  );

/** What a purchase order lost is told by the allocation, whether or not anything of it has left. */
export const releaseReduced = (event: RecordedOf<'ShipmentReduced'>, rows: OrderSets): void => {
  if (event.data.kind === 'DROPSHIP') return;
  put(
    event,
    rows,
    withAmounts(ofShipment(rows, event.data.orderId, event.data.shipmentId), 'stopped', event.data.lines),
  );
};

export const releaseVoided = (event: RecordedOf<'ShipmentVoided'>, rows: OrderSets): void =>
  put(event, rows, { ...ofShipment(rows, event.data.orderId, event.data.shipmentId), status: 'VOIDED' });
