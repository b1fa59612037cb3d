import { describe, expect, test } from '@jest/globals';
import { revenuePolicies } from '../../../domain/ledger/revenuePolicy.ts';
import { templateNeeds } from '../../../domain/ledger/roles.ts';
import { applyToCatalog, emptyCatalog } from '../../../domain/masterData/catalog.ts';
import { demoItems, demoTaxCodes } from '../../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../../domain/masterData/demoAccounts.ts';
import { type BookDays, type RuleSets, ruleSetBreaks, taxCodeBreaks } from '../../../domain/promotion/breaks.ts';
import { comparedWith, type InForce } from '../../../domain/promotion/compare.ts';
import { objectOf } from '../../support/otherEnvironment.ts';

const now: RuleSets = { accounts: demoAccountMap, posting: demoPostingRules };
const books: BookDays = { closedThrough: '2026-10-31', openFrom: '2026-11-01' };
const codesOf = (found: readonly { readonly code: string; readonly detail: string }[]) =>
  found.map(({ code, detail }) => `${code} ${detail}`);

const withAccounts = (change: (account: (typeof demoAccountMap.accounts)[number]) => object): RuleSets => ({
  ...now,
  accounts: {
    ...demoAccountMap,
    accounts: demoAccountMap.accounts.map((account) => ({ ...account, ...change(account) })),
  },
});

const withoutDeferral = {
  ...demoAccountMap,
  rules: demoAccountMap.rules.filter(({ role }) => role !== 'DEFERRED_REVENUE'),
};

const cogs = demoAccountMap.rules.find(({ role }) => role === 'COGS')?.account ?? '';

describe('O-45 what rule sets would break', () => {
  test('nothing, where they say what is in force, or are the first of a business unit', () => {
    expect(ruleSetBreaks(now, now, books)).toEqual({ accounts: [], together: [] });
    expect(ruleSetBreaks({ accounts: null, posting: null }, now, books)).toEqual({ accounts: [], together: [] });
  });

  test('a role that a template posts to and that no rule names any more', () => {
    const rules = demoAccountMap.rules.filter(({ role }) => role !== 'AR_TRADE');
    const { together } = ruleSetBreaks(now, { ...now, accounts: { ...demoAccountMap, rules } }, books);
    expect(together).toMatchObject([{ code: 'ACCOUNT_UNMAPPED', detail: expect.stringContaining('AR_TRADE') }]);
    expect(together).toHaveLength(1);
  });

  test('a template that is new and has no account yet; what lacked one before is no worse for this', () => {
    const accounts = { ...demoAccountMap, rules: demoAccountMap.rules.filter(({ role }) => role !== 'CASH_CLEARING') };
    const posting = { ...demoPostingRules, templates: ['T02', 'T03'] };
    const { together } = ruleSetBreaks(
      { accounts, posting },
      { accounts, posting: { ...posting, templates: ['T02', 'T03', 'T06'] } },
      books,
    );
    expect(codesOf(together)).toEqual([
      'ACCOUNT_UNMAPPED T06 posts to CASH_CLEARING, and no rule says which account that is.',
    ]);
    const lacking = { accounts, posting: { ...posting, templates: ['T02', 'T03', 'T06'] } };
    expect(ruleSetBreaks(lacking, lacking, books).together).toEqual([]);
  });

  test('an account that nothing can be posted to in the first open period', () => {
    const ended = withAccounts(({ account }) => (account === cogs ? { activeTo: '2026-10-31' } : {}));
    const { accounts } = ruleSetBreaks(now, ended, books);
    expect(accounts.length).toBeGreaterThan(0);
    expect(new Set(accounts.map(({ code }) => code))).toEqual(new Set(['ACCOUNT_INACTIVE']));
    expect(ruleSetBreaks(now, ended, { closedThrough: null, openFrom: null }).accounts).toEqual([]);
    // What could not be posted to before is no worse for it.
    expect(ruleSetBreaks(ended, structuredClone(ended), books).accounts).toEqual([]);
  });

  test('the days of an account in a closed period, and not those after it', () => {
    const within = withAccounts(({ account }) => (account === cogs ? { activeFrom: '2026-06-01' } : {}));
    const { accounts } = ruleSetBreaks(now, within, books);
    expect(accounts).toMatchObject([{ code: 'PERIOD_CLOSED', detail: expect.stringContaining(cogs) }]);
    const later = withAccounts(({ account }) => (account === cogs ? { activeTo: '2027-12-31' } : {}));
    expect(ruleSetBreaks(now, later, books).accounts).toEqual([]);
  });

  test('items whose tax code means nothing any more, and no others', () => {
    const items = demoItems.map((item) => ({ type: 'ItemDefined', data: { ...item, version: 1 } }) as const);
    const catalog = items.reduce(applyToCatalog, emptyCatalog);
    expect(taxCodeBreaks(demoTaxCodes, { ...demoTaxCodes, items: [] }, catalog)).toMatchObject([
      { code: 'TAX_MAPPING_MISSING', detail: expect.stringContaining('TPP') },
    ]);
    expect(taxCodeBreaks(demoTaxCodes, { ...demoTaxCodes, items: [] }, emptyCatalog)).toEqual([]);
    expect(taxCodeBreaks(null, demoTaxCodes, catalog)).toEqual([]);
  });

  test('every template is known, with roles that the demonstration has accounts for', () => {
    const templates = [...templateNeeds.keys()];
    const all = { ...now, posting: { ...demoPostingRules, templates } };
    expect(ruleSetBreaks({ accounts: null, posting: null }, all, books).together).toEqual([]);
    for (const revenuePolicy of revenuePolicies) {
      const under = { ...now, posting: { ...all.posting, revenuePolicy } };
      expect(ruleSetBreaks({ accounts: null, posting: null }, under, books).together).toEqual([]);
    }
    const [onDelivery, accounts] = [{ ...demoPostingRules, revenuePolicy: 'ON_DELIVERY' } as const, withoutDeferral];
    expect(codesOf(ruleSetBreaks(now, { accounts, posting: onDelivery }, books).together)).toEqual([
      'ACCOUNT_UNMAPPED T03 posts to DEFERRED_REVENUE, and no rule says which account that is.',
    ]);
    const none = ruleSetBreaks({ accounts: null, posting: null }, { ...all, accounts: null }, books).together;
    expect(none.length).toBeGreaterThan(15);
  });
});

describe('an object of an artefact', () => {
  const codes = (engineCode: string) => ({ ...demoTaxCodes, items: [{ taxCode: 'TPP', engineCode }] });
  const inForce = (definition: ReturnType<typeof codes>, version = 1): InForce => ({
    ...{ kind: 'tax-codes', definition, version },
    contentSha256: objectOf({ kind: 'tax-codes', definition }).contentSha256,
  });

  test('is added, changed or the same', () => {
    const object = objectOf({ kind: 'tax-codes', definition: codes('TWO') }, [codes('ONE')]);
    expect(comparedWith(object, null)).toMatchObject({ outcome: 'ADDED', replaces: null, diverged: false });
    expect(comparedWith(object, inForce(codes('TWO'), 7))).toMatchObject({
      ...{ outcome: 'SAME', replaces: { version: 7 }, diverged: false, differences: [] },
    });
    expect(comparedWith(object, inForce(codes('ONE')))).toMatchObject({
      ...{ outcome: 'CHANGED', sourceVersion: 2, replaces: { version: 1 }, diverged: false },
      differences: [{ kind: 'CHANGED', part: 'items', before: { engineCode: 'ONE' }, after: { engineCode: 'TWO' } }],
    });
  });

  test('has diverged where what is in force is none of the versions that it was made from', () => {
    const object = objectOf({ kind: 'tax-codes', definition: codes('TWO') }, [codes('ONE'), codes('ZERO')]);
    expect(comparedWith(object, inForce(codes('ZERO'))).diverged).toBe(false);
    expect(comparedWith(object, inForce(codes('OTHER'))).diverged).toBe(true);
  });

  test('of a cross-reference is told entry by entry', () => {
    const words = (ours: string) => ({
      ...{ bu: 'ACME', partner: 'NORDBUY', kind: 'ITEM' as const },
      entries: [{ theirs: '4711', ours }],
    });
    const object = objectOf({ kind: 'cross-reference', definition: words('B') }, [words('A')]);
    const before: InForce = {
      kind: 'cross-reference',
      definition: words('A'),
      version: 1,
      contentSha256: object.ancestors[0] ?? '',
    };
    expect(comparedWith(object, before)).toMatchObject({
      ...{ id: 'NORDBUY.ITEM', diverged: false },
      differences: [{ part: 'entries', key: '4711', before: { ours: 'A' }, after: { ours: 'B' } }],
    });
  });
});
