import { type LateSupplyRules, lateLineRules, tellings } from '../availability/lateSupply.ts';
import { isDay } from '../calendar.ts';
import { accountRuleViolations } from '../ledger/accountRules.ts';
import { templateNeeds } from '../ledger/roles.ts';
import { atMost, code, expectThat, type Parts, unique, wholeNumber } from './checks.ts';
import type {
  AccountMapPublished,
  IntercompanyPublished,
  LateSupplyPublished,
  PostingRulesPublished,
  TaxCodesPublished,
} from './events.ts';
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

/** So many owners, nodes and prices of one owner. */
export const intercompanyMax = 500;

const markup = (parts: Parts, value: string): Found =>
  expectThat(
    /^\d{1,3}(\.\d{1,4})?$/.test(value),
    parts,
    'RATE_INVALID',
    'A markup is a percentage between 0 and 999 with up to 4 places.',
  );

export const intercompanyViolations = ({ bu, owners, nodes }: DefinitionOf<IntercompanyPublished>): Found => {
  const known = new Set(owners.map(({ owner }) => owner));
  return [
    ...code(['bu'], bu),
    ...atMost(['owners'], owners, intercompanyMax),
    ...atMost(['nodes'], nodes, intercompanyMax),
    ...unique(
      ['owners'],
      owners.map(({ owner }) => owner),
      'owner',
    ),
    ...unique(
      ['nodes'],
      nodes.map(({ node }) => node),
      'node',
    ),
    ...owners.flatMap(({ owner, prices }, index) => [
      ...code(['owners', index, 'owner'], owner),
      ...expectThat(owner !== bu, ['owners', index, 'owner'], 'OWNER_IS_SELLER', 'Nobody sells goods to itself.'),
      ...expectThat(prices.length > 0, ['owners', index, 'prices'], 'REQUIRED', 'An owner has a price.'),
      ...atMost(['owners', index, 'prices'], prices, intercompanyMax),
      ...unique(
        ['owners', index, 'prices'],
        prices.map(({ from }) => from),
        'from',
      ),
      ...prices.flatMap(({ from, markupPct }, at) => [
        ...expectThat(
          isDay(from),
          ['owners', index, 'prices', at, 'from'],
          'DATE_INVALID',
          'A day is written YYYY-MM-DD.',
        ),
        ...markup(['owners', index, 'prices', at, 'markupPct'], markupPct),
      ]),
    ]),
    ...nodes.flatMap(({ node, owner }, index) => [
      ...code(['nodes', index, 'node'], node),
      ...expectThat(
        known.has(owner),
        ['nodes', index, 'owner'],
        'TRANSFER_PRICE_MISSING',
        `There is no transfer price of ${owner}; add it to the owners.`,
      ),
    ]),
  ];
};

/** Goods do not change hands by a definition: an owner stays one, and a node stays its owner's. */
export const intercompanyKept = (
  before: DefinitionOf<IntercompanyPublished>,
  after: DefinitionOf<IntercompanyPublished>,
): Found => [
  ...before.owners.flatMap(({ owner }) =>
    expectThat(
      after.owners.some((each) => each.owner === owner),
      ['owners'],
      'FIXED_FOR_EVER',
      `${owner} owns goods that were sold, or may have: it keeps its transfer price.`,
    ),
  ),
  ...before.nodes.flatMap(({ node, owner }) =>
    expectThat(
      after.nodes.some((each) => each.node === node && each.owner === owner),
      ['nodes'],
      'FIXED_FOR_EVER',
      `The goods at ${node} are ${owner}'s and stay so: goods of anybody else have a node of their own.`,
    ),
  ),
];
