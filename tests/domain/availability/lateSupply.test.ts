import { describe, expect, test } from '@jest/globals';
import { atpBuckets, believedDate } from '../../../domain/availability/atp.ts';
import { atpUnder, isDelayed, isTolerated, usualLateSupply } from '../../../domain/availability/lateSupply.ts';
import { queueDates } from '../../../domain/availability/queueDates.ts';
import { sourceOrder } from '../../../domain/availability/sourcing.ts';
import { addDays } from '../../../domain/calendar.ts';
import { at, east, today } from './samples.ts';

const item = 'BRG-6204';
const supplies = [{ qty: 10n, availableDate: '2026-03-10' }];
const under = (changes: Partial<typeof usualLateSupply>) => atpUnder({ ...usualLateSupply, ...changes });

describe('the day on which supply is counted on', () => {
  const believed = (late: number, changes: Partial<typeof usualLateSupply>) =>
    believedDate(addDays(today, -late), today, under(changes));

  test('is the announced one and the cushion; of what is late the later one of that and the slip', () => {
    expect(believed(-4, {})).toBe(addDays(today, 4));
    expect(believed(-4, { cushionDays: 3 })).toBe(addDays(today, 7));
    expect(believed(2, { lateSlipDays: 5 })).toBe(addDays(today, 5));
    expect(believed(2, { lateSlipDays: 1, cushionDays: 9 })).toBe(addDays(today, 7));
  });

  test('is none when it is late by more days than is believed', () => {
    expect(believed(3, { pastDueSupplyDays: 3 })).toBe(addDays(today, 1));
    expect(believed(4, { pastDueSupplyDays: 3 })).toBeNull();
  });
});

test('a cushion puts off what is promised to a new line, to one that waits and to who only asks by the same days', () => {
  const atp = under({ cushionDays: 4 });
  const stock = [{ item, node: east.node, free: 0n, queuedBackorders: 0n, supplies }];
  const lines = [{ lineId: '10', item, demand: 10n }];
  const [sourced] = sourceOrder({
    ...{ at, lines, shipComplete: false, allowSplit: true, requestedDate: '2026-03-20', nodes: [east] },
    ...{ stock, leadTimes: [], policyVersion: 1, atp },
  });
  expect(sourced).toMatchObject({ expected: { date: '2026-03-14' }, promisedDate: '2026-03-16' });
  expect(sourced?.explanation.join(' ')).toContain('counted on from 2026-03-14, with a cushion of 4 days');
  const waiting = { orderId: 'A', lineId: '10', qty: 10n, needDate: today, whole: false, held: false, acceptedAt: at };
  const rows = [{ item, node: east, free: 0n, supplies, queue: [waiting] }];
  const goods = { orderId: 'A', lineId: '10', node: east.node, items: [item], isKit: false, isBound: false };
  expect(queueDates(at, rows, () => null, atp)(goods)).toMatchObject({ date: '2026-03-14' });
  const nothing = { sellable: 0n, allocated: 0n, softReservations: [], backorders: [], safetyStock: 0n };
  const dates = atpBuckets({ today, supplies, ...nothing }, atp).flatMap(({ date, atp: free }) =>
    free > 0n ? [date] : [],
  );
  expect(dates).toEqual(['2026-03-14']);
});

test('a promise is delayed by more than the tolerance, or when nothing covers it any more; up to it, it stands', () => {
  const rules = { toleranceDays: 2 };
  const days = ['2026-03-09', '2026-03-10', '2026-03-12', '2026-03-13', null] as const;
  const before = '2026-03-10';
  expect(days.map((day) => isDelayed(rules, before, day))).toEqual([false, false, false, true, true]);
  expect(days.map((day) => isTolerated(rules, before, day))).toEqual([false, false, true, false, false]);
  expect(days.map((day) => isDelayed(rules, null, day) || isTolerated(rules, null, day))).toEqual(Array(5).fill(false));
});
