import { composedId } from '../ids.ts';
import { minQty, qtyText } from '../quantity.ts';
import type { StockEvent, StockOvercommitted, StockReserved } from './events.ts';
import { valuesOf } from './orderedMap.ts';
import type { Place } from './place.ts';
import type { QueuedBackorder, Reservation, StockState } from './state.ts';
import { availableOf, deficitOf, queuedAheadOf } from './state.ts';

/**
 * One append stays small even when a delivery frees a great many lines. The rest follows with the next command to the
 * position, and every fill is followed by one: its reservation is made hard.
 */
const fillsPerAppendMax = 400;

/**
 * The id names line, node and a count of this position, so that it is the same for every attempt at the same append
 * and never the same for two fills, also when a line waits at two nodes.
 */
const fillOf = (place: Place, entry: QueuedBackorder, amount: bigint, count: number): StockReserved => ({
  type: 'StockReserved',
  data: {
    ...place,
    orderId: entry.orderId,
    lineId: entry.lineId,
    reservationId: composedId('bo', entry.orderId, entry.lineId, place.node, String(count)),
    qty: qtyText(amount),
    needDate: entry.needDate,
    kind: 'SOFT',
    purpose: 'ORDER',
    cause: 'BACKORDER',
    expiresAt: null,
  },
});

/**
 * Gives available stock to the lines that wait, in order of acceptance (ties: order, line). A line that takes only its
 * full quantity is passed over while there is less, and keeps its place; one that is held is always passed over.
 */
export const fillQueue = (place: Place, state: StockState): readonly StockReserved[] => {
  let left = availableOf(state);
  if (left === 0n || queuedAheadOf(state) === 0n) return [];
  const fills: StockReserved[] = [];
  for (const entry of valuesOf(state.queue)) {
    if (left === 0n || fills.length === fillsPerAppendMax) break;
    if (entry.held || (entry.whole && entry.qty > left)) continue;
    const amount = minQty(entry.qty, left);
    fills.push(fillOf(place, entry, amount, state.reservationsMade + fills.length + 1));
    left -= amount;
  }
  return fills;
};

const newestSoftFirst = (a: Reservation, b: Reservation): number =>
  a.kind === b.kind ? b.sequence - a.sequence : a.kind === 'SOFT' ? -1 : 1;

/** Names the reservations that `after` cannot meet; walks all open ones, which only an unexpected fact makes necessary. */
const overcommitment = (place: Place, after: StockState): StockOvercommitted => {
  const deficit = deficitOf(after);
  const reservations: StockOvercommitted['data']['reservations'][number][] = [];
  let uncovered = deficit;
  for (const { reservationId, orderId, lineId, qty, kind } of [...valuesOf(after.reservations)].sort(newestSoftFirst)) {
    if (uncovered === 0n) break;
    const part = minQty(qty, uncovered);
    reservations.push({ orderId, lineId, reservationId, qty: qtyText(part), kind });
    uncovered -= part;
  }
  return { type: 'StockOvercommitted', data: { ...place, deficit: qtyText(deficit), reservations } };
};

/**
 * What follows from the events of a command in the same append: `StockOvercommitted` when they left more uncovered than
 * before (a fact that merely fails to cure an old deficit does not repeat it), and fills when they left stock free.
 */
export const consequences = (place: Place, before: StockState, after: StockState): readonly StockEvent[] =>
  deficitOf(after) > deficitOf(before) ? [overcommitment(place, after)] : fillQueue(place, after);
