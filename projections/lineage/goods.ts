import { dropShipReservation } from '../../domain/allocation/dropShip.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PricedLine, SubmittedLine } from '../../domain/order/events.ts';
import { addQty, changeNode, ensureNode, flow, ids, type LineageSets } from './graph.ts';
import { componentsMoved } from './kits.ts';
import { soldByOwners } from './owners.ts';

export const orderSubmitted = (event: RecordedOf<'OrderSubmitted'>, rows: LineageSets): void => {
  const { orderId, bu, soldTo, customerPo, currency, lines } = event.data;
  const { payloadSha256 } = event.metadata.source;
  const order = ids.order(orderId);
  ensureNode(event, rows, {
    id: order,
    type: 'ORDER',
    label: `order ${orderId}`,
    business_key: customerPo,
    currency,
    order_id: orderId,
    detail: { customerPo, soldTo },
  });
  const po = ids.customerPo(bu, soldTo, customerPo);
  ensureNode(event, rows, {
    id: po,
    type: 'CUSTOMER_PO',
    label: `PO ${customerPo} of ${soldTo}`,
    business_key: customerPo,
  });
  flow(event, rows, { from: po, to: order, kind: 'CREATED' });
  if (payloadSha256 !== undefined) {
    const payload = ids.payload(payloadSha256);
    ensureNode(event, rows, {
      id: payload,
      type: 'PAYLOAD',
      label: `message from ${event.metadata.source.system}`,
      business_key: payloadSha256,
    });
    flow(event, rows, { from: payload, to: order, kind: 'CREATED' });
  }
  for (const line of lines) lineCreated(event, rows, orderId, currency, line);
};

const lineCreated = (
  event: RecordedDomainEvent,
  rows: LineageSets,
  orderId: string,
  currency: string | null,
  { lineId, item, qty }: SubmittedLine,
): void => {
  const id = ids.orderLine(orderId, lineId);
  ensureNode(event, rows, {
    id,
    type: 'ORDER_LINE',
    label: `line ${lineId}: ${qty} ${item}`,
    business_key: orderId,
    qty,
    currency,
    order_id: orderId,
    detail: { orderId, lineId, item },
  });
  flow(event, rows, { from: ids.order(orderId), to: id, kind: 'CREATED', qty: BigInt(qty) });
};

const linePriced = (
  event: RecordedDomainEvent,
  rows: LineageSets,
  orderId: string,
  { lineId, net, unitPrice, contractId }: PricedLine,
): void => {
  const priced = contractId === undefined ? { unitPrice } : { unitPrice, contractId };
  changeNode(event, rows, ids.orderLine(orderId, lineId), (row) => ({
    amount: net,
    detail: { ...row.detail, ...priced },
  }));
};

export const lineAdded = (event: RecordedOf<'OrderLineAdded'>, rows: LineageSets): void => {
  const { orderId, line, priced, totals } = event.data;
  const currency = rows.nodes.get(ids.order(orderId))?.currency ?? null;
  lineCreated(event, rows, orderId, currency, line);
  linePriced(event, rows, orderId, priced);
  changeNode(event, rows, ids.order(orderId), () => ({ amount: totals.net }));
};

/** The quantity is that of the line it flowed from. */
export const lineSubstituted = (event: RecordedOf<'OrderLineSubstituted'>, rows: LineageSets): void => {
  const { orderId, lineId, newLineId, qty } = event.data;
  const [from, to] = [ids.orderLine(orderId, lineId), ids.orderLine(orderId, newLineId)];
  flow(event, rows, { from, to, kind: 'SUBSTITUTED_BY', qty: BigInt(qty) });
};

export const lineRepriced = (event: RecordedOf<'OrderLineRepriced'>, rows: LineageSets): void => {
  const { orderId, priced, totals } = event.data;
  linePriced(event, rows, orderId, priced);
  changeNode(event, rows, ids.order(orderId), () => ({ amount: totals.net }));
};

export const lineRaised = (event: RecordedOf<'OrderLineChanged'>, rows: LineageSets): void => {
  const { orderId, lineId, addedQty, priced, totals } = event.data;
  const id = ids.orderLine(orderId, lineId);
  addQty(event, rows, id, BigInt(addedQty));
  changeNode(event, rows, id, ({ qty, detail }) => ({ label: `line ${lineId}: ${qty} ${detail.item}` }));
  flow(event, rows, { from: ids.order(orderId), to: id, kind: 'CREATED', qty: BigInt(addedQty) });
  linePriced(event, rows, orderId, priced);
  changeNode(event, rows, ids.order(orderId), () => ({ amount: totals.net }));
};

export const orderPriced = (event: RecordedOf<'OrderPriced'>, rows: LineageSets): void => {
  const { orderId, lines, totals, priceListId, priceListVersion } = event.data;
  changeNode(event, rows, ids.order(orderId), (row) => ({
    amount: totals.net,
    detail: { ...row.detail, priceListId, priceListVersion },
  }));
  for (const line of lines) linePriced(event, rows, orderId, line);
};

export const allocationReserved = (event: RecordedOf<'AllocationReserved'>, rows: LineageSets): void => {
  const { orderId, lineId, reservationId, node, item, qty } = event.data;
  const id = ids.reservation(reservationId);
  const detail = { node, item, orderId, lineId };
  ensureNode(event, rows, {
    id,
    type: 'RESERVATION',
    label: `${item} at ${node}`,
    qty: '0',
    order_id: orderId,
    detail,
  });
  addQty(event, rows, id, BigInt(qty));
  flow(event, rows, { from: ids.orderLine(orderId, lineId), to: id, kind: 'RESERVED_BY', qty: BigInt(qty) });
};

/** Part of a reservation is given up: it never reaches a shipment. */
const givenUp = (
  event: RecordedDomainEvent,
  rows: LineageSets,
  orderId: string,
  lineId: string,
  reservationId: string,
  qty: bigint,
  kind: 'RESERVED_BY' | 'DROPSHIPPED_BY' = 'RESERVED_BY',
): void => {
  const id = ids.reservation(reservationId);
  if (rows.nodes.get(id) === undefined) return;
  addQty(event, rows, id, -qty);
  flow(event, rows, { from: ids.orderLine(orderId, lineId), to: id, kind, qty: -qty });
};

/** Goods on a purchase order are set aside with the supplier, as reserved goods are at a node. */
export const routedToDropShip = (event: RecordedOf<'LineRoutedToDropShip'>, rows: LineageSets): void => {
  const { orderId, lineId, reservationId, supplier, poId, item, qty } = event.data;
  const id = ids.reservation(reservationId);
  const detail = { node: supplier, item, orderId, lineId, poId };
  const label = `${item} from ${supplier}`;
  ensureNode(event, rows, { id, type: 'RESERVATION', label, business_key: poId, qty: '0', order_id: orderId, detail });
  addQty(event, rows, id, BigInt(qty));
  flow(event, rows, { from: ids.orderLine(orderId, lineId), to: id, kind: 'DROPSHIPPED_BY', qty: BigInt(qty) });
};

export const returnedFromDropShip = (event: RecordedOf<'LineReturnedFromDropShip'>, rows: LineageSets): void => {
  const { orderId, lineId, reservationId, qty } = event.data;
  givenUp(event, rows, orderId, lineId, reservationId, BigInt(qty), 'DROPSHIPPED_BY');
};

export const reservationLost = (event: RecordedOf<'AllocationReservationLost'>, rows: LineageSets): void => {
  const { orderId, lineId, reservationId, qty, from } = event.data;
  if (from === 'RESERVED') givenUp(event, rows, orderId, lineId, reservationId, BigInt(qty));
};

export const allocationShorted = (event: RecordedOf<'AllocationShorted'>, rows: LineageSets): void => {
  const { orderId, lineId, reservationId, shortQty } = event.data;
  givenUp(event, rows, orderId, lineId, reservationId, BigInt(shortQty));
};

export const warehouseRefused = (event: RecordedOf<'WarehouseRefused'>, rows: LineageSets): void => {
  for (const { lineId, reservationId, qty } of event.data.lines)
    givenUp(event, rows, event.data.orderId, lineId, reservationId, BigInt(qty));
};

export const releasedBack = (event: RecordedOf<'AllocationReleasedBack'>, rows: LineageSets): void => {
  const { orderId, lineId, reservations, poId, from } = event.data;
  for (const { reservationId, qty } of reservations) givenUp(event, rows, orderId, lineId, reservationId, BigInt(qty));
  if (poId === undefined) return;
  const id = dropShipReservation(poId, lineId);
  givenUp(event, rows, orderId, lineId, id, BigInt(from.dropship ?? '0'), 'DROPSHIPPED_BY');
};

export const allocationFulfilled = (event: RecordedOf<'AllocationFulfilled'>, rows: LineageSets): void => {
  for (const { lineId, reservations } of event.data.lines) {
    for (const { reservationId, qty } of reservations)
      givenUp(event, rows, event.data.orderId, lineId, reservationId, BigInt(qty));
  }
};

export const shipmentPlanned = (event: RecordedOf<'ShipmentPlanned'>, rows: LineageSets): void => {
  const { shipmentId, orderId, node, lines } = event.data;
  const id = ids.shipment(shipmentId);
  ensureNode(event, rows, {
    id,
    type: 'SHIPMENT',
    label: `shipment ${shipmentId} from ${node}`,
    business_key: shipmentId,
    order_id: orderId,
    detail: { node },
  });
  for (const { reservationId, qty } of lines)
    flow(event, rows, { from: ids.reservation(reservationId), to: id, kind: 'RELEASED_BY', qty: BigInt(qty) });
};

export const shipmentConfirmed = (event: RecordedOf<'ShipmentConfirmed'>, rows: LineageSets): void => {
  const { shipmentId, orderId, node, currency, lines } = event.data;
  for (const { lineId, shipmentLineId, item, reservationId, qty, excess, cost, lots, serials } of lines) {
    const id = ids.shipmentLine(shipmentId, shipmentLineId);
    ensureNode(event, rows, {
      id,
      type: 'SHIPMENT_LINE',
      label: `${item} from ${node}`,
      business_key: shipmentId,
      qty: '0',
      amount: '0',
      currency,
      order_id: orderId,
      detail: { node, item, lots, serials },
    });
    addQty(event, rows, id, BigInt(qty));
    changeNode(event, rows, id, (row) => ({ amount: (BigInt(row.amount ?? '0') + BigInt(cost)).toString() }));
    const planned = BigInt(qty) - BigInt(excess);
    if (planned > 0n)
      flow(event, rows, { from: ids.reservation(reservationId), to: id, kind: 'SHIPPED_BY', qty: planned });
    if (BigInt(excess) > 0n)
      flow(event, rows, { from: ids.orderLine(orderId, lineId), to: id, kind: 'SHIPPED_BY', qty: BigInt(excess) });
  }
  componentsMoved(event, rows, 1n);
  soldByOwners(event, rows);
};

/** The goods are back and the line is sourced anew: nothing flows through this shipment or its reservations any more. */
export const shipmentVoided = (event: RecordedOf<'ShipmentVoided'>, rows: LineageSets): void => {
  const { shipmentId, orderId, lines } = event.data;
  changeNode(event, rows, ids.shipment(shipmentId), (row) => ({ detail: { ...row.detail, voided: true } }));
  for (const { lineId, shipmentLineId, reservationId, qty, excess, cost } of lines) {
    const id = ids.shipmentLine(shipmentId, shipmentLineId);
    const planned = BigInt(qty) - BigInt(excess);
    addQty(event, rows, id, -BigInt(qty));
    changeNode(event, rows, id, (row) => ({
      amount: (BigInt(row.amount ?? '0') - BigInt(cost)).toString(),
      detail: { ...row.detail, voided: true },
    }));
    if (planned > 0n)
      flow(event, rows, { from: ids.reservation(reservationId), to: id, kind: 'SHIPPED_BY', qty: -planned });
    if (BigInt(excess) > 0n)
      flow(event, rows, { from: ids.orderLine(orderId, lineId), to: id, kind: 'SHIPPED_BY', qty: -BigInt(excess) });
    givenUp(event, rows, orderId, lineId, reservationId, planned);
  }
  componentsMoved(event, rows, -1n);
  soldByOwners(event, rows);
};

export const stockAdjusted = (event: RecordedOf<'StockAdjusted'>, rows: LineageSets): void => {
  const { node, item, qty, reason, cost, currency, reference, bu, owner = bu } = event.data;
  ensureNode(event, rows, {
    bu: owner,
    id: ids.stockMovement(event.eventId),
    type: 'STOCK_MOVEMENT',
    label: `adjustment of ${qty} ${item} at ${node}: ${reason}`,
    business_key: reference,
    amount: cost,
    currency,
    detail: { node, item, reason, reference },
  });
};

/** Of a receipt, which belongs to no order; what was corrected of a shipment is found at its lines. */
export const costCorrected = (event: RecordedOf<'CostCorrected'>, rows: LineageSets): void => {
  const { node, item, cause, amount, currency, reference, about, bu, owner = bu } = event.data;
  if (about.kind !== 'RECEIPT' && owner === bu) return;
  const of = about.kind === 'RECEIPT' ? `receipt ${about.reference}` : `shipment ${about.shipmentId}`;
  const receipt = about.kind === 'RECEIPT' ? { receipt: about.reference } : {};
  ensureNode(event, rows, {
    bu: owner,
    id: ids.stockMovement(event.eventId),
    type: 'STOCK_MOVEMENT',
    label: `cost of ${of} of ${item} at ${node} corrected: ${cause}`,
    business_key: about.kind === 'RECEIPT' ? about.reference : about.shipmentId,
    amount,
    currency,
    detail: { node, item, cause, reference, ...receipt },
  });
};
