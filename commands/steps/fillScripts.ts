import { type AllocationState, lineOf, recordedQty } from '../../domain/allocation/state.ts';
import { nodesHolding } from '../../domain/allocation/together.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { composedId } from '../../domain/ids.ts';
import { recipeOf } from '../../domain/kit.ts';
import type { WaitingLine } from '../../domain/orderToCash/stepPayloads.ts';
import { minQty, qty, qtyText } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { availableToNewcomers, deficitOf } from '../../domain/stock/state.ts';
import { eventsOfCommands } from '../deciding/readStream.ts';
import { allocationStream, loadAllocation, tellAllocation } from './allocationStream.ts';
import { recordReserved, reserveAndRecord } from './reserve.ts';
import { closedNodes, queuedAt } from './source.ts';
import type { Run, StepScript } from './stepRun.ts';
import { loadStock, releaseReservation, tellStock } from './stockScripts.ts';

/** A stock position filled a line from its own queue. What the line does not want any more goes back. */
export const recordFill: StepScript<'recordFill'> = async (run, fill) => {
  await recordReserved(run, { ...fill, from: 'BACKORDERED' }, run.intentId);
};

export const recordReservationLost: StepScript<'recordReservationLost'> = async (run, lost) => {
  const { lineId, reservationId, qty: amount, cause } = lost;
  const command = { type: 'RecordReservationLost', lineId, reservationId, qty: amount, cause } as const;
  await tellAllocation(run, lost, command, `${run.intentId}:lost`);
};

type Move = { readonly bu: string; readonly item: string; readonly toNode: string };

/** Nothing moves to a node that may not supply. A line that may not be split moves with all that it waits for, or follows what it has at the node already. */
export const mayMove = (
  state: AllocationState,
  lineId: string,
  toNode: string,
  amount: bigint,
  closed: readonly string[],
): boolean => {
  if (closed.includes(toNode)) return false;
  const line = lineOf(state, lineId);
  if (line === undefined || state.started?.allowSplit !== false) return true;
  const holding = nodesHolding(state, line, closed);
  return holding.size === 0 ? amount >= line.backordered : holding.has(toNode);
};

/**
 * The move was wanted when stock came, perhaps long ago: what has been served or cancelled since would be reserved and given
 * back, which is two events for nothing and an offer to everybody else who waits.
 */
const isWaiting = (state: AllocationState, { lineId, node }: WaitingLine): boolean => {
  const line = lineOf(state, lineId);
  return line !== undefined && queuedAt(line, node) > 0n;
};

/** Reserves for one waiting line at the node that has stock, and takes as much out of the queue where it waited. */
const moveLine = async (run: Run, { bu, item, toNode }: Move, line: WaitingLine): Promise<'NO_STOCK' | 'NEXT'> => {
  const { orderId, lineId } = line;
  const idBase = `${run.intentId}:${orderId}:${lineId}:${line.node}`;
  const reservationId = composedId('move', idBase);
  const allocated = await loadAllocation(run, { bu, orderId });
  const stock = await loadStock(run, { bu, node: toNode, item });
  const begun = valueAt(stock.reservations, reservationId) !== undefined || recordedQty(allocated, reservationId) > 0n;
  const available = availableToNewcomers(stock);
  const amount = minQty(qty(line.qty), available);
  if (!begun && amount <= 0n) return 'NO_STOCK';
  if (!begun && !isWaiting(allocated, line)) return 'NEXT';
  if (!begun && line.whole && amount < qty(line.qty)) return 'NEXT';
  if (!begun && !mayMove(allocated, lineId, toNode, amount, closedNodes(run, bu))) return 'NEXT';
  const place = { bu, orderId, lineId, item, node: toNode };
  const wanted = {
    ...place,
    qty: qtyText(amount),
    needDate: line.needDate,
    reservationId,
    from: 'BACKORDERED',
  } as const;
  const outcome = await reserveAndRecord(run, wanted, allocated, idBase);
  if (outcome.kind === 'RESERVED' && outcome.recorded > 0n) {
    const withdrawn = { bu, node: line.node, item, orderId, lineId, qty: qtyText(outcome.recorded), cause: 'MOVED' };
    await tellStock(run, { type: 'WithdrawBackorder', ...withdrawn }, `${idBase}:withdraw`);
  }
  return 'NEXT';
};

/** In order of acceptance; an earlier run may have stopped anywhere, so every line is looked at again. */
export const moveBackorder: StepScript<'moveBackorder'> = async (run, { lines, definedAt, ...move }) => {
  if (definedAt !== undefined) await run.catalog.waitFor(definedAt);
  for (const line of lines) {
    if ((await moveLine(run, move, line)) === 'NO_STOCK' && !run.again) return;
  }
};

const lostIn = (events: readonly Pick<RecordedDomainEvent, 'type' | 'data'>[]): bigint =>
  events.reduce((sum, event) => {
    const { type, data } = event as RecordedDomainEvent;
    return type === 'AllocationReservationLost' ? sum + qty(data.qty) : sum;
  }, 0n);

/**
 * Soft reservations that the position cannot meet go back to their orders, as far as it still cannot meet them now. What
 * an order gave up in an earlier run is released in any case, since nobody else knows of it.
 */
export const giveUpReservations: StepScript<'giveUpReservations'> = async (run, { bu, node, item, reservations }) => {
  const place = { bu, node, item };
  for (const { orderId, lineId, reservationId, qty: named } of reservations) {
    const of = { bu, orderId };
    const idBase = `${run.intentId}:${reservationId}`;
    const stock = await loadStock(run, place);
    const reservation = valueAt(stock.reservations, reservationId);
    const isSoft = reservation?.kind === 'SOFT';
    const amount = minQty(qty(named), deficitOf(stock));
    // Nobody but the position keeps a cart or a quote, so nobody is asked.
    if (reservation !== undefined && reservation.purpose !== 'ORDER') {
      const missing = { reservationId, qty: qtyText(amount) };
      await releaseReservation(run, place, missing, 'STOCK_MISSING', `${idBase}:release`);
      continue;
    }
    let lost = run.again ? lostIn(await eventsOfCommands(run.store, allocationStream(of), `${idBase}:lost`)) : 0n;
    if (isSoft && amount > 0n && lost === 0n) {
      const cause = 'STOCK_MISSING';
      const missing = { lineId, component: item, reservationId, qty: qtyText(amount), cause };
      const command = { type: 'RecordReservationLost', ...missing } as const;
      lost = lostIn((await tellAllocation(run, of, command, `${idBase}:lost`)).events);
    }
    if (lost === 0n) continue;
    const back = { reservationId, qty: qtyText(lost) };
    const line = lineOf(await loadAllocation(run, of), lineId);
    const goods = line?.components === undefined ? place : { ...place, item: line.item, ...recipeOf(line) };
    await releaseReservation(run, goods, back, 'STOCK_MISSING', `${idBase}:release`);
  }
};
