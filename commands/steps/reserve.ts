import type { SourcingDecided } from '../../domain/allocation/events.ts';
import { type AllocationState, recordedQty } from '../../domain/allocation/state.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import { composedId } from '../../domain/ids.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { inParallel } from '../inParallel.ts';
import { loadAllocation, type OfOrder, tellAllocation } from './allocationStream.ts';
import type { Run } from './stepRun.ts';
import { releaseReservation, stockAtOnce, tellStock } from './stockScripts.ts';

export type Wanted = OfOrder & {
  readonly lineId: string;
  readonly item: string;
  readonly node: string;
  readonly qty: string;
  readonly needDate: string;
  readonly reservationId: string;
  readonly from: 'UNSOURCED' | 'BACKORDERED';
};

export type Reserved =
  | { readonly kind: 'RESERVED'; readonly recorded: bigint }
  | { readonly kind: 'SHORT'; readonly available: string };

type StockAnswer = { readonly kind: 'YES'; readonly qty: string } | { readonly kind: 'NO'; readonly available: string };

/**
 * All or nothing. A position that answered long ago says nothing again: then the reservation itself is the answer, or the
 * allocation's memory of it. The quantity is that of the first attempt.
 */
const askStock = async (run: Run, wanted: Wanted, known: AllocationState, commandId: string): Promise<StockAnswer> => {
  const { bu, node, item, orderId, lineId, reservationId, needDate, qty: amount } = wanted;
  const line = { bu, node, item, orderId, lineId, reservationId, needDate, qty: amount };
  const command = { type: 'Reserve', ...line, purpose: 'ORDER', expiresAt: null, at: run.clock() } as const;
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

/** Records what a position reserved for a line. What the allocation does not want of it goes back at once. */
export const recordReserved = async (run: Run, reserved: Omit<Wanted, 'needDate'>, idBase: string): Promise<bigint> => {
  const { lineId, reservationId, node, qty: amount, from } = reserved;
  const record = { type: 'RecordReservation', lineId, reservationId, node, qty: amount, from } as const;
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
  const answer = await askStock(run, wanted, known, `${idBase}:reserve`);
  if (answer.kind === 'NO') return { kind: 'SHORT', available: answer.available };
  return { kind: 'RESERVED', recorded: await recordReserved(run, { ...wanted, qty: answer.qty }, idBase) };
};

type Decided = Pick<NewEvent<SourcingDecided>, 'eventId' | 'data'>;

/** Takes what sourcing decisions picked. True when every position had what was expected of it. */
export const takePicks = async (run: Run, decisions: readonly Decided[], needDate: string): Promise<boolean> => {
  const [first] = decisions;
  if (first === undefined) return true;
  const state = await loadAllocation(run, first.data);
  let complete = true;
  const picks = decisions.flatMap(({ eventId, data }) => data.picks.map((pick) => ({ eventId, data, pick })));
  await inParallel(picks, stockAtOnce, async ({ eventId, data, pick }) => {
    const { orderId, bu, lineId, item, decisionId } = data;
    const { node } = pick;
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
    } as const;
    const idBase = `${eventId}:${node}`;
    const outcome = await reserveAndRecord(run, wanted, state, idBase);
    if (outcome.kind === 'RESERVED') return;
    complete = false;
    const failed = {
      type: 'RecordReservationFailed',
      lineId,
      node,
      qty: pick.qty,
      availableNow: outcome.available,
    } as const;
    await tellAllocation(run, data, failed, `${idBase}:failed`);
  });
  return complete;
};
