import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  addDays,
  daysBetween,
  isDay,
  isoWeekday,
  localClock,
  nextPeriod,
  periodDays,
  periodOf,
} from '../../../domain/calendar.ts';

describe('business calendar', () => {
  test('only dates that exist are dates', () => {
    expect(['2026-02-28', '2028-02-29'].every(isDay)).toBe(true);
    expect(
      ['0000-01-01', '2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', '26-01-01', '2026-01-01T00:00:00Z', ''].some(
        isDay,
      ),
    ).toBe(false);
  });

  test('adding days and counting them are inverse', () => {
    fc.assert(
      fc.property(fc.integer({ min: -20_000, max: 20_000 }), (days) => {
        const there = addDays('2026-11-23', days);
        expect(isDay(there)).toBe(true);
        expect(daysBetween('2026-11-23', there)).toBe(days);
      }),
    );
  });

  test('periods follow each other over the year end and know their days', () => {
    expect([periodOf('2026-11-23'), nextPeriod('202611'), nextPeriod('202612')]).toEqual([
      '202611',
      '202612',
      '202701',
    ]);
    expect(periodDays('202802')).toEqual({ firstDay: '2028-02-01', lastDay: '2028-02-29' });
    expect(periodDays('202612')).toEqual({ firstDay: '2026-12-01', lastDay: '2026-12-31' });
    expect(periodDays('999912')).toEqual({ firstDay: '9999-12-01', lastDay: '9999-12-31' });
  });

  test('Monday is the first day of the week', () => {
    expect([isoWeekday('2026-11-23'), isoWeekday('2026-11-29')]).toEqual([1, 7]);
  });

  test('an instant is another day in another time zone, also when clocks change', () => {
    expect(localClock('2026-12-01T04:30:00Z', 'America/New_York')).toEqual({ day: '2026-11-30', time: '23:30' });
    expect(localClock('2026-12-01T05:00:00Z', 'America/New_York')).toEqual({ day: '2026-12-01', time: '00:00' });
    expect(localClock('2026-07-01T12:00:00+02:00', 'UTC')).toEqual({ day: '2026-07-01', time: '10:00' });
    expect(localClock('2026-03-29T01:30:00Z', 'Europe/Berlin')).toEqual({ day: '2026-03-29', time: '03:30' });
  });

  test('a zone shows the same at an instant whatever it was asked before', () => {
    const ask = (instant: string) => [localClock(instant, 'Europe/Berlin'), localClock(instant, 'UTC')];
    const first = ask('2026-03-29T01:30:00Z');
    expect(ask('2026-12-01T04:30:00Z')).not.toEqual(first);
    expect(ask('2026-03-29T01:30:00Z')).toEqual(first);
  });
});
