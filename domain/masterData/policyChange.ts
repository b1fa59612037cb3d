import { canonicalJson } from '../evidence/canonicalJson.ts';
import { fieldsIn } from '../ledger/matchFields.ts';
import type {
  AccountMapPublished,
  BusinessUnitDefined,
  IntercompanyPublished,
  LateSupplyPublished,
  PostingRulesPublished,
  TaxCodesPublished,
} from './events.ts';
import type { CrossReferenceDefined } from './partnerEvents.ts';
import { sameContent } from './sameContent.ts';
import type { DefinitionOf } from './violation.ts';

/** What a rule set or a cross-reference is made of, by the words of its definition; `profile` is all of a business unit. */
const parts = [
  ...(['profile', 'revenuePolicy', 'templates', 'accounts', 'rules', 'items', 'charges', 'lateSupply'] as const),
  ...(['owners', 'nodes', 'entries'] as const),
] as const;
type Part = (typeof parts)[number];

type Fields = Readonly<Record<string, string>>;

/** An account, a rule, a template or a tax code that is in one of two versions only, or says something else in each. */
export type Difference = {
  readonly kind: 'ADDED' | 'REMOVED' | 'CHANGED';
  readonly part: Part;
  /** What it goes by within its part; of a rule its role and what it matches. */
  readonly key: string;
  readonly before: Fields | null;
  readonly after: Fields | null;
};

/** A rule set as it would be, against the one in force. */
export type PolicyChange = {
  readonly replaces: { readonly version: number; readonly contentSha256: string };
  readonly contentSha256: string;
  /** None: it says the same in another order. */
  readonly differences: readonly Difference[];
};

/** A rule set by its parts, each by what it goes by. */
export type PolicyParts = Readonly<Partial<Record<Part, ReadonlyMap<string, Fields>>>>;

const by = <T>(
  list: readonly T[],
  keyOf: (one: T) => string,
  fieldsOf: (one: T) => Fields,
): ReadonlyMap<string, Fields> => new Map(list.map((one) => [keyOf(one), fieldsOf(one)]));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : canonicalJson(value));

/** Each of its fields by its name. */
const byName = (fields: object): ReadonlyMap<string, Fields> =>
  new Map(
    Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, { [name]: textOf(value) }]])),
  );

export const businessUnitParts = ({ bu: _, ...profile }: DefinitionOf<BusinessUnitDefined>): PolicyParts => ({
  profile: byName(profile),
});

export const lateSupplyParts = ({ bu: _, ...rules }: DefinitionOf<LateSupplyPublished>): PolicyParts => ({
  lateSupply: byName(rules),
});

export const intercompanyParts = ({ owners, nodes }: DefinitionOf<IntercompanyPublished>): PolicyParts => ({
  owners: by(
    owners.flatMap(({ owner, prices }) => prices.map((price) => ({ owner, ...price }))),
    ({ owner, from }) => `${owner} ${from}`,
    (price) => price,
  ),
  nodes: by(
    nodes,
    ({ node }) => node,
    (owned) => owned,
  ),
});

export const accountMapParts = ({ accounts, rules }: DefinitionOf<AccountMapPublished>): PolicyParts => ({
  accounts: by(
    accounts,
    ({ account }) => account,
    ({ activeTo, ...rest }) => (activeTo === null ? rest : { ...rest, activeTo }),
  ),
  rules: by(
    rules,
    ({ role, match }) => [role, ...fieldsIn(match).map((field) => `${field}=${match[field]}`)].join(' '),
    ({ match, ...rest }) => ({
      ...rest,
      ...Object.fromEntries(fieldsIn(match).map((field) => [field, String(match[field])])),
    }),
  ),
});

export const postingRulesParts = ({ revenuePolicy, templates }: DefinitionOf<PostingRulesPublished>): PolicyParts => ({
  revenuePolicy: new Map([['revenuePolicy', { revenuePolicy }]]),
  templates: by(
    templates,
    (template) => template,
    (template) => ({ template }),
  ),
});

export const taxCodesParts = ({ items, charges }: DefinitionOf<TaxCodesPublished>): PolicyParts => ({
  items: by(
    items,
    ({ taxCode }) => taxCode,
    (mapping) => mapping,
  ),
  charges: by(
    charges,
    ({ charge }) => charge,
    (mapping) => mapping,
  ),
});

export const crossReferenceParts = ({ entries }: DefinitionOf<CrossReferenceDefined>): PolicyParts => ({
  entries: by(
    entries,
    ({ theirs }) => theirs,
    (entry) => entry,
  ),
});

const difference = (part: Part, key: string, before: Fields | null, after: Fields | null): readonly Difference[] => {
  if (sameContent(before, after)) return [];
  const kind = before === null ? 'ADDED' : after === null ? 'REMOVED' : 'CHANGED';
  return [{ kind, part, key, before, after }];
};

/** Part after part, and within one in the order of the version before, what is new behind it. */
export const differencesBetween = (before: PolicyParts, after: PolicyParts): readonly Difference[] =>
  parts.flatMap((part) => {
    const keys = new Set([...(before[part]?.keys() ?? []), ...(after[part]?.keys() ?? [])]);
    return [...keys].flatMap((key) =>
      difference(part, key, before[part]?.get(key) ?? null, after[part]?.get(key) ?? null),
    );
  });

/** How many of each there are, as words. */
export const differencesInWords = (differences: readonly Difference[]): string => {
  if (differences.length === 0) return 'the same in another order';
  const words = { ADDED: 'added', REMOVED: 'removed', CHANGED: 'changed' } as const;
  return (Object.keys(words) as Difference['kind'][])
    .map((kind) => `${differences.filter((each) => each.kind === kind).length} ${words[kind]}`)
    .join(', ');
};
