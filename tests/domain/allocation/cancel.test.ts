import { describe, expect, test } from '@jest/globals';
import { allocation } from '../../../domain/allocation/allocation.ts';
import { cancelAnswer, stillToStop } from '../../../domain/allocation/cancelDecisions.ts';
import { play } from '../order/scenario.ts';
import {
  backordering,
  east,
  fulfilling,
  given,
  giving,
  none,
  releasing,
  reserving,
  starting,
  stopped,
  west,
} from './samples.ts';

describe('a cancellation', () => {
  const open = [starting(), reserving('R1', '4'), releasing('A', 'R1'), reserving('R2', '2'), backordering('3')];

  test('gives up unsourced, backordered and reserved, and names what stock must take back', () => {
    given(...open)
      .when(giving('X', '5'))
      .then({
        type: 'AllocationReleasedBack',
        data: {
          from: { ...none, unsourced: '1', backordered: '3', reserved: '1' },
          reservations: [{ reservationId: 'R2', qty: '1' }],
          queued: [{ node: 'DC-EAST', qty: '3' }],
          toStop: [],
        },
      });
  });

  test('names what only a warehouse can stop, the youngest release first', () => {
    const two = [
      starting(),
      reserving('R1', '4'),
      releasing('A', 'R1'),
      reserving('R2', '6', { node: 'DC-WEST' }),
      releasing('B', 'R2'),
    ];
    given(...two)
      .when(giving('X', '8'))
      .then({
        type: 'AllocationReleasedBack',
        data: {
          from: none,
          toStop: [
            { releaseId: west('B'), node: 'DC-WEST', qty: '6' },
            { releaseId: east('A'), qty: '2' },
          ],
        },
      });
    expect(stillToStop(play(allocation, [...two, giving('X', '8')]).state, 'X', east('A'))).toEqual([
      { lineId: '10', qty: '2' },
    ]);
  });

  test('two changes do not ask a warehouse to stop the same goods', () => {
    given(...open, giving('X', '8'))
      .when(giving('Y', '5'))
      .then({ type: 'AllocationReleasedBack', data: { from: none, toStop: [{ qty: '2' }] } });
  });

  test('takes from a line once, and says so even when there is nothing to take', () => {
    given(...open, giving('X', '5'))
      .when(giving('X', '5'))
      .thenNothing();
    const gone = [starting(), reserving('R1', '10'), releasing('A', 'R1'), fulfilling('c', east('A'), '10')];
    given(...gone)
      .when(giving('X', '5'))
      .then({ type: 'AllocationReleasedBack', data: { from: none, toStop: [] } });
    given(...gone, giving('X', '5'))
      .when(giving('X', '5'))
      .thenNothing();
    given(...open)
      .when(giving('X', '1', '99'))
      .thenRefused('LINE_UNKNOWN');
  });

  test('of a whole gives up all that is asked for or nothing, and asks no warehouse', () => {
    const whole = (changeId: string, qty: string) => ({ ...giving(changeId, qty), whole: true }) as const;
    given(...open)
      .when(whole('X', '6'))
      .then({
        type: 'AllocationReleasedBack',
        data: { from: { ...none, unsourced: '1', backordered: '3', reserved: '2' }, toStop: [] },
      });
    given(...open)
      .when(whole('X', '7'))
      .then({ type: 'AllocationReleasedBack', data: { from: none, reservations: [], queued: [], toStop: [] } });
    given(...open, whole('X', '7'))
      .when(whole('X', '5'))
      .thenNothing();
  });

  test('counts the answer of a warehouse once, as far as the goods have not left', () => {
    const asked = [...open, giving('X', '10')];
    given(...asked)
      .when(stopped('X', east('A'), '3'))
      .then({
        type: 'AllocationReleasedBack',
        data: {
          from: { ...none, allocated: '3' },
          toStop: [],
          reservations: [{ reservationId: 'R1', qty: '3', releaseId: east('A') }],
        },
      });
    given(...asked, stopped('X', east('A'), '3'))
      .when(stopped('X', east('A'), '3'))
      .thenNothing();
    given(...asked, fulfilling('c', east('A'), '4'))
      .when(stopped('X', east('A'), '3'))
      .then({ type: 'AllocationReleasedBack', data: { from: none, toStop: [] } });
    given(...open)
      .when(stopped('X', east('A'), '3'))
      .thenNothing();
  });

  test('answers the order with everything that was stopped so far', () => {
    const asked = [...open, giving('X', '10')];
    expect(cancelAnswer(play(allocation, asked).state, 'X', ['10'])).toMatchObject([
      { cancelledQty: '6', pendingQty: '4', from: { allocated: '0' } },
    ]);
    const answered = play(allocation, [...asked, stopped('X', east('A'), '0')]).state;
    expect(cancelAnswer(answered, 'X', ['10', '99'])).toMatchObject([
      { lineId: '10', cancelledQty: '6', pendingQty: '0' },
      { lineId: '99', cancelledQty: '0', pendingQty: '0' },
    ]);
  });

  test('a confirmation that comes after the stop is over-shipped: the goods have left', () => {
    given(...open, giving('X', '10'), stopped('X', east('A'), '4'))
      .when(fulfilling('c', east('A'), '4'))
      .then({ type: 'AllocationFulfilled', data: { lines: [{ from: none, overshipped: '4' }] } });
  });
});
