import type { AccruedGoods, ControlTotal, SealedJournal } from './events.ts';

type PeriodKey = { readonly bu: string; readonly ledger: string; readonly period: string };

/** What the neighbouring period's own stream said when the command was made; `NONE`: it was never opened. */
export type PeriodStatus = 'NONE' | 'OPEN' | 'SOFT_CLOSED' | 'CLOSING' | 'CLOSED';

export type PeriodCommand = PeriodKey &
  (
    | { readonly type: 'OpenPeriod'; readonly next: PeriodStatus }
    | { readonly type: 'SoftClosePeriod'; readonly next: PeriodStatus; readonly reason: string }
    /** Told to a period before the one in front of it is opened or reopened. */
    | {
        readonly type: 'AwaitEarlierPeriod';
        readonly earlier: string;
        readonly earlierRevision: number;
        readonly by: string;
      }
    | {
        readonly type: 'BeginClose';
        readonly previous: { readonly status: PeriodStatus; readonly revision: number };
        readonly by: string;
        readonly reason: string;
      }
    | {
        readonly type: 'ClosePeriod';
        readonly checklistSha256: string;
        readonly trialBalanceSha256: string;
        readonly throughPosition: string;
        /** Of this period's stream when the checklist was read; anything newer makes what was read old. */
        readonly seenRevision: number;
        readonly by: string;
        readonly reason: string;
      }
    | {
        readonly type: 'ReopenPeriod';
        readonly next: PeriodStatus;
        readonly approvalId: string;
        /** Of this period's stream when it was agreed to; what came since, nobody agreed to reopen. */
        readonly approvedRevision: number;
        readonly reason: string;
        readonly by: string;
      }
    /** Asked before a correction that lands in this period is written. */
    | { readonly type: 'CorrectPeriod'; readonly correctionId: string; readonly by: string }
    | RecordAccruals
  );

export type PeriodCommandOf<T extends PeriodCommand['type']> = Extract<PeriodCommand, { readonly type: T }>;

/**
 * What is to stand accrued for the shipment lines whose key (`accrualKey`) lies in (after, upTo]; null: there is no end.
 * What stands for others in there is taken back. `eventIdAt`: the id that the n-th event of this command will have (from 0).
 */
export type RecordAccruals = {
  readonly type: 'RecordAccruals';
  readonly after: string;
  readonly upTo: string | null;
  readonly goods: readonly AccruedGoods[];
  readonly eventIdAt: (index: number) => string;
};

export type GlBatchCommand =
  | {
      readonly type: 'SealBatch';
      readonly bu: string;
      readonly ledger: string;
      readonly batchId: string;
      readonly period: string;
      readonly sequence: number;
      readonly journals: readonly SealedJournal[];
      readonly controlTotals: readonly ControlTotal[];
      readonly merkleRoot: string;
      readonly contentSha256: string;
      readonly throughPosition: string;
    }
  | { readonly type: 'RecordExport'; readonly erpSystem: string; readonly fileSha256: string }
  | {
      readonly type: 'RecordOutcomes';
      readonly erpSystem: string;
      readonly acknowledged: readonly { readonly journalId: string; readonly erpDocument: string }[];
      readonly rejected: readonly { readonly journalId: string; readonly code: string; readonly detail: string }[];
    };
