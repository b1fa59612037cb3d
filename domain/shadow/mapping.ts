import type { Day } from '../calendar.ts';
import type {
  Correspondence,
  ShadowKind,
  ShadowLedgerDefined,
  ShadowMatch,
  ShadowPlace,
  ShadowRule,
} from './events.ts';

/** How the second ERP posts, and what its postings are to be. */
export type ShadowMapping = Pick<
  ShadowLedgerDefined['data'],
  'accounts' | 'accountRules' | 'costCentreRules' | 'taxCodeRules' | 'correspondence'
>;

/** What is known of a journal line: everything that a rule can look at, and the day it is posted on. */
export type ShadowFacts = {
  readonly role: string;
  readonly account: string;
  readonly currency: string;
  readonly accountingDate: Day;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type ShadowPosting = {
  readonly simulated: ShadowPlace;
  readonly expected: Correspondence['to'] | null;
  readonly kinds: readonly ShadowKind[];
};

const matchFields = [
  'role',
  'fromAccount',
  'itemGroup',
  'item',
  'customerGroup',
  'customer',
  'node',
  'channel',
  'region',
  'currency',
] as const satisfies readonly (keyof ShadowMatch)[];

export const shadowFieldsIn = (match: ShadowMatch): readonly (keyof ShadowMatch)[] =>
  matchFields.filter((field) => match[field] !== undefined);

const known = (field: keyof ShadowMatch, { role, account, currency, dimensions }: ShadowFacts): string | undefined => {
  if (field === 'role') return role;
  if (field === 'fromAccount') return account;
  return field === 'currency' ? currency : dimensions[field];
};

type Find = (facts: ShadowFacts) => string | null;

/** The rules that a role can meet, the most specific first, sorted out once for each role. */
const finder = (rules: readonly ShadowRule[]): Find => {
  const fields = new Map(rules.map((rule) => [rule, shadowFieldsIn(rule.match)]));
  const fieldsOf = (rule: ShadowRule) => fields.get(rule) ?? [];
  const byRole = new Map<string, readonly ShadowRule[]>();
  const rulesOf = (role: string): readonly ShadowRule[] => {
    const sorted = byRole.get(role);
    if (sorted !== undefined) return sorted;
    const usable = rules
      .filter(({ match }) => match.role === undefined || match.role === role)
      .sort((a, b) => fieldsOf(b).length - fieldsOf(a).length);
    byRole.set(role, usable);
    return usable;
  };
  return (facts) =>
    rulesOf(facts.role).find((rule) => fieldsOf(rule).every((field) => rule.match[field] === known(field, facts)))
      ?.value ?? null;
};

const amiss = (expected: Correspondence['to'] | null, { account, ...place }: ShadowPlace): readonly ShadowKind[] => {
  if (expected === null) return ['CORRESPONDENCE_MISSING'];
  const differs = (name: 'costCentre' | 'taxCode'): boolean =>
    expected[name] !== undefined && expected[name] !== place[name];
  return [
    ...(account !== null && account !== expected.account ? (['ACCOUNT_DIFFERS'] as const) : []),
    ...(differs('costCentre') ? (['COST_CENTRE_DIFFERS'] as const) : []),
    ...(differs('taxCode') ? (['TAX_CODE_DIFFERS'] as const) : []),
  ];
};

/** The posting simulator: where the second ERP would put a line, and what is wrong with that. */
export const shadowPostings = (mapping: ShadowMapping): ((facts: ShadowFacts) => ShadowPosting) => {
  const [accountOf, costCentreOf, taxCodeOf] = [
    finder(mapping.accountRules),
    finder(mapping.costCentreRules),
    finder(mapping.taxCodeRules),
  ];
  const chart = new Map(mapping.accounts.map((each) => [each.account, each]));
  const correspondence = new Map(mapping.correspondence.map(({ account, to }) => [account, to]));
  return (facts) => {
    const account = accountOf(facts);
    const target = account === null ? undefined : chart.get(account);
    const expected = correspondence.get(facts.account) ?? null;
    if (target === undefined) {
      const simulated = { account: null, costCentre: null, taxCode: null };
      return { simulated, expected, kinds: ['ACCOUNT_UNMAPPED', ...(expected ? [] : amiss(null, simulated))] };
    }
    const { activeFrom, activeTo } = target;
    const isActive = activeFrom <= facts.accountingDate && (activeTo === null || facts.accountingDate <= activeTo);
    const simulated = {
      account,
      costCentre: target.costCentre === 'NONE' ? null : costCentreOf(facts),
      taxCode: target.taxCode === 'NONE' ? null : taxCodeOf(facts),
    };
    const refusals: readonly ShadowKind[] = [
      ...(isActive ? [] : (['ACCOUNT_INACTIVE'] as const)),
      ...(target.costCentre === 'REQUIRED' && simulated.costCentre === null ? (['COST_CENTRE_MISSING'] as const) : []),
      ...(target.taxCode === 'REQUIRED' && simulated.taxCode === null ? (['TAX_CODE_MISSING'] as const) : []),
    ];
    return { simulated, expected, kinds: [...refusals, ...amiss(expected, simulated)] };
  };
};
