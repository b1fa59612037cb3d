import { type Day, daysBetween } from '../calendar.ts';
import { type AtpPolicy, atpPolicy } from './atp.ts';

/** What is done for a line that would get its goods later than it was promised: it waits, or takes what is withheld elsewhere. */
export const lateLineRules = ['WAIT', 'USE_SAFETY_STOCK'] as const;

/** Of which changes of a promise customers are told; DELAYS: of all but an earlier day. */
export const tellings = ['EVERY_CHANGE', 'DELAYS', 'NOBODY'] as const;

/** What happens when announced supply is late, or slips. Days are calendar days. */
export type LateSupplyRules = {
  /** Goods are promised so many days behind the day for which their supply is announced. */
  readonly cushionDays: number;
  /** Supply that is late by more days is not believed any more. */
  readonly pastDueSupplyDays: number;
  /** Supply that is less late is assumed to come so many days from today. */
  readonly lateSlipDays: number;
  /** A promise that would move back by no more days stands: the supply may catch up. */
  readonly toleranceDays: number;
  readonly lateLines: (typeof lateLineRules)[number];
  readonly tell: (typeof tellings)[number];
};

/** Where a business unit has published none. */
export const usualLateSupply: LateSupplyRules = {
  cushionDays: 0,
  pastDueSupplyDays: atpPolicy.pastDueSupplyDays,
  lateSlipDays: atpPolicy.lateSlipDays,
  toleranceDays: 0,
  lateLines: 'WAIT',
  tell: 'EVERY_CHANGE',
};

/** What supply is counted on for, by these rules. */
export const atpUnder = ({ cushionDays, pastDueSupplyDays, lateSlipDays }: LateSupplyRules): AtpPolicy => ({
  ...atpPolicy,
  ...{ cushionDays, pastDueSupplyDays, lateSlipDays },
});

/** Goods that were promised for a day will come later than the rules let pass, or nothing covers them any more. */
export const isDelayed = (
  { toleranceDays }: Pick<LateSupplyRules, 'toleranceDays'>,
  before: Day | null,
  now: Day | null,
): boolean => before !== null && (now === null || daysBetween(before, now) > toleranceDays);

/** The promise would move back, and by so little that it is left as it is. */
export const isTolerated = (
  rules: Pick<LateSupplyRules, 'toleranceDays'>,
  before: Day | null,
  now: Day | null,
): boolean => before !== null && now !== null && now > before && !isDelayed(rules, before, now);

/** Whether customers hear of it. */
export const isTold = ({ tell }: Pick<LateSupplyRules, 'tell'>, before: Day | null, now: Day | null): boolean =>
  tell === 'EVERY_CHANGE' || (tell === 'DELAYS' && (before === null || now === null || now > before));
