import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import { type ReconciliationCommand, reconciliationDecider } from '../../../domain/reconciliation/reconciliation.ts';
import { play, scenarios } from '../order/scenario.ts';

const given = scenarios(reconciliationDecider);
const run = { bu: 'ACME', pair: 'stock', runId: 'R-1' } as const;
const start: ReconciliationCommand = { type: 'StartReconciliation', ...run, system: 'wms', requestedBy: null };
const found = (breakId: string, theirs = '3') => ({
  ...{
    breakId,
    object: { kind: 'stock-position', id: breakId },
    node: 'DC',
    item: 'A',
    orderId: null,
    ours: '5',
    theirs,
  },
  ...{ difference: '-2', moneyAtRisk: null },
});
const explained = (breakId: string) => ({
  ...({
    breakId,
    class: 'MISSING_HERE',
    cause: 'CONFIRMATION_LOST',
    fix: 'RESEND_REQUESTED',
    references: ['REL'],
  } as const),
});
const report = (ids: readonly string[], healed: readonly string[] = []): ReconciliationCommand => ({
  ...{ type: 'ReportBreaks', ...run, found: ids.map((id) => found(id)), explained: ids.map(explained), healed },
});
const complete: ReconciliationCommand = {
  ...{ type: 'CompleteReconciliation', ...run, outcome: 'COMPLETE', reason: null, compared: 7, standing: 1 },
  cut: { takenAt: '2026-11-23T08:00:00.000Z', theirs: '4711', ours: '42' },
};

describe('a reconciliation', () => {
  test('begins once, whoever asks', () => {
    given()
      .when(start)
      .then({ type: 'ReconciliationStarted', data: { ...run, system: 'wms', requestedBy: null } });
    given(start).when(start).thenNothing();
    given().when(complete).thenRefused('NOT_FOUND');
    given()
      .when(report(['b1']))
      .thenRefused('NOT_FOUND');
  });

  test('says what differs and why, and what is over, and nothing of it twice', () => {
    given(start)
      .when(report(['b1'], ['b0']))
      .then(
        { type: 'ReconciliationBreakFound', data: { ...run, breakId: 'b1', ours: '5', theirs: '3', difference: '-2' } },
        { type: 'ReconciliationBreakExplained', data: { ...run, breakId: 'b1', fix: 'RESEND_REQUESTED' } },
        { type: 'ReconciliationBreakHealed', data: { ...run, breakId: 'b0' } },
      );
    given(start, report(['b1'], ['b0']))
      .when(report(['b1'], ['b0']))
      .thenNothing();
  });

  test('ends once, with what it has said in all its parts', () => {
    given(start, report(['b1', 'b2']), report(['b3'], ['b0']))
      .when(complete)
      .then({
        type: 'ReconciliationCompleted',
        data: {
          outcome: 'COMPLETE',
          counts: { compared: 7, found: 3, healed: 1, standing: 1 },
          cut: { theirs: '4711' },
        },
      });
    given(start, complete).when(complete).thenNothing();
    given(start, complete)
      .when(report(['b1']))
      .thenNothing();
  });

  test('however often it is cut off and begun again, it says each thing once and counts it once', () => {
    const ids = fc.subarray(['b1', 'b2', 'b3', 'b4', 'b5']);
    fc.assert(
      fc.property(fc.array(fc.tuple(ids, ids), { maxLength: 8 }), (parts) => {
        const { state, events } = play(reconciliationDecider, [
          start,
          ...parts.map(([ids, over]) => report(ids, over)),
        ]);
        const said = events.map(({ type, data }) => `${type}:${'breakId' in data ? data.breakId : ''}`);
        expect(new Set(said).size).toBe(said.length);
        const end = reconciliationDecider.decide(complete, state);
        if (isRefusal(end)) throw new Error(end.detail);
        const counted = (type: string): number => events.filter((event) => event.type === type).length;
        expect(end).toMatchObject([
          {
            data: {
              counts: {
                found: counted('ReconciliationBreakFound'),
                healed: counted('ReconciliationBreakHealed'),
              },
            },
          },
        ]);
        expect(fold(reconciliationDecider, reconciliationDecider.initial, events)).toEqual(state);
      }),
    );
  });
});
