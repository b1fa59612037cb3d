import type { LineProgress } from '../../domain/order/progress.ts';

/** `version` sorts as text: of two of an order the greater one is the later. */
export type OrderProgress = {
  readonly orderId: string;
  readonly erpNumber: string;
  readonly version: string;
  readonly lines: readonly LineProgress[];
};

/** `version` is empty where they were never told of its progress; a line that is not among them is untouched. */
export type HeldOrder = OrderProgress;

/** They did not take what they were told of it. */
export type UntakenOrder = { readonly orderId: string; readonly code: string };

/** Amounts are the sums of debits, in minor units of the currency. */
export type PostedBatch = {
  readonly batchId: string;
  readonly documents: number;
  readonly amounts: Readonly<Record<string, string>>;
};

export type PostedDocument = {
  readonly journalId: string;
  readonly document: string;
  readonly amount: string;
  readonly currency: string;
};

/**
 * What an ERP tells of its own books, and is told of what became of its orders. All of it may be repeated; all throw
 * `PartnerUnavailable`. Undefined: this ERP cannot be asked for that.
 */
export type ErpBook = {
  readonly system: string;
  /** At most `ordersAtOnceMax`. An order that they do not know is not among them, one that they have twice is there twice. */
  readonly orders: (
    bu: string,
    orderIds: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly HeldOrder[] | undefined>;
  /** At most `ordersAtOnceMax`. They keep the latest of each. */
  readonly tellOrders: (
    bu: string,
    orders: readonly OrderProgress[],
    signal: AbortSignal,
  ) => Promise<readonly UntakenOrder[] | undefined>;
  /** Those of these that they know. */
  readonly batches: (
    bu: string,
    batchIds: readonly string[],
    signal: AbortSignal,
  ) => Promise<readonly PostedBatch[] | undefined>;
  /** By journal, those behind `after` (empty: the first); all of a journal come together. `next`: null when that was all. */
  readonly documents: (
    bu: string,
    batchId: string,
    after: string,
    signal: AbortSignal,
  ) => Promise<{ readonly documents: readonly PostedDocument[]; readonly next: string | null }>;
};

export const ordersAtOnceMax = 100;
export const batchesAtOnceMax = 100;

/** Whose books can be asked; undefined: not by its interface, or nobody of that name is configured. */
export type ErpBooks = {
  readonly of: (bu: string) => ErpBook | undefined;
  readonly named: (system: string) => ErpBook | undefined;
};
