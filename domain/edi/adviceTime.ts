import { type Day, localClock } from '../calendar.ts';

/** A zone of the IANA database, or hours from UTC; null: the clock of the place itself. */
export type AdvisedZone = string | number | null;

/** A day, and a time of day with its zone where they were told. `time`: HH:MM or HH:MM:SS. */
export type AdvisedTime = { readonly day: Day; readonly time: string | null; readonly zone: AdvisedZone };

const hourMs = 3_600_000;
const minuteMs = 60_000;
const asUtc = (day: Day, time: string): number => Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);

/** What the clock of a zone is ahead of UTC at an instant. */
const aheadMs = (atMs: number, timeZone: string): number => {
  const shownMs = Math.floor(atMs / minuteMs) * minuteMs;
  const { day, time } = localClock(new Date(shownMs).toISOString(), timeZone);
  return asUtc(day, time) - shownMs;
};

/**
 * The instant that a warehouse told of. Without a zone it is the clock of the warehouse (`timeZone`, IANA); without a time the day
 * begins there, because it may not be over yet. Of an hour that a clock shows twice the first is meant.
 */
export const advisedInstant = ({ day, time, zone }: AdvisedTime, timeZone: string): string => {
  const wallMs = asUtc(day, time ?? '00:00');
  if (typeof zone === 'number') return new Date(wallMs - zone * hourMs).toISOString();
  const place = zone ?? timeZone;
  // What the clock is ahead is asked a day before and a day behind: it is put forward or back in between at most once.
  const ahead = [-24, 24].map((hours) => aheadMs(wallMs + hours * hourMs, place));
  const fits = ahead.map((ms) => wallMs - ms).filter((ms) => aheadMs(ms, place) === wallMs - ms);
  return new Date(fits.length > 0 ? Math.min(...fits) : wallMs - Math.min(...ahead)).toISOString();
};
