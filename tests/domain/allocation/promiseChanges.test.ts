import { describe, test } from '@jest/globals';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
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
