import { isRefusal, type Refusal, refuse } from '../decider.ts';
import { withPersonalText } from '../personal/personalFields.ts';
import type { CrmAccount, CrmAccountRef, CrmField, CrmOwnership } from './crm.ts';
import type { CustomerDefined } from './events.ts';
import type { DefinitionOf, Violation } from './violation.ts';

type Customer = CustomerDefined['data'];
type Definition = DefinitionOf<CustomerDefined>;

/** What a CRM says of a customer. `words`: sealed words that are in force, and what they say. */
export type TakeAccount = {
  readonly type: 'TakeAccount';
  readonly bu: string;
  readonly account: CrmAccount;
  readonly ownership: CrmOwnership;
  readonly words: ReadonlyMap<string, string>;
  /** The customer's own account is no customer's any more: it was merged into another, renumbered, deactivated or deleted. */
  readonly takesOver?: true;
};

const refused = (violations: readonly Violation[]): Refusal =>
  refuse('MASTER_DATA_INVALID', violations.map(({ detail }) => detail).join(' '), { violations });

/** The text that is in force where it says the same as what is given in its place, so that it is not sealed anew. */
export const inWordsInForce = <D extends object>(
  type: string,
  inForce: object | null,
  given: D,
  words: ReadonlyMap<string, string>,
): D => {
  const known = new Map<string, string>();
  if (inForce !== null)
    withPersonalText(type, inForce, (text, field) => {
      known.set(field, text);
      return text;
    });
  return withPersonalText(type, given, (text, field) => {
    const word = known.get(field);
    return word !== undefined && words.get(word) === text ? word : text;
  });
};

const termsOf = ({ terms }: CrmOwnership, { termsCode, customer }: CrmAccount): number | Refusal => {
  const known = terms.find(({ theirs }) => theirs === termsCode);
  if (known !== undefined) return known.days;
  const detail =
    termsCode === null
      ? `The CRM has no payment terms of customer ${customer}.`
      : `The business unit does not say how many days the payment terms ${termsCode} of the CRM are.`;
  return refused([{ pointer: '/termsDays', code: 'TERMS_UNKNOWN', detail }]);
};

const withoutContacts = ({ contacts: _, ...rest }: Definition): Definition => rest;

const contactsOf = ({ contacts }: CrmAccount): Pick<Definition, 'contacts'> =>
  contacts.length === 0 ? {} : { contacts };

/** What is in force, without what is no part of a definition. */
const definitionIn = ({ version: _version, crmAccount: _account, ...definition }: Customer): Definition => definition;

const begun = ({ bu, account, ownership }: TakeAccount, termsDays: number): Definition => ({
  ...{ bu, customer: account.customer, name: account.name, active: account.active, termsDays },
  ...{ billTo: account.customer, shipTos: account.shipTos, contract: null },
  ...ownership.newCustomers,
  ...contactsOf(account),
});

/** What is in force, with the CRM's word where that holds. */
const told = ({ account, ownership }: TakeAccount, current: Customer, termsDays: number): Definition => {
  const owns = (field: CrmField): boolean => ownership.owns.includes(field);
  const before = definitionIn(current);
  return {
    ...(owns('CONTACTS') ? { ...withoutContacts(before), ...contactsOf(account) } : before),
    ...(owns('NAME') && { name: account.name }),
    ...(owns('ACTIVE') && { active: account.active }),
    ...(owns('TERMS') && { termsDays }),
    ...(owns('SHIP_TOS') && { shipTos: account.shipTos }),
  };
};

/** In this state, or a later one. */
const isTaken = ({ system, accountId, rowVersion }: CrmAccount, current: Customer | null): boolean => {
  const known = current?.crmAccount;
  if (known === undefined || known.system !== system || known.accountId !== accountId) return false;
  return BigInt(rowVersion) <= BigInt(known.rowVersion);
};

/** Another account of the same CRM that is the customer's already. */
export const otherAccountOf = (
  { system, accountId }: CrmAccount,
  current: Customer | null,
): CrmAccountRef | undefined => {
  const known = current?.crmAccount;
  return known !== undefined && known.system === system && known.accountId !== accountId ? known : undefined;
};

/**
 * The definition that the account comes to; undefined: it says nothing new. The first account of a CRM with the number of a
 * customer is that customer's as long as it is one; another active one with the same number is refused.
 */
export const definitionOfAccount = (
  command: TakeAccount,
  current: Customer | null,
): Definition | Refusal | undefined => {
  const { account, ownership, takesOver } = command;
  const other = otherAccountOf(account, current);
  if (other !== undefined && !account.active) return undefined;
  if (other !== undefined && takesOver !== true) {
    const detail = `Customer ${account.customer} is account ${other.accountId} of ${other.system}; account ${account.accountId} has the same number.`;
    return refused([{ pointer: '/customer', code: 'DUPLICATE', detail }]);
  }
  if (isTaken(account, current)) return undefined;
  const needsTerms = current === null || ownership.owns.includes('TERMS');
  const termsDays = needsTerms ? termsOf(ownership, account) : current.termsDays;
  if (typeof termsDays !== 'number') return termsDays;
  const definition = current === null ? begun(command, termsDays) : told(command, current, termsDays);
  return inWordsInForce('CustomerDefined', current, definition, command.words);
};

/** `define` decides about a definition by a person; the version that comes of an account also says which state of it was taken. */
export const decideAccount = (
  command: TakeAccount,
  current: Customer | null,
  define: (definition: Definition) => readonly CustomerDefined[] | Refusal,
): readonly CustomerDefined[] | Refusal => {
  const definition = definitionOfAccount(command, current);
  if (definition === undefined) return [];
  if (isRefusal(definition)) return definition;
  const { system, accountId, rowVersion } = command.account;
  const crmAccount = { system, accountId, rowVersion };
  const decided = define(definition);
  if (isRefusal(decided)) return decided;
  const known = current?.crmAccount;
  // From here on it is known whose it is, and a state of the account that was taken is not taken again.
  if (decided.length === 0 && current !== null && (known?.system !== system || known.accountId !== accountId))
    return [{ type: 'CustomerDefined', data: { ...current, version: current.version + 1, crmAccount } }];
  return decided.map((event) => ({ ...event, data: { ...event.data, crmAccount } }));
};
