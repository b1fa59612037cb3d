import type { SourcingDecided } from '../../domain/allocation/events.ts';
import { type AllocationState, lineOf, recordedQty } from '../../domain/allocation/state.ts';
import { isTakenTogether } from '../../domain/allocation/together.ts';
import { shipDateFor } from '../../domain/availability/shipping.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import { composedId } from '../../domain/ids.ts';
import { goodsOf, type OfRecipe, recipeOf } from '../../domain/kit.ts';
import { nodeOf } from '../../domain/masterData/catalog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { inParallel } from '../inParallel.ts';
import { loadAllocation, type OfOrder, tellAllocation } from './allocationStream.ts';
import { closedNodes, eligibleNodes } from './source.ts';
import type { Run } from './stepRun.ts';
import { releaseReservation, stockAtOnce, tellStock } from './stockScripts.ts';

export type Wanted = OfOrder &
  OfRecipe & {
    readonly lineId: string;
    readonly item: string;
    readonly node: string;
    readonly qty: string;
    readonly needDate: string;
    readonly reservationId: string;
    readonly from: 'UNSOURCED' | 'BACKORDERED';
    /** As decided; absent: as soon as the node can ship what it has now. */
    readonly shipDate?: string;
    /** Its supply is late: what is withheld there counts, too. */
    readonly fromSafetyStock?: true;
  };

export type Reserved =
  | { readonly kind: 'RESERVED'; readonly recorded: bigint }
  | { readonly kind: 'SHORT'; readonly available: string };

const text = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

type StockAnswer = { readonly kind: 'YES'; readonly qty: string } | { readonly kind: 'NO'; readonly available: string };

/**
 * All or nothing. A position that answered long ago says nothing again: then the reservation itself is the answer, or the
 * allocation's memory of it. The quantity is that of the first attempt.
 */
const askStock = async (run: Run, wanted: Wanted, known: AllocationState, commandId: string): Promise<StockAnswer> => {
  const { bu, node, item, orderId, lineId, reservationId, needDate, qty: amount } = wanted;
  const line = { bu, node, item, orderId, lineId, reservationId, needDate, qty: amount };
  const withheldToo = wanted.fromSafetyStock === true ? { fromSafetyStock: true as const } : {};
  const command = {
    type: 'Reserve',
    ...line,
    ...withheldToo,
    purpose: 'ORDER',
    expiresAt: null,
    at: run.clock(),
  } as const;
  const answer = await tellStock(run, command, commandId);
  for (const event of answer.events) {
    if (event.type === 'StockReserved' && event.data.reservationId === reservationId) {
      return { kind: 'YES', qty: event.data.qty };
    }
    if (event.type === 'ReservationRefused' && event.data.reservationId === reservationId) {
      return { kind: 'NO', available: event.data.available };
    }
  }
  const open = valueAt(answer.state.reservations, reservationId);
  if (open !== undefined) return { kind: 'YES', qty: qtyText(open.qty) };
  const recorded = recordedQty(known, reservationId);
  return recorded > 0n ? { kind: 'YES', qty: qtyText(recorded) } : { kind: 'NO', available: '0' };
};

type Component = ReturnType<typeof goodsOf>[number];

/** How many kits what a position has of a component would make, when it has too little. */
const kitsOf = (available: string, whole: bigint, { qty: needed }: Component): string =>
  qtyText((qty(available) * whole) / needed);

/**
 * A kit is reserved when every position has its components, in one order for all orders, so that of two that want the same
 * ones one gets through; what was reserved before one refused is given back. Of the quantity of an earlier attempt that
 * some positions gave, all gave the same.
 */
const askForKit = async (run: Run, wanted: Wanted, known: AllocationState, commandId: string): Promise<StockAnswer> => {
  const kits = qty(wanted.qty);
  const goods = [...goodsOf(wanted, kits)].sort((a, b) => text(a.item, b.item));
  const taken: Component[] = [];
  for (const part of goods) {
    const ask = { ...wanted, item: part.item, qty: qtyText(part.qty) };
    const answer = await askStock(run, ask, known, `${commandId}:${part.item}`);
    if (answer.kind === 'YES') {
      taken.push(part);
      continue;
    }
    await inParallel(taken, stockAtOnce, ({ item, qty: amount }) => {
      const back = { reservationId: wanted.reservationId, qty: qtyText(amount) };
      const id = `${commandId}:${item}:back`;
      return releaseReservation(run, { bu: wanted.bu, node: wanted.node, item }, back, 'KIT_NOT_WHOLE', id);
    });
    return { kind: 'NO', available: kitsOf(answer.available, kits, part) };
  }
  return { kind: 'YES', qty: wanted.qty };
};

/** Goods that a position has now leave by its node's calendar. */
const leavesOn = (run: Run, { bu, node, shipDate }: Pick<Wanted, 'bu' | 'node' | 'shipDate'>): string | undefined => {
  if (shipDate !== undefined) return shipDate;
  const known = nodeOf(run.catalog.current(), bu, node);
  return known === undefined ? undefined : (shipDateFor(known, run.clock()) ?? undefined);
};

/**
 * Where a closed node's goods are not wanted: a position fills its queue whatever becomes of its node. While no other node
 * could supply either, a line is left where it is.
 */
const closedTo = (run: Run, { bu }: Pick<Wanted, 'bu'>): readonly string[] =>
  eligibleNodes(run, bu).length === 0 ? [] : closedNodes(run, bu);

/** Records what a position reserved for a line. What the allocation does not want of it goes back at once. */
export const recordReserved = async (run: Run, reserved: Omit<Wanted, 'needDate'>, idBase: string): Promise<bigint> => {
  const { lineId, reservationId, node, qty: amount, from } = reserved;
  const shipDate = leavesOn(run, reserved);
  const record = {
    type: 'RecordReservation',
    ...{ lineId, reservationId, node, qty: amount, from, closed: closedTo(run, reserved) },
    ...(shipDate === undefined ? {} : { shipDate }),
  } as const;
  const answer = await tellAllocation(run, reserved, record, `${idBase}:record`);
  const recorded = recordedQty(answer.state, reservationId);
  const excess = qty(amount) - recorded;
  if (excess > 0n) {
    const back = { reservationId, qty: qtyText(excess) };
    await releaseReservation(run, reserved, back, 'NOT_WANTED_ANY_MORE', `${idBase}:back`);
  }
  return recorded;
};

/** Reserves at one stock position and records it in the allocation. Safe to run again after any of its commands. */
export const reserveAndRecord = async (
  run: Run,
  wanted: Wanted,
  known: AllocationState,
  idBase: string,
): Promise<Reserved> => {
  const ask = wanted.components === undefined ? askStock : askForKit;
  const answer = await ask(run, wanted, known, `${idBase}:reserve`);
  if (answer.kind === 'NO') return { kind: 'SHORT', available: answer.available };
  return { kind: 'RESERVED', recorded: await recordReserved(run, { ...wanted, qty: answer.qty }, idBase) };
};

type Decided = Pick<NewEvent<SourcingDecided>, 'eventId' | 'data'>;

/**
 * Takes what sourcing decisions picked. True when every position had what was expected of it. Lines that are taken
 * together are asked for one after the other, in one order for all orders, up to the first that cannot be had: of orders
 * that want the same goods one always gets through, and none holds what another one gave up for it.
 */
export const takePicks = async (run: Run, decisions: readonly Decided[], needDate: string): Promise<boolean> => {
  const [first] = decisions;
  if (first === undefined) return true;
  const state = await loadAllocation(run, first.data);
  const together = isTakenTogether(state);
  /** Decisions of which something could not be had. */
  const failedIds = new Set<string>();
  const picks = decisions.flatMap(({ eventId, data }) => data.picks.map((pick) => ({ eventId, data, pick })));
  if (together) picks.sort((a, b) => text(a.data.item, b.data.item) || text(a.pick.node, b.pick.node));
  await inParallel(picks, together ? 1 : stockAtOnce, async ({ eventId, data, pick }) => {
    const { orderId, bu, lineId, item, decisionId } = data;
    const { node } = pick;
    if (together && failedIds.has(decisionId)) return;
    const reservationId = composedId(decisionId, lineId, node);
    const wanted = {
      orderId,
      bu,
      lineId,
      item,
      node,
      qty: pick.qty,
      needDate,
      reservationId,
      from: 'UNSOURCED',
      shipDate: pick.shipDate,
      ...recipeOf(lineOf(state, lineId)),
    } as const;
    const idBase = `${eventId}:${node}`;
    const outcome = await reserveAndRecord(run, wanted, state, idBase);
    if (outcome.kind === 'RESERVED') return;
    failedIds.add(decisionId);
    const failed = {
      type: 'RecordReservationFailed',
      lineId,
      node,
      qty: pick.qty,
      availableNow: outcome.available,
    } as const;
    await tellAllocation(run, data, failed, `${idBase}:failed`);
  });
  return failedIds.size === 0;
};
