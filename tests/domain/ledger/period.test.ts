import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { PeriodCommand, PeriodStatus } from '../../../domain/ledger/commands.ts';
import type { PeriodEvent } from '../../../domain/ledger/events.ts';
import { periodDecider } from '../../../domain/ledger/period.ts';
import { closed, opened, reopened, softClosed } from './books.ts';

const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
const open: PeriodCommand = { ...key, type: 'OpenPeriod', next: 'NONE' };
const soft: PeriodCommand = { ...key, type: 'SoftClosePeriod', next: 'OPEN', reason: 'month end' };
const begin = (status: PeriodStatus, revision = 5, by = 'kim'): PeriodCommand => ({
  ...key,
  type: 'BeginClose',
  previous: { status, revision },
  by,
  reason: 'month end',
});
const close = (seenRevision = 2, by = 'kim'): PeriodCommand => ({
  ...key,
  type: 'ClosePeriod',
  checklistSha256: 'a',
  trialBalanceSha256: 'b',
  throughPosition: '7',
  seenRevision,
  by,
  reason: 'month end',
});
const reopen = (next: PeriodStatus, by = 'kim', approvedRevision = 1): PeriodCommand => ({
  ...key,
  type: 'ReopenPeriod',
  next,
  approvalId: 'A-1',
  approvedRevision,
  reason: 'late invoice',
  by,
});
const correct = (by: string, correctionId = 'fix-1'): PeriodCommand => ({
  ...key,
  type: 'CorrectPeriod',
  correctionId,
  by,
});

const begun: PeriodEvent = { type: 'PeriodCloseBegun', data: { ...key, begunBy: 'kim', reason: 'month end' } };
const earlier = (earlierRevision: number) => ({ earlier: '202610', earlierRevision });
const awaitEarlier = (revision: number): PeriodCommand => ({
  ...key,
  type: 'AwaitEarlierPeriod',
  ...earlier(revision),
  by: 'kim',
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

  test('its close begins only after its soft close and the close of the period before it', () => {
    const ready = [opened('202611'), softClosed('202611')];
    for (const previous of ['OPEN', 'SOFT_CLOSED', 'CLOSING'] as const)
      expect(given(...ready).when(begin(previous))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(opened('202611')).when(begin('CLOSED'))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...ready).when(begin('CLOSED'))).toEqual([
      { type: 'PeriodCloseBegun', data: { ...key, begunBy: 'kim', reason: 'month end' } },
    ]);
    expect(given(...ready).when(begin('NONE', -1))).toMatchObject([{ type: 'PeriodCloseBegun' }]);
    expect(given(...ready, begun).when(begin('CLOSED'))).toEqual([]);
    expect(given(...ready, closed('202611')).when(begin('CLOSED'))).toEqual([]);
    expect(given().when(begin('NONE'))).toMatchObject({ refused: 'NOT_FOUND' });
  });

  test('it closes as it was when the checklist was read, which is after the close began', () => {
    const ready = [opened('202611'), softClosed('202611')];
    expect(given(opened('202611')).when(close(0))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...ready).when(close(1))).toMatchObject({ refused: 'PERIOD_CHANGED' });
    expect(given(...ready, begun).when(close(1))).toMatchObject({ refused: 'PERIOD_CHANGED' });
    expect(given(...ready, begun).when(close())).toMatchObject([
      { type: 'PeriodClosed', data: { throughPosition: '7', closedBy: 'kim', reason: 'month end' } },
    ]);
    expect(given(...ready, begun, softClosed('202611')).when(close(3))).toMatchObject({ refused: 'PERIOD_CHANGED' });
    expect(given(...ready, closed('202611')).when(close(0))).toEqual([]);
    expect(given().when(close())).toMatchObject({ refused: 'NOT_FOUND' });
  });

  test('a close that was begun is taken back by a soft close, or as a soft close is', () => {
    const closing = [opened('202611'), softClosed('202611'), begun];
    expect(given(...closing).when(soft)).toMatchObject([{ type: 'PeriodSoftClosed' }]);
    expect(given(...closing).when(reopen('OPEN', 'kim', 2))).toMatchObject([{ type: 'PeriodReopened' }]);
    expect(given(...closing).when(correct('ann'))).toMatchObject({ refused: 'PERIOD_CLOSED' });
  });

  test('it waits for the one before it that is opened or reopened, unless it is closed or being closed itself', () => {
    const ready = [opened('202611'), softClosed('202611')];
    const awaited = { type: 'EarlierPeriodAwaited', data: { ...key, ...earlier(7), awaitedBy: 'kim' } } as const;
    expect(given(...ready).when(awaitEarlier(7))).toEqual([awaited]);
    expect(given(...ready, awaited).when(awaitEarlier(7))).toEqual([]);
    expect(given().when(awaitEarlier(7))).toEqual([]);
    expect(given(...ready, begun).when(awaitEarlier(7))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...ready, closed('202611')).when(awaitEarlier(7))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...ready, awaited).when(begin('CLOSED', 7))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...ready, awaited).when(begin('CLOSED', 9))).toMatchObject([{ type: 'PeriodCloseBegun' }]);
  });

  test('none is opened behind a closed one', () => {
    for (const next of ['CLOSING', 'CLOSED'] as const)
      expect(given().when({ ...key, type: 'OpenPeriod', next })).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given().when({ ...key, type: 'OpenPeriod', next: 'OPEN' })).toMatchObject([{ type: 'PeriodOpened' }]);
  });

  test('soft closing is for open periods, once there is a next one to post to', () => {
    expect(given(opened('202611')).when(soft)).toMatchObject([
      { type: 'PeriodSoftClosed', data: { reason: 'month end' } },
    ]);
    expect(given(opened('202611')).when({ ...soft, next: 'NONE' })).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(opened('202611'), softClosed('202611')).when(soft)).toEqual([]);
    expect(given(opened('202611'), closed('202611')).when(soft)).toMatchObject({ refused: 'PERIOD_CLOSED' });
    expect(given().when(soft)).toMatchObject({ refused: 'NOT_FOUND' });
  });

  test('only the last closed period reopens, with its approval', () => {
    const history = [opened('202611'), closed('202611')];
    expect(given(...history).when(reopen('OPEN'))).toEqual([
      { type: 'PeriodReopened', data: { ...key, approvalId: 'A-1', reason: 'late invoice', reopenedBy: 'kim' } },
    ]);
    expect(given(...history).when(reopen('CLOSED'))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...history, reopened('202611')).when(reopen('NONE'))).toEqual([]);
    expect(given(...history).when(reopen('OPEN', 'kim', 0))).toMatchObject({ refused: 'PERIOD_CHANGED' });
  });

  test('O-33 who corrected its books neither closes nor reopens it, and the other way round, whatever came between', () => {
    const corrected: PeriodEvent = {
      type: 'PeriodCorrected',
      data: { ...key, correctionId: 'fix-1', correctedBy: 'ann' },
    };
    const ready = [opened('202611'), corrected, softClosed('202611')];
    expect(given(...ready).when(begin('CLOSED', 5, 'ann'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    expect(given(...ready, begun).when(close(3, 'ann'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    expect(given(...ready, begun).when(close(3, 'kim'))).toMatchObject([{ type: 'PeriodClosed' }]);
    expect(given(...ready, closed('202611')).when(reopen('OPEN', 'ann'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    const again = [...ready, closed('202611', 'kim'), reopened('202611', 'lee')];
    expect(given(...again).when(correct('kim', 'fix-2'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    expect(given(...again).when(correct('lee', 'fix-2'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    expect(given(...again).when(correct('ann', 'fix-2'))).toMatchObject([{ type: 'PeriodCorrected' }]);
  });

  test('a correction is noted once, while the period takes any', () => {
    expect(given(opened('202611')).when(correct('ann'))).toEqual([
      { type: 'PeriodCorrected', data: { ...key, correctionId: 'fix-1', correctedBy: 'ann' } },
    ]);
    const noted: PeriodEvent = { type: 'PeriodCorrected', data: { ...key, correctionId: 'fix-1', correctedBy: 'ann' } };
    expect(given(opened('202611'), noted).when(correct('ann'))).toEqual([]);
    expect(given(opened('202611'), closed('202611')).when(correct('ann'))).toMatchObject({ refused: 'PERIOD_CLOSED' });
    expect(given().when(correct('ann'))).toMatchObject({ refused: 'NOT_FOUND' });
  });
});
