import { describe, expect, test } from '@jest/globals';
import { caseRules, runbookOf } from '../../../domain/exceptionCase/classes.ts';
import { type CaseCommand, caseDecider } from '../../../domain/exceptionCase/exceptionCase.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(caseDecider);
const of = { caseId: 'X-1', bu: 'ACME' };
const breach = {
  ...{
    class: 'ORDER_HELD' as const,
    object: { kind: 'order', id: 'O-1' },
    orderId: 'O-1',
    soldTo: 'C-1001',
    node: null,
  },
  ...{ since: '2026-11-23T08:00:00.000Z', dueAt: '2026-11-23T12:00:00.000Z' },
  moneyAtRisk: { amount: '13000', currency: 'USD' },
} as const;
const open: CaseCommand = { type: 'OpenCase', again: false, ...of, ...breach };
const lasts: CaseCommand = { ...open, again: true };
const close: CaseCommand = { type: 'CloseCase', ...of };
const assign: CaseCommand = { type: 'AssignCase', ...of, owner: 'kim', note: 'calls the dock', by: 'lee' };
const fixed: CaseCommand = { type: 'ResolveCase', ...of, outcome: 'FIXED', note: 'called them', by: 'kim' };
const accepted: CaseCommand = { ...fixed, outcome: 'ACCEPTED', note: 'they will wait' };

describe('an exception case', () => {
  test('is opened once however many look, with what is at risk', () => {
    given()
      .when(open)
      .then({ type: 'CaseOpened', data: { ...of, class: 'ORDER_HELD', moneyAtRisk: { amount: '13000' } } });
    given(open).when(open).thenNothing();
    given(open, assign).when(lasts).thenNothing();
  });

  test('is closed once when what it is about is over, and opened again when that comes back', () => {
    given(open).when(close).then({ type: 'CaseClosed', data: of });
    given(open, fixed).when(close).then({ type: 'CaseClosed' });
    given(open, close).when(close).thenNothing();
    given().when(close).thenNothing();
    given(open, close).when(open).then({ type: 'CaseOpened' });
  });

  test('has one owner, and nobody is told twice of the same', () => {
    given(open)
      .when(assign)
      .then({ type: 'CaseAssigned', data: { owner: 'kim', assignedBy: 'lee' } });
    given(open, assign)
      .when({ ...assign, note: null })
      .thenNothing();
    given(open, assign)
      .when({ ...assign, owner: 'ann' })
      .then({ type: 'CaseAssigned', data: { owner: 'ann' } });
    given(open, assign, close, open).when(assign).then({ type: 'CaseAssigned' });
  });

  test('that was said to be fixed is opened again when it lasts, one that is accepted is not', () => {
    given(open)
      .when(fixed)
      .then({ type: 'CaseResolved', data: { outcome: 'FIXED', resolvedBy: 'kim' } });
    given(open, fixed).when(open).thenNothing();
    given(open, fixed).when(lasts).then({ type: 'CaseOpened' });
    given(open, accepted).when(lasts).thenNothing();
    given(open, accepted, close).when(open).then({ type: 'CaseOpened' });
  });

  test('that is over, or that there is not, is nobody’s work', () => {
    given().when(assign).thenRefused('NOT_FOUND');
    given(open, close).when(assign).thenRefused('CASE_NOT_OPEN');
    given(open, fixed).when(accepted).thenRefused('CASE_NOT_OPEN');
  });

  test('of every class has limits, whose it is, what to do next and a page about it', () => {
    for (const [name, rule] of Object.entries(caseRules)) {
      expect([name, rule.limitSeconds >= 0, rule.resolveSeconds >= 3_600]).toEqual([name, true, true]);
      expect(rule.nextAction).toMatch(/^[A-Z].*\.$|POST \/v1\/[a-z-]+\.$/);
    }
    expect(runbookOf('ORDER_HELD')).toBe('docs/runbooks/order-held.md');
  });
});
