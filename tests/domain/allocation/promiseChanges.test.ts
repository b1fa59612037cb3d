import { describe, expect, test } from '@jest/globals';
import { allocation } from '../../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
import { play } from '../order/scenario.ts';
import { backordering, given, reserving, starting } from './samples.ts';

const promising = (expectedDate: string | null, more: object = {}): AllocationCommand => ({
  ...{
    type: 'RecordPromise',
    lineId: '10',
    node: 'DC-EAST',
    expectedDate,
    cause: 'SUPPLY_RESCHEDULED',
    supplyId: 'PO-1',
  },
  ...more,
});

describe('the promise of what waits', () => {
  test('changes with what is known to come, and tells what it was', () => {
    given(starting(), backordering('6'))
      .when(promising('2026-12-10', { shipDate: '2026-12-11' }))
      .then({
        type: 'PromiseChanged',
        data: {
          ...{ lineId: '10', item: 'BRG-6204', node: 'DC-EAST', qty: '6' },
          ...{ expectedBefore: null, expectedDate: '2026-12-10', shipDate: '2026-12-11' },
        },
      });
    given(starting(), backordering('6'), promising('2026-12-10'))
      .when(promising(null))
      .then({ type: 'PromiseChanged', data: { expectedBefore: '2026-12-10', expectedDate: null } });
  });

  test('is not told a second time, nor of a line that waits no longer, or elsewhere', () => {
    given(starting(), backordering('6'), promising('2026-12-10')).when(promising('2026-12-10')).thenNothing();
    given(starting(), backordering('6'))
      .when(promising('2026-12-10', { node: 'DC-WEST' }))
      .thenNothing();
    given(starting(), backordering('6'))
      .when(promising('2026-12-10', { lineId: '77' }))
      .thenNothing();
    const filled = reserving('R1', '6', { from: 'BACKORDERED' });
    given(starting(), backordering('6'), filled).when(promising('2026-12-10')).thenNothing();
  });

  test('stands while it would move back by no more than is tolerated, and is held against the day that stands', () => {
    const rules = { toleranceDays: 3, tell: 'EVERY_CHANGE' } as const;
    const promised = [starting(), backordering('6'), promising('2026-12-10')];
    given(...promised)
      .when(promising('2026-12-13', { rules }))
      .thenNothing();
    given(...promised, promising('2026-12-13', { rules }))
      .when(promising('2026-12-14', { rules }))
      .then({ type: 'PromiseChanged', data: { expectedBefore: '2026-12-10', expectedDate: '2026-12-14' } });
    for (const expectedDate of ['2026-12-09', null])
      given(...promised)
        .when(promising(expectedDate, { rules }))
        .then({ type: 'PromiseChanged', data: { expectedDate } });
  });

  test('is kept from customers where the policy says so', () => {
    const promised = [starting(), backordering('6'), promising('2026-12-10')];
    const toldOf = (expectedDate: string | null, tell: string): unknown => {
      const command = promising(expectedDate, { rules: { toleranceDays: 0, tell } });
      const event = play(allocation, [...promised, command]).events.at(-1);
      return event?.type === 'PromiseChanged' ? (event.data.told ?? true) : undefined;
    };
    const days = ['2026-12-09', '2026-12-11', null] as const;
    expect(days.map((day) => toldOf(day, 'EVERY_CHANGE'))).toEqual([true, true, true]);
    expect(days.map((day) => toldOf(day, 'DELAYS'))).toEqual([false, true, true]);
    expect(days.map((day) => toldOf(day, 'NOBODY'))).toEqual([false, false, false]);
  });

  test('stays with what is left when a part is filled', () => {
    const commands = [
      starting(),
      backordering('6'),
      promising('2026-12-10'),
      reserving('R1', '4', { from: 'BACKORDERED' }),
    ];
    given(...commands)
      .when(promising('2026-12-10'))
      .thenNothing();
  });
});
