import { describe, expect, test } from '@jest/globals';
import { allocation } from '../../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
import { lineOf } from '../../../domain/allocation/state.ts';
import { boundTo, isTakenTogether, toGather } from '../../../domain/allocation/together.ts';
import { play } from '../order/scenario.ts';
import { backordering, east, fulfilling, given, releasing, reserving, shorting, starting } from './samples.ts';

const whole = starting({ '10': '10' }, { allowSplit: false });
const stateAfter = (...commands: readonly AllocationCommand[]) => play(allocation, commands).state;
const boundAfter = (...commands: readonly AllocationCommand[]): string | undefined => {
  const state = stateAfter(...commands);
  const line = lineOf(state, '10');
  return line === undefined ? undefined : boundTo(state, line);
};

describe('a line that may not be split', () => {
  test('is bound to the node that reserved, was asked for or has shipped part of it', () => {
    expect(boundAfter(whole)).toBeUndefined();
    expect(boundAfter(whole, backordering('10'))).toBeUndefined();
    expect(boundAfter(whole, reserving('R1', '6'))).toBe('DC-EAST');
    const released = [whole, reserving('R1', '6'), releasing('A', 'R1')];
    expect(boundAfter(...released)).toBe('DC-EAST');
    expect(boundAfter(...released, fulfilling('C', east('A'), '6'))).toBe('DC-EAST');
    expect(boundAfter(starting(), reserving('R1', '6'))).toBeUndefined();
  });

  test('is free again when nothing of it is left there', () => {
    const released = [whole, reserving('R1', '6'), releasing('A', 'R1')];
    expect(boundAfter(...released, shorting('S', east('A'), '6'))).toBeUndefined();
    const reopen = { type: 'ReopenShipped', shipmentId: 'S-A-DC-EAST', lines: [{ lineId: '10', qty: '6' }] } as const;
    expect(boundAfter(...released, fulfilling('C', east('A'), '6'), reopen)).toBeUndefined();
  });

  test('takes nothing at a second node', () => {
    given(whole, reserving('R1', '6'))
      .when(reserving('R2', '4', { node: 'DC-WEST' }))
      .thenNothing();
    given(whole, reserving('R1', '6'))
      .when(reserving('R2', '4'))
      .then({ type: 'AllocationReserved', data: { node: 'DC-EAST', qty: '4' } });
  });

  test('is sourced again when the queue of another node fills it', () => {
    given(whole, backordering('4', 'DC-WEST'), reserving('R1', '6'))
      .when(reserving('F', '4', { node: 'DC-WEST', from: 'BACKORDERED' }))
      .then({
        type: 'AllocationReservationLost',
        data: { node: 'DC-WEST', qty: '4', from: 'BACKORDERED', cause: 'SPLIT_NOT_ALLOWED' },
      });
  });

  test('leaves its queue to be decided whole when part of it is unsourced again', () => {
    const split = stateAfter(whole, backordering('4'));
    expect(toGather(split).map(({ lineId }) => lineId)).toEqual(['10']);
    expect(toGather(stateAfter(whole, backordering('10')))).toEqual([]);
    expect(toGather(stateAfter(starting(), backordering('4')))).toEqual([]);
  });
});

describe('an order that ships complete', () => {
  const two = starting({ '10': '4', '20': '2' }, { shipComplete: true });

  test('is taken together when it has several lines', () => {
    expect(isTakenTogether(stateAfter(two))).toBe(true);
    expect(isTakenTogether(stateAfter(starting({ '10': '4' }, { shipComplete: true })))).toBe(false);
    expect(isTakenTogether(stateAfter(starting({ '10': '4', '20': '2' })))).toBe(false);
  });

  test('gathers every waiting line as soon as one is unsourced', () => {
    expect(toGather(stateAfter(two, backordering('4'))).map(({ lineId }) => lineId)).toEqual(['10']);
    expect(toGather(stateAfter(two, backordering('4'), backordering('2', 'DC-EAST', '20')))).toEqual([]);
  });

  test('leaves all its queues in one append', () => {
    const lines = [
      { lineId: '10', qty: '4' },
      { lineId: '20', qty: '2' },
    ];
    given(two, backordering('4'), backordering('2', 'DC-EAST', '20'))
      .when({ type: 'UnqueueBackorder', lines, cause: 'STOCK_ELSEWHERE' })
      .then(
        { type: 'AllocationReservationLost', data: { lineId: '10', qty: '4' } },
        { type: 'AllocationReservationLost', data: { lineId: '20', qty: '2' } },
      );
  });
});
