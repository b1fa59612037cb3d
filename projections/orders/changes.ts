import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, reflecting, type Sets } from '../projection.ts';
import { addPendingCancellation } from './lines.ts';
import type { ChangeLine, ChangeRow, OrderRows } from './rows.ts';

type OrderSets = Sets<OrderRows>;

const stateOf = (lines: readonly ChangeLine[]): ChangeRow['state'] => {
  const sum = (name: 'requested' | 'cancelled' | 'refused') =>
    lines.reduce((total, line) => total + BigInt(line[name]), 0n);
  if (lines.some((line) => BigInt(line.cancelled) + BigInt(line.refused) < BigInt(line.requested))) return 'PENDING';
  if (sum('refused') === 0n) return 'DONE';
  return sum('cancelled') === 0n ? 'REFUSED' : 'PARTIAL';
};

type Delta = { readonly orderId: string; readonly changeId: string; readonly lineId: string; readonly reason: string };

const change = (
  event: RecordedDomainEvent,
  { changes }: OrderSets,
  delta: Delta,
  edit: (line: ChangeLine) => ChangeLine,
): void => {
  const row: ChangeRow = changes.get(delta.orderId, delta.changeId) ?? {
    order_id: delta.orderId,
    change_id: delta.changeId,
    state: 'PENDING',
    reason: delta.reason,
    lines: [],
    requested_at: event.metadata.occurredAt,
    bu: buOf(event),
    ...reflecting(event),
  };
  const known = row.lines.find((line) => line.lineId === delta.lineId);
  const next = edit(known ?? { lineId: delta.lineId, requested: '0', cancelled: '0', refused: '0', reason: null });
  const lines = known === undefined ? [...row.lines, next] : row.lines.map((line) => (line === known ? next : line));
  changes.put({ ...row, lines, state: stateOf(lines), ...reflecting(event) });
};

const plus = (text: string, qty: string): string => (BigInt(text) + BigInt(qty)).toString();

export const cancelRequested = (event: RecordedOf<'OrderLineCancelRequested'>, rows: OrderSets): void => {
  const { orderId, lineId, requestedQty } = event.data;
  change(event, rows, event.data, (line) => ({ ...line, requested: plus(line.requested, requestedQty) }));
  addPendingCancellation(event, rows, orderId, lineId, BigInt(requestedQty));
};

export const lineCancelled = (event: RecordedOf<'OrderLineCancelled'>, rows: OrderSets): void => {
  const { orderId, lineId, cancelledQty } = event.data;
  change(event, rows, event.data, (line) => ({ ...line, cancelled: plus(line.cancelled, cancelledQty) }));
  addPendingCancellation(event, rows, orderId, lineId, -BigInt(cancelledQty));
};

export const cancelRefused = (event: RecordedOf<'OrderLineCancelRefused'>, rows: OrderSets): void => {
  const { orderId, lineId, refusedQty, reason } = event.data;
  change(event, rows, event.data, (line) => ({ ...line, refused: plus(line.refused, refusedQty), reason }));
  addPendingCancellation(event, rows, orderId, lineId, -BigInt(refusedQty));
};
