import { describe, expect, test } from '@jest/globals';
import { checkPolicyStreams } from '../../../domain/evidence/checkEvents.ts';
import type { CheckedEvent } from '../../../domain/evidence/findings.ts';

const period = 'period-ACME.PRIMARY.202611';

/** Events of one stream as a bundle has them, by revision. */
const carried = (events: readonly (readonly [revision: number, type: string])[], stream: string) =>
  events.map(([revision, type], leafIndex) => {
    const content = { stream, revision, type, position: String(100 + revision).padStart(20, '0') };
    return { leafIndex, sealed: true, content: content as CheckedEvent['content'] };
  });

const faults = (events: Parameters<typeof carried>[0], stream = period): readonly string[] =>
  checkPolicyStreams(carried(events, stream)).map(({ detail }) => detail);

describe('streams of rules in a bundle', () => {
  test('of a period are whole without its accruals and corrections, which no bundle carries', () => {
    // 1: a correction by hand; 3 to 40: accruals; 43: an earlier period that is awaited.
    const whole = [
      ...([[0, 'PeriodOpened'] as const, [2, 'PeriodSoftClosed'] as const, [41, 'PeriodCloseBegun'] as const] as const),
      ...([[42, 'PeriodReopened'] as const, [44, 'PeriodSoftClosed'] as const] as const),
      ...([[45, 'PeriodCloseBegun'] as const, [46, 'PeriodClosed'] as const] as const),
    ];
    expect(faults(whole)).toEqual([]);
  });

  test('of a period are not whole without a change of its status', () => {
    const [opened, softClosed, begun, closed] = [
      [0, 'PeriodOpened'] as const,
      [1, 'PeriodSoftClosed'] as const,
      [8, 'PeriodCloseBegun'] as const,
      [9, 'PeriodClosed'] as const,
    ];
    expect(faults([opened, softClosed, begun, closed])).toEqual([]);
    expect(faults([softClosed, begun, closed])).toHaveLength(1);
    expect(faults([opened, begun, closed])).toHaveLength(1);
    // Behind a close that was begun, and behind a close, there is nothing but the next change of status.
    expect(faults([opened, softClosed, begun, [10, 'PeriodClosed']])).toHaveLength(1);
    expect(faults([opened, softClosed, begun, closed, [11, 'PeriodReopened']])).toHaveLength(1);
    expect(faults([opened, softClosed, [1, 'PeriodSoftClosed']])).toHaveLength(1);
  });

  test('of anything else have no gap at all', () => {
    const rules = 'policy-ACME.posting';
    const published = (...revisions: readonly number[]) =>
      faults(
        revisions.map((revision) => [revision, 'PostingRulesPublished'] as const),
        rules,
      );
    expect(published(0, 1, 2)).toEqual([]);
    expect(published(0, 2)).toHaveLength(1);
    expect(published(1)).toHaveLength(1);
  });
});
