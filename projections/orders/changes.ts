import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, reflecting, type Sets } from '../projection.ts';
import { addPendingCancellation } from './lines.ts';
import type { ChangeLine, ChangeRow, OrderRows } from './rows.ts';

type OrderSets = Sets<OrderRows>;

const stateOf = (lines: readonly ChangeLine[]): ChangeRow['state'] => {
  const had = (line: ChangeLine) => BigInt(line.cancelled) + BigInt(line.added ?? '0');
  if (lines.some((line) => had(line) + BigInt(line.refused) < BigInt(line.requested))) return 'PENDING';
  if (lines.every((line) => line.refused === '0')) return 'DONE';
  return lines.every((line) => had(line) === 0n) ? 'REFUSED' : 'PARTIAL';
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

export const changeRequested = (event: RecordedOf<'OrderLineChangeRequested'>, rows: OrderSets): void => {
  const { added, raised } = event.data;
  const qty = added === undefined ? BigInt(raised?.to ?? '0') - BigInt(raised?.from ?? '0') : BigInt(added.line.qty);
  change(event, rows, event.data, (line) => ({ ...line, requested: plus(line.requested, `${qty}`), added: '0' }));
};

export const changeAccepted = (event: RecordedOf<'OrderLineAdded' | 'OrderLineChanged'>, rows: OrderSets): void => {
  const qty = event.type === 'OrderLineAdded' ? event.data.line.qty : event.data.addedQty;
  // It is there: it was asked for before.
  const delta = { ...event.data, reason: '' };
  change(event, rows, delta, (line) => ({ ...line, added: plus(line.added ?? '0', qty) }));
};

/** What was taken back is refused to the change that wanted it, and all that the later one asked of it. */
export const changeRefused = (event: RecordedOf<'OrderLineChangeRefused'>, rows: OrderSets): void => {
  const { refusedQty, reason, withdrawnBy } = event.data;
  change(event, rows, event.data, (line) => ({ ...line, refused: plus(line.refused, refusedQty), reason }));
  if (withdrawnBy === undefined) return;
  change(event, rows, { ...event.data, changeId: withdrawnBy }, (line) => ({
    ...line,
    requested: plus(line.requested, refusedQty),
    cancelled: plus(line.cancelled, refusedQty),
  }));
};
