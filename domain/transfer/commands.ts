import type { StockStatus } from '../stock/events.ts';
import type { TransferOrdered } from './events.ts';

/** `unitCost`: what one base unit is worth at the sending node now. */
type Moved = { readonly item: string; readonly itemGroup?: string; readonly qty: string; readonly unitCost: string };

export type TransferCommand =
  | ({ readonly type: 'OrderTransfer' } & TransferOrdered['data'])
  /** Fact, once per `shippingId`; also of items and quantities that nobody ordered, and after the end. */
  | {
      readonly type: 'RecordShipping';
      readonly shippingId: string;
      readonly contentSha256: string;
      readonly shippedAt: string;
      readonly complete: boolean;
      readonly expectedOn?: string;
      readonly lines: readonly Moved[];
    }
  /** Fact, once per `receiptId`; also before anybody told that the goods had left, and after the end. */
  | {
      readonly type: 'RecordArrival';
      readonly receiptId: string;
      readonly contentSha256: string;
      readonly receivedAt: string;
      readonly complete: boolean;
      readonly lines: readonly (Moved & { readonly status: StockStatus })[];
    }
  /** What is to come comes on another day. */
  | { readonly type: 'RescheduleTransfer'; readonly expectedOn: string }
  /** Writes off what is open; once more when goods that moved later left a difference again. */
  | { readonly type: 'CloseTransfer'; readonly closedBy: string; readonly reason: string };
