import type { RecordedDomainEvent } from '../events.ts';
import { goodsOf } from '../kit.ts';
import { applyToCatalog } from '../masterData/catalog.ts';
import type { OrderAccepted } from '../order/events.ts';
import { minQty, qty } from '../quantity.ts';
import type { StockEvent } from '../stock/events.ts';
import { type ForkLine, type ForkOrder, newLine, newOrder } from './demand.ts';
import { wishesUnder } from './policy.ts';
import { applied, dayIn, lineIn, notePromised, reinstatedAs, reservedOf, type World, withCatalog } from './world.ts';

// What a world hears of the log. Facts of demand and supply are heard by every world; what was decided about them only by the
// one that follows the log. All others decide for themselves.

/** Streams that say anything about where goods come from. */
export const heardCategories = ['stock', 'order', 'allocation', 'shipment', 'item', 'node', 'bu', 'policy'] as const;

export const openNew = (world: World, data: OrderAccepted['data'], counted: boolean): ForkOrder => {
  const order = newOrder(data, wishesUnder(world.policy, data), counted);
  world.orders.set(order.orderId, order);
  return order;
};

/** More of a line, or a new one. Undefined: the order is none that anything is known of. */
export const demanded = (world: World, event: RecordedDomainEvent): ForkOrder | undefined => {
  if (event.type !== 'OrderLineAdded' && event.type !== 'OrderLineChanged') return undefined;
  const { orderId, lineId, priced } = event.data;
  const order = world.orders.get(orderId);
  const { unitPrice, discounts } = priced;
  if (event.type === 'OrderLineAdded')
    order?.lines.set(lineId, newLine({ ...event.data.line, lineId, unitPrice, discounts }));
  const line = order?.lines.get(lineId);
  if (event.type === 'OrderLineChanged' && line !== undefined) line.ordered += qty(event.data.addedQty);
  return order;
};

/** What of a shipment this world never sent does not come back when it is voided. */
const stayed = (world: World, shipmentId: string, line: ForkLine, amount: bigint): void => {
  for (const { item, qty: of } of goodsOf(line, amount)) {
    const place = reinstatedAs(shipmentId, item);
    world.stayed.set(place, (world.stayed.get(place) ?? 0n) + of);
  }
};

/** By line what a shipment took back: it was voided, or goods of it were lost that nobody billed. */
const takenBack = (event: RecordedDomainEvent): readonly { readonly lineId: string; readonly amount: bigint }[] => {
  if (event.type === 'ShipmentVoided')
    return event.data.lines.map(({ lineId, qty: amount }) => ({ lineId, amount: qty(amount) }));
  if (event.type !== 'ShipmentLossSettled') return [];
  return event.data.lines.map(({ lineId, unbilledQty }) => ({ lineId, amount: qty(unbilledQty) }));
};

/** Goods of a voided shipment, and goods that were lost, are wanted again; of these nothing comes back. */
export const reopened = (world: World, event: RecordedDomainEvent): ForkOrder | undefined => {
  if (event.type !== 'ShipmentVoided' && event.type !== 'ShipmentLossSettled') return undefined;
  const order = world.orders.get(event.data.orderId);
  for (const { lineId, amount } of takenBack(event)) {
    const line = order?.lines.get(lineId);
    if (line === undefined || amount === 0n) continue;
    const missed = minQty(amount, line.missed);
    if (missed > 0n && event.type === 'ShipmentVoided') stayed(world, event.data.shipmentId, line, missed);
    line.missed -= missed;
    line.delivered = false;
    let back = minQty(amount - missed, line.left);
    line.left -= back;
    for (const part of line.leftFrom.values()) {
      const less = minQty(part.qty, back);
      part.qty -= less;
      back -= less;
    }
  }
  return order;
};

export const heardCatalog = (world: World, event: RecordedDomainEvent): void =>
  withCatalog(world, applyToCatalog(world.catalog, event));

/**
 * What left, as the reports count it: a shipment that is confirmed again left when the last of it did, one that is voided never.
 */
const noteDepartures = (world: World, event: RecordedDomainEvent): void => {
  if (event.type === 'ShipmentVoided') {
    const { orderId, shipmentId } = event.data;
    for (const line of world.orders.get(orderId)?.lines.values() ?? [])
      line.departures = line.departures.filter((each) => each.shipmentId !== shipmentId);
    return;
  }
  if (event.type === 'ShipmentLossSettled') {
    for (const { lineId, amount } of takenBack(event)) {
      const line = world.orders.get(event.data.orderId)?.lines.get(lineId);
      if (line === undefined) continue;
      line.departures = line.departures
        .map((each) => (each.shipmentId === event.data.shipmentId ? { ...each, qty: each.qty - amount } : each))
        .filter((each) => each.qty > 0n);
    }
    return;
  }
  if (event.type !== 'ShipmentConfirmed') return;
  const { orderId, shipmentId, shippedAt } = event.data;
  const day = dayIn(world, shippedAt);
  for (const { lineId, qty: amount } of event.data.lines) {
    const line = world.orders.get(orderId)?.lines.get(lineId);
    if (line === undefined || qty(amount) === 0n) continue;
    const before = line.departures.find((each) => each.shipmentId === shipmentId);
    const last = before !== undefined && before.last > day ? before.last : day;
    const departure = { shipmentId, qty: qty(amount) + (before?.qty ?? 0n), last };
    line.departures = [...line.departures.filter((each) => each !== before), departure];
  }
};

/** What the log says of one line of an order. */
const followLine = (world: World, event: RecordedDomainEvent): void => {
  const line = lineIn(world, event.data as { readonly orderId: string; readonly lineId: string });
  if (line === undefined) return;
  switch (event.type) {
    case 'OrderLineCancelled':
      line.cancelled += qty(event.data.cancelledQty);
      line.supplied -= minQty(line.supplied, qty(event.data.from.dropship ?? '0'));
      break;
    case 'SourcingDecided': {
      if (line.first !== null) break;
      const held = reservedOf(world, line);
      const picked = event.data.picks.reduce((sum, pick) => sum + qty(pick.qty), 0n);
      line.first = { demand: qty(event.data.demand) + held, covered: picked + held };
      break;
    }
    case 'LineRoutedToDropShip':
      line.supplied += qty(event.data.qty);
      line.supplierShipDate = event.data.shipDate ?? null;
      notePromised(world, event.data.orderId, line);
      break;
    case 'LineBackordered':
    case 'PromiseChanged': {
      const { orderId, node, expectedDate, shipDate = expectedDate, leadTimeDays } = event.data;
      line.waits.set(node, { expectedDate, shipDate, ...(leadTimeDays === undefined ? {} : { leadTimeDays }) });
      notePromised(world, orderId, line);
      break;
    }
    case 'LineReturnedFromDropShip':
      line.supplied -= minQty(line.supplied, qty(event.data.qty));
      break;
    default:
  }
};

/** A world that goes as the log went. */
export const follow = (world: World, event: RecordedDomainEvent, counted: boolean): void => {
  world.at = event.recordedAt;
  heardCatalog(world, event);
  noteDepartures(world, event);
  if (event.stream.startsWith('stock-')) applied(world, event as unknown as StockEvent);
  else if (event.type === 'OrderAccepted') openNew(world, event.data, counted);
  else if (demanded(world, event) === undefined && reopened(world, event) === undefined) followLine(world, event);
};
