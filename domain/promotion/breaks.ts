import type { Day } from '../calendar.ts';
import { type Role, rolesOfTemplate } from '../ledger/roles.ts';
import { type Catalog, itemsOf } from '../masterData/catalog.ts';
import type {
  AccountMapPublished,
  AccountRule,
  PostingRulesPublished,
  TaxCodesPublished,
} from '../masterData/events.ts';
import { type DefinitionOf, pointer, type Violation } from '../masterData/violation.ts';

type AccountMap = DefinitionOf<AccountMapPublished>;
type Account = AccountMap['accounts'][number];

/** What every later journal of a business unit follows; null: nothing is published. */
export type RuleSets = {
  readonly accounts: AccountMap | null;
  readonly posting: DefinitionOf<PostingRulesPublished> | null;
};

/** The accounting periods of a business unit. */
export type BookDays = {
  /** Last day of the last period that is closed; null: none is. */
  readonly closedThrough: Day | null;
  /** First day of the first period that takes postings; null: none does. */
  readonly openFrom: Day | null;
};

const rolesWithout = ({ accounts, posting }: RuleSets): ReadonlyMap<Role, string> => {
  const mapped = new Set(accounts?.rules.map(({ role }) => role));
  return new Map(
    (posting?.templates ?? []).flatMap((template) =>
      rolesOfTemplate(template, posting?.revenuePolicy ?? 'ON_INVOICE')
        .filter((role) => !mapped.has(role))
        .map((role) => [role, template] as const),
    ),
  );
};

/** A template posts to a role that no rule names any more, or not yet: each of its journals would be UNMAPPED. */
const unmapped = (before: RuleSets, after: RuleSets): readonly Violation[] => {
  const known = before.posting === null ? new Map<Role, string>() : rolesWithout(before);
  return [...rolesWithout(after)]
    .filter(([role]) => !known.has(role))
    .map(([role, template]) => ({
      pointer: '/rules',
      code: 'ACCOUNT_UNMAPPED',
      detail: `${template} posts to ${role}, and no rule says which account that is.`,
    }));
};

const isActiveOn = ({ activeFrom, activeTo }: Account, day: Day): boolean =>
  activeFrom <= day && (activeTo === null || day <= activeTo);

const accountsOf = (map: AccountMap | null): ReadonlyMap<string, Account> =>
  new Map(map?.accounts.map((account) => [account.account, account]));

/** On the first day that takes postings; null where no day does. */
const isUsable = (accounts: ReadonlyMap<string, Account>, { account }: AccountRule, day: Day | null): boolean => {
  const named = accounts.get(account);
  return day === null || named === undefined || isActiveOn(named, day);
};

/** A rule leads to an account that nothing can be posted to in the first open period. */
const inactive = (before: AccountMap | null, after: AccountMap, { openFrom }: BookDays): readonly Violation[] => {
  const [was, is] = [accountsOf(before), accountsOf(after)];
  return after.rules.flatMap((rule, index) => {
    // One that could not be used before either is no worse for this.
    const isWorse = !isUsable(is, rule, openFrom) && (!was.has(rule.account) || isUsable(was, rule, openFrom));
    if (!isWorse) return [];
    const detail = `Account ${rule.account} is not active on ${openFrom}, the first day that takes postings.`;
    return [{ pointer: pointer('rules', index, 'account'), code: 'ACCOUNT_INACTIVE', detail }];
  });
};

/** On which days up to `last` it is active. */
const daysUpTo = ({ activeFrom, activeTo }: Account, last: Day): string => {
  if (activeFrom > last) return 'none';
  return `${activeFrom}/${activeTo === null || activeTo > last ? last : activeTo}`;
};

/** What a closed period was posted to is not said differently afterwards. */
const inClosedPeriods = (
  before: AccountMap | null,
  after: AccountMap,
  { closedThrough }: BookDays,
): readonly Violation[] => {
  if (closedThrough === null) return [];
  const was = accountsOf(before);
  return after.accounts.flatMap((account, index) => {
    const known = was.get(account.account);
    if (known === undefined || daysUpTo(known, closedThrough) === daysUpTo(account, closedThrough)) return [];
    const detail = `The periods up to ${closedThrough} are closed, and account ${account.account} would be active on other days of them.`;
    return [{ pointer: pointer('accounts', index), code: 'PERIOD_CLOSED', detail }];
  });
};

/** What an account map and posting rules would break together, and against the periods: each by the object it is said of. */
export const ruleSetBreaks = (
  before: RuleSets,
  after: RuleSets,
  books: BookDays,
): { readonly accounts: readonly Violation[]; readonly together: readonly Violation[] } => ({
  together: unmapped(before, after),
  accounts:
    after.accounts === null || after.accounts === before.accounts
      ? []
      : [
          ...inactive(before.accounts, after.accounts, books),
          ...inClosedPeriods(before.accounts, after.accounts, books),
        ],
});

/** Items that could be taxed and could not be any more: what is invoiced of them would wait. */
export const taxCodeBreaks = (
  before: Pick<TaxCodesPublished['data'], 'items'> | null,
  after: DefinitionOf<TaxCodesPublished>,
  catalog: Catalog,
): readonly Violation[] => {
  const kept = new Set(after.items.map(({ taxCode }) => taxCode));
  const lost = new Set(before?.items.map(({ taxCode }) => taxCode).filter((taxCode) => !kept.has(taxCode)));
  if (lost.size === 0) return [];
  const used = new Set(itemsOf(catalog, after.bu).flatMap(({ active, taxCode }) => (active ? [taxCode] : [])));
  return [...lost]
    .filter((taxCode) => used.has(taxCode))
    .map((taxCode) => ({
      pointer: '/items',
      code: 'TAX_MAPPING_MISSING',
      detail: `Items have the tax code ${taxCode}, and it would mean nothing to the tax engine any more.`,
    }));
};
