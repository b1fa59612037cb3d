import type { Event } from '../decider.ts';
import type { StockStatus } from './events.ts';

// Storage format: see `domain/order/events.ts`.

/**
 * Goods of a transfer between two nodes left here (`qty` below zero) or came. `cost`: of |qty|, as the transfer says it, and what
 * is posted. `writtenOff`: the difference that they make good was written off before.
 */
export type StockTransferred = Event<
  'StockTransferred',
  {
    readonly bu: string;
    readonly node: string;
    readonly item: string;
    readonly transferId: string;
    readonly movementId: string;
    /** What the node calls it that told of it: the `shippingId` or `receiptId` of the transfer. */
    readonly reference: string;
    readonly from: string;
    readonly to: string;
    /** Signed. */
    readonly qty: string;
    readonly status: StockStatus;
    readonly itemGroup?: string;
    readonly unitCost: string;
    readonly cost: string;
    readonly currency: string;
    readonly writtenOff?: true;
  }
>;
