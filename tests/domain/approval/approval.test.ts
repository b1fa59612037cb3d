import { describe, expect, test } from '@jest/globals';
import {
  type ApprovalCommand,
  type ApprovalState,
  approvalDecider,
  isApproved,
} from '../../../domain/approval/approval.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(approvalDecider);
const early = '2026-11-23T08:00:00.000Z';
const expiresAt = '2026-11-24T08:00:00.000Z';
const late = '2026-11-24T08:00:00.001Z';
const payloadSha256 = 'a'.repeat(64);

const ask = (
  at = early,
  more: Partial<Extract<ApprovalCommand, { type: 'RequestApproval' }>> = {},
): ApprovalCommand => ({
  type: 'RequestApproval',
  at,
  approvalId: 'A1',
  bu: 'operations',
  subject: { kind: 'rebuild', id: 'R1' },
  payloadSha256,
  duty: 'REBUILD_SWAP',
  summary: 'Swap orders with 3 changed rows.',
  link: '/v1/ops/rebuilds/R1',
  limit: null,
  requestedBy: 'kim',
  involved: ['lee'],
  reason: 'the fix',
  expiresAt,
  ...more,
});

const decision = (
  by: string,
  more: Partial<Extract<ApprovalCommand, { type: 'DecideApproval' }>> = {},
): ApprovalCommand => ({
  type: 'DecideApproval',
  decision: 'GRANT',
  by,
  roles: ['ops'],
  reason: 'looked',
  payloadSha256,
  at: early,
  ...more,
});

describe('O-34 an approval by a second person', () => {
  test('is given by somebody else with that duty, once', () => {
    given(ask())
      .when(decision('sam'))
      .then({ type: 'ApprovalGranted', data: { grantedBy: 'sam', payloadSha256 } });
    given(ask(), decision('sam')).when(decision('sam')).thenNothing();
    given(ask()).when(ask()).thenNothing();
  });

  test('O-33 cannot be given by who asked, by who had a hand in it, or without the duty', () => {
    given(ask()).when(decision('kim')).thenRefused('SOD_VIOLATION');
    given(ask()).when(decision('lee')).thenRefused('SOD_VIOLATION');
    given(ask())
      .when(decision('sam', { roles: ['finance'] }))
      .thenRefused('SOD_VIOLATION');
    given(ask())
      .when(decision('sam', { roles: [] }))
      .thenRefused('SOD_VIOLATION');
  });

  test('covers exactly the content that was looked at', () => {
    given(ask())
      .when(decision('sam', { payloadSha256: 'b'.repeat(64) }))
      .thenRefused('PAYLOAD_CHANGED');
  });

  test('who asked may take the request back, and a "no" stands for as long as the request would have', () => {
    given(ask())
      .when(decision('kim', { decision: 'DENY' }))
      .then({ type: 'ApprovalDenied', data: { deniedBy: 'kim' } });
    const denied = [ask(), decision('sam', { decision: 'DENY' })] as const;
    given(...denied)
      .when(decision('ann'))
      .thenRefused('APPROVAL_DECIDED');
    given(...denied)
      .when(ask())
      .thenNothing();
    given(...denied)
      .when(ask(late))
      .then({ type: 'ApprovalRequested' });
  });

  test('needs two different people besides who asks to reopen a period', () => {
    const reopening = ask(early, { duty: 'PERIOD_REOPENING', subject: { kind: 'period', id: 'P1' } });
    const finance = (by: string, more = {}) => decision(by, { roles: ['finance'], ...more });
    given(reopening, finance('sam'))
      .when(finance('ann'))
      .then({ type: 'ApprovalGranted', data: { grantedBy: 'ann' } });
    given(reopening, finance('sam')).when(finance('sam')).thenNothing();
    given(reopening, finance('sam'), finance('ann')).when(finance('sam')).thenNothing();
    given(reopening).when(finance('kim')).thenRefused('SOD_VIOLATION');
    given(reopening)
      .when(decision('sam', { roles: ['ops'] }))
      .thenRefused('SOD_VIOLATION');
    given(reopening, finance('sam'))
      .when(finance('sam', { decision: 'DENY' }))
      .then({ type: 'ApprovalDenied', data: { deniedBy: 'sam' } });
    given(reopening, finance('sam'), finance('ann', { decision: 'DENY' }))
      .when(finance('sam'))
      .thenRefused('APPROVAL_DECIDED');
  });

  test('of one of two people is not enough, and of another round is none', () => {
    const reopening = (at = early, until = expiresAt) => ask(at, { duty: 'PERIOD_REOPENING', expiresAt: until });
    const by = (name: string, at = early) => decision(name, { roles: ['finance'], at });
    const stateAfter = (...commands: readonly ApprovalCommand[]): ApprovalState => given(...commands).state;
    expect(isApproved(stateAfter(reopening(), by('sam')), early)).toBe(false);
    expect(isApproved(stateAfter(reopening(), by('sam'), by('ann')), early)).toBe(true);
    const again = reopening(late, '2026-11-25T08:00:00.000Z');
    expect(isApproved(stateAfter(reopening(), by('sam'), again, by('ann', late)), late)).toBe(false);
  });

  test('is refused after another decision, and for something that nobody asked for', () => {
    given(ask(), decision('sam'))
      .when(decision('ann', { decision: 'DENY' }))
      .thenRefused('APPROVAL_DECIDED');
    given().when(decision('sam')).thenRefused('NOT_FOUND');
  });

  test('comes too late after its time, and then has to be asked for and given again', () => {
    given(ask())
      .when(decision('sam', { at: late }))
      .then({ type: 'ApprovalExpired' });
    given(ask(), decision('sam', { at: late }))
      .when(decision('ann', { at: late }))
      .thenNothing();
    given(ask(), decision('sam')).when(ask(late)).then({ type: 'ApprovalExpired' }, { type: 'ApprovalRequested' });
    given(ask(), decision('sam'), ask(late, { expiresAt: '2026-11-25T08:00:00.000Z' }))
      .when(decision('sam', { at: late }))
      .then({ type: 'ApprovalGranted' });
  });
});
