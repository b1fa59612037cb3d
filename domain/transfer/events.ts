import type { Event } from '../decider.ts';
import type { StockStatus } from '../stock/events.ts';

// Storage format: see `domain/order/events.ts`. Stream `transfer-<bu>.<transferId>`.

type Of<T extends string, D> = Event<
  T,
  {
    readonly transferId: string;
    readonly bu: string;
    /** The node that sends, and the one that receives. */
    readonly from: string;
    readonly to: string;
    readonly currency: string;
  } & D
>;

/**
 * Goods of one item that left or came at one unit cost. `cost`: minor units, fixed here for ever. `writtenOff`: the difference
 * that they make good was written off before.
 */
export type TransferPiece = {
  readonly item: string;
  readonly itemGroup?: string;
  readonly qty: string;
  readonly unitCost: string;
  readonly cost: string;
  readonly writtenOff?: true;
};

/** Goods are to go from one node to another of the same business unit. `reference`: the number that the ERP, or whoever ordered it, gave it. */
export type TransferOrdered = Of<
  'TransferOrdered',
  {
    readonly reference: string;
    readonly orderedBy: string;
    /** The day from which on the goods may be promised at `to`. */
    readonly expectedOn: string;
    readonly lines: readonly { readonly item: string; readonly qty: string }[];
  }
>;

/** What is to come may be promised at `to` from another day on. */
export type TransferRescheduled = Of<'TransferRescheduled', { readonly expectedOn: string }>;

/** Goods left `from`. `complete`: nothing more of the transfer will leave. */
export type TransferShipped = Of<
  'TransferShipped',
  {
    readonly shippingId: string;
    readonly contentSha256: string;
    readonly shippedAt: string;
    readonly complete?: true;
    /** Absent: as it was. */
    readonly expectedOn?: string;
    readonly lines: readonly TransferPiece[];
  }
>;

/** Goods came to `to`. `complete`: nothing more of what left will come. */
export type TransferReceived = Of<
  'TransferReceived',
  {
    readonly receiptId: string;
    readonly contentSha256: string;
    readonly receivedAt: string;
    readonly complete?: true;
    readonly lines: readonly (TransferPiece & { readonly status: StockStatus })[];
  }
>;

/**
 * Nothing more is expected. What left and did not come is written off as lost; of what came and is not known to have left,
 * `qty` is below zero, and it is written off as found. `cost` is that of |qty|.
 */
export type TransferClosed = Of<
  'TransferClosed',
  { readonly closedBy: string; readonly reason: string; readonly lines: readonly TransferPiece[] }
>;

export type TransferEvent = TransferOrdered | TransferRescheduled | TransferShipped | TransferReceived | TransferClosed;
