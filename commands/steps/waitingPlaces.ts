import { type AllocatedLine, linesInOrder } from '../../domain/allocation/state.ts';
import { boundTo, isTakenTogether } from '../../domain/allocation/together.ts';
import type { Expected } from '../../domain/availability/expectedDate.ts';
import { type queueDates, stillOnOrder } from '../../domain/availability/queueDates.ts';
import { todayAt } from '../../domain/availability/shipping.ts';
import type { NodeDefined } from '../../domain/masterData/events.ts';
import { valuesOf } from '../../domain/stock/orderedMap.ts';
import { inParallel } from '../inParallel.ts';
import { loadAllocation, type OfOrder } from './allocationStream.ts';
import { closedNodes, itemsOfGoods } from './source.ts';
import type { Run } from './stepRun.ts';

export const ordersAtOnce = 16;

/** A place in a queue, and what was promised there, as the allocation had it. */
export type WaitingPlace = {
  readonly of: OfOrder;
  readonly line: AllocatedLine;
  readonly node: string;
  readonly qty: bigint;
  /** The rest of it has to come from there. */
  readonly isBound: boolean;
  /** It is taken only together with other lines, or as part of a kit. */
  readonly isHeld: boolean;
  readonly expectedDate: string | null;
  readonly leadTimeDays: number | undefined;
};

/** Where these orders wait for the item, or for kits that it is part of; in the order of the orders. */
export const placesOf = async (
  run: Run,
  { bu, item }: { readonly bu: string; readonly item: string },
  orders: readonly string[],
): Promise<readonly WaitingPlace[]> => {
  const closed = closedNodes(run, bu);
  const found = new Map<string, WaitingPlace[]>();
  await inParallel(orders, ordersAtOnce, async (orderId) => {
    const of = { bu, orderId };
    const state = await loadAllocation(run, of);
    const places: WaitingPlace[] = [];
    for (const line of linesInOrder(state)) {
      if (line.backordered <= 0n || !itemsOfGoods([line]).has(item)) continue;
      const isKit = line.components !== undefined;
      const isBound = isKit || boundTo(state, line, closed) !== undefined;
      const isHeld = isKit || isTakenTogether(state);
      for (const { node, qty, expectedDate = null, leadTimeDays } of valuesOf(line.queued))
        if (!closed.includes(node)) places.push({ of, line, node, qty, isBound, isHeld, expectedDate, leadTimeDays });
    }
    found.set(orderId, places);
  });
  return orders.flatMap((orderId) => found.get(orderId) ?? []);
};

/** What can be expected there now. Undefined: it waits there no longer; null: nothing covers it. */
export const expectedAt = (
  run: Run,
  expectedFor: ReturnType<typeof queueDates>,
  place: WaitingPlace,
  site: NodeDefined['data'],
): Expected | null | undefined => {
  const { of, line, node, isBound } = place;
  const isKit = line.components !== undefined;
  const goods = { orderId: of.orderId, lineId: line.lineId, node, items: [...itemsOfGoods([line])], isKit, isBound };
  const found = expectedFor(goods);
  return found === undefined ? undefined : stillOnOrder(found, place, todayAt(site, run.clock()));
};
