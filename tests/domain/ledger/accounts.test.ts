import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { accountRuleViolations } from '../../../domain/ledger/accountRules.ts';
import { accountFor, type Facts } from '../../../domain/ledger/accounts.ts';
import { roles } from '../../../domain/ledger/roles.ts';
import type { AccountRule } from '../../../domain/masterData/events.ts';
import { demoMap } from './books.ts';

const accounts = ['100', '200', '300', '400'].map((account) => ({
  account,
  name: account,
  activeFrom: '2000-01-01',
  activeTo: null,
}));
const mapOf = (...rules: readonly AccountRule[]) => ({ ...demoMap, accounts, rules });
const rule = (account: string, match: AccountRule['match'], role = 'REVENUE_PRODUCT'): AccountRule => ({
  role,
  account,
  match,
});

const found = (rules: readonly AccountRule[], facts: Facts): string => {
  const outcome = accountFor(mapOf(...rules), 'REVENUE_PRODUCT', facts, 'USD', '2026-11-24');
  return outcome.kind === 'account' ? outcome.account : outcome.problem.code;
};

const codes = (...rules: readonly AccountRule[]) =>
  accountRuleViolations({ accounts, rules }).map(({ pointer, code }) => `${pointer} ${code}`);

describe('account determination', () => {
  const rules = [
    rule('100', {}),
    rule('200', { itemGroup: 'BEARING' }),
    rule('300', { itemGroup: 'BEARING', node: 'DC-EAST' }),
    rule('400', { itemGroup: 'BELT', currency: 'EUR' }),
  ];

  test('the rule with most matching fields wins, in whatever order the rules are written', () => {
    for (const order of [rules, [...rules].reverse()]) {
      expect(found(order, { itemGroup: 'BEARING', node: 'DC-EAST' })).toBe('300');
      expect(found(order, { itemGroup: 'BEARING', node: 'DC-WEST' })).toBe('200');
      expect(found(order, { itemGroup: 'BELT' })).toBe('100');
      expect(found(order, {})).toBe('100');
    }
  });

  test('a role that no rule fits is unmapped, and two that fit equally are not chosen between', () => {
    expect(found([rule('100', { itemGroup: 'BELT' })], { itemGroup: 'BEARING' })).toBe('ACCOUNT_UNMAPPED');
    expect(found([rule('100', { item: 'X' }), rule('200', { node: 'N' })], { item: 'X', node: 'N' })).toBe(
      'ACCOUNT_AMBIGUOUS',
    );
  });

  test('a map in which two equally specific rules can both apply cannot be published', () => {
    expect(codes(rule('100', { itemGroup: 'BEARING' }), rule('200', { node: 'DC-EAST' }))).toEqual([
      '/rules/1 ACCOUNT_RULE_AMBIGUOUS',
    ]);
    expect(codes(rule('100', {}), rule('200', {}))).toEqual(['/rules/1 ACCOUNT_RULE_AMBIGUOUS']);
  });

  test('rules that exclude each other, or that a third one settles, are not ambiguous', () => {
    expect(codes(rule('100', { itemGroup: 'BEARING' }), rule('200', { itemGroup: 'BELT' }))).toEqual([]);
    expect(codes(rule('100', {}), rule('200', {}, 'COGS'))).toEqual([]);
    expect(
      codes(rule('100', { itemGroup: 'A' }), rule('200', { node: 'N' }), rule('300', { itemGroup: 'A', node: 'N' })),
    ).toEqual([]);
  });

  test('unknown roles, accounts outside the chart and fields that not every posting knows are all named at once', () => {
    expect(
      codes(rule('100', {}, 'SUSPENSE'), rule('999', {}), rule('100', { customer: 'C-1' }, 'DEFERRED_COGS')),
    ).toEqual([
      '/rules/0/role ROLE_UNKNOWN',
      '/rules/1/account ACCOUNT_UNKNOWN',
      '/rules/2/match/customer ACCOUNT_RULE_FIELD_UNUSABLE',
    ]);
  });

  test('a map that can be published never leaves two accounts for one posting', () => {
    const value = fc.constantFrom('A', 'B');
    const match = fc
      .record({ itemGroup: value, node: value, channel: value, customer: value }, { requiredKeys: [] })
      .map((fields) => Object.fromEntries(Object.entries(fields).filter(([, each]) => each !== undefined)));
    const facts = fc.record({ itemGroup: value, node: value, channel: value, customer: value });
    let published = 0;
    fc.assert(
      fc.property(
        fc.array(match, { minLength: 1, maxLength: 5 }),
        fc.array(facts, { minLength: 1, maxLength: 10 }),
        (matches, postings) => {
          const some = matches.map((each, index) => rule(accounts[index % 4]?.account ?? '', each));
          if (codes(...some).length > 0) return;
          published += 1;
          for (const each of postings) expect(found(some, each)).not.toBe('ACCOUNT_AMBIGUOUS');
        },
      ),
      { numRuns: 3_000 },
    );
    expect(published).toBeGreaterThan(300);
  });

  test('the demonstration maps every role and can be published', () => {
    expect(accountRuleViolations(demoMap)).toEqual([]);
    const unmapped = roles.filter((role) => accountFor(demoMap, role, {}, 'USD', '2026-11-24').kind === 'problem');
    expect(unmapped).toEqual([]);
  });
});
