import type { AllocationCommand } from '../../domain/allocation/commands.ts';
import { type AllocatedLine, linesInOrder } from '../../domain/allocation/state.ts';
import { boundTo } from '../../domain/allocation/together.ts';
import { stillOnOrder } from '../../domain/availability/queueDates.ts';
import { shipDateFor, todayAt } from '../../domain/availability/shipping.ts';
import { valuesOf } from '../../domain/stock/orderedMap.ts';
import { inParallel } from '../inParallel.ts';
import { loadAllocation, type OfOrder, tellAllocation } from './allocationStream.ts';
import { lateSupplyFor, underLateSupply } from './lateSupply.ts';
import { outlookFor } from './outlook.ts';
import { closedNodes, eligibleNodes, itemsOfGoods } from './source.ts';
import type { Run, StepScript } from './stepRun.ts';

const ordersAtOnce = 16;

type Waiting = {
  readonly of: OfOrder;
  readonly line: AllocatedLine;
  readonly node: string;
  readonly isBound: boolean;
  readonly expectedDate: string | null;
  readonly leadTimeDays: number | undefined;
};

/** The places in queues at which these orders wait for the item, or for kits that it is part of. */
const placesOf = async (run: Run, bu: string, item: string, orders: readonly string[]): Promise<readonly Waiting[]> => {
  const closed = closedNodes(run, bu);
  const found: Waiting[] = [];
  await inParallel(orders, ordersAtOnce, async (orderId) => {
    const of = { bu, orderId };
    const state = await loadAllocation(run, of);
    for (const line of linesInOrder(state)) {
      if (line.backordered <= 0n || !itemsOfGoods([line]).has(item)) continue;
      const isBound = line.components !== undefined || boundTo(state, line, closed) !== undefined;
      for (const { node, expectedDate = null, leadTimeDays } of valuesOf(line.queued))
        if (!closed.includes(node)) found.push({ of, line, node, isBound, expectedDate, leadTimeDays });
    }
  });
  return found;
};

/** One command for each place in a queue, under an id of its own, so a run after a kill only asks again. */
export const repromise: StepScript<'repromise'> = async (run, { bu, item, orders, cause, supplyId }) => {
  const places = await placesOf(run, bu, item, orders);
  if (places.length === 0) return;
  const expectedFor = await outlookFor(run, bu, itemsOfGoods(places.map(({ line }) => line)));
  const deciding = underLateSupply(run, bu);
  const { toleranceDays, tell } = lateSupplyFor(run, bu);
  const sites = new Map(eligibleNodes(run, bu).map((node) => [node.node, node]));
  await inParallel(places, ordersAtOnce, async (place) => {
    const { of, line, node, isBound } = place;
    const isKit = line.components !== undefined;
    const site = sites.get(node);
    const goods = { orderId: of.orderId, lineId: line.lineId, node, items: [...itemsOfGoods([line])], isKit, isBound };
    const found = expectedFor(goods);
    if (found === undefined || site === undefined) return;
    const expected = stillOnOrder(found, place, todayAt(site, run.clock()));
    const shipDate = expected === null ? null : shipDateFor(site, run.clock(), expected.date);
    const command: AllocationCommand = {
      type: 'RecordPromise',
      ...{ lineId: line.lineId, node, cause, supplyId, rules: { toleranceDays, tell } },
      expectedDate: expected?.date ?? null,
      ...(shipDate === null ? {} : { shipDate }),
      ...(expected === null || expected.leadTimeDays === null ? {} : { leadTimeDays: expected.leadTimeDays }),
    };
    await tellAllocation(deciding, of, command, `${run.intentId}:${of.orderId}:${line.lineId}:${node}`);
  });
};
