/** A business date, `YYYY-MM-DD`. Sorts as text. */
export type Day = string;

const dayPattern = /^\d{4}-\d{2}-\d{2}$/;
const msPerDay = 86_400_000;

const daysOfMonths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const daysIn = (year: number, month: number): number => {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (daysOfMonths[month - 1] ?? 0);
};

/** True for a date that exists: 2026-02-30 does not, nor does any of the year 0. */
export const isDay = (text: string): boolean => {
  if (!dayPattern.test(text)) return false;
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
  return year >= 1 && day >= 1 && day <= daysIn(year, month);
};

export const addDays = (day: Day, days: number): Day =>
  days === 0 ? day : new Date(Date.parse(`${day}T00:00:00Z`) + days * msPerDay).toISOString().slice(0, 10);

export const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / msPerDay);

/** 1 = Monday … 7 = Sunday. */
export const isoWeekday = (day: Day): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

/** Accounting period `YYYYMM` of a day. */
export const periodOf = (day: Day): string => day.slice(0, 4) + day.slice(5, 7);

const periodPattern = /^[1-9]\d{3}(0[1-9]|1[0-2])$/;

/** Whether `text` is a period, `YYYYMM`. */
export const isPeriod = (text: string): boolean => periodPattern.test(text);

export const periodDays = (period: string): { readonly firstDay: Day; readonly lastDay: Day } => {
  const [year, month] = [period.slice(0, 4), period.slice(4, 6)];
  return { firstDay: `${year}-${month}-01`, lastDay: `${year}-${month}-${daysIn(Number(year), Number(month))}` };
};

export const nextPeriod = (period: string): string => {
  const year = Number(period.slice(0, 4));
  const month = Number(period.slice(4, 6));
  return month === 12 ? `${year + 1}01` : `${year}${String(month + 1).padStart(2, '0')}`;
};

export const previousPeriod = (period: string): string => {
  const year = Number(period.slice(0, 4));
  const month = Number(period.slice(4, 6));
  return month === 1 ? `${year - 1}12` : `${year}${String(month - 1).padStart(2, '0')}`;
};

export type LocalClock = { readonly day: Day; readonly time: string };

/** A zone's clock, and what it showed last: many orders ask within one minute, and formatting is slow. */
type ZoneClock = { readonly format: Intl.DateTimeFormat; asked: string; shown: LocalClock };

const clocks = new Map<string, ZoneClock>();

const shownBy = (format: Intl.DateTimeFormat, instant: string): LocalClock => {
  const parts = new Map(format.formatToParts(new Date(instant)).map((part) => [part.type, part.value]));
  return {
    day: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
    time: `${parts.get('hour')}:${parts.get('minute')}`,
  };
};

/** No zone has been off by a part of a minute since 1972, so all instants of a UTC minute show the same. */
const wholeMinutesFrom = '1980';

const minuteOf = (instant: string): string =>
  instant.endsWith('Z') && instant > wholeMinutesFrom ? instant.slice(0, 16) : instant;

const newClock = (timeZone: string, instant: string): ZoneClock => {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const clock = { format, asked: minuteOf(instant), shown: shownBy(format, instant) };
  clocks.set(timeZone, clock);
  return clock;
};

/** The wall clock of `timeZone` at an instant (RFC 3339). Answers alike for the same arguments, whatever was asked before. */
export const localClock = (instant: string, timeZone: string): LocalClock => {
  const clock = clocks.get(timeZone) ?? newClock(timeZone, instant);
  const asked = minuteOf(instant);
  if (clock.asked !== asked) {
    clock.shown = shownBy(clock.format, instant);
    clock.asked = asked;
  }
  return clock.shown;
};
