import { atpUnder } from '../availability/lateSupply.ts';
import { type SourcedLine, type SourcingInput, sourceOrder } from '../availability/sourcing.ts';
import { keepsMargin, supplierDates, supplierOf } from '../dropShip/routes.ts';
import { composedId } from '../ids.ts';
import { goodsOf } from '../kit.ts';
import { itemOf } from '../masterData/catalog.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import { queuedLine } from '../stock/collections.ts';
import { openSupplies, queuedAheadOf, spareOf } from '../stock/state.ts';
import { type ForkLine, type ForkOrder, isHeldIn, isTogether, openOf, type Wait } from './demand.ts';
import { releaseHold, withdraw } from './ship.ts';
import {
  eligibleNodes,
  heldBy,
  isClosed,
  lateSupplyIn,
  nextId,
  notePromised,
  reservedOf,
  stockAt,
  tell,
  unsourcedOf,
  type World,
  waitingAt,
  waitingOf,
} from './world.ts';

// Where the goods of one order come from, by the product's own sourcing and stock positions. It is what `commands/steps` do
// command by command for a real order, without anything that only interruptions and rivals make necessary.

/** As in the product: one decision and up to three more when a position gave less than it had shown. */
const roundsMax = 4;
const policyVersion = 1;

type Wanted = { readonly line: ForkLine; readonly demand: bigint };

const holdingNodes = (world: World, line: ForkLine): ReadonlySet<string> => {
  const nodes = new Set([...line.leftFrom].filter(([, part]) => part.qty > 0n).map(([node]) => node));
  for (const [reservationId, { node }] of line.holds)
    if (heldBy(world, line, reservationId, node) > 0n) nodes.add(node);
  for (const node of nodes) if (isClosed(world, node)) nodes.delete(node);
  return nodes;
};

/** The node from which the rest has to come: the line may not be split, and that node has part of it. */
export const boundTo = (world: World, order: ForkOrder, line: ForkLine): string | undefined =>
  order.allowSplit ? undefined : [...holdingNodes(world, line)][0];

/** A line that may not be split moves with all that it waits for, or follows what it has at the node already. */
export const mayMove = (world: World, order: ForkOrder, line: ForkLine, node: string, amount: bigint): boolean => {
  if (order.allowSplit) return true;
  const holding = holdingNodes(world, line);
  return holding.size === 0 ? amount >= waitingOf(world, order.orderId, line) : holding.has(node);
};

/** What this order itself waits for is left out: it cannot be in its own way. */
const stockFor = (world: World, order: ForkOrder, items: ReadonlySet<string>): SourcingInput['stock'] =>
  [...items].flatMap((item) =>
    eligibleNodes(world).map(({ node }) => {
      const state = stockAt(world, { node, item });
      let own = 0n;
      for (const { lineId, item: of } of order.lines.values()) {
        const entry = of === item ? queuedLine(state, { orderId: order.orderId, lineId }) : undefined;
        if (entry !== undefined && !entry.held) own += entry.qty;
      }
      const queuedBackorders = queuedAheadOf(state) - own;
      return { item, node, free: spareOf(state), queuedBackorders, supplies: openSupplies(state) };
    }),
  );

const decide = (world: World, order: ForkOrder, wanted: readonly Wanted[]): readonly SourcedLine[] => {
  const items = new Set(wanted.flatMap(({ line }) => goodsOf(line, 1n).map(({ item }) => item)));
  return sourceOrder({
    at: world.at,
    lines: wanted.map(({ line, demand }) => {
      const onlyFrom = boundTo(world, order, line);
      const components = line.components?.map((one) => ({ item: one.item, per: qty(one.qty) }));
      return {
        ...{ lineId: line.lineId, item: line.item, demand },
        ...(onlyFrom === undefined ? {} : { onlyFrom }),
        ...(components === undefined ? {} : { components }),
      };
    }),
    ...{ shipComplete: order.shipComplete, allowSplit: order.allowSplit, requestedDate: order.requestedDate },
    nodes: world.nodes,
    stock: stockFor(world, order, items),
    leadTimes: [...items].map((item) => ({
      item,
      leadTimeDays: itemOf(world.catalog, world.bu, item)?.leadTimeDays ?? null,
    })),
    policyVersion,
    atp: atpUnder(lateSupplyIn(world)),
  });
};

/**
 * All or nothing; a kit is had when every position has its components, and what was taken before one refused goes back.
 * `withheldToo`: the line is late, so that safety stock counts.
 */
export const reserve = (
  world: World,
  order: ForkOrder,
  line: ForkLine,
  node: string,
  amount: bigint,
  withheldToo: { readonly fromSafetyStock?: true } = {},
): boolean => {
  const { orderId, requestedDate: needDate } = order;
  const reservationId = composedId('fork', orderId, line.lineId, nextId(world, node));
  const taken: string[] = [];
  for (const part of goodsOf(line, amount)) {
    const what = { orderId, lineId: line.lineId, reservationId, needDate, qty: qtyText(part.qty) };
    const asked = {
      type: 'Reserve',
      ...what,
      ...withheldToo,
      purpose: 'ORDER',
      expiresAt: null,
      at: world.at,
    } as const;
    const events = tell(world, { node, item: part.item }, asked);
    if (events.some((event) => event.type === 'StockReserved' && event.data.reservationId === reservationId)) {
      taken.push(part.item);
      continue;
    }
    for (const { item, qty: back } of goodsOf(line, amount))
      if (taken.includes(item))
        tell(world, { node, item }, { type: 'Release', reservationId, qty: qtyText(back), cause: 'KIT_NOT_WHOLE' });
    return false;
  }
  return true;
};

const take = (world: World, order: ForkOrder, decisions: readonly SourcedLine[]): boolean => {
  let complete = true;
  for (const { lineId, picks } of decisions) {
    const line = order.lines.get(lineId);
    if (line === undefined) continue;
    for (const pick of picks) complete = reserve(world, order, line, pick.node, qty(pick.qty)) && complete;
  }
  return complete;
};

/** An order that ships complete holds nothing while part of it cannot be had. */
const giveUpAll = (world: World, order: ForkOrder): void => {
  for (const line of order.lines.values())
    for (const [reservationId, { node }] of [...line.holds])
      releaseHold(world, line, { reservationId, node }, heldBy(world, line, reservationId, node), 'SHIP_COMPLETE');
};

const leaveQueues = (world: World, order: ForkOrder, line: ForkLine, amount: bigint): void => {
  let rest = amount;
  for (const node of [...line.queuedAt]) {
    const part = minQty(rest, waitingAt(world, order.orderId, line, node));
    if (part > 0n) withdraw(world, order, line, node, part);
    rest -= part;
  }
};

/** What has to stay together with something that is unsourced is decided with it. */
const gather = (world: World, order: ForkOrder): void => {
  const lines = [...order.lines.values()];
  const unsourced = lines.filter((line) => unsourcedOf(world, order.orderId, line) > 0n);
  const leaving = isTogether(order) && unsourced.length > 0 ? lines : order.allowSplit ? [] : unsourced;
  for (const line of leaving) leaveQueues(world, order, line, waitingOf(world, order.orderId, line));
};

const wantedNow = (world: World, order: ForkOrder): readonly Wanted[] =>
  [...order.lines.values()].flatMap((line) => {
    const demand = unsourcedOf(world, order.orderId, line);
    return demand > 0n ? [{ line, demand }] : [];
  });

/** What is promised of a line by the first decision, with what it held before that. */
const noteFirst = (world: World, { line, demand }: Wanted, decision: SourcedLine | undefined): void => {
  if (line.first !== null) return;
  const held = reservedOf(world, line);
  const picked = (decision?.picks ?? []).reduce((sum, pick) => sum + qty(pick.qty), 0n);
  line.first = { demand: demand + held, covered: picked + held };
};

const isWhole = (world: World, order: ForkOrder, line: ForkLine): boolean =>
  waitingOf(world, order.orderId, line) === 0n && line.leftFrom.size === 0 && reservedOf(world, line) === 0n;

/** What no stock covers goes to suppliers before it waits, as `dropShipRoutes` has it. */
const routeToSuppliers = (world: World, order: ForkOrder): void => {
  const wanted = wantedNow(world, order);
  const routes = wanted.flatMap(({ line, demand }) => {
    const found = supplierOf(world.catalog, world.bu, line.item);
    if (found === undefined || line.refusedBy.has(found.supplier)) return [];
    if (!order.allowSplit && !isWhole(world, order, line)) return [];
    const { supplier, unitCost } = found;
    const keeps = keepsMargin(world.catalog, world.bu, demand, line.sold, unitCost, order.currency);
    return keeps ? [{ line, demand, supplier }] : [];
  });
  if (order.shipComplete) {
    const open = [...order.lines.values()].filter((line) => openOf(line) > 0n);
    const isAll = routes.length === open.length && open.every((line) => isWhole(world, order, line));
    if (!isAll || new Set(routes.map(({ supplier }) => supplier)).size !== 1) return;
  }
  for (const { line, demand, supplier } of routes) {
    line.supplied += demand;
    line.supplierShipDate = supplierDates(world.catalog, world.bu, line.item, supplier, world.at).shipDate ?? null;
    notePromised(world, order.orderId, line);
  }
};

/** What a line is told that waits for what is expected. */
export const waitFor = (expected: SourcedLine['expected']): Wait => {
  if (expected === null) return { expectedDate: null, shipDate: null };
  const { date, shipDate, leadTimeDays } = expected;
  return { expectedDate: date, shipDate: shipDate ?? date, ...(leadTimeDays === null ? {} : { leadTimeDays }) };
};

const queueRest = (world: World, order: ForkOrder, sourced: ReadonlyMap<string, SourcedLine>): void => {
  const fallback = eligibleNodes(world)[0]?.node;
  for (const { line, demand } of wantedNow(world, order)) {
    const node = boundTo(world, order, line) ?? sourced.get(line.lineId)?.queueNode ?? fallback;
    if (node === undefined) continue;
    const { orderId, requestedDate: needDate, acceptedAt } = order;
    line.waits.set(node, waitFor(sourced.get(line.lineId)?.expected ?? null));
    const held = isHeldIn(order, line) ? { held: true as const } : {};
    const whole = line.components !== undefined || order.shipComplete;
    for (const part of goodsOf(line, demand)) {
      const what = { orderId, lineId: line.lineId, qty: qtyText(part.qty), needDate, acceptedAt, whole, ...held };
      tell(world, { node, item: part.item }, { type: 'QueueBackorder', ...what });
    }
  }
};

/**
 * Would a decision made now take from where the order does not wait? Then it leaves its queues, to be sourced anew. Answers
 * whether it did.
 */
export const lookAround = (world: World, order: ForkOrder): boolean => {
  const together = isTogether(order);
  const waiting = [...order.lines.values()].flatMap((line): readonly Wanted[] => {
    const demand = waitingOf(world, order.orderId, line);
    return demand > 0n ? [{ line, demand }] : [];
  });
  if (waiting.length === 0 || (together && wantedNow(world, order).length > 0)) return false;
  let left = false;
  for (const [index, { picks }] of decide(world, order, waiting).entries()) {
    const { line, demand } = waiting[index] as Wanted;
    const elsewhere = picks
      .filter(({ node }) => isHeldIn(order, line) || waitingAt(world, order.orderId, line, node) === 0n)
      .reduce((sum, pick) => sum + qty(pick.qty), 0n);
    if (elsewhere === 0n) continue;
    leaveQueues(world, order, line, order.allowSplit ? elsewhere : demand);
    left = true;
  }
  return left;
};

/** Sources whatever is unsourced, reserves it, and queues the rest. */
export const allocate = (world: World, order: ForkOrder, looked: boolean): void => {
  const sourced = new Map<string, SourcedLine>();
  let complete = true;
  gather(world, order);
  for (let round = 0; round < roundsMax; round += 1) {
    const wanted = wantedNow(world, order);
    if (wanted.length === 0) break;
    const decisions = decide(world, order, wanted);
    for (const [index, each] of wanted.entries()) noteFirst(world, each, decisions[index]);
    for (const decision of decisions) sourced.set(decision.lineId, decision);
    complete = take(world, order, decisions);
    if (complete) break;
    if (order.shipComplete) giveUpAll(world, order);
  }
  routeToSuppliers(world, order);
  if (isTogether(order) && wantedNow(world, order).length > 0) giveUpAll(world, order);
  queueRest(world, order, sourced);
  const mayHaveMissed = complete || [...order.lines.values()].some((line) => isHeldIn(order, line));
  if (!looked && mayHaveMissed && lookAround(world, order))
    world.tasks.push({ kind: 'SOURCE', orderId: order.orderId, looked: true });
};
