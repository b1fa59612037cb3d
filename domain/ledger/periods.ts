import { type Day, nextPeriod, periodDays, periodOf } from '../calendar.ts';
import type { PeriodStatus } from './commands.ts';
import type { PeriodStatusEvent } from './events.ts';

/** State of every period by ledger, as `policy.ts` folds it. Never changed in place. */
export type PeriodBook = ReadonlyMap<string, ReadonlyMap<string, PeriodStatus>>;

export const bookKey = (bu: string, ledger: string): string => `${bu}/${ledger}`;

const statusAfter: Readonly<Record<PeriodStatusEvent['type'], PeriodStatus>> = {
  PeriodOpened: 'OPEN',
  PeriodSoftClosed: 'SOFT_CLOSED',
  PeriodCloseBegun: 'CLOSING',
  PeriodClosed: 'CLOSED',
  PeriodReopened: 'OPEN',
};

export const periodStatusAfter = (event: PeriodStatusEvent): PeriodStatus => statusAfter[event.type];

type StatusType = PeriodStatusEvent['type'];

/**
 * What can follow where a period's stream also holds what changes no status: accruals, corrections, and that an earlier period
 * is awaited. A period that is being closed, or is closed, takes none of these, so what follows there follows at once. Closes of
 * older logs were not begun before.
 */
const nextStatuses: Readonly<Partial<Record<StatusType, readonly StatusType[]>>> = {
  PeriodOpened: ['PeriodSoftClosed'],
  PeriodSoftClosed: ['PeriodCloseBegun', 'PeriodClosed', 'PeriodReopened'],
  PeriodReopened: ['PeriodSoftClosed'],
};

/** Whether `type` can be the next status event of a period behind others that are none. Of any other types: false. */
export const canFollowLater = (type: string, before: string): boolean =>
  (nextStatuses[before as StatusType] ?? []).some((next) => next === type);

export const periodStatus = (book: PeriodBook, bu: string, ledger: string, period: string): PeriodStatus =>
  book.get(bookKey(bu, ledger))?.get(period) ?? 'NONE';

export type Placement = {
  readonly accountingDate: Day;
  readonly period: string;
  readonly late: boolean;
  /** False: the period is not open yet; the journal is held until it is. */
  readonly open: boolean;
};

/**
 * Whose posting it is. FINANCE: made for the period itself (accruals and their reversals, corrections), by a command that
 * goes through the period's or the journal's stream. OPERATIONS: everything that follows from goods and documents.
 */
export type PostedBy = 'OPERATIONS' | 'FINANCE';

/** A soft-closed period takes finance's own postings only, so what was looked at before a close cannot be changed by the day's work. */
const takes = (status: PeriodStatus | undefined, by: PostedBy): boolean =>
  status === 'OPEN' || (status === 'SOFT_CLOSED' && by === 'FINANCE');

const firstTakingAfter = (
  periods: ReadonlyMap<string, PeriodStatus>,
  period: string,
  by: PostedBy,
): string | undefined => [...periods.keys()].sort().find((each) => each > period && takes(periods.get(each), by));

const neverOpenedFrom = (periods: ReadonlyMap<string, PeriodStatus>, period: string): string => {
  let at = period;
  while (periods.has(at)) at = nextPeriod(at);
  return at;
};

/**
 * Where a posting of `day` lands (G5). An open period takes its own days, a soft-closed one those of finance. Otherwise, or
 * when the day is from before the books began, it passes on to the first day of the first period after it that takes it. A
 * period that nobody has opened yet, with none open after it, keeps the posting waiting for it: pushing it back into an
 * older month would be wrong.
 */
export const placeInPeriods = (
  book: PeriodBook,
  bu: string,
  ledger: string,
  day: Day,
  by: PostedBy = 'OPERATIONS',
): Placement => {
  const periods = book.get(bookKey(bu, ledger)) ?? new Map<string, PeriodStatus>();
  const own = periodOf(day);
  const status = periods.get(own) ?? 'NONE';
  if (takes(status, by)) return { accountingDate: day, period: own, late: false, open: true };
  const next = firstTakingAfter(periods, own, by);
  if (next !== undefined) return { accountingDate: periodDays(next).firstDay, period: next, late: true, open: true };
  if (status === 'NONE') return { accountingDate: day, period: own, late: false, open: false };
  const waitsFor = neverOpenedFrom(periods, own);
  return { accountingDate: periodDays(waitsFor).firstDay, period: waitsFor, late: true, open: false };
};
