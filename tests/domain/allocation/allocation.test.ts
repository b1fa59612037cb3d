import { describe, expect, test } from '@jest/globals';
import { allocation } from '../../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
import { recordedQty } from '../../../domain/allocation/state.ts';
import { play } from '../order/scenario.ts';
import { backordering, east, fulfilling, given, releasing, reserving, starting } from './samples.ts';

const decision = (qty: string, shortage: string, demand = '10', decisionId = 'D1'): AllocationCommand => ({
  type: 'DecideSourcing',
  decisionId,
  policyVersion: 1,
  lines: [
    {
      lineId: '10',
      demand,
      picks: [{ node: 'DC-EAST', qty, shipDate: '2026-11-24', peg: 'ON_HAND' }],
      shortage,
      candidates: [{ node: 'DC-EAST', priority: 1, available: qty, rejectedBy: null }],
      promisedDate: null,
      explanation: ['DC-EAST has the stock.'],
    },
  ],
});

describe('sourcing', () => {
  test('starts once', () => {
    given().when(starting()).then({ type: 'AllocationStarted' });
    given(starting()).when(starting()).thenNothing();
    given().when(decision('7', '3')).thenRefused('NOT_FOUND');
  });

  test('B-08 keeps what was decided: picks and shortage come to the demand', () => {
    given(starting())
      .when(decision('7', '3'))
      .then({ type: 'SourcingDecided', data: { demand: '10', shortage: '3', policyVersion: 1 } });
    given(starting()).when(decision('7', '2')).thenRefused('SOURCING_UNBALANCED');
    given(starting()).when(decision('11', '-1')).thenRefused('SOURCING_UNBALANCED');
  });

  test('a decision on other quantities than those open now is stale', () => {
    given(starting(), reserving('R1', '1')).when(decision('7', '3')).thenNothing();
    given(starting(), decision('7', '3')).when(decision('7', '3')).thenNothing();
    given(starting(), decision('7', '3'))
      .when(decision('6', '4', '10', 'D2'))
      .then({ type: 'SourcingDecided' });
  });
});

describe('B-07 reservations', () => {
  test('are recorded up to what is open, and the rest is to be given back', () => {
    given(starting())
      .when(reserving('R1', '12'))
      .then({ type: 'AllocationReserved', data: { qty: '10', from: 'UNSOURCED' } });
    expect(recordedQty(play(allocation, [starting(), reserving('R1', '12')]).state, 'R1')).toBe(10n);
    expect(recordedQty(play(allocation, [starting()]).state, 'R1')).toBe(0n);
  });

  test('are recorded once, and what was recorded stays known after the goods left', () => {
    const history = [starting(), reserving('R1', '4'), releasing('A', 'R1'), fulfilling('c', east('A'), '4')];
    given(starting(), reserving('R1', '4')).when(reserving('R1', '4')).thenNothing();
    expect(recordedQty(play(allocation, history).state, 'R1')).toBe(4n);
  });

  test('fill backorders from the queue of their node first', () => {
    const history = [starting(), backordering('6'), backordering('4', 'DC-WEST')];
    given(...history)
      .when(reserving('R1', '5', { from: 'BACKORDERED', node: 'DC-WEST' }))
      .then({ type: 'AllocationReserved', data: { qty: '5' } });
    const { state } = play(allocation, [...history, reserving('R1', '5', { from: 'BACKORDERED', node: 'DC-WEST' })]);
    expect(state.lines).toMatchObject({
      value: { backordered: 5n, reserved: 5n, queued: { key: 'DC-EAST', value: { qty: 5n }, left: null, right: null } },
    });
  });

  test('that are lost go back to sourcing, but not after the warehouse has them', () => {
    const losing = {
      type: 'RecordReservationLost',
      lineId: '10',
      reservationId: 'R1',
      qty: '9',
      cause: 'OVERCOMMITTED',
    } as const;
    given(starting(), reserving('R1', '4'))
      .when(losing)
      .then({ type: 'AllocationReservationLost', data: { qty: '4', from: 'RESERVED' } });
    given(starting(), reserving('R1', '4'), losing).when(losing).thenNothing();
    given(starting(), reserving('R1', '4'), releasing('A', 'R1')).when(losing).thenNothing();
    given(starting()).when(losing).thenNothing();
  });

  test('a failed one is noted', () => {
    given(starting())
      .when({ type: 'RecordReservationFailed', lineId: '10', node: 'DC-EAST', qty: '7', availableNow: '2' })
      .then({ type: 'AllocationReservationFailed', data: { availableNow: '2', item: 'BRG-6204' } });
  });

  test('backorders can be taken out of every queue they wait in', () => {
    given(starting(), backordering('6'), backordering('4', 'DC-WEST'))
      .when({ type: 'UnqueueBackorder', lines: [{ lineId: '10', qty: '20' }], cause: 'MOVED' })
      .then(
        { type: 'AllocationReservationLost', data: { node: 'DC-EAST', qty: '6', from: 'BACKORDERED' } },
        { type: 'AllocationReservationLost', data: { node: 'DC-WEST', qty: '4', from: 'BACKORDERED' } },
      );
    given(starting())
      .when(backordering('99'))
      .then({ type: 'LineBackordered', data: { qty: '10' } });
  });
});
