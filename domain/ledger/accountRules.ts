import { isDay } from '../calendar.ts';
import { atMost, code, expectThat, text, unique } from '../masterData/checks.ts';
import type { AccountMapPublished, AccountRule } from '../masterData/events.ts';
import type { Violation } from '../masterData/violation.ts';
import { fieldsIn } from './matchFields.ts';
import { fieldsOfRole, isRole } from './roles.ts';

type MapContent = Pick<AccountMapPublished['data'], 'accounts' | 'rules'>;

const rulesMax = 1_000;
const accountsMax = 5_000;

/** One posting could fit both: no field tells them apart. */
const canBothApply = (a: AccountRule['match'], b: AccountRule['match']): boolean =>
  fieldsIn(a).every((field) => b[field] === undefined || b[field] === a[field]);

/** Applies whenever both `a` and `b` apply, and is more specific than either. */
const settles = (rule: AccountRule, a: AccountRule, b: AccountRule): boolean =>
  rule.role === a.role &&
  fieldsIn(rule.match).length > fieldsIn(a.match).length &&
  fieldsIn(rule.match).every((field) => rule.match[field] === (a.match[field] ?? b.match[field]));

const sentence = (match: AccountRule['match']): string =>
  fieldsIn(match)
    .map((field) => `${field} ${match[field]}`)
    .join(', ') || 'every posting';

/**
 * Two rules of one role that match equally many fields and can both apply leave the account open, unless a third one is
 * more specific wherever they meet. Such a map cannot be published (spec 4.8).
 */
const ambiguities = (rules: readonly AccountRule[]): readonly Violation[] =>
  rules.flatMap((rule, index) => {
    const rival = rules.findIndex(
      (other, at) =>
        at < index &&
        other.role === rule.role &&
        fieldsIn(other.match).length === fieldsIn(rule.match).length &&
        canBothApply(other.match, rule.match) &&
        !rules.some((third) => settles(third, other, rule)),
    );
    if (rival === -1) return [];
    const other = rules[rival]?.match ?? {};
    const detail = `For ${rule.role}, ${sentence(rule.match)} and ${sentence(other)} (rule ${rival}) can both apply and are equally specific.`;
    return expectThat(false, ['rules', index], 'ACCOUNT_RULE_AMBIGUOUS', detail);
  });

const ruleViolations = (rule: AccountRule, index: number, accounts: ReadonlySet<string>): readonly Violation[] => {
  const account = expectThat(
    accounts.has(rule.account),
    ['rules', index, 'account'],
    'ACCOUNT_UNKNOWN',
    `Account ${rule.account} is not in the chart.`,
  );
  if (!isRole(rule.role)) {
    return [
      ...account,
      ...expectThat(false, ['rules', index, 'role'], 'ROLE_UNKNOWN', `There is no role ${rule.role}.`),
    ];
  }
  const usable = fieldsOfRole(rule.role);
  const fields = fieldsIn(rule.match).flatMap((field) => [
    ...expectThat(
      usable.includes(field),
      ['rules', index, 'match', field],
      'ACCOUNT_RULE_FIELD_UNUSABLE',
      `Not every posting of ${rule.role} knows its ${field}; the account would not clear.`,
    ),
    ...text(['rules', index, 'match', field], rule.match[field] ?? ''),
  ]);
  return [...account, ...fields];
};

const accountViolations = (account: MapContent['accounts'][number], index: number): readonly Violation[] => [
  ...code(['accounts', index, 'account'], account.account),
  ...text(['accounts', index, 'name'], account.name),
  ...expectThat(
    isDay(account.activeFrom),
    ['accounts', index, 'activeFrom'],
    'DATE_INVALID',
    'This is a date (YYYY-MM-DD).',
  ),
  ...(account.activeTo === null
    ? []
    : expectThat(
        isDay(account.activeTo) && account.activeTo >= account.activeFrom,
        ['accounts', index, 'activeTo'],
        'DATE_INVALID',
        'This is a date not before activeFrom, or null.',
      )),
];

/** Accounts well formed and once each; roles and accounts of rules known; no rule ambiguous. */
export const accountRuleViolations = (map: MapContent): readonly Violation[] => {
  const tooMany = [...atMost(['rules'], map.rules, rulesMax), ...atMost(['accounts'], map.accounts, accountsMax)];
  if (tooMany.length > 0) return tooMany;
  const accounts = new Set(map.accounts.map((account) => account.account));
  return [
    ...map.accounts.flatMap(accountViolations),
    ...unique(
      ['accounts'],
      map.accounts.map((account) => account.account),
      'account',
    ),
    ...map.rules.flatMap((rule, index) => ruleViolations(rule, index, accounts)),
    ...ambiguities(map.rules),
  ];
};
