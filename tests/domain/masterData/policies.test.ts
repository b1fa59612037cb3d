import { describe, expect, test } from '@jest/globals';
import { mayApprove } from '../../../domain/approval/duties.ts';
import { usualLateSupply } from '../../../domain/availability/lateSupply.ts';
import { demoBusinessUnit, demoTaxCodes } from '../../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../../domain/masterData/demoAccounts.ts';
import {
  type Agreement,
  businessUnitDecider,
  lateSupplyDecider,
  postingRulesDecider,
} from '../../../domain/masterData/masterData.ts';
import {
  accountMapParts,
  businessUnitParts,
  differencesBetween,
  differencesInWords,
  postingRulesParts,
  taxCodesParts,
} from '../../../domain/masterData/policyChange.ts';
import { scenarios } from '../order/scenario.ts';

const given = scenarios(postingRulesDecider);
const [dropped, ...others] = demoPostingRules.templates.toReversed();

const publish = (templates: readonly string[], agreed?: Agreement, by = 'kim') =>
  ({ type: 'Define', definition: { ...demoPostingRules, templates }, contentSha256: 'a', by, agreed }) as const;

const first = publish(demoPostingRules.templates);
const second = (agreed?: Agreement, by?: string) => publish(others, agreed, by);
const agreed = { approvalId: 'A1', agreedBy: 'lee', replaces: 1 };

describe('O-34 a rule set is published', () => {
  test('by one person the first time, and then by one person with the agreement of another', () => {
    given()
      .when(first)
      .then({ type: 'PostingRulesPublished', data: { version: 1 } });
    expect(given(first).state.current).not.toHaveProperty('approvalId');
    given(first).when(second()).thenRefused('APPROVAL_REQUIRED');
    given(first)
      .when(second(agreed))
      .then({ type: 'PostingRulesPublished', data: { version: 2, approvalId: 'A1', templates: others } });
  });

  test('again by one person alone where it says what is in force already, however it came into force', () => {
    given(first).when(first).thenNothing();
    given(first, second(agreed)).when(second()).thenNothing();
  });

  test('only in the place of the version for which somebody agreed', () => {
    given(first, second(agreed)).when(publish(demoPostingRules.templates, agreed)).thenRefused('APPROVAL_REQUIRED');
    given(first, second(agreed))
      .when(publish(demoPostingRules.templates, { ...agreed, replaces: 2 }))
      .then({ type: 'PostingRulesPublished', data: { version: 3 } });
  });

  test('O-33 by somebody else than who agreed', () => {
    given(first).when(second(agreed, 'lee')).thenRefused('SOD_VIOLATION');
    expect(
      ['finance', 'admin', 'ops', 'auditor', 'channel'].filter((role) => mayApprove('POLICY_PUBLISHING', [role])),
    ).toEqual(['finance', 'admin']);
  });

  test('after it was found to be right: nobody agrees to what cannot be published', () => {
    given(first)
      .when(publish(['T99']))
      .thenRefused('MASTER_DATA_INVALID');
  });
});

describe('O-34 what happens to late supply', () => {
  const givenRules = scenarios(lateSupplyDecider);
  const rules = (changes: object = {}, agreement?: Agreement) =>
    ({
      type: 'Define',
      definition: { bu: 'ACME', ...usualLateSupply, ...changes },
      by: 'kim',
      agreed: agreement,
    }) as const;

  test('is published as every rule set: by one person first, and then with the agreement of another', () => {
    givenRules()
      .when(rules({ cushionDays: 2 }))
      .then({ type: 'LateSupplyPublished', data: { version: 1, cushionDays: 2 } });
    givenRules(rules())
      .when(rules({ tell: 'DELAYS' }))
      .thenRefused('APPROVAL_REQUIRED');
    givenRules(rules())
      .when(rules({ tell: 'DELAYS' }, agreed))
      .then({ type: 'LateSupplyPublished', data: { version: 2, tell: 'DELAYS', approvalId: 'A1' } });
    givenRules(rules()).when(rules()).thenNothing();
  });

  test('is days that can be counted and words that are known, all mistakes at once', () => {
    const wrong = { cushionDays: -1, pastDueSupplyDays: 366, lateSlipDays: 1.5, toleranceDays: 91 };
    const decided = lateSupplyDecider.decide(rules({ ...wrong, lateLines: 'HOPE', tell: 'ALL' }), { current: null });
    const { violations } = (decided as unknown as { data: { violations: readonly { pointer: string }[] } }).data;
    const pointers = [...Object.keys(wrong), 'lateLines', 'tell'].map((name) => `/${name}`);
    expect(violations.map(({ pointer }) => pointer)).toEqual(pointers);
  });
});

describe('O-34 a business unit', () => {
  const givenUnit = scenarios(businessUnitDecider);
  const { writeOffLimit: _, ...withoutLimit } = demoBusinessUnit;
  const define = (definition: typeof demoBusinessUnit, by = 'kim', agreement?: Agreement) =>
    ({ type: 'Define', definition, by, agreed: agreement }) as const;
  const inForce = define({ ...demoBusinessUnit, creditMemoLimit: '9000', writeOffLimit: '5000' });
  const raised = { ...inForce.definition, creditMemoLimit: '10000' };

  test('raises a limit up to which one person decides alone only with another one', () => {
    givenUnit(inForce).when(define(raised)).thenRefused('APPROVAL_REQUIRED');
    givenUnit(inForce)
      .when(define(raised, 'lee', agreed))
      .thenRefused('SOD_VIOLATION');
    givenUnit(inForce)
      .when(define(raised, 'kim', agreed))
      .then({ type: 'BusinessUnitDefined', data: { version: 2, creditMemoLimit: '10000', approvalId: 'A1' } });
    givenUnit(inForce, define(raised, 'kim', agreed))
      .when(define(raised))
      .thenNothing();
  });

  test('without a limit has none to begin with, and lowers it or changes anything else by one person', () => {
    givenUnit(define(withoutLimit))
      .when(define({ ...withoutLimit, writeOffLimit: '1' }))
      .thenRefused('APPROVAL_REQUIRED');
    const { creditMemoLimit: __, ...lowered } = { ...inForce.definition, writeOffLimit: '4999', name: 'Acme & Sons' };
    givenUnit(inForce)
      .when(define(lowered))
      .then({ type: 'BusinessUnitDefined', data: { version: 2, writeOffLimit: '4999' } });
  });

  test('shows all of its fields that would be different', () => {
    const radar = { windowHours: 0, minScorePct: 75 };
    const before = businessUnitParts({ ...inForce.definition, duplicateRadar: radar });
    const after = businessUnitParts({ ...raised, duplicateRadar: { minScorePct: 80, windowHours: 0 } });
    expect(differencesBetween(before, after)).toEqual([
      {
        ...{ kind: 'CHANGED', part: 'profile', key: 'creditMemoLimit' },
        ...{ before: { creditMemoLimit: '9000' }, after: { creditMemoLimit: '10000' } },
      },
      {
        ...{ kind: 'CHANGED', part: 'profile', key: 'duplicateRadar' },
        before: { duplicateRadar: '{"minScorePct":75,"windowHours":0}' },
        after: { duplicateRadar: '{"minScorePct":80,"windowHours":0}' },
      },
    ]);
  });
});

describe('what would be different', () => {
  test('of an account map: accounts by their number, rules by their role and what they match', () => {
    const [cash, receivables, ...rest] = demoAccountMap.accounts;
    const map = {
      ...demoAccountMap,
      accounts: [
        ...[receivables, ...rest].flatMap((one) => (one === undefined ? [] : [one])),
        { account: '9999', name: 'Clearing', activeFrom: '2026-01-01', activeTo: '2026-12-31' },
      ],
      rules: demoAccountMap.rules.map((rule) => (rule.match.reason === 'DAMAGE' ? { ...rule, account: '9999' } : rule)),
    };
    expect(differencesBetween(accountMapParts(demoAccountMap), accountMapParts(map))).toEqual([
      {
        ...{ kind: 'REMOVED', part: 'accounts', key: cash?.account, after: null },
        before: { account: cash?.account, name: cash?.name, activeFrom: '2000-01-01' },
      },
      {
        ...{ kind: 'ADDED', part: 'accounts', key: '9999', before: null },
        after: { account: '9999', name: 'Clearing', activeFrom: '2026-01-01', activeTo: '2026-12-31' },
      },
      {
        ...{ kind: 'CHANGED', part: 'rules', key: 'SHRINKAGE reason=DAMAGE' },
        before: { role: 'SHRINKAGE', account: '5110', reason: 'DAMAGE' },
        after: { role: 'SHRINKAGE', account: '9999', reason: 'DAMAGE' },
      },
    ]);
  });

  test('of posting rules their templates, and of tax codes each mapping', () => {
    const before = postingRulesParts(demoPostingRules);
    const templates = differencesBetween(before, postingRulesParts({ ...demoPostingRules, templates: others }));
    expect(templates).toMatchObject([{ kind: 'REMOVED', part: 'templates', key: dropped, after: null }]);
    const charges = [
      ...demoTaxCodes.charges.map((one) => ({ ...one, engineCode: 'X' })),
      { charge: 'NEW', engineCode: 'Y' },
    ];
    const codes = differencesBetween(taxCodesParts(demoTaxCodes), taxCodesParts({ ...demoTaxCodes, charges }));
    expect(codes.map(({ kind, part }) => `${kind} ${part}`)).toEqual([
      ...demoTaxCodes.charges.map(() => 'CHANGED charges'),
      'ADDED charges',
    ]);
    expect(differencesInWords(codes)).toBe(`1 added, 0 removed, ${demoTaxCodes.charges.length} changed`);
  });

  test('is nothing where the order alone is another one, which is said', () => {
    const turned = { ...demoPostingRules, templates: demoPostingRules.templates.toReversed() };
    const differences = differencesBetween(postingRulesParts(demoPostingRules), postingRulesParts(turned));
    expect([differences, differencesInWords(differences)]).toEqual([[], 'the same in another order']);
  });
});
