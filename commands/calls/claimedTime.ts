import type { Violation } from '../application.ts';
import { violation } from '../outcome.ts';

/** Clocks of partners differ by this much. */
export const aheadMsMax = 5 * 60_000;
/** What is older was not lost on the way: somebody mistyped it, or must correct it with finance. */
const behindDaysMax = 90;
const msPerDay = 86_400_000;

/**
 * When something happened is a claim of whoever reports it. It decides the accounting period, so a claim that cannot be
 * meant is not taken: more than 5 minutes ahead of `now` or more than `daysMax` days behind it. Both are RFC 3339.
 */
export const claimedTimeViolation = (
  pointer: string,
  claimed: string,
  now: string,
  daysMax = behindDaysMax,
): Violation | undefined => {
  const ahead = Date.parse(claimed) - Date.parse(now);
  if (Number.isNaN(ahead)) return violation(pointer, 'DATE_INVALID', 'This is no moment in time.');
  if (ahead > aheadMsMax) return violation(pointer, 'DATE_TOO_FAR', `${claimed} is in the future; it is ${now}.`);
  return -ahead > daysMax * msPerDay
    ? violation(pointer, 'DATE_IN_PAST', `${claimed} is more than ${daysMax} days ago.`)
    : undefined;
};
