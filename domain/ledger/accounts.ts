import type { Day } from '../calendar.ts';
import type { AccountMapPublished, AccountRule } from '../masterData/events.ts';
import type { Dimensions, JournalProblem } from './journal.ts';
import { fieldsIn, type MatchField } from './matchFields.ts';
import type { Role } from './roles.ts';

/** What an entry knows about itself; account and dimensions are derived from nothing else. */
export type Facts = Partial<Readonly<Record<Exclude<MatchField, 'currency'> | 'region' | 'tradingPartner', string>>>;

export type Determination =
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'problem'; readonly problem: JournalProblem };

type AccountMap = AccountMapPublished['data'];
type Indexed = {
  readonly rules: ReadonlyMap<string, readonly AccountRule[]>;
  readonly accounts: ReadonlyMap<string, AccountMap['accounts'][number]>;
};

const indexes = new WeakMap<AccountMap, Indexed>();

const moreSpecificFirst = (a: AccountRule, b: AccountRule): number =>
  fieldsIn(b.match).length - fieldsIn(a.match).length;

/** A published map never changes, so its index is kept as long as the map itself. */
const indexOf = (map: AccountMap): Indexed => {
  const known = indexes.get(map);
  if (known !== undefined) return known;
  // By hand, because the offline verifier also runs on Node 20, which cannot group.
  const byRole = new Map<string, AccountRule[]>();
  for (const rule of [...map.rules].sort(moreSpecificFirst))
    byRole.set(rule.role, [...(byRole.get(rule.role) ?? []), rule]);
  const made = { rules: byRole, accounts: new Map(map.accounts.map((account) => [account.account, account])) };
  indexes.set(map, made);
  return made;
};

const fits = (rule: AccountRule, facts: Facts, currency: string): boolean =>
  fieldsIn(rule.match).every((field) => rule.match[field] === (field === 'currency' ? currency : facts[field]));

const problem = (code: JournalProblem['code'], role: Role, detail: string): Determination => ({
  kind: 'problem',
  problem: { code, role, detail },
});

const ifActive = (index: Indexed, role: Role, name: string, accountingDate: Day): Determination => {
  const account = index.accounts.get(name);
  const active =
    account !== undefined &&
    account.activeFrom <= accountingDate &&
    (account.activeTo === null || accountingDate <= account.activeTo);
  if (!active) return problem('ACCOUNT_INACTIVE', role, `Account ${name} is not active on ${accountingDate}.`);
  return { kind: 'account', account: name };
};

/**
 * Account determination (spec 4.8): of the rules of a role that fit, the one with most matching fields wins. Nothing fits,
 * two fit equally well, or the account is not active on the accounting date (G4): a problem, never a suspense account.
 */
export const accountFor = (
  map: AccountMap | undefined,
  role: Role,
  facts: Facts,
  currency: string,
  accountingDate: Day,
): Determination => {
  if (map === undefined) return problem('ACCOUNT_UNMAPPED', role, 'No account map was published yet.');
  const index = indexOf(map);
  const [best, second] = (index.rules.get(role) ?? []).filter((rule) => fits(rule, facts, currency));
  if (best === undefined)
    return problem('ACCOUNT_UNMAPPED', role, `Account map ${map.version} has no account for ${role}.`);
  if (second !== undefined && fieldsIn(second.match).length === fieldsIn(best.match).length) {
    return problem(
      'ACCOUNT_AMBIGUOUS',
      role,
      `Account map ${map.version} has two equally specific accounts for ${role}.`,
    );
  }
  return ifActive(index, role, best.account, accountingDate);
};

/** The account of a journal that is taken back: the very one, if it is active (G4). */
export const sameAccount = (
  map: AccountMap | undefined,
  role: Role,
  account: string,
  accountingDate: Day,
): Determination =>
  map === undefined
    ? problem('ACCOUNT_UNMAPPED', role, 'No account map was published yet.')
    : ifActive(indexOf(map), role, account, accountingDate);

/** Sales representative, cost and profit centre have no source in the events yet. */
export const dimensionsOf = (facts: Facts): Dimensions => ({
  region: facts.region ?? null,
  node: facts.node ?? null,
  channel: facts.channel ?? null,
  item: facts.item ?? null,
  itemGroup: facts.itemGroup ?? null,
  customer: facts.customer ?? null,
  customerGroup: facts.customerGroup ?? null,
  salesRep: null,
  costCentre: null,
  profitCentre: null,
  ...(facts.tradingPartner === undefined ? {} : { tradingPartner: facts.tradingPartner }),
});
