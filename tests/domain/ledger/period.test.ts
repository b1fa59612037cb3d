import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { PeriodCommand } from '../../../domain/ledger/commands.ts';
import type { PeriodEvent } from '../../../domain/ledger/events.ts';
import { periodDecider } from '../../../domain/ledger/period.ts';
import { closed, opened, reopened, softClosed } from './books.ts';

const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
const open: PeriodCommand = { ...key, type: 'OpenPeriod' };
const soft: PeriodCommand = { ...key, type: 'SoftClosePeriod' };
const close = (previous: 'NONE' | 'OPEN' | 'SOFT_CLOSED' | 'CLOSED'): PeriodCommand => ({
  ...key,
  type: 'ClosePeriod',
  checklistSha256: 'a',
  trialBalanceSha256: 'b',
  throughPosition: '7',
  previous,
});
const reopen = (next: 'NONE' | 'OPEN' | 'CLOSED'): PeriodCommand => ({
  ...key,
  type: 'ReopenPeriod',
  next,
  approvalId: 'A-1',
  reason: 'late invoice',
});

const given = (...events: readonly PeriodEvent[]) => ({
  when: (command: PeriodCommand) => periodDecider.decide(command, fold(periodDecider, periodDecider.initial, events)),
});

describe('accounting period', () => {
  test('it opens once, with its first and last day', () => {
    expect(given().when(open)).toEqual([
      { type: 'PeriodOpened', data: { ...key, firstDay: '2026-11-01', lastDay: '2026-11-30' } },
    ]);
    expect(given(opened('202611')).when(open)).toEqual([]);
    expect(given(opened('202611'), closed('202611')).when(open)).toMatchObject({ refused: 'PERIOD_CLOSED' });
    expect(given().when({ ...open, period: '202613' })).toMatchObject({ refused: 'NOT_FOUND' });
  });

  test('it closes only after the period before it', () => {
    expect(given(opened('202611')).when(close('OPEN'))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(opened('202611')).when(close('SOFT_CLOSED'))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(opened('202611')).when(close('CLOSED'))).toMatchObject([
      { type: 'PeriodClosed', data: { throughPosition: '7' } },
    ]);
    expect(given(opened('202611'), softClosed('202611')).when(close('NONE'))).toMatchObject([{ type: 'PeriodClosed' }]);
    expect(given(opened('202611'), closed('202611')).when(close('CLOSED'))).toEqual([]);
    expect(given().when(close('NONE'))).toMatchObject({ refused: 'NOT_FOUND' });
  });

  test('soft closing is for open periods', () => {
    expect(given(opened('202611')).when(soft)).toMatchObject([{ type: 'PeriodSoftClosed' }]);
    expect(given(opened('202611'), softClosed('202611')).when(soft)).toEqual([]);
    expect(given().when(soft)).toMatchObject({ refused: 'NOT_FOUND' });
  });

  test('only the last closed period reopens, with its approval', () => {
    const history = [opened('202611'), closed('202611')];
    expect(given(...history).when(reopen('OPEN'))).toEqual([
      { type: 'PeriodReopened', data: { ...key, approvalId: 'A-1', reason: 'late invoice' } },
    ]);
    expect(given(...history).when(reopen('CLOSED'))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...history, reopened('202611')).when(reopen('NONE'))).toEqual([]);
  });
});
