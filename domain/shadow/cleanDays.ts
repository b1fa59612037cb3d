import { type Day, isoWeekday } from '../calendar.ts';
import type { ShadowLedgerDefined } from './events.ts';

/** The differences of all batches that were sealed on a day, by their keys; none: it was a clean one. */
export type ComparedDay = { readonly day: Day; readonly keys: readonly string[] };

/** Up to which day a difference is explained. */
export type ExplainedUntil = (key: string) => Day | undefined;

type Calendar = Pick<ShadowLedgerDefined['data'], 'workingDays' | 'holidays'>;

export const unexplainedOn = ({ day, keys }: ComparedDay, until: ExplainedUntil): readonly string[] =>
  keys.filter((key) => day > (until(key) ?? ''));

const isBusinessDay = (day: Day, { workingDays, holidays }: Calendar): boolean =>
  workingDays.includes(isoWeekday(day)) && !holidays.includes(day);

/**
 * Business days without an unexplained difference, back from the last day on which a batch was compared. A day without a
 * batch shows nothing, so it neither counts nor ends the row; a weekend does not count, and what is found on it ends the row.
 */
export const cleanDaysOf = (days: readonly ComparedDay[], until: ExplainedUntil, calendar: Calendar): number => {
  let clean = 0;
  for (const compared of [...days].sort((a, b) => (a.day < b.day ? 1 : -1))) {
    if (unexplainedOn(compared, until).length > 0) return clean;
    if (isBusinessDay(compared.day, calendar)) clean += 1;
  }
  return clean;
};
