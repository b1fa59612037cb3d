import type { RecordedOf } from '../../domain/events.ts';
import { add, dayAt, type Entry, type SubledgerSets } from './entries.ts';

const isNegative = (qty: string): boolean => qty.startsWith('-');

const negated = (text: string): string => (-BigInt(text)).toString();

/** Goods of a transfer left one node or came to the other; what makes good a difference that was written off is not between them. */
export const transferred = (event: RecordedOf<'StockTransferred'>, rows: SubledgerSets): void => {
  const { transferId: document, to: node, item, currency, cost, writtenOff } = event.data;
  if (writtenOff === true) return;
  const isOut = isNegative(event.data.qty);
  const day = dayAt(event, rows, event.metadata.occurredAt);
  const of = { pair: 'INVENTORY_IN_TRANSIT', kind: isOut ? 'SENT' : 'ARRIVED', day, currency, document } as const;
  const goods = { node, item, qty: negated(event.data.qty), amount: isOut ? BigInt(cost) : -BigInt(cost) };
  add(event, rows, [{ ...of, ...goods }]);
};

/** What did not come is between them no more, nor is what came and had not left. */
export const transferClosed = (event: RecordedOf<'TransferClosed'>, rows: SubledgerSets): void => {
  const { transferId: document, to: node, currency, lines } = event.data;
  const day = dayAt(event, rows, event.metadata.occurredAt);
  const entries = lines.map(({ item, qty, cost }): Entry => {
    const of = { pair: 'INVENTORY_IN_TRANSIT', kind: 'WRITTEN_OFF', day, currency, document } as const;
    return { ...of, node, item, qty: negated(qty), amount: isNegative(qty) ? BigInt(cost) : -BigInt(cost) };
  });
  add(event, rows, entries);
};
