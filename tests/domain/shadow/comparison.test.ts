import { describe, expect, test } from '@jest/globals';
import { controlTotals } from '../../../domain/ledger/sealing.ts';
import { cleanDaysOf } from '../../../domain/shadow/cleanDays.ts';
import { type ComparedLine, startComparison } from '../../../domain/shadow/comparison.ts';
import { shadowPostings } from '../../../domain/shadow/mapping.ts';
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

  test('sums up to the control totals, however many places there are, and ends before an event is too large', () => {
    const long = (name: string) => name.padEnd(50, '0');
    const [nodes, many] = [['A', 'B', 'C'], Array.from({ length: 800 }, (_, index) => long(`A${index}`))];
    const accountRules = many.map((account) => ({ match: { fromAccount: account }, value: account }));
    const costCentreRules = nodes.map((node) => ({ match: { node }, value: long(node) }));
    const [one] = shadowOf().accounts;
    const accounts = many.map((account) => ({
      ...(one as (typeof chart)[number]),
      account,
      costCentre: 'OPTIONAL' as const,
    }));
    const orderLineId = long('L');
    const lines = many.flatMap((account, index) =>
      nodes.map((node, nth) => {
        const [lineNo, amount] = [index * 3 + nth, String(index + 1)];
        const [debit, credit] = nth === 1 ? ['0', amount] : [amount, '0'];
        return line({ account, lineNo, dimensions: { node }, orderLineId, debit, credit });
      }),
    );
    const rows = compared(lines, { accountRules, accounts, costCentreRules });
    // The log takes a million, and something of the event goes with it.
    expect(Buffer.byteLength(JSON.stringify(rows))).toBeLessThan(950_000);
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
    expect(rows.filter(({ kinds }) => !kinds.includes('TOO_MANY')).length).toBeGreaterThan(500);
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
