import type { LineBackordered } from '../../domain/allocation/events.ts';
import { type AllocatedLine, type AllocationState, linesInOrder } from '../../domain/allocation/state.ts';
import { type SourcedLine, sourceOrder } from '../../domain/availability/sourcing.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import { nodesOf } from '../../domain/masterData/catalog.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { inParallel } from '../inParallel.ts';
import { loadAllocation, type OfOrder, tellAllocation } from './allocationStream.ts';
import { eligibleNodes, queuedAt, sourcingPolicyVersion, stockFor } from './source.ts';
import type { Run } from './stepRun.ts';
import { giveBack, stockAtOnce, tellStock } from './stockScripts.ts';

/** Puts a line into the queue of the position where the allocation says that it waits. Once per event. */
export const joinQueue = async (
  run: Run,
  { started }: AllocationState,
  { eventId, data }: Pick<NewEvent<LineBackordered>, 'eventId' | 'data'>,
): Promise<void> => {
  const { bu, orderId, lineId, item, node, qty: amount } = data;
  await tellStock(
    run,
    {
      type: 'QueueBackorder',
      ...{ bu, node, item, orderId, lineId, qty: amount },
      needDate: started?.requestedDate ?? '',
      acceptedAt: started?.acceptedAt ?? '',
      whole: started?.shipComplete ?? false,
    },
    `${eventId}:queue`,
  );
};

/**
 * What is still unsourced waits: first recorded here, then queued at the position, so that a fill always finds a line
 * that knows it is waiting. A line stays unsourced while no node could ever supply it.
 */
export const queueRest = async (
  run: Run,
  of: OfOrder,
  sourced: ReadonlyMap<string, SourcedLine>,
  idBase: string,
): Promise<void> => {
  const state = await loadAllocation(run, of);
  const fallback = eligibleNodes(run, of.bu)[0]?.node;
  const short = linesInOrder(state).filter((line) => line.unsourced > 0n);
  await inParallel(short, stockAtOnce, async ({ lineId, unsourced }) => {
    const decision = sourced.get(lineId);
    const node = decision?.queueNode ?? fallback;
    if (node === undefined) return;
    const expectedDate = decision?.expectedDate ?? null;
    const backorder = {
      type: 'Backorder',
      lineId,
      qty: qtyText(unsourced),
      node,
      reason: 'SHORT',
      expectedDate,
    } as const;
    const answer = await tellAllocation(run, of, backorder, `${idBase}:backorder:${lineId}`);
    for (const event of answer.events) {
      if (event.type === 'LineBackordered') await joinQueue(run, answer.state, { ...event, data: event.data });
    }
  });
};

/**
 * Stock may have come to another node after this order looked there and before it queued; nobody else would notice. If a
 * decision made now would take from a node where the line does not wait, the line leaves its queue, which makes the
 * process source it again. The decision is the same function, so it cannot go round in circles on the same stock.
 */
export const lookAround = async (run: Run, of: OfOrder, idBase: string): Promise<void> => {
  const state = await loadAllocation(run, of);
  const { started } = state;
  const waiting = linesInOrder(state).filter((line) => line.backordered > 0n);
  if (started === null || waiting.length === 0) return;
  const rows = await stockFor(run, of.bu, state, new Set(waiting.map(({ item }) => item)));
  const { shipComplete, allowSplit, requestedDate } = started;
  const decisions = sourceOrder({
    at: run.clock(),
    lines: waiting.map(({ lineId, item, backordered }) => ({ lineId, item, demand: backordered })),
    ...{ shipComplete, allowSplit, requestedDate },
    nodes: nodesOf(run.catalog.current(), of.bu),
    stock: rows,
    policyVersion: sourcingPolicyVersion,
  });
  for (const [index, decision] of decisions.entries()) {
    const line = waiting[index] as AllocatedLine;
    const elsewhere = decision.picks
      .filter(({ node }) => queuedAt(line, node) === 0n)
      .reduce((sum, pick) => sum + qty(pick.qty), 0n);
    if (elsewhere > 0n) await leaveQueue(run, of, line, elsewhere, `${idBase}:elsewhere:${line.lineId}`);
  }
};

const leaveQueue = async (
  run: Run,
  of: OfOrder,
  line: AllocatedLine,
  amount: bigint,
  commandId: string,
): Promise<void> => {
  const command = {
    type: 'UnqueueBackorder',
    lineId: line.lineId,
    qty: qtyText(amount),
    cause: 'STOCK_ELSEWHERE',
  } as const;
  const answer = await tellAllocation(run, of, command, commandId);
  for (const { type, data, eventId } of answer.events) {
    if (type === 'AllocationReservationLost') await withdraw(run, data, eventId);
  }
};

/** backordered → unsourced: the place in the queue is given up. */
export const withdraw = (
  run: Run,
  lost: OfOrder & {
    readonly lineId: string;
    readonly item: string;
    readonly node: string;
    readonly qty: string;
    readonly cause: string;
  },
  eventId: string,
): Promise<void> =>
  giveBack(run, lost, { reservations: [], queued: [{ node: lost.node, qty: lost.qty }] }, lost.cause, eventId);
