import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

type OfPeriod<T extends string, D = unknown> = Event<
  T,
  { readonly bu: string; readonly ledger: string /** `YYYYMM` */; readonly period: string } & D
>;

/** Books are kept in this period from now on. */
export type PeriodOpened = OfPeriod<'PeriodOpened', { readonly firstDay: string; readonly lastDay: string }>;
/** Only finance may still post into the period; what operations do goes into the next one. */
export type PeriodSoftClosed = OfPeriod<'PeriodSoftClosed', { readonly reason?: string }>;
/** From here on the period takes nothing, so what the close is decided on holds everything that ever came into its books. */
export type PeriodCloseBegun = OfPeriod<'PeriodCloseBegun', { readonly begunBy: string; readonly reason: string }>;
/**
 * `checklistSha256` and `trialBalanceSha256` are the hashes that the readiness report and the trial balance of the period
 * carry when they are asked as known at `throughPosition`. `closedBy`, `reopenedBy` and `reason` are absent where nobody kept them.
 */
export type PeriodClosed = OfPeriod<
  'PeriodClosed',
  {
    readonly checklistSha256: string;
    readonly trialBalanceSha256: string;
    readonly throughPosition: string;
    readonly closedBy?: string;
    readonly reason?: string;
  }
>;
/** A closed period takes postings again, which took a second person. */
export type PeriodReopened = OfPeriod<
  'PeriodReopened',
  { readonly approvalId: string; readonly reason: string; readonly reopenedBy?: string }
>;
/** Somebody corrects the books of the period by hand, under this id; kept here for the separation of duties. */
export type PeriodCorrected = OfPeriod<
  'PeriodCorrected',
  { readonly correctionId: string; readonly correctedBy: string }
>;

/**
 * The period before, `earlier`, is about to be opened or reopened: this one is not closed before something newer than
 * `earlierRevision` stands there (−1: anything at all), and that is its close.
 */
export type EarlierPeriodAwaited = OfPeriod<
  'EarlierPeriodAwaited',
  { readonly earlier: string; readonly earlierRevision: number; readonly awaitedBy: string }
>;

/** What changes the status of a period. */
export type PeriodStatusEvent = PeriodOpened | PeriodSoftClosed | PeriodCloseBegun | PeriodClosed | PeriodReopened;

export type GoodsCost = { readonly item: string; readonly itemGroup: string; readonly cost: string };

/**
 * Goods of one shipment line that are on no invoice in force, with everything that an invoice line of them would be posted
 * by. Amounts in minor units of `currency`; a difference to what was accrued before may be negative.
 */
export type AccruedGoods = {
  readonly orderId: string;
  readonly orderLineId: string;
  readonly shipmentId: string;
  readonly shipmentLineId: string;
  readonly node: string;
  readonly channel: string;
  readonly customer: string;
  readonly customerGroup: string;
  readonly region?: string;
  readonly item: string;
  /** The group when the goods left: DEFERRED_COGS is relieved in the account that it was built up in. */
  readonly itemGroup: string;
  readonly currency: string;
  readonly qty: string;
  readonly gross: string;
  readonly discount: string;
  readonly cost: string;
  /** Where `cost` is not all at the item itself, as of a kit: where it is; the sum is `cost`. */
  readonly costs?: readonly GoodsCost[];
};

/** `day`: the last of the period. */
export type AccrualRecorded = OfPeriod<'AccrualRecorded', AccruedGoods & { readonly day: string }>;
/** Takes back `accrualEventId`, which lies in the same append. `day`: the first of the next period. */
export type AccrualReversed = OfPeriod<
  'AccrualReversed',
  AccruedGoods & { readonly day: string; readonly accrualEventId: string }
>;
export type AccrualEvent = AccrualRecorded | AccrualReversed;

/** Stream `period-<bu>.<ledger>.<yyyymm>`. */
export type PeriodEvent = PeriodStatusEvent | PeriodCorrected | EarlierPeriodAwaited | AccrualEvent;

type OfBatch<T extends string, D> = Event<
  T,
  { readonly bu: string; readonly ledger: string; readonly batchId: string } & D
>;

export type ControlTotal = {
  readonly currency: string;
  readonly account: string;
  readonly debit: string;
  readonly credit: string;
};

/** What the ERP is asked to import; kept in the event because sealed content is fixed. */
export type SealedJournal = {
  readonly journalId: string;
  readonly accountingDate: string;
  readonly templateId: string;
  readonly documentRef: string;
  readonly orderId: string | null;
  readonly invoiceId: string | null;
  readonly currency: string;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly account: string;
    readonly debit: string;
    readonly credit: string;
  }[];
};

/** `contentSha256` over canonical JSON of `journals`; `merkleRoot` over the journals' own hashes (RFC 9162). */
export type GlBatchSealed = OfBatch<
  'GlBatchSealed',
  {
    readonly period: string;
    readonly sequence: number;
    readonly journals: readonly SealedJournal[];
    readonly controlTotals: readonly ControlTotal[];
    readonly merkleRoot: string;
    readonly contentSha256: string;
    readonly throughPosition: string;
  }
>;
/** The batch was handed to the ERP, as a file or a call with this hash. */
export type GlBatchExported = OfBatch<'GlBatchExported', { readonly erpSystem: string; readonly fileSha256: string }>;
/** The ERP has taken these journals, each under a document number of its own. */
export type GlBatchAcknowledged = OfBatch<
  'GlBatchAcknowledged',
  {
    readonly erpSystem: string;
    readonly journals: readonly { readonly journalId: string; readonly erpDocument: string }[];
  }
>;
/** The ERP refuses these journals; the others of the batch stand. */
export type GlEntriesRejected = OfBatch<
  'GlEntriesRejected',
  {
    readonly erpSystem: string;
    readonly journals: readonly { readonly journalId: string; readonly code: string; readonly detail: string }[];
  }
>;

export type GlBatchEvent = GlBatchSealed | GlBatchExported | GlBatchAcknowledged | GlEntriesRejected;
