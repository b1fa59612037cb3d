import { describe, expect, test } from '@jest/globals';
import { type AuditSample, auditSampleDecider } from '../../../domain/auditSample/auditSample.ts';
import { isInPopulation, totalsOf } from '../../../domain/auditSample/population.ts';

const data: AuditSample = {
  ...{ sampleId: 'S', bu: 'ACME', position: '7', method: 'RANDOM', seed: 'Q4', currency: 'USD', reason: 'cut-off' },
  population: { ledger: 'PRIMARY', period: '202611' },
  strata: [{ amountFrom: '0', size: 1, count: 2, debit: '10', credit: '10' }],
  lines: [{ journalId: 'J', lineNo: 1, role: 'AR_TRADE', account: '1200', debit: '10', credit: '0', rank: 'a0' }],
  drawnBy: 'key:auditor',
};

describe('a sample that is drawn', () => {
  test('is recorded once under an id, as it was drawn first', () => {
    const { decide, evolve, initial } = auditSampleDecider;
    expect(decide({ type: 'RecordAuditSample', ...data }, initial)).toEqual([{ type: 'AuditSampleDrawn', data }]);
    const state = evolve(initial, { type: 'AuditSampleDrawn', data });
    expect(decide({ type: 'RecordAuditSample', ...data, position: '9' }, state)).toEqual([]);
    expect(state.sample).toEqual(data);
  });

  test('tells what there was to draw from, over all strata', () => {
    const two = [
      { amountFrom: '0', size: 1, count: 2, debit: '10', credit: '4' },
      { amountFrom: '9', size: 1, count: 3, debit: '100000000000000000000', credit: '1' },
    ];
    expect(totalsOf(two)).toEqual({
      count: 5,
      debit: '100000000000000000010',
      credit: '5',
      amount: 100000000000000000015n,
    });
  });
});

describe('a line', () => {
  const journal = {
    ...{ bu: 'ACME', ledger: 'PRIMARY', period: '202611', accountingDate: '2026-11-23', sourcePosition: '7' },
  };
  const line = { role: 'AR_TRADE', account: '1200', functionalDebit: '500', functionalCredit: '0' };
  const isIn = (population: Partial<AuditSample['population']>, changed: object = {}, position = '7'): boolean => {
    const asked = { bu: 'ACME', position, population: { ledger: 'PRIMARY', ...population } };
    return isInPopulation(asked, { ...journal, ...changed }, { ...line, ...changed });
  };

  test.each([
    [{ period: '202611' }, { period: '202612' }],
    [{ from: '2026-11-23' }, { from: '2026-11-24' }],
    [{ to: '2026-11-23' }, { to: '2026-11-22' }],
    [{ accounts: ['4000', '1200'] }, { accounts: ['4000'] }],
    [{ roles: ['AR_TRADE'] }, { roles: ['COGS'] }],
    [{ side: 'DEBIT' }, { side: 'CREDIT' }],
    [{ amountFrom: '500' }, { amountFrom: '501' }],
    [{ amountTo: '500' }, { amountTo: '499' }],
    [{ ledger: 'PRIMARY' }, { ledger: 'LOCAL' }],
  ] as const)('could be drawn from %j and not from %j', (within, without) => {
    expect([isIn(within), isIn(without)]).toEqual([true, false]);
  });

  test('could not be drawn before it was posted, out of other books, or for an account that it does not have', () => {
    expect(isIn({}, {}, '6')).toBe(false);
    expect(isIn({}, { bu: 'OTHER' })).toBe(false);
    expect(isIn({ accounts: ['1200'] }, { account: null })).toBe(false);
  });
});
