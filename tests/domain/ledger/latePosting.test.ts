import { describe, expect, test } from '@jest/globals';
import { periodDays } from '../../../domain/calendar.ts';
import { checkJournal } from '../../../domain/ledger/checkJournal.ts';
import { placeInPeriods } from '../../../domain/ledger/periods.ts';
import { demoBusinessUnit } from '../../../domain/masterData/demo.ts';
import { confirmation, recorded } from '../invoice/sale.ts';
import { closed, onlyJournal, opened, periodsAfter, reopened, softClosed } from './books.ts';

const shippedAt = (day: string) =>
  recorded({
    type: 'ShipmentConfirmed',
    data: confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200' }], {
      shippedAt: `${day}T15:00:00.000Z`,
    }),
  });

describe('periods and posting', () => {
  test('G5 a posting into a closed period moves to the first day of the first open one and keeps its own date', () => {
    const periods = periodsAfter(opened('202610'), closed('202610'), opened('202611'), opened('202612'));
    expect(onlyJournal(shippedAt('2026-10-30'), { periods })).toMatchObject({
      accountingDate: '2026-11-01',
      originalDate: '2026-10-30',
      period: '202611',
      latePosting: true,
      state: 'READY',
    });
  });

  test('the last instant of a month in the zone of the business unit, and a leap day, lie in their own month', () => {
    const at = (shippedAt: string) =>
      recorded({
        type: 'ShipmentConfirmed',
        data: confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200' }], { shippedAt }),
      });
    const businessUnit = { ...demoBusinessUnit, version: 1, timeZone: 'America/Chicago' };
    const periods = periodsAfter(opened('202611'), opened('202612'), opened('202802'), opened('202803'));
    const dated = (instant: string) => onlyJournal(at(instant), { businessUnit, periods });
    const own = { latePosting: false, state: 'READY' };
    expect(dated('2026-12-01T05:59:59.999Z')).toMatchObject({ accountingDate: '2026-11-30', period: '202611', ...own });
    expect(dated('2026-12-01T06:00:00.000Z')).toMatchObject({ accountingDate: '2026-12-01', period: '202612', ...own });
    expect(dated('2028-03-01T05:59:59.999Z')).toMatchObject({ accountingDate: '2028-02-29', period: '202802', ...own });
    expect(periodDays('202802')).toEqual({ firstDay: '2028-02-01', lastDay: '2028-02-29' });
  });

  test('G5 a day from before the books began is posted late as well', () => {
    expect(onlyJournal(shippedAt('2026-09-30'))).toMatchObject({ accountingDate: '2026-11-01', latePosting: true });
  });

  test('a soft-closed period takes no posting of goods or documents any more', () => {
    const periods = periodsAfter(
      opened('202610'),
      closed('202610'),
      opened('202611'),
      softClosed('202611'),
      opened('202612'),
    );
    for (const day of ['2026-11-24', '2026-10-24']) {
      expect(onlyJournal(shippedAt(day), { periods })).toMatchObject({
        accountingDate: '2026-12-01',
        originalDate: day,
        period: '202612',
        latePosting: true,
        state: 'READY',
      });
    }
  });

  test('with no period open behind a soft-closed one, goods and documents wait for the next period', () => {
    const periods = periodsAfter(opened('202611'), softClosed('202611'));
    expect(onlyJournal(shippedAt('2026-11-24'), { periods })).toMatchObject({
      period: '202612',
      latePosting: true,
      state: 'HELD',
    });
  });

  test('a soft-closed period takes what finance posts itself, of its own days and of closed periods before it', () => {
    const periods = periodsAfter(
      opened('202610'),
      closed('202610'),
      opened('202611'),
      softClosed('202611'),
      opened('202612'),
    );
    const placed = (day: string) => placeInPeriods(periods, 'ACME', 'PRIMARY', day, 'FINANCE');
    expect(placed('2026-11-30')).toEqual({ accountingDate: '2026-11-30', period: '202611', late: false, open: true });
    expect(placed('2026-10-30')).toEqual({ accountingDate: '2026-11-01', period: '202611', late: true, open: true });
    expect(placed('2026-12-01')).toEqual({ accountingDate: '2026-12-01', period: '202612', late: false, open: true });
  });

  test('a reopened period takes its postings back', () => {
    const periods = periodsAfter(opened('202610'), closed('202610'), opened('202611'), reopened('202610'));
    expect(onlyJournal(shippedAt('2026-10-30'), { periods })).toMatchObject({ period: '202610', latePosting: false });
  });

  test('a day in a period that nobody has opened waits for it instead of falling into an older month', () => {
    expect(onlyJournal(shippedAt('2026-12-02'))).toMatchObject({
      accountingDate: '2026-12-02',
      period: '202612',
      state: 'HELD',
      problems: [{ code: 'PERIOD_NOT_OPEN' }],
    });
  });

  test('when everything is closed the posting waits for the next period', () => {
    const periods = periodsAfter(opened('202610'), closed('202610'), opened('202611'), closed('202611'));
    const journal = onlyJournal(shippedAt('2026-10-30'), { periods });
    expect(journal).toMatchObject({ accountingDate: '2026-12-01', period: '202612', latePosting: true, state: 'HELD' });
    expect(checkJournal({ ...journal, period: '202611' }, periods).map((breach) => breach.rule)).toEqual(['G5']);
  });
});
