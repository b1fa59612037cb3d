import { type LateSupplyRules, lateLineRules, tellings } from '../availability/lateSupply.ts';
import { accountRuleViolations } from '../ledger/accountRules.ts';
import { templateNeeds } from '../ledger/roles.ts';
import { atMost, code, expectThat, unique, wholeNumber } from './checks.ts';
import type { AccountMapPublished, LateSupplyPublished, PostingRulesPublished, TaxCodesPublished } from './events.ts';
import type { DefinitionOf, Violation } from './violation.ts';

type Found = readonly Violation[];

export const accountMapViolations = (map: DefinitionOf<AccountMapPublished>): Found => [
  ...code(['bu'], map.bu),
  ...code(['ledger'], map.ledger),
  ...accountRuleViolations(map),
];

/** A template that relieves what another one builds up is never switched on alone. */
export const postingRulesViolations = (rules: DefinitionOf<PostingRulesPublished>): Found => [
  ...code(['bu'], rules.bu),
  ...code(['ledger'], rules.ledger),
  ...unique(['templates'], rules.templates),
  ...rules.templates.flatMap((template, index) => {
    const needs = templateNeeds.get(template);
    if (needs === undefined) {
      return expectThat(false, ['templates', index], 'TEMPLATE_UNKNOWN', `There is no posting template ${template}.`);
    }
    const absent = needs.filter((needed) => !rules.templates.includes(needed));
    const detail = `${template} relieves or reverses ${absent.join(', ')}, which is not in the rule set.`;
    return expectThat(absent.length === 0, ['templates', index], 'TEMPLATE_INCOMPLETE', detail);
  }),
];

export const taxCodesViolations = (codes: DefinitionOf<TaxCodesPublished>): Found => [
  ...code(['bu'], codes.bu),
  ...atMost(['items'], codes.items, 5_000),
  ...atMost(['charges'], codes.charges, 500),
  ...codes.items.flatMap((mapping, index) => [
    ...code(['items', index, 'taxCode'], mapping.taxCode),
    ...code(['items', index, 'engineCode'], mapping.engineCode),
  ]),
  ...codes.charges.flatMap((mapping, index) => [
    ...code(['charges', index, 'charge'], mapping.charge),
    ...code(['charges', index, 'engineCode'], mapping.engineCode),
  ]),
  ...unique(
    ['items'],
    codes.items.map((mapping) => mapping.taxCode),
    'taxCode',
  ),
  ...unique(
    ['charges'],
    codes.charges.map((mapping) => mapping.charge),
    'charge',
  ),
];

/** The most that each may be, in days: what comes later than that is no promise any more. */
export const lateSupplyDaysMax = {
  cushionDays: 90,
  pastDueSupplyDays: 365,
  lateSlipDays: 90,
  toleranceDays: 90,
} as const satisfies Partial<Record<keyof LateSupplyRules, number>>;

const oneOf = (words: readonly string[]): string => `This is one of ${words.join(', ')}.`;

export const lateSupplyViolations = (rules: DefinitionOf<LateSupplyPublished>): Found => [
  ...code(['bu'], rules.bu),
  ...wholeNumber(['cushionDays'], rules.cushionDays, 0, lateSupplyDaysMax.cushionDays),
  ...wholeNumber(['pastDueSupplyDays'], rules.pastDueSupplyDays, 0, lateSupplyDaysMax.pastDueSupplyDays),
  ...wholeNumber(['lateSlipDays'], rules.lateSlipDays, 0, lateSupplyDaysMax.lateSlipDays),
  ...wholeNumber(['toleranceDays'], rules.toleranceDays, 0, lateSupplyDaysMax.toleranceDays),
  ...expectThat(lateLineRules.includes(rules.lateLines), ['lateLines'], 'VALUE_INVALID', oneOf(lateLineRules)),
  ...expectThat(tellings.includes(rules.tell), ['tell'], 'VALUE_INVALID', oneOf(tellings)),
];
