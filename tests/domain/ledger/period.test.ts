import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { PeriodCommand, PeriodStatus } from '../../../domain/ledger/commands.ts';
import type { PeriodEvent } from '../../../domain/ledger/events.ts';
import { periodDecider } from '../../../domain/ledger/period.ts';
import { closed, opened, reopened, softClosed } from './books.ts';

const key = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' };
const open: PeriodCommand = { ...key, type: 'OpenPeriod' };
const soft: PeriodCommand = { ...key, type: 'SoftClosePeriod', next: 'OPEN', reason: 'month end' };
const close = (previous: PeriodStatus, seenRevision = 1, by = 'kim'): PeriodCommand => ({
  ...key,
  type: 'ClosePeriod',
  checklistSha256: 'a',
  trialBalanceSha256: 'b',
  throughPosition: '7',
  previous,
  seenRevision,
  by,
  reason: 'month end',
});
const reopen = (next: PeriodStatus, by = 'kim'): PeriodCommand => ({
  ...key,
  type: 'ReopenPeriod',
  next,
  approvalId: 'A-1',
  reason: 'late invoice',
  by,
});
const correct = (by: string, correctionId = 'fix-1'): PeriodCommand => ({
  ...key,
  type: 'CorrectPeriod',
  correctionId,
  by,
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

  test('it closes only after its soft close and the period before it, as it was when the checklist was read', () => {
    const ready = [opened('202611'), softClosed('202611')];
    expect(given(...ready).when(close('OPEN'))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...ready).when(close('SOFT_CLOSED'))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(opened('202611')).when(close('CLOSED', 0))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(given(...ready).when(close('CLOSED', 0))).toMatchObject({ refused: 'PERIOD_CHANGED' });
    expect(given(...ready).when(close('CLOSED'))).toMatchObject([
      { type: 'PeriodClosed', data: { throughPosition: '7', closedBy: 'kim', reason: 'month end' } },
    ]);
    expect(given(...ready).when(close('NONE'))).toMatchObject([{ type: 'PeriodClosed' }]);
    expect(given(...ready, closed('202611')).when(close('CLOSED', 0))).toEqual([]);
    expect(given().when(close('NONE'))).toMatchObject({ refused: 'NOT_FOUND' });
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
  });

  test('O-33 who corrected its books neither closes nor reopens it, and the other way round, whatever came between', () => {
    const corrected: PeriodEvent = {
      type: 'PeriodCorrected',
      data: { ...key, correctionId: 'fix-1', correctedBy: 'ann' },
    };
    const ready = [opened('202611'), corrected, softClosed('202611')];
    expect(given(...ready).when(close('CLOSED', 2, 'ann'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    expect(given(...ready).when(close('CLOSED', 2, 'kim'))).toMatchObject([{ type: 'PeriodClosed' }]);
    expect(given(...ready, closed('202611')).when(reopen('OPEN', 'ann'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    const again = [...ready, closed('202611', 'kim'), reopened('202611', 'lee')];
    expect(given(...again).when(correct('kim', 'fix-2'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    expect(given(...again).when(correct('lee', 'fix-2'))).toMatchObject({ refused: 'SOD_VIOLATION' });
    expect(given(...again).when(correct('ann', 'fix-2'))).toMatchObject([{ type: 'PeriodCorrected' }]);
  });

  test('a correction is noted once, and makes a checklist that was read before it old', () => {
    expect(given(opened('202611')).when(correct('ann'))).toEqual([
      { type: 'PeriodCorrected', data: { ...key, correctionId: 'fix-1', correctedBy: 'ann' } },
    ]);
    const noted: PeriodEvent = { type: 'PeriodCorrected', data: { ...key, correctionId: 'fix-1', correctedBy: 'ann' } };
    expect(given(opened('202611'), noted).when(correct('ann'))).toEqual([]);
    expect(given(opened('202611'), softClosed('202611'), noted).when(close('NONE', 1))).toMatchObject({
      refused: 'PERIOD_CHANGED',
    });
    expect(given(opened('202611'), closed('202611')).when(correct('ann'))).toMatchObject({ refused: 'PERIOD_CLOSED' });
    expect(given().when(correct('ann'))).toMatchObject({ refused: 'NOT_FOUND' });
  });
});
