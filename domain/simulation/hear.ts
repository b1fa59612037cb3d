import type { LineReturnedFromDropShip } from '../allocation/dropShipEvents.ts';
import { ineligibility } from '../availability/shipping.ts';
import type { RecordedDomainEvent } from '../events.ts';
import { composedId } from '../ids.ts';
import { nodesOf } from '../masterData/catalog.ts';
import type { OrderAccepted, OrderClosed, OrderLineCancelled } from '../order/events.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { StockEvent, StockIssued, StockReinstated, StockReserved } from '../stock/events.ts';
import { consequences } from '../stock/queue.ts';
import { type ForkLine, type ForkOrder, leading, openOf } from './demand.ts';
import { demanded, heardCatalog, openNew, reopened } from './follow.ts';
import { nodeUnder, safetyStockOf } from './policy.ts';
import { type InTurns, settle } from './settle.ts';
import { leave, leaveOwed, releaseHold, withdraw } from './ship.ts';
import {
  happened,
  heldBy,
  lineIn,
  nextId,
  reinstatedAs,
  stockAt,
  tell,
  unsourcedOf,
  type World,
  waitingAt,
} from './world.ts';

/** Until an order is accepted: the channel's reservations that it names. */
export type Named = Map<string, readonly string[]>;

/** Goods moved; which of them, and what they are promised to, is for this world to say. */
const physical = (world: World, event: StockEvent): void => {
  const before = stockAt(world, event.data);
  happened(world, [event]);
  const { node, item } = event.data;
  happened(world, consequences({ bu: world.bu, node, item }, before, stockAt(world, event.data)));
};

/** Goods left for an order: this world sends what it has for it, and what was too many leaves all the same. */
const issued = (world: World, event: StockIssued): void => {
  const { data } = event;
  const order = world.orders.get(data.orderId);
  const line = lineIn(world, data);
  const unreserved = (amount: bigint): void =>
    physical(world, {
      ...event,
      data: { ...data, orderId: '', lineId: '', reservationId: '', qty: qtyText(amount), fromReservation: '0' },
    });
  if (order === undefined || line === undefined) {
    unreserved(qty(data.qty));
    return;
  }
  const { item, per } = leading(line);
  if (data.item !== item) return;
  const over = leave(world, order, line, qty(data.qty) / per, data.node);
  if (over > 0n) unreserved(over * per);
};

/** What a voided shipment was said to have taken is there again, as far as it left here. */
const reinstated = (world: World, event: StockReinstated): void => {
  const { data } = event;
  const place = reinstatedAs(data.shipmentId, data.item);
  const known = world.stayed.get(place) ?? 0n;
  const stayed = minQty(known, qty(data.qty));
  if (stayed === known) world.stayed.delete(place);
  else world.stayed.set(place, known - stayed);
  const back = qty(data.qty) - stayed;
  if (back > 0n) physical(world, { ...event, data: { ...data, qty: qtyText(back) } });
};

/** A channel sets goods aside, as it asked in the log. */
const setAside = (world: World, { data }: StockReserved): void => {
  const { node, item, orderId, lineId, reservationId, qty: amount, needDate, purpose, expiresAt } = data;
  const what = { orderId, lineId, reservationId, qty: amount, needDate, purpose, expiresAt };
  tell(world, { node, item }, { type: 'Reserve', ...what, at: world.at });
};

const heardStock = (world: World, event: StockEvent): void => {
  switch (event.type) {
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockCounted':
    case 'StockStatusChanged':
    case 'StockReturned':
    case 'StockScrapped':
    case 'StockTransferred':
    case 'UnitCostSet':
    case 'CostCorrected':
      physical(world, event);
      break;
    case 'SupplyExpected':
    case 'SupplyRescheduled':
    case 'SupplyCancelled':
      physical(world, event);
      world.tasks.push({ kind: 'SUPPLY', item: event.data.item });
      break;
    case 'SafetyStockSet': {
      const level = safetyStockOf(world.policy, event.data, qty(event.data.qty));
      tell(world, event.data, { type: 'SetSafetyStock', qty: qtyText(level) });
      break;
    }
    case 'StockIssued':
      issued(world, event);
      break;
    case 'StockReinstated':
      reinstated(world, event);
      break;
    case 'StockReserved':
      if (event.data.purpose !== 'ORDER') setAside(world, event);
      break;
    case 'ReservationExtended':
      happened(world, [event]);
      break;
    case 'ReservationReleased':
    case 'ReservationExpired': {
      const { purpose, reservationId, qty: amount } = event.data;
      // What an order takes over of it this world gave to the order when that was accepted.
      if (purpose === undefined || ('cause' in event.data && event.data.cause === 'TAKEN_OVER')) break;
      tell(world, event.data, { type: 'Release', reservationId, qty: amount, cause: 'SIMULATED' });
      break;
    }
    default:
  }
};

/** Lines of a new order take over what their channel had set aside for them. */
const takeOver = (world: World, order: ForkOrder, named: readonly string[]): void => {
  for (const line of order.lines.values())
    for (const part of named.flatMap((id) => world.carts.get(id) ?? [])) {
      const wanted = unsourcedOf(world, order.orderId, line);
      if (part.item !== line.item || line.components !== undefined || wanted === 0n) continue;
      const { orderId, requestedDate: needDate, acceptedAt: at } = order;
      const reservationId = composedId('fork', orderId, line.lineId, nextId(world, 'held'));
      const what = { orderId, lineId: line.lineId, reservationId, from: part.partId, qty: qtyText(wanted) };
      tell(world, part, { type: 'TakeOver', ...what, needDate, at });
    }
};

/** As in the product: what nobody looks after yet, then what waits, then what is reserved, then what a supplier has. */
const cancel = (world: World, order: ForkOrder, line: ForkLine, amount: bigint): void => {
  let rest = minQty(amount, openOf(line) + line.supplied);
  rest -= minQty(rest, unsourcedOf(world, order.orderId, line));
  for (const node of [...line.queuedAt]) {
    const part = minQty(rest, waitingAt(world, order.orderId, line, node));
    if (part > 0n) withdraw(world, order, line, node, part);
    rest -= part;
  }
  for (const [reservationId, { node }] of [...line.holds]) {
    const part = minQty(rest, heldBy(world, line, reservationId, node));
    if (part > 0n) releaseHold(world, line, { reservationId, node }, part, 'CANCEL');
    rest -= part;
  }
  line.supplied -= minQty(rest, line.supplied);
  line.cancelled += amount;
};

const source = (world: World, order: ForkOrder | undefined): void => {
  if (order !== undefined) world.tasks.push({ kind: 'SOURCE', orderId: order.orderId, looked: false });
};

const reopenedNodes = (world: World, before: World['nodes']): void => {
  const closed = new Set(before.filter((node) => ineligibility(node) !== null).map(({ node }) => node));
  const opened = world.nodes.filter((node) => ineligibility(node) === null && closed.has(node.node));
  const isNew = world.nodes.length > before.length;
  for (const { node } of opened)
    for (const key of world.positions.keys())
      if (key.startsWith(`${node} `)) world.tasks.push({ kind: 'OFFER', node, item: key.slice(node.length + 1) });
  if (opened.length > 0 || isNew) sourceUnsourced(world);
};

/** Orders of which something is with nobody, in the order in which they were accepted. */
export const sourceUnsourced = (world: World): void => {
  for (const order of world.orders.values())
    if ([...order.lines.values()].some((line) => unsourcedOf(world, order.orderId, line) > 0n)) source(world, order);
};

const accepted = (world: World, data: OrderAccepted['data'], counted: boolean, named: Named): ForkOrder => {
  const order = openNew(world, data, counted);
  takeOver(world, order, named.get(order.orderId) ?? []);
  return order;
};

const cancelled = (world: World, { data }: OrderLineCancelled): void => {
  const order = world.orders.get(data.orderId);
  const line = lineIn(world, data);
  if (order !== undefined && line !== undefined) cancel(world, order, line, qty(data.cancelledQty));
};

/** What a supplier does not deliver is sourced again, and not from there. */
const returned = (world: World, { data }: LineReturnedFromDropShip): ForkOrder | undefined => {
  const line = lineIn(world, data);
  if (line === undefined || line.supplied === 0n) return undefined;
  line.supplied -= minQty(line.supplied, qty(data.qty));
  line.refusedBy.add(data.supplier);
  return world.orders.get(data.orderId);
};

/** What this world has of an order that is done in the log leaves now, and the rest as soon as it is had. */
const delivered = (world: World, { data }: OrderClosed): void => {
  const order = world.orders.get(data.orderId);
  if (order === undefined) return;
  for (const line of order.lines.values()) {
    line.delivered = true;
    leaveOwed(world, order, line);
  }
};

const heardOrder = (world: World, event: RecordedDomainEvent, counted: boolean, named: Named): void => {
  if (event.type === 'OrderAccepted') source(world, accepted(world, event.data, counted, named));
  else if (event.type === 'OrderLineCancelled') cancelled(world, event);
  else if (event.type === 'OrderClosed') delivered(world, event);
  else if (event.type === 'LineReturnedFromDropShip') source(world, returned(world, event));
  else source(world, demanded(world, event) ?? reopened(world, event));
};

/** A world that decides for itself what follows from a fact. Throws `SimulationUnsettled`. */
export function* hear(world: World, event: RecordedDomainEvent, counted: boolean, named: Named): InTurns {
  world.at = event.recordedAt;
  const { nodes } = world;
  heardCatalog(world, event);
  if (nodes !== world.nodes && event.type === 'NodeDefined') reopenedNodes(world, nodes);
  if (event.stream.startsWith('stock-')) heardStock(world, event as unknown as StockEvent);
  else heardOrder(world, event, counted, named);
  yield* settle(world);
}

const positionsAtOnce = 500;

/** The policy takes effect: levels are set, nodes that supply from now on say what they have. */
export function* adopt(world: World, at: string): InTurns {
  world.at = at;
  const asLogged = nodesOf(world.catalog, world.bu);
  for (const [index, [key, { safetyStock }]] of [...world.positions].entries()) {
    const [node = '', item = ''] = key.split(' ');
    const level = safetyStockOf(world.policy, { node, item }, safetyStock);
    tell(world, { node, item }, { type: 'SetSafetyStock', qty: qtyText(level) });
    if (index % positionsAtOnce === positionsAtOnce - 1) yield;
  }
  world.nodes = asLogged.map((node) => nodeUnder(world.policy, node));
  reopenedNodes(world, asLogged);
  sourceUnsourced(world);
  yield* settle(world);
}
