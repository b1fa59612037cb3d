import { isDay } from '../calendar.ts';
import { isRole } from '../ledger/roles.ts';
import { atMost, code, expectThat, type Parts, text, unique, wholeNumber } from '../masterData/checks.ts';
import type { DefinitionOf, Violation } from '../masterData/violation.ts';
import type { Correspondence, ShadowAccount, ShadowLedgerDefined, ShadowMatch, ShadowRule } from './events.ts';
import { shadowFieldsIn } from './mapping.ts';

export type ShadowDefinition = Omit<DefinitionOf<ShadowLedgerDefined>, 'definedBy'>;

const rulesMax = 500;
const accountsMax = 2_000;
const holidaysMax = 500;
const cleanDaysMax = 366;

/** One line could fit both: no field tells them apart. */
const canBothApply = (a: ShadowMatch, b: ShadowMatch): boolean =>
  shadowFieldsIn(a).every((field) => b[field] === undefined || b[field] === a[field]);

const isSame = (rule: ShadowMatch, a: ShadowMatch, b: ShadowMatch): boolean =>
  shadowFieldsIn(rule).every((field) => rule[field] === (a[field] ?? b[field]));

type Counted = { readonly rule: ShadowRule; readonly index: number; readonly fields: number };

/** Two rules that match equally many fields and can both apply, unless a more specific one settles wherever they meet. */
const rivalOf = (each: Counted, all: readonly Counted[]): Counted | undefined =>
  all.find(
    (other) =>
      other.index < each.index &&
      other.fields === each.fields &&
      canBothApply(other.rule.match, each.rule.match) &&
      !all.some(({ rule, fields }) => fields > each.fields && isSame(rule.match, other.rule.match, each.rule.match)),
  );

const ambiguities = (list: string, rules: readonly ShadowRule[]): readonly Violation[] => {
  const counted = rules.map((rule, index) => ({ rule, index, fields: shadowFieldsIn(rule.match).length }));
  return counted.flatMap((each) => {
    const rival = rivalOf(each, counted);
    const detail = `Rule ${rival?.index} can apply to the same lines and is as specific, so nobody knows which of the two does.`;
    return expectThat(rival === undefined, [list, each.index], 'ACCOUNT_RULE_AMBIGUOUS', detail);
  });
};

const ruleViolations = (list: string, rules: readonly ShadowRule[]): readonly Violation[] => {
  const tooMany = atMost([list], rules, rulesMax);
  if (tooMany.length > 0) return tooMany;
  const each = rules.flatMap(({ match, value }, index) => {
    const at: Parts = [list, index];
    const { role, ...fields } = match;
    return [
      ...code([...at, 'value'], value),
      ...expectThat(
        role === undefined || isRole(role),
        [...at, 'match', 'role'],
        'ROLE_UNKNOWN',
        `There is no role ${role}.`,
      ),
      ...Object.entries(fields).flatMap(([field, wanted]) => text([...at, 'match', field], wanted ?? '')),
    ];
  });
  return [...each, ...ambiguities(list, rules)];
};

const accountViolations = (account: ShadowAccount, index: number): readonly Violation[] => {
  const at: Parts = ['accounts', index];
  const { activeFrom, activeTo } = account;
  const end = activeTo === null || (isDay(activeTo) && activeTo >= activeFrom);
  return [
    ...code([...at, 'account'], account.account),
    ...text([...at, 'name'], account.name),
    ...expectThat(isDay(activeFrom), [...at, 'activeFrom'], 'DATE_INVALID', 'This is a date (YYYY-MM-DD).'),
    ...expectThat(end, [...at, 'activeTo'], 'DATE_INVALID', 'This is a date not before activeFrom, or null.'),
  ];
};

type Chart = ReadonlyMap<string, ShadowAccount>;

const inChart = (chart: Chart, parts: Parts, account: string): readonly Violation[] =>
  expectThat(chart.has(account), parts, 'ACCOUNT_UNKNOWN', `Account ${account} is not in the new chart.`);

/** What is to be there has to be possible there: otherwise every line of the account would differ for ever. */
const correspondenceViolations = (
  { account, to }: Correspondence,
  index: number,
  chart: Chart,
): readonly Violation[] => {
  const at: Parts = ['correspondence', index];
  const target = chart.get(to.account);
  const segment = (name: 'costCentre' | 'taxCode'): readonly Violation[] => {
    const wanted = to[name];
    if (wanted === undefined || target === undefined) return [];
    const use = target[name];
    const isPossible = wanted === null ? use !== 'REQUIRED' : use !== 'NONE';
    const detail = `Account ${to.account} has this as ${use}.`;
    return [
      ...(wanted === null ? [] : code([...at, 'to', name], wanted)),
      ...expectThat(isPossible, [...at, 'to', name], 'VALUE_INVALID', detail),
    ];
  };
  return [
    ...code([...at, 'account'], account),
    ...inChart(chart, [...at, 'to', 'account'], to.account),
    ...segment('costCentre'),
    ...segment('taxCode'),
  ];
};

const calendarViolations = ({ cleanDays, workingDays, holidays }: ShadowDefinition): readonly Violation[] => [
  ...wholeNumber(['cleanDays'], cleanDays, 1, cleanDaysMax),
  ...expectThat(workingDays.length > 0, ['workingDays'], 'VALUE_INVALID', 'There is a working day in every week.'),
  ...workingDays.flatMap((day, index) => wholeNumber(['workingDays', index], day, 1, 7)),
  ...unique(['workingDays'], workingDays.map(String)),
  ...atMost(['holidays'], holidays, holidaysMax),
  ...holidays.flatMap((day, index) =>
    expectThat(isDay(day), ['holidays', index], 'DATE_INVALID', 'This is a date (YYYY-MM-DD).'),
  ),
  ...unique(['holidays'], holidays),
];

/** All that is wrong with how a second ERP is said to post, and with what its postings are to be. */
export const shadowViolations = (definition: ShadowDefinition): readonly Violation[] => {
  const { accounts, accountRules, costCentreRules, taxCodeRules, correspondence } = definition;
  const tooMany = [
    ...atMost(['accounts'], accounts, accountsMax),
    ...atMost(['correspondence'], correspondence, accountsMax),
  ];
  if (tooMany.length > 0) return tooMany;
  const chart: Chart = new Map(accounts.map((each) => [each.account, each]));
  const once = (list: string, names: readonly string[]) => unique([list], names, 'account');
  return [
    ...code(['system'], definition.system),
    ...accounts.flatMap(accountViolations),
    ...once(
      'accounts',
      accounts.map(({ account }) => account),
    ),
    ...ruleViolations('accountRules', accountRules),
    ...accountRules.flatMap(({ value }, index) => inChart(chart, ['accountRules', index, 'value'], value)),
    ...ruleViolations('costCentreRules', costCentreRules),
    ...ruleViolations('taxCodeRules', taxCodeRules),
    ...correspondence.flatMap((each, index) => correspondenceViolations(each, index, chart)),
    ...once(
      'correspondence',
      correspondence.map(({ account }) => account),
    ),
    ...calendarViolations(definition),
  ];
};
