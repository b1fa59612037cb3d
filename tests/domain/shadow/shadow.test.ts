import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { ShadowBatchCompared, ShadowEvent, ShadowRow } from '../../../domain/shadow/events.ts';
import { bookkeeperOf, type ShadowCommand, shadowDecider, standingOf } from '../../../domain/shadow/shadow.ts';
import { shadowOf } from '../../projections/shadowHistory.ts';

const { version: _, contentSha256, definedBy: by, ...definition } = shadowOf();
const define = {
  ...{ type: 'DefineShadow', definition, contentSha256, by, today: '2026-11-20', routed: 'erp' },
} as const satisfies ShadowCommand;
const key = 'ACCOUNT_DIFFERS|5000|510000/-/-|500000/*/*';
const row = (kinds: ShadowRow['kinds']): ShadowRow => ({
  ...{ key, kinds, currency: 'USD', account: '5000', expected: null, debit: '1', credit: '0', count: 1, lines: [] },
  simulated: { account: '510000', costCentre: null, taxCode: null },
});
const compare = (sequence: number, day: string, kinds: ShadowRow['kinds'] = []): ShadowCommand =>
  ({
    ...{ type: 'RecordComparison', bu: 'ACME', ledger: 'PRIMARY', system: 'cloud', version: 1, period: '202611' },
    ...{ batchId: `PRIMARY-202611-000${sequence}`, sequence, day, journals: 1, rows: [row(kinds)] },
  }) satisfies { readonly type: 'RecordComparison' } & ShadowBatchCompared['data'];
const explain = (until: string, of = key): ShadowCommand => ({
  ...{ type: 'ExplainDifference', key: of, until, reason: 'as it is to be', by: 'key:finance' },
});
const cutOver = (changes: object = {}): ShadowCommand => ({
  ...{ type: 'CutOver', from: 'erp', effectiveDate: '2026-12-01', approvalId: 'A', approvedBy: 'sam', by: 'kim' },
  ...{ reason: 'clean', uncompared: [], lastPeriod: '202611' },
  ...changes,
});

const cancel = (changes: object = {}): ShadowCommand => ({
  ...{ type: 'CancelCutOver', today: '2026-11-30', lastPeriod: '202611', by: 'kim', reason: 'not ready' },
  ...changes,
});

const given = (...commands: readonly ShadowCommand[]) => {
  let events: readonly ShadowEvent[] = [];
  for (const command of commands) {
    const decided = shadowDecider.decide(command, fold(shadowDecider, shadowDecider.initial, events));
    if ('refused' in decided) throw new Error(decided.detail);
    events = [...events, ...decided];
  }
  const state = fold(shadowDecider, shadowDecider.initial, events);
  return { state, when: (command: ShadowCommand) => shadowDecider.decide(command, state) };
};

describe('M-02 a shadow ledger', () => {
  test('is defined in versions; the same again is no event', () => {
    const { when } = given(define);
    expect(when(define)).toEqual([]);
    const other = { ...define, definition: { ...definition, cleanDays: 5 } };
    expect(when(other)).toMatchObject([{ type: 'ShadowLedgerDefined', data: { version: 2, cleanDays: 5 } }]);
  });

  test('is of an ERP that does not have the books', () => {
    const own = { ...define, definition: { ...definition, system: 'erp' } };
    expect(given().when(own)).toMatchObject({ data: { violations: [{ pointer: '/system', code: 'VALUE_INVALID' }] } });
  });

  test('of another ERP begins anew: how long the one before was clean says nothing of it', () => {
    const clean = [define, compare(1, '2026-11-23'), compare(2, '2026-11-24')];
    const other = { ...define, definition: { ...definition, system: 'third' } };
    const { state, when } = given(...clean, other);
    expect(standingOf(state)).toEqual({ cleanDays: 0, needed: 2, unexplained: [] });
    expect(when(cutOver())).toMatchObject({ refused: 'SHADOW_NOT_CLEAN' });
    // Found while the other one was being defined.
    expect(when(compare(3, '2026-11-25'))).toEqual([]);
    const mapped = { ...define, definition: { ...definition, cleanDays: 1 } };
    expect(standingOf(given(...clean, mapped).state)).toMatchObject({ cleanDays: 2, needed: 1 });
  });

  test('is told all at once what is wrong with its definition', () => {
    const bad = {
      ...definition,
      accountRules: [
        { match: { node: 'A' }, value: '500000' },
        { match: { channel: 'B' }, value: '510000' },
        { match: { role: 'NO_SUCH' }, value: '999' },
      ],
      correspondence: [
        { account: '5000', to: { account: '888' } },
        { account: '5000', to: { account: '110000', costCentre: 'CC' } },
      ],
      ...{ workingDays: [0], holidays: ['2026-02-30'] },
    };
    const decided = given().when({ ...define, definition: bad });
    expect(decided).toMatchObject({ refused: 'MASTER_DATA_INVALID' });
    const { data } = decided as unknown as {
      readonly data: { readonly violations: readonly { pointer: string; code: string }[] };
    };
    expect(data.violations.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      '/accountRules/2/match/role ROLE_UNKNOWN',
      '/accountRules/1 ACCOUNT_RULE_AMBIGUOUS',
      '/accountRules/2 ACCOUNT_RULE_AMBIGUOUS',
      '/accountRules/2/value ACCOUNT_UNKNOWN',
      '/correspondence/0/to/account ACCOUNT_UNKNOWN',
      '/correspondence/1/to/costCentre VALUE_INVALID',
      '/correspondence/1/account DUPLICATE',
      '/workingDays/0 OUT_OF_RANGE',
      '/holidays/0 DATE_INVALID',
    ]);
  });

  test('compares a batch once, and none before it is defined', () => {
    expect(given().when(compare(1, '2026-11-23'))).toEqual([]);
    const { when } = given(define, compare(1, '2026-11-23'));
    expect(when(compare(1, '2026-11-24', ['ACCOUNT_DIFFERS']))).toEqual([]);
    expect(when(compare(2, '2026-11-24'))).toMatchObject([{ data: { sequence: 2 } }]);
  });

  test('takes what is explained out of what is unexplained, until the day named', () => {
    const found = given(define, compare(1, '2026-11-23', ['ACCOUNT_DIFFERS']));
    expect(standingOf(found.state)).toEqual({ cleanDays: 0, needed: 2, unexplained: [key] });
    expect(found.when(explain('2026-11-23', 'NOBODY|HAS|THIS'))).toMatchObject({ refused: 'NOT_FOUND' });
    const steps = [define, compare(1, '2026-11-23', ['ACCOUNT_DIFFERS']), explain('2026-11-23')];
    const explained = given(...steps);
    expect(standingOf(explained.state)).toEqual({ cleanDays: 1, needed: 2, unexplained: [] });
    expect(explained.when(explain('2026-11-23'))).toEqual([]);
    const later = given(...steps, compare(2, '2026-11-24', ['ACCOUNT_DIFFERS']));
    expect(standingOf(later.state)).toMatchObject({ cleanDays: 0, unexplained: [key] });
  });

  test('is not cut over before it was clean for long enough, with every batch compared, between two periods', () => {
    const dirty = given(define, compare(1, '2026-11-23', ['ACCOUNT_DIFFERS']), compare(2, '2026-11-24'));
    expect(given().when(cutOver())).toMatchObject({ refused: 'NOT_FOUND' });
    expect(dirty.when(cutOver())).toMatchObject({
      ...{ refused: 'SHADOW_NOT_CLEAN', data: { cleanDays: 1, needed: 2, unexplained: [key] } },
    });
    const clean = given(define, compare(1, '2026-11-23'), compare(2, '2026-11-24'));
    expect(clean.when(cutOver({ uncompared: ['B3'] }))).toMatchObject({ refused: 'SHADOW_NOT_CLEAN' });
    expect(clean.when(cutOver({ lastPeriod: '202612' }))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    expect(clean.when(cutOver())).toMatchObject([
      { type: 'ShadowLedgerCutOver', data: { from: 'erp', to: 'cloud', cleanDays: 2, effectiveDate: '2026-12-01' } },
    ]);
  });

  test('leaves earlier batches where they are, once it is cut over, and is over itself', () => {
    const { state, when } = given(define, compare(1, '2026-11-23'), compare(2, '2026-11-24'), cutOver());
    expect(['202611', '202612', '202701'].map((period) => bookkeeperOf(state, period))).toEqual([
      ...['erp', 'cloud', 'cloud'],
    ]);
    expect(bookkeeperOf(given(define).state, '202612')).toBeUndefined();
    expect(when(cutOver())).toEqual([]);
    expect(when(cutOver({ effectiveDate: '2027-01-01' }))).toMatchObject({ refused: 'SHADOW_CUT_OVER' });
    expect(when({ ...define, definition: { ...definition, cleanDays: 5 } })).toMatchObject({
      refused: 'SHADOW_CUT_OVER',
    });
    expect(when({ ...compare(1, '2026-12-01'), period: '202612' } as ShadowCommand)).toEqual([]);
    expect(when(compare(3, '2026-12-01'))).toHaveLength(1);
  });

  test('is cancelled before the day on which it takes effect, and goes on with its clean days', () => {
    const clean = [define, compare(1, '2026-11-23'), compare(2, '2026-11-24'), cutOver()];
    const { when } = given(...clean);
    expect(when(cancel())).toEqual([
      {
        type: 'ShadowCutOverCancelled',
        data: {
          ...{ bu: 'ACME', ledger: 'PRIMARY', to: 'cloud', effectiveDate: '2026-12-01' },
          ...{ by: 'kim', reason: 'not ready' },
        },
      },
    ]);
    expect(when(cancel({ today: '2026-12-01' }))).toMatchObject({ refused: 'SHADOW_CUT_OVER' });
    expect(when(cancel({ lastPeriod: '202612' }))).toMatchObject({ refused: 'PERIOD_OUT_OF_ORDER' });
    const back = given(...clean, cancel());
    expect(bookkeeperOf(back.state, '202612')).toBeUndefined();
    expect(standingOf(back.state)).toMatchObject({ cleanDays: 2 });
    expect(back.when(cancel())).toMatchObject({ refused: 'NOT_FOUND' });
    expect(back.when(cutOver({ effectiveDate: '2027-01-01' }))).toHaveLength(1);
    expect(back.when({ ...compare(1, '2026-12-01'), period: '202612' } as ShadowCommand)).toHaveLength(1);
  });
});

describe('M-02 a business unit that was cut over', () => {
  const moved = [
    define,
    compare(1, '2026-11-23', ['ACCOUNT_DIFFERS']),
    explain('2026-11-23'),
    compare(2, '2026-11-24'),
  ];
  const done = [...moved, cutOver()];
  const anew = (today: string, system: string): ShadowCommand => ({
    ...define,
    ...{ definition: { ...definition, system, cleanDays: 1 }, today },
  });
  const inDecember = (sequence: number, day: string) =>
    ({ ...compare(sequence, day), period: '202612', system: 'third' }) as ShadowCommand;

  test('moves on, or back, by the shadow of another ERP, once the cut-over took effect', () => {
    const { when } = given(...done);
    expect(when(anew('2026-11-30', 'third'))).toMatchObject({ refused: 'SHADOW_CUT_OVER' });
    expect(when(anew('2026-12-01', 'cloud'))).toMatchObject({ refused: 'SHADOW_CUT_OVER' });
    for (const system of ['third', 'erp'])
      expect(when(anew('2026-12-01', system))).toMatchObject([
        { type: 'ShadowLedgerDefined', data: { system, version: 2 } },
      ]);
    const { state, when: then } = given(...done, anew('2026-12-01', 'third'));
    expect(standingOf(state)).toEqual({ cleanDays: 0, needed: 1, unexplained: [] });
    expect(then(anew('2026-12-02', 'cloud'))).toMatchObject({ data: { violations: [{ pointer: '/system' }] } });
    // Of a period whose books the first ERP has.
    expect(then({ ...inDecember(3, '2026-12-02'), period: '202611' } as ShadowCommand)).toEqual([]);
    expect(then(inDecember(1, '2026-12-02'))).toHaveLength(1);
  });

  test('has the books of each period where they were then', () => {
    const again = [anew('2026-12-01', 'third'), inDecember(1, '2026-12-02')];
    const when = { from: 'cloud', effectiveDate: '2027-01-01', lastPeriod: '202612' };
    const { state } = given(...done, ...again, cutOver(when));
    expect(['202611', '202612', '202701'].map((period) => bookkeeperOf(state, period))).toEqual([
      ...['erp', 'cloud', 'third'],
    ]);
  });
});
