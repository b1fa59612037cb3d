import type { RecordedOf } from '../../domain/events.ts';
import { ensureNode, ids, type LineageSets } from './graph.ts';

export const stockTransferred = (event: RecordedOf<'StockTransferred'>, rows: LineageSets): void => {
  const { node, item, qty, from, to, cost, currency, transferId } = event.data;
  ensureNode(event, rows, {
    id: ids.stockMovement(event.eventId),
    type: 'STOCK_MOVEMENT',
    label: `transfer of ${qty} ${item} at ${node}, from ${from} to ${to}`,
    business_key: transferId,
    amount: cost,
    currency,
    detail: { node, item, from, to, transferId },
  });
};

/** The movement is what is written off; lines of one event are one node, as its journal is one. */
export const transferClosed = (event: RecordedOf<'TransferClosed'>, rows: LineageSets): void => {
  const { transferId, from, to, reason, currency, lines } = event.data;
  if (lines.length === 0) return;
  ensureNode(event, rows, {
    id: ids.stockMovement(event.eventId),
    type: 'STOCK_MOVEMENT',
    label: `difference of a transfer from ${from} to ${to}: ${reason}`,
    business_key: transferId,
    amount: lines
      .reduce((sum, { qty, cost }) => sum + (qty.startsWith('-') ? -BigInt(cost) : BigInt(cost)), 0n)
      .toString(),
    currency,
    detail: { from, to, reason, transferId },
  });
};
