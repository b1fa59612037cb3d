import type { LateSupplyRules } from '../availability/lateSupply.ts';
import { ineligibility, shipDateFor, todayAt } from '../availability/shipping.ts';
import type { Day } from '../calendar.ts';
import { isRefusal } from '../decider.ts';
import { businessUnitOf, type Catalog, emptyCatalog, lateSupplyOf, nodesOf } from '../masterData/catalog.ts';
import type { NodeDefined } from '../masterData/events.ts';
import { qty } from '../quantity.ts';
import { queuedLine } from '../stock/collections.ts';
import type { StockCommand } from '../stock/commands.ts';
import type { StockEvent, StockIssued, StockReserved } from '../stock/events.ts';
import { freesStock } from '../stock/frees.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { Place } from '../stock/place.ts';
import { nothingRecent } from '../stock/recent.ts';
import { initialStock, type StockState } from '../stock/state.ts';
import { stockDecider } from '../stock/stock.ts';
import { copyOfOrder, type ForkLine, type ForkOrder, isHeldIn, leading, openOf, owedOf } from './demand.ts';
import { lateSupplyUnder, nodeUnder, type SimulatedPolicy, safetyStockOf } from './policy.ts';

type Node = NodeDefined['data'];
export type Spot = { readonly node: string; readonly item: string };

/** What is still to be done in a world until a fact has had all of its effect. */
export type Task =
  /** Goods may be had there by lines that wait elsewhere, or for others of their order. */
  | ({ readonly kind: 'OFFER' } & Spot)
  /** `looked`: it has looked around already, and queues what it does not get. */
  | { readonly kind: 'SOURCE'; readonly orderId: string; readonly looked: boolean }
  /** What is to come of an item changed. */
  | { readonly kind: 'SUPPLY'; readonly item: string }
  /** Promised goods are missing. */
  | ({ readonly kind: 'MISSING'; readonly reservations: readonly { readonly reservationId: string }[] } & Spot)
  /** What had left in the log before this world had it. */
  | { readonly kind: 'LEAVE'; readonly orderId: string; readonly lineId: string };

/**
 * One way in which a stretch of the log can have gone: the stock positions of a business unit, folded and decided by their
 * own decider, and the orders that still want something. It is plain data; nothing of it reaches anything outside.
 */
export type World = {
  readonly bu: string;
  readonly policy: SimulatedPolicy | null;
  readonly positions: Map<string, StockState>;
  readonly orders: Map<string, ForkOrder>;
  /** A channel's reservation → where parts of it lie. */
  readonly carts: Map<string, (Spot & { readonly partId: string })[]>;
  readonly tasks: Task[];
  /** Of shipments that were voided, what never left here, by `reinstatedAs`. */
  readonly stayed: Map<string, bigint>;
  catalog: Catalog;
  nodes: readonly Node[];
  /** When the fact happened that is being worked off, RFC 3339. */
  at: string;
  /** Counts what was decided here, for ids that are the same in every run. */
  decisions: number;
};

export const emptyWorld = (bu: string): World => ({
  ...{ bu, policy: null, positions: new Map(), orders: new Map(), carts: new Map() },
  ...{ tasks: [], stayed: new Map() },
  ...{ catalog: emptyCatalog, nodes: [], at: '', decisions: 0 },
});

/** The same, to go on by itself. Positions are shared, for nobody changes one. */
export const branch = (world: World, policy: SimulatedPolicy | null): World => ({
  ...world,
  policy,
  positions: new Map(world.positions),
  orders: new Map([...world.orders].map(([orderId, order]) => [orderId, copyOfOrder(order)])),
  carts: new Map([...world.carts].map(([id, parts]) => [id, [...parts]])),
  ...{ tasks: [], stayed: new Map(world.stayed) },
  nodes: nodesOf(world.catalog, world.bu).map((node) => nodeUnder(policy, node)),
});

export const withCatalog = (world: World, catalog: Catalog): void => {
  if (catalog === world.catalog) return;
  world.catalog = catalog;
  world.nodes = nodesOf(catalog, world.bu).map((node) => nodeUnder(world.policy, node));
};

export const lateSupplyIn = ({ policy, catalog, bu }: World): LateSupplyRules =>
  lateSupplyUnder(policy, lateSupplyOf(catalog, bu));

/** The day of an instant where the business unit is. */
export const dayIn = ({ catalog, bu }: World, instant: string): Day =>
  todayAt({ timeZone: businessUnitOf(catalog, bu)?.timeZone ?? 'UTC' }, instant);

export const reinstatedAs = (shipmentId: string, item: string): string => `${shipmentId} ${item}`;

const keyOf = ({ node, item }: Spot): string => `${node} ${item}`;

/** Of a place that nobody has heard of yet only the policy knows something. */
export const stockAt = (world: World, spot: Spot): StockState => {
  const known = world.positions.get(keyOf(spot));
  if (known !== undefined) return known;
  const safetyStock = safetyStockOf(world.policy, spot, 0n);
  return safetyStock === 0n ? initialStock : { ...initialStock, safetyStock };
};

export const eligibleNodes = ({ nodes }: World): readonly Node[] =>
  nodes.filter((node) => ineligibility(node) === null);

export const isClosed = ({ nodes }: World, node: string): boolean => {
  const known = nodes.find((each) => each.node === node);
  return known !== undefined && ineligibility(known) !== null;
};

export const leavesOn = (world: World, node: string): Day | null => {
  const known = world.nodes.find((each) => each.node === node);
  return known === undefined ? null : shipDateFor(known, world.at);
};

export const lineIn = (world: World, of: { readonly orderId: string; readonly lineId: string }): ForkLine | undefined =>
  world.orders.get(of.orderId)?.lines.get(of.lineId);

/** Whole kits; what a reservation holds at its node. */
export const heldBy = (world: World, line: ForkLine, reservationId: string, node: string): bigint => {
  const { item, per } = leading(line);
  return (valueAt(stockAt(world, { node, item }).reservations, reservationId)?.qty ?? 0n) / per;
};

export const reservedOf = (world: World, line: ForkLine): bigint => {
  let sum = 0n;
  for (const [reservationId, { node }] of line.holds) sum += heldBy(world, line, reservationId, node);
  return sum;
};

export const waitingAt = (world: World, orderId: string, line: ForkLine, node: string): bigint => {
  const { item, per } = leading(line);
  return (queuedLine(stockAt(world, { node, item }), { orderId, lineId: line.lineId })?.qty ?? 0n) / per;
};

export const waitingOf = (world: World, orderId: string, line: ForkLine): bigint => {
  let sum = 0n;
  for (const node of line.queuedAt) sum += waitingAt(world, orderId, line, node);
  return sum;
};

/** Nobody looks after so much of the line yet. */
export const unsourcedOf = (world: World, orderId: string, line: ForkLine): bigint => {
  const rest = openOf(line) - reservedOf(world, line) - waitingOf(world, orderId, line);
  return rest > 0n ? rest : 0n;
};

/** Keeps the first day on which all of a line is to leave, as the reports know it (R07). */
export const notePromised = (world: World, orderId: string, line: ForkLine): void => {
  if (line.promised !== null || unsourcedOf(world, orderId, line) > 0n) return;
  const days: Day[] = [];
  const add = (day: Day | null | undefined): void => {
    if (day != null) days.push(day);
  };
  for (const node of line.queuedAt) {
    if (waitingAt(world, orderId, line, node) === 0n) continue;
    const day = line.waits.get(node)?.shipDate;
    if (day == null) return;
    add(day);
  }
  for (const [reservationId, { node, shipDate }] of line.holds)
    if (heldBy(world, line, reservationId, node) > 0n) add(shipDate);
  for (const { qty: amount, shipDate } of line.leftFrom.values()) if (amount > 0n) add(shipDate);
  if (line.supplied > 0n) add(line.supplierShipDate);
  line.promised = days.sort().at(-1) ?? null;
};

const noteReserved = (world: World, { data }: StockReserved): void => {
  const { node, item, orderId, lineId, reservationId, purpose, cause } = data;
  if (purpose !== 'ORDER') {
    const parts = world.carts.get(orderId) ?? [];
    parts.push({ node, item, partId: reservationId });
    world.carts.set(orderId, parts);
    return;
  }
  const line = lineIn(world, data);
  if (line === undefined) return;
  line.holds.set(reservationId, { node, shipDate: leavesOn(world, node) });
  if (cause === 'BACKORDER' && waitingAt(world, orderId, line, node) === 0n) line.queuedAt.delete(node);
  if (owedOf(line) > 0n) world.tasks.push({ kind: 'LEAVE', orderId, lineId });
};

/** Kits are counted by their leading item; what left beyond what is wanted of a line is no part of it. */
const noteIssued = (world: World, { data }: StockIssued): void => {
  const line = lineIn(world, data);
  if (line === undefined) return;
  const { item, per } = leading(line);
  if (data.item !== item) return;
  const amount = qty(data.qty) / per;
  const before = line.leftFrom.get(data.node);
  const shipDate = line.holds.get(data.reservationId)?.shipDate ?? leavesOn(world, data.node);
  const later =
    before?.shipDate != null && shipDate !== null && before.shipDate > shipDate ? before.shipDate : shipDate;
  line.leftFrom.set(data.node, { qty: (before?.qty ?? 0n) + amount, shipDate: later });
  line.left += amount;
};

const forgetEmpty = (world: World, event: StockEvent): void => {
  if (event.type !== 'StockIssued' && event.type !== 'ReservationReleased' && event.type !== 'ReservationExpired')
    return;
  const { node, item, orderId, reservationId } = event.data;
  if (valueAt(stockAt(world, event.data).reservations, reservationId) !== undefined) return;
  const line = lineIn(world, event.data);
  if (line !== undefined && leading(line).item === item) line.holds.delete(reservationId);
  const parts = world.carts.get(orderId)?.filter((part) => !(part.partId === reservationId && part.node === node));
  if (parts === undefined) return;
  if (parts.length === 0) world.carts.delete(orderId);
  else world.carts.set(orderId, parts);
};

/** What a position knows of facts that are over. */
const nothingBehind = {
  ...{ seen: nothingRecent, receipts: nothingRecent, corrections: nothingRecent },
  ...{ corrected: nothingRecent, scrapped: nothingRecent },
};

/**
 * A fact of the log comes once, and what is decided here has ids of its own: no position has to know a repeat. Nor is anything
 * decided here about what goods of long ago had cost.
 */
const withoutMemory = (state: StockState): StockState =>
  state.seen === nothingRecent && state.corrections === nothingRecent ? state : { ...state, ...nothingBehind };

/** Folds one event of a position and notes what it means for its line. */
export const applied = (world: World, event: StockEvent): void => {
  world.positions.set(keyOf(event.data), withoutMemory(stockDecider.evolve(stockAt(world, event.data), event)));
  if (event.type === 'StockReserved') noteReserved(world, event);
  if (event.type === 'StockIssued') noteIssued(world, event);
  if (event.type === 'BackorderQueued') lineIn(world, event.data)?.queuedAt.add(event.data.node);
  if (event.type === 'BackorderQueued' || event.type === 'StockReserved') {
    const line = lineIn(world, event.data);
    if (line !== undefined) notePromised(world, event.data.orderId, line);
  }
  forgetEmpty(world, event);
};

/** A line that is taken together with others, or is a kit, kept nothing from anybody while it waited. */
const frees = (world: World, event: StockEvent): boolean => {
  if (event.type !== 'BackorderWithdrawn') return freesStock(event);
  const order = world.orders.get(event.data.orderId);
  const line = lineIn(world, event.data);
  return order !== undefined && line !== undefined && !isHeldIn(order, line);
};

/** `applied`, and what this world has to do about it. */
export const happened = (world: World, events: readonly StockEvent[]): void => {
  for (const event of events) {
    applied(world, event);
    const { node, item } = event.data;
    const last = world.tasks.at(-1);
    const isOffered = last?.kind === 'OFFER' && last.node === node && last.item === item;
    if (!isOffered && frees(world, event)) world.tasks.push({ kind: 'OFFER', node, item });
    if (event.type === 'StockOvercommitted')
      world.tasks.push({ kind: 'MISSING', node, item, reservations: event.data.reservations });
  }
};

type WithoutPlace<C> = C extends unknown ? Omit<C, keyof Place> : never;

/** Has a position decide. A refusal is no event. */
export const tell = (
  world: World,
  { node, item }: Spot,
  command: WithoutPlace<StockCommand>,
): readonly StockEvent[] => {
  const outcome = stockDecider.decide(
    { bu: world.bu, node, item, ...command } as StockCommand,
    stockAt(world, { node, item }),
  );
  if (isRefusal(outcome)) return [];
  happened(world, outcome);
  return outcome;
};

/** An id that is the same whenever this is run. */
export const nextId = (world: World, name: string): string => {
  world.decisions += 1;
  return `${name}:${world.decisions}`;
};
