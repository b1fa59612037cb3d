import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

type OfPeriod<T extends string, D = unknown> = Event<
  T,
  { readonly bu: string; readonly ledger: string /** `YYYYMM` */; readonly period: string } & D
>;

export type PeriodOpened = OfPeriod<'PeriodOpened', { readonly firstDay: string; readonly lastDay: string }>;
export type PeriodSoftClosed = OfPeriod<'PeriodSoftClosed'>;
export type PeriodClosed = OfPeriod<
  'PeriodClosed',
  { readonly checklistSha256: string; readonly trialBalanceSha256: string; readonly throughPosition: string }
>;
export type PeriodReopened = OfPeriod<'PeriodReopened', { readonly approvalId: string; readonly reason: string }>;

export type PeriodEvent = PeriodOpened | PeriodSoftClosed | PeriodClosed | PeriodReopened;

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
export type GlBatchExported = OfBatch<'GlBatchExported', { readonly erpSystem: string; readonly fileSha256: string }>;
export type GlBatchAcknowledged = OfBatch<
  'GlBatchAcknowledged',
  {
    readonly erpSystem: string;
    readonly journals: readonly { readonly journalId: string; readonly erpDocument: string }[];
  }
>;
export type GlEntriesRejected = OfBatch<
  'GlEntriesRejected',
  {
    readonly erpSystem: string;
    readonly journals: readonly { readonly journalId: string; readonly code: string; readonly detail: string }[];
  }
>;

export type GlBatchEvent = GlBatchSealed | GlBatchExported | GlBatchAcknowledged | GlEntriesRejected;
