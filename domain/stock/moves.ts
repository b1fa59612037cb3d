import { qty } from '../quantity.ts';
import type { StockEvent, StockStatus } from './events.ts';

export type StatusMove = { readonly status: StockStatus; readonly qty: bigint };

/** What an event does to the goods that are physically there, by status, signed base units. Promises move nothing. */
export const onHandMoves = (event: StockEvent): readonly StatusMove[] => {
  switch (event.type) {
    case 'StockReceived':
    case 'StockAdjusted':
    case 'StockReturned':
    case 'StockTransferred':
      return [{ status: event.data.status, qty: qty(event.data.qty) }];
    case 'StockStatusChanged': {
      const { from, to, qty: amount } = event.data;
      return [
        { status: from, qty: -qty(amount) },
        { status: to, qty: qty(amount) },
      ];
    }
    case 'StockIssued':
      return [{ status: 'SELLABLE', qty: -qty(event.data.qty) }];
    case 'StockReinstated':
      return [{ status: 'SELLABLE', qty: qty(event.data.qty) }];
    case 'StockScrapped':
      return [{ status: event.data.status, qty: -qty(event.data.qty) }];
    default:
      return [];
  }
};

/**
 * When an event moved its goods: mostly when it is dated. A void is dated by when it was told, and says that what had been
 * said of an earlier moment never was.
 */
export const movedAt = (event: StockEvent, occurredAt: string): string => {
  switch (event.type) {
    case 'StockReinstated':
      return event.data.leftAt ?? occurredAt;
    case 'StockAdjusted':
      return event.data.count?.movedAt ?? occurredAt;
    default:
      return occurredAt;
  }
};
