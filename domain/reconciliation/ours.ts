import type { LineProgress } from '../order/progress.ts';

// What is known here of the objects that a partner is asked about: read models tell it, and comparisons need it.

/** An order that an ERP has, and how far it is. Prices are decimal text in major units, `net` is in minor ones. */
export type OrderHere = {
  readonly orderId: string;
  readonly bu: string;
  /** Null: it was registered before this was kept. */
  readonly erpSystem: string | null;
  readonly erpNumber: string;
  /** The place in the log of what last changed it. */
  readonly version: string;
  /** The place of what last moved how far it is; null: nothing did, or it was before this was kept. */
  readonly progressed: string | null;
  readonly currency: string;
  readonly net: string;
  readonly lines: readonly (LineProgress & { readonly unitPrice: string })[];
};

/** A batch that an ERP has taken. Amounts are sums of debits in minor units, by currency. */
export type BatchHere = {
  readonly batchId: string;
  readonly journals: number;
  /** Acknowledged journals, and what they come to. */
  readonly documents: number;
  readonly amounts: Readonly<Record<string, string>>;
  /** False: something became of it just now, so what differs may be under way. */
  readonly isQuiet: boolean;
};

/** A journal that was sealed into a batch. */
export type JournalHere = {
  readonly journalId: string;
  readonly state: string;
  /** Null: it is not acknowledged. */
  readonly document: string | null;
  readonly amount: string;
  readonly currency: string;
  readonly orderId: string | null;
  /** False: it was refused in this batch, and a later one took it over. */
  readonly isHere: boolean;
};

/** Journals of a batch by id, as bytes sort: those behind `after` up to `through`, or to the end. */
export type JournalStretch = {
  readonly bu: string;
  readonly batchId: string;
  readonly after: string;
  readonly through: string | null;
};

/** What lies at one position, in base units, and what moved there behind a place in the log, in order. */
export type StockHere = {
  readonly stockKey: string;
  readonly node: string;
  readonly item: string;
  readonly onHand: string;
  readonly moves: readonly string[];
  /** Decimal text in major units; null: it was never told what one costs. */
  readonly unitCost: string | null;
  readonly currency: string | null;
};
