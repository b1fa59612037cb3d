import type { LineBackordered } from '../../domain/allocation/events.ts';
import { type AllocatedLine, type AllocationState, lineOf, linesInOrder } from '../../domain/allocation/state.ts';
import { boundTo, isTakenTogether, toGather } from '../../domain/allocation/together.ts';
import { type SourcedLine, sourceOrder } from '../../domain/availability/sourcing.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import { type OfRecipe, recipeOf } from '../../domain/kit.ts';
import { nodesOf } from '../../domain/masterData/catalog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { eventsOfCommands } from '../deciding/readStream.ts';
import { inParallel } from '../inParallel.ts';
import { allocationStream, chunked, loadAllocation, type OfOrder, tellAllocation } from './allocationStream.ts';
import { underLateSupply } from './lateSupply.ts';
import type { Routing } from './routeDropShip.ts';
import {
  closedNodes,
  eligibleNodes,
  itemsOfGoods,
  leadTimesFor,
  queuedAt,
  sourcingLine,
  sourcingPolicyVersion,
  stockFor,
} from './source.ts';
import type { Run } from './stepRun.ts';
import { atEachPosition, giveBack, stockAtOnce, tellStock } from './stockScripts.ts';

/** Puts a line into the queue of the position where the allocation says that it waits. Once per event. */
export const joinQueue = async (
  run: Run,
  state: AllocationState,
  { eventId, data }: Pick<NewEvent<LineBackordered>, 'eventId' | 'data'>,
): Promise<void> => {
  const { bu, orderId, lineId, item, node, qty: amount } = data;
  const { started } = state;
  const goods = { bu, node, item, ...recipeOf(lineOf(state, lineId)) };
  const isKit = goods.components !== undefined;
  await atEachPosition(goods, amount, `${eventId}:queue`, (part, id) =>
    tellStock(
      run,
      {
        type: 'QueueBackorder',
        ...{ ...part, orderId, lineId },
        needDate: started?.requestedDate ?? '',
        acceptedAt: started?.acceptedAt ?? '',
        // What kits wait for is kept from nobody: by itself it makes no kit.
        whole: isKit || (started?.shipComplete ?? false),
        ...(isKit || isTakenTogether(state) ? { held: true as const } : {}),
      },
      id,
    ),
  );
};

/** What the decision knows of the supply that the line waits for. */
const datesOf = (decision: SourcedLine | undefined) => {
  const expected = decision?.expected ?? null;
  if (expected === null) return { expectedDate: null };
  const { date: expectedDate, shipDate, leadTimeDays } = expected;
  return {
    expectedDate,
    ...(shipDate === null ? {} : { shipDate }),
    ...(leadTimeDays === null ? {} : { leadTimeDays }),
  };
};

/**
 * What is still unsourced waits: first recorded here, then queued at the position, so that a fill always finds a line
 * that knows it is waiting. A line stays unsourced while no node could ever supply it, and while a supplier is to deliver it.
 */
export const queueRest = async (
  run: Run,
  of: OfOrder,
  sourced: ReadonlyMap<string, SourcedLine>,
  idBase: string,
  routing: Routing,
): Promise<void> => {
  const deciding = underLateSupply(run, of.bu);
  const state = await loadAllocation(run, of);
  const fallback = eligibleNodes(run, of.bu)[0]?.node;
  const closed = closedNodes(run, of.bu);
  const short = linesInOrder(state).filter((line) => line.unsourced > 0n && !routing.waiting.has(line.lineId));
  await inParallel(short, stockAtOnce, async (line) => {
    const { lineId, unsourced } = line;
    const decision = sourced.get(lineId);
    const node = boundTo(state, line, closed) ?? decision?.queueNode ?? fallback;
    if (node === undefined) return;
    const backorder = {
      type: 'Backorder',
      lineId,
      qty: qtyText(unsourced),
      node,
      reason: routing.belowMargin.has(lineId) ? 'DROPSHIP_MARGIN' : 'SHORT',
      ...datesOf(decision),
    } as const;
    const answer = await tellAllocation(deciding, of, backorder, `${idBase}:backorder:${lineId}`);
    for (const event of answer.events) {
      if (event.type === 'LineBackordered') await joinQueue(run, answer.state, { ...event, data: event.data });
    }
  });
};

/**
 * Stock may have come to another node after this order looked there and before it queued; nobody else would notice. If a
 * decision made now would take from a node where the line does not wait, the line leaves its queue, which makes the
 * process source it again. The decision is the same function, so it cannot go round in circles on the same stock. Lines
 * that are taken together, and kits, wait for nothing but such a decision, wherever they wait.
 */
export const lookAround = async (run: Run, of: OfOrder, idBase: string): Promise<void> => {
  const state = await loadAllocation(run, of);
  const { started } = state;
  const together = isTakenTogether(state);
  const lines = linesInOrder(state);
  const waiting = lines.filter((line) => line.backordered > 0n);
  if (started === null || waiting.length === 0 || (together && lines.some((line) => line.unsourced > 0n))) return;
  const rows = await stockFor(run, of.bu, state, itemsOfGoods(waiting));
  const { shipComplete, allowSplit, requestedDate } = started;
  const decisions = sourceOrder({
    at: run.clock(),
    lines: waiting.map((line) => sourcingLine(run, of.bu, state, line, line.backordered)),
    ...{ shipComplete, allowSplit, requestedDate },
    nodes: nodesOf(run.catalog.current(), of.bu),
    stock: rows,
    leadTimes: leadTimesFor(run, of.bu, waiting),
    policyVersion: sourcingPolicyVersion,
  });
  const leaving = decisions.flatMap((decision, index) => {
    const line = waiting[index] as AllocatedLine;
    const elsewhere = decision.picks
      .filter(({ node }) => together || line.components !== undefined || queuedAt(line, node) === 0n)
      .reduce((sum, pick) => sum + qty(pick.qty), 0n);
    if (elsewhere === 0n) return [];
    // What may not be split must not stay behind in a queue when part of it is taken elsewhere.
    return [{ lineId: line.lineId, qty: qtyText(allowSplit ? elsewhere : line.backordered) }];
  });
  await leaveQueues(run, of, leaving, 'STOCK_ELSEWHERE', `${idBase}:elsewhere`);
};

/** The lines leave their queues in one append, so that they are sourced again in one decision. */
const leaveQueues = async (
  run: Run,
  of: OfOrder,
  lines: readonly { readonly lineId: string; readonly qty: string }[],
  cause: string,
  idBase: string,
): Promise<void> => {
  for (const [index, part] of chunked(lines).entries()) {
    const answer = await tellAllocation(
      run,
      of,
      { type: 'UnqueueBackorder', lines: part, cause },
      `${idBase}:${index}`,
    );
    await inParallel(answer.events, stockAtOnce, async ({ type, data, eventId }) => {
      if (type === 'AllocationReservationLost') await withdraw(run, withRecipe(answer.state, data), eventId);
    });
  }
};

/** Tells stock positions what an earlier run of this step took out of their queues here. */
export const finishLeaving = async (run: Run, of: OfOrder): Promise<void> => {
  const state = await loadAllocation(run, of);
  for (const { type, data, eventId } of await eventsOfCommands(run.store, allocationStream(of), `${run.intentId}:`)) {
    if (type === 'AllocationReservationLost' && data.from === 'BACKORDERED')
      await withdraw(run, withRecipe(state, data), eventId);
  }
};

/** What has to stay together with something that is unsourced leaves its queues, to be decided with it. */
export const gather = async (run: Run, of: OfOrder, idBase: string): Promise<void> => {
  const lines = toGather(await loadAllocation(run, of));
  const parts = lines.map(({ lineId, backordered }) => ({ lineId, qty: qtyText(backordered) }));
  await leaveQueues(run, of, parts, 'SOURCED_TOGETHER', `${idBase}:gather`);
};

/** What a line gave up, with what it is made of. */
const withRecipe = <Lost extends { readonly lineId: string }>(state: AllocationState, lost: Lost): Lost & OfRecipe => ({
  ...lost,
  ...recipeOf(lineOf(state, lost.lineId)),
});

/** backordered → unsourced: the place in the queue is given up. */
export const withdraw = (
  run: Run,
  lost: OfOrder &
    OfRecipe & {
      readonly lineId: string;
      readonly item: string;
      readonly node: string;
      readonly qty: string;
      readonly cause: string;
    },
  eventId: string,
): Promise<void> =>
  giveBack(run, lost, { reservations: [], queued: [{ node: lost.node, qty: lost.qty }] }, lost.cause, eventId);
