import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import { controlTotals } from '../../../domain/ledger/sealing.ts';
import { cleanDaysOf } from '../../../domain/shadow/cleanDays.ts';
import { type ComparedLine, startComparison } from '../../../domain/shadow/comparison.ts';
import type { ShadowBatchCompared, ShadowEvent, ShadowRow } from '../../../domain/shadow/events.ts';
import { shadowPostings } from '../../../domain/shadow/mapping.ts';
import { bookkeeperOf, type ShadowCommand, shadowDecider, standingOf } from '../../../domain/shadow/shadow.ts';
import { shadowOf } from '../../projections/shadowHistory.ts';

const line = (changes: Partial<ComparedLine> = {}): ComparedLine => ({
  ...{ journalId: 'J', lineNo: 1, role: 'COGS', account: '5000', currency: 'USD', accountingDate: '2026-11-23' },
  ...{ dimensions: { node: 'DC-EAST' }, orderId: 'O', orderLineId: '10', debit: '4200', credit: '0' },
  ...changes,
});

const posted = (mapping: Partial<Parameters<typeof shadowOf>[0]>, changes: Partial<ComparedLine> = {}) =>
  shadowPostings(shadowOf(mapping))(line(changes));

const [chart] = [shadowOf().accounts];

describe('M-02 the posting simulator of a second ERP', () => {
  test('posts as the rule that matches most of a line says, with its cost centre', () => {
    const accountRules = [
      { match: { role: 'COGS' }, value: '510000' },
      { match: { role: 'COGS', itemGroup: 'BEARINGS' }, value: '500000' },
      { match: {}, value: '110000' },
    ];
    const dimensions = { node: 'DC-EAST', itemGroup: 'BEARINGS' };
    expect(posted({ accountRules }, { dimensions })).toEqual({
      ...{ simulated: { account: '500000', costCentre: 'CC-EAST', taxCode: null }, expected: { account: '500000' } },
      kinds: [],
    });
    expect(posted({ accountRules })).toMatchObject({ simulated: { account: '510000' }, kinds: ['ACCOUNT_DIFFERS'] });
  });

  test.each([
    ['ACCOUNT_UNMAPPED', { accountRules: [] }, {}],
    ['ACCOUNT_INACTIVE', {}, { accountingDate: '2019-12-31' }],
    ['COST_CENTRE_MISSING', {}, { dimensions: { node: 'DC-WEST' } }],
    ['TAX_CODE_MISSING', { accounts: chart.map((each) => ({ ...each, taxCode: 'REQUIRED' as const })) }, {}],
    ['CORRESPONDENCE_MISSING', { correspondence: [] }, {}],
    ['COST_CENTRE_DIFFERS', { correspondence: [{ account: '5000', to: { account: '500000', costCentre: 'CC' } }] }, {}],
    ['TAX_CODE_DIFFERS', { correspondence: [{ account: '5000', to: { account: '500000', taxCode: 'US' } }] }, {}],
  ] as const)('says %s', (kind, mapping, changes) => {
    expect(posted(mapping, changes).kinds).toEqual([kind]);
  });

  test('takes it as right where two accounts of today become one', () => {
    const both = ['5000', '5100'].map((account) => ({ account, to: { account: '500000' } }));
    const accountRules = [{ match: {}, value: '500000' }];
    for (const account of ['5000', '5100'])
      expect(posted({ accountRules, correspondence: both }, { account }).kinds).toEqual([]);
  });
});

const compared = (lines: readonly ComparedLine[], mapping: Parameters<typeof shadowOf>[0] = {}) => {
  const comparison = startComparison(shadowOf(mapping));
  for (const each of lines) comparison.add(each);
  return comparison.rows();
};

describe('a batch that is compared', () => {
  const wrong = { accountRules: [{ match: { role: 'COGS' }, value: '510000' }] };

  test('tells a wrong account once, with the order lines behind it', () => {
    const lines = ['10', '20'].map((orderLineId, index) => line({ orderLineId, lineNo: index + 1 }));
    expect(compared(lines, wrong)).toEqual([
      {
        ...{ key: 'ACCOUNT_DIFFERS|5000|510000/-/-|500000/*/*', kinds: ['ACCOUNT_DIFFERS'], currency: 'USD' },
        ...{ account: '5000', simulated: { account: '510000', costCentre: null, taxCode: null } },
        ...{ expected: { account: '500000' }, debit: '8400', credit: '0', count: 2 },
        lines: lines.map(({ journalId, lineNo, orderId, orderLineId }) => ({
          journalId,
          lineNo,
          orderId,
          orderLineId,
        })),
      },
    ]);
  });

  test('sums up to the control totals, however many places there are, and ends', () => {
    const many = Array.from({ length: 2_300 }, (_, index) => `A${index}`);
    const accountRules = many.map((account) => ({ match: { fromAccount: account }, value: account }));
    const [one] = shadowOf().accounts;
    const accounts = many.map((account) => ({ ...(one as (typeof chart)[number]), account }));
    const lines = many.flatMap((account, index) => [
      line({ account, lineNo: index * 2 + 1, debit: String(index + 1), credit: '0' }),
      line({ account: '5000', lineNo: index * 2 + 2, debit: '0', credit: String(index + 1) }),
    ]);
    const rows = compared(lines, { accountRules, accounts });
    const head = {
      journalId: 'J',
      accountingDate: '',
      templateId: 'T',
      documentRef: '',
      orderId: null,
      invoiceId: null,
    };
    const totals = controlTotals([{ ...head, currency: 'USD', lines }]);
    const sums = new Map<string, { debit: bigint; credit: bigint }>();
    for (const { account, debit, credit } of rows) {
      const sum = sums.get(account) ?? { debit: 0n, credit: 0n };
      sums.set(account, { debit: sum.debit + BigInt(debit), credit: sum.credit + BigInt(credit) });
    }
    expect([...sums].sort(([a], [b]) => (a < b ? -1 : 1))).toEqual(
      totals.map(({ account, debit, credit }) => [account, { debit: BigInt(debit), credit: BigInt(credit) }]),
    );
    expect(rows.filter(({ kinds }) => kinds.includes('TOO_MANY')).length).toBeGreaterThan(0);
    expect(rows.flatMap((row) => row.lines).length).toBeLessThanOrEqual(2_000);
  });
});

describe('clean days', () => {
  const calendar = { workingDays: [1, 2, 3, 4, 5], holidays: ['2026-11-26'] };
  const clean = (days: Readonly<Record<string, readonly string[]>>, until = '') =>
    cleanDaysOf(
      Object.entries(days).map(([day, keys]) => ({ day, keys })),
      () => until,
      calendar,
    );

  test('are business days back from the last one, without what nobody explained', () => {
    expect(clean({})).toBe(0);
    expect(clean({ '2026-11-23': [], '2026-11-24': [] })).toBe(2);
    expect(clean({ '2026-11-25': [], '2026-11-23': ['X'], '2026-11-24': [] })).toBe(2);
    // Nothing was sealed in between: that neither counts nor ends it.
    expect(clean({ '2026-11-13': [], '2026-11-24': [] })).toBe(2);
    // A Saturday and a holiday do not count, and what is found on them does.
    expect(clean({ '2026-11-24': [], '2026-11-26': [], '2026-11-28': [] })).toBe(1);
    expect(clean({ '2026-11-24': [], '2026-11-28': ['X'] })).toBe(0);
  });

  test('go through what is explained, up to the day that it is', () => {
    expect(clean({ '2026-11-23': ['X'], '2026-11-24': ['X'] }, '2026-11-24')).toBe(2);
    expect(clean({ '2026-11-23': ['X'], '2026-11-24': ['X'] }, '2026-11-23')).toBe(0);
  });
});

const { version: _, contentSha256, definedBy: by, ...definition } = shadowOf();
const define: ShadowCommand = { type: 'DefineShadow', definition, contentSha256, by };
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
});
