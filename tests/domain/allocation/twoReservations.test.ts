import { describe, expect, test } from '@jest/globals';
import { allocation } from '../../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
import { valueAt, valuesOf } from '../../../domain/stock/orderedMap.ts';
import { play } from '../order/scenario.ts';
import { east, given, giving, none, releasing, reserving, starting } from './samples.ts';

const release = east('A');
const [first, second] = ['R1', 'R2'];
const released = [starting(), reserving(first, '7'), reserving(second, '3'), releasing('A', first, second)];

type Parts = readonly { readonly reservationId: string; readonly qty: string }[];
const of = (reservationId: string, qty: string) => ({ reservationId, qty });

const stopped = (changeId: string, qty: string, ...reservations: Parts): AllocationCommand => ({
  type: 'Deallocate',
  changeId,
  lines: [],
  stopped: [{ releaseId: release, lineId: '10', qty, reservations }],
});
const shipped = (confirmationId: string, qty: string, ...reservations: Parts): AllocationCommand => ({
  type: 'RecordFulfilment',
  releaseId: release,
  confirmationId,
  lines: [{ lineId: '10', qty, reservations }],
});
const short = (shortageId: string, qty: string, ...reservations: Parts): AllocationCommand => ({
  type: 'RecordShort',
  releaseId: release,
  shortageId,
  lines: [{ lineId: '10', qty, cause: 'NOT_FOUND', reservations }],
});

/** What the release still holds, by reservation. */
const openAfter = (...more: readonly AllocationCommand[]) => {
  const { state } = play(allocation, [...released, ...more]);
  const lines = [...valuesOf(valueAt(state.releases, release)?.lines ?? null)];
  return Object.fromEntries(lines.map(({ reservationId, open }) => [reservationId, open]));
};

describe('a release of one line out of two reservations', () => {
  test('gives back to stock exactly the reservations that the shipment took off', () => {
    given(...released, giving('X', '5'))
      .when(stopped('X', '5', of(second, '3'), of(first, '2')))
      .then({
        type: 'AllocationReleasedBack',
        data: {
          from: { ...none, allocated: '5' },
          reservations: [
            { reservationId: second, qty: '3', releaseId: release },
            { reservationId: first, qty: '2', releaseId: release },
          ],
          toStop: [],
        },
      });
    expect(openAfter(giving('X', '5'), stopped('X', '5', of(second, '3'), of(first, '2')))).toEqual({ R1: 5n, R2: 0n });
  });

  test('counts what left and what was short against the reservations that the shipment names', () => {
    expect(openAfter(shipped('c', '4', of(second, '1'), of(first, '3')))).toEqual({ R1: 4n, R2: 2n });
    expect(openAfter(short('s', '4', of(second, '3'), of(first, '1')))).toEqual({ R1: 6n, R2: 0n });
    given(...released)
      .when(short('s', '4', of(second, '3'), of(first, '1')))
      .then(
        { type: 'AllocationShorted', data: { reservationId: second, shortQty: '3' } },
        { type: 'AllocationShorted', data: { reservationId: first, shortQty: '1' } },
      );
  });

  test('gives back all that was stopped even when more left than this release still counted', () => {
    given(...released, giving('X', '3'), shipped('c', '8', of(first, '8')))
      .when(stopped('X', '3', of(second, '3')))
      .then({
        type: 'AllocationReleasedBack',
        data: { from: { ...none, allocated: '2' }, reservations: [{ reservationId: second, qty: '3' }] },
      });
  });

  test('takes the oldest reservation first when nothing is named, as events of earlier versions did', () => {
    const unnamed: AllocationCommand = {
      type: 'Deallocate',
      changeId: 'X',
      lines: [],
      stopped: [{ releaseId: release, lineId: '10', qty: '8' }],
    };
    expect(openAfter(giving('X', '8'), unnamed)).toEqual({ R1: 0n, R2: 2n });
  });
});
