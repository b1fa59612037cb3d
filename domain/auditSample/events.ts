import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. Every amount of a sample is in minor units of the ledger's own currency; that
// of a line is its debit or its credit.

/** Which lines of the staging ledger could be drawn: those of a period, or of accounting dates, first and last day included. */
export type SamplePopulation = {
  readonly ledger: string;
  readonly period?: string;
  readonly from?: string;
  readonly to?: string;
  readonly accounts?: readonly string[];
  readonly roles?: readonly string[];
  readonly side?: 'DEBIT' | 'CREDIT';
  /** The least and the greatest amount that counts. */
  readonly amountFrom?: string;
  readonly amountTo?: string;
};

/** See `draw.ts` for what each of them draws. */
export const sampleMethods = ['RANDOM', 'STRATIFIED', 'MONETARY_UNIT'] as const;
export type SampleMethod = (typeof sampleMethods)[number];

/** Amounts from `amountFrom` up to that of the next stratum; only STRATIFIED has more than one. */
export type Stratum = {
  readonly amountFrom: string;
  /** How many lines were asked for, or selection points with MONETARY_UNIT. */
  readonly size: number;
  /** What there was to draw from. */
  readonly count: number;
  readonly debit: string;
  readonly credit: string;
};

export type DrawnLine = {
  readonly journalId: string;
  readonly lineNo: number;
  readonly role: string;
  readonly account: string | null;
  readonly debit: string;
  readonly credit: string;
} & (
  | {
      /** RANDOM and STRATIFIED: lower-case hex. */
      readonly rank: string;
    }
  | {
      /** MONETARY_UNIT: what the amounts of all lines before it come to, and how many selection points lie in it. */
      readonly before: string;
      readonly hits: number;
    }
);

/** What an auditor drew, out of the ledger as the log had it up to `position`: again with this seed, the same lines. */
export type AuditSampleDrawn = Event<
  'AuditSampleDrawn',
  {
    readonly sampleId: string;
    readonly bu: string;
    readonly position: string;
    readonly population: SamplePopulation;
    readonly method: SampleMethod;
    readonly seed: string;
    readonly currency: string;
    readonly strata: readonly Stratum[];
    readonly lines: readonly DrawnLine[];
    readonly reason: string;
    readonly drawnBy: string;
  }
>;
