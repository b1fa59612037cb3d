import type { StockStatus } from '../../domain/stock/events.ts';
import type { Outcome } from '../application.ts';
import type { CommandContext } from '../ports.ts';
import type { WithRevision } from './inputs.ts';

/** Absent `uom`: base units of the item. */
export type MovedInput = { readonly item: string; readonly qty: string; readonly uom?: string };

export type TransferInput = {
  readonly bu: string;
  /** Once for ever in a business unit. */
  readonly reference: string;
  readonly from: string;
  readonly to: string;
  /** The business unit of `to`; absent: `bu`. */
  readonly toBu?: string;
  readonly expectedOn: string;
  readonly lines: readonly MovedInput[];
};

type OfTransfer = { readonly transferId: string };

export type ShippingInput = OfTransfer & {
  readonly shippingId: string;
  readonly shippedAt: string;
  /** Nothing more will leave. */
  readonly complete?: boolean;
  readonly expectedOn?: string;
  readonly lines: readonly MovedInput[];
};

export type ArrivalInput = OfTransfer & {
  readonly receiptId: string;
  readonly receivedAt: string;
  /** Nothing more of what left will come. */
  readonly complete?: boolean;
  /** Absent `status`: SELLABLE. */
  readonly lines: readonly (MovedInput & { readonly status?: StockStatus })[];
};

export type Answered = Promise<Outcome<OfTransfer>>;

export type TransferCalls = {
  readonly orderTransfer: (input: TransferInput, context: CommandContext) => Answered;
  /** Refuses NOT_FOUND. */
  readonly rescheduleTransfer: (
    input: OfTransfer & { readonly expectedOn: string } & WithRevision,
    context: CommandContext,
  ) => Answered;
  /** A fact, also of items and quantities that nobody ordered. Refuses NOT_FOUND, BUSINESS_KEY_REUSED. */
  readonly shipTransfer: (input: ShippingInput & WithRevision, context: CommandContext) => Answered;
  /** A fact, also before the goods were told to have left. Refuses NOT_FOUND, BUSINESS_KEY_REUSED. */
  readonly receiveTransfer: (input: ArrivalInput & WithRevision, context: CommandContext) => Answered;
  /** Nothing more is expected, and what differs is written off. Refuses NOT_FOUND. */
  readonly closeTransfer: (
    input: OfTransfer & { readonly reason: string } & WithRevision,
    context: CommandContext,
  ) => Answered;
  readonly transferPlace: (
    transferId: string,
  ) => Promise<{ readonly bu: string; readonly from: string; readonly to: string } | undefined>;
};
