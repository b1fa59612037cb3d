import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { reflecting, required, type Sets } from '../projection.ts';
import type { OrderLineRow, OrderRows } from './rows.ts';

type OrderSets = Sets<OrderRows>;

const changeLine = (
  event: RecordedDomainEvent,
  { lines }: OrderSets,
  orderId: string,
  lineId: string,
  change: (row: OrderLineRow) => Partial<OrderLineRow>,
): void => {
  const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  lines.put({ ...row, ...change(row), ...reflecting(event) });
};

export const returnAuthorised = (event: RecordedOf<'ReturnAuthorised'>, rows: OrderSets): void => {
  const { rmaId, orderId, lines } = event.data;
  for (const lineId of new Set(lines.map((line) => line.lineId)))
    changeLine(event, rows, orderId, lineId, (row) => ({ open_returns: [...(row.open_returns ?? []), rmaId] }));
};

/** Goods that nobody expected are nobody's return until they are authorised. */
export const returnReceived = (event: RecordedOf<'ReturnReceived'>, rows: OrderSets): void => {
  const { orderId, unexpected, lines } = event.data;
  if (unexpected) return;
  for (const { lineId, qty } of lines)
    changeLine(event, rows, orderId, lineId ?? '', (row) => ({
      returned: (BigInt(row.returned) + BigInt(qty)).toString(),
    }));
};

export const returnEnded = (event: RecordedOf<'ReturnClosed' | 'ReturnExpired'>, rows: OrderSets): void => {
  const { rmaId, orderId, lines } = event.data;
  for (const lineId of new Set(lines.map((line) => line.lineId)))
    changeLine(event, rows, orderId, lineId, (row) => {
      const open = (row.open_returns ?? []).filter((id) => id !== rmaId);
      return { open_returns: open.length === 0 ? null : open };
    });
};
