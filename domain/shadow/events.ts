import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

type OfShadow<T extends string, D> = Event<T, { readonly bu: string; readonly ledger: string } & D>;

/** What a rule of the second ERP looks at; `fromAccount`: the account that the journal itself names. A field that is absent fits all. */
export type ShadowMatch = {
  readonly role?: string;
  readonly fromAccount?: string;
  readonly itemGroup?: string;
  readonly item?: string;
  readonly customerGroup?: string;
  readonly customer?: string;
  readonly node?: string;
  readonly channel?: string;
  readonly region?: string;
  readonly currency?: string;
};

/** An account, a cost centre or a tax code, and what it is for. The rule that matches most fields applies. */
export type ShadowRule = { readonly match: ShadowMatch; readonly value: string };

/** Whether the second ERP takes such a thing on postings to an account: not at all, if there is one, or nothing without it. */
export type ShadowUse = 'NONE' | 'OPTIONAL' | 'REQUIRED';

export type ShadowAccount = {
  readonly account: string;
  readonly name: string;
  readonly activeFrom: string;
  readonly activeTo: string | null;
  readonly costCentre: ShadowUse;
  readonly taxCode: ShadowUse;
};

/**
 * What an account of today is to be in the new chart; several may become one. A cost centre or tax code that is absent may be
 * any; null: there is to be none.
 */
export type Correspondence = {
  readonly account: string;
  readonly to: { readonly account: string; readonly costCentre?: string | null; readonly taxCode?: string | null };
};

/**
 * A business unit that is about to move its books to `system`: how that one would post its journals, what they are to come
 * to there, and how many clean business days it takes. `workingDays`: 1 = Monday … 7 = Sunday.
 */
export type ShadowLedgerDefined = OfShadow<
  'ShadowLedgerDefined',
  {
    readonly system: string;
    readonly version: number;
    readonly accounts: readonly ShadowAccount[];
    readonly accountRules: readonly ShadowRule[];
    readonly costCentreRules: readonly ShadowRule[];
    readonly taxCodeRules: readonly ShadowRule[];
    readonly correspondence: readonly Correspondence[];
    readonly cleanDays: number;
    readonly workingDays: readonly number[];
    readonly holidays: readonly string[];
    readonly contentSha256: string;
    readonly definedBy: string;
  }
>;

export const shadowKinds = [
  /** The second ERP would refuse the line. */
  'ACCOUNT_UNMAPPED',
  'ACCOUNT_INACTIVE',
  'COST_CENTRE_MISSING',
  'TAX_CODE_MISSING',
  /** Nobody said what the account is to be there. */
  'CORRESPONDENCE_MISSING',
  /** It would post to something else than it is to be. */
  'ACCOUNT_DIFFERS',
  'COST_CENTRE_DIFFERS',
  'TAX_CODE_DIFFERS',
  /** More different postings of a batch than are told apart. */
  'TOO_MANY',
] as const;
export type ShadowKind = (typeof shadowKinds)[number];

/** Where a line lies in the second ERP; null: nothing is known, or there is none. */
export type ShadowPlace = {
  readonly account: string | null;
  readonly costCentre: string | null;
  readonly taxCode: string | null;
};

/** A journal line behind a difference, and the order line behind that, if there is one. */
export type ShadowLine = {
  readonly journalId: string;
  readonly lineNo: number;
  readonly orderId: string | null;
  readonly orderLineId: string | null;
};

/**
 * All lines of a batch that lie in one account of today and in one place of the second ERP. `kinds`: what is wrong with it;
 * none: nothing. Rows of one `key` are the same difference, in whatever batch. `lines`: the first of them that differ.
 */
export type ShadowRow = {
  readonly key: string;
  readonly kinds: readonly ShadowKind[];
  readonly currency: string;
  readonly account: string;
  readonly simulated: ShadowPlace;
  readonly expected: Correspondence['to'] | null;
  readonly debit: string;
  readonly credit: string;
  readonly count: number;
  readonly lines: readonly ShadowLine[];
};

/** A sealed batch as the second ERP would have posted it. `day`: on which it was sealed, in the zone of the business unit. */
export type ShadowBatchCompared = OfShadow<
  'ShadowBatchCompared',
  {
    readonly system: string;
    readonly version: number;
    readonly batchId: string;
    readonly period: string;
    readonly sequence: number;
    readonly day: string;
    readonly journals: number;
    readonly rows: readonly ShadowRow[];
  }
>;

/** The difference `key` is as it is to be, in batches that are sealed up to the day `until`. */
export type ShadowDifferenceExplained = OfShadow<
  'ShadowDifferenceExplained',
  { readonly key: string; readonly until: string; readonly reason: string; readonly explainedBy: string }
>;

/** Batches of the period that begins on `effectiveDate`, and of later ones, go to the ERP `to`; earlier ones to `from`. */
export type ShadowLedgerCutOver = OfShadow<
  'ShadowLedgerCutOver',
  {
    readonly from: string;
    readonly to: string;
    readonly version: number;
    readonly effectiveDate: string;
    readonly cleanDays: number;
    readonly approvalId: string;
    readonly approvedBy: string;
    readonly by: string;
    readonly reason: string;
  }
>;

/** What was to change hands on `effectiveDate` stays where it is; the shadow goes on, and the count of its clean days with it. */
export type ShadowCutOverCancelled = OfShadow<
  'ShadowCutOverCancelled',
  { readonly to: string; readonly effectiveDate: string; readonly by: string; readonly reason: string }
>;

/** Stream `shadow-<bu>.<ledger>`. A definition behind a cut-over begins the next move. */
export type ShadowEvent =
  | ShadowLedgerDefined
  | ShadowBatchCompared
  | ShadowDifferenceExplained
  | ShadowLedgerCutOver
  | ShadowCutOverCancelled;
