import type { CrmAccount } from '../../domain/masterData/crm.ts';
import type { Account, Address, Contact } from './schema.ts';

const present = (text: string | null | undefined): text is string => text != null && text.trim() !== '';

/** One and the same letter may be written in two ways. */
const clean = (text: string): string => text.normalize('NFC').trim();

const joined = (separator: string, ...parts: readonly (string | null | undefined)[]): string =>
  parts.filter(present).map(clean).join(separator);

const codeOf = (text: string): string =>
  text
    .normalize('NFD')
    .toUpperCase()
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/**
 * `US-CA-SANTA-CLARA` of country, state and county: by the region an order is taxed and promised, so a country in other words
 * than two letters gives none at all, and the account waits for somebody to mend it.
 */
export const regionOf = ({ country, stateorprovince, county }: Address): string => {
  const code = country?.trim().toUpperCase() ?? '';
  if (!/^[A-Z]{2}$/.test(code)) return '';
  return joined('-', code, ...[stateorprovince, county].map((part) => codeOf(part ?? '')));
};

/** They have rows for addresses that nobody filled in. */
const isFilled = ({ line1, city, country }: Address): boolean => [line1, city, country].some(present);

const shipToId = ({ name, addressnumber }: Address): string => {
  if (present(name)) return clean(name);
  return addressnumber === 1 ? 'MAIN' : `ADDRESS-${addressnumber}`;
};

const shipToOf = (address: Address): CrmAccount['shipTos'][number] => {
  const { line1, line2, city, stateorprovince, postalcode, country } = address;
  const label = joined(', ', line1, line2, city, joined(' ', stateorprovince, postalcode), country);
  return { id: shipToId(address), region: regionOf(address), ...(label !== '' && { address: label }) };
};

const contactOf = ({ fullname, emailaddress1, telephone1 }: Contact): CrmAccount['contacts'] =>
  present(fullname)
    ? [
        {
          name: clean(fullname),
          ...(present(emailaddress1) && { email: clean(emailaddress1) }),
          ...(present(telephone1) && { phone: clean(telephone1) }),
        },
      ]
    : [];

const by =
  <T>(key: (entry: T) => string | number) =>
  (a: T, b: T): number =>
    key(a) < key(b) ? -1 : 1;

/** Their account in our words. Lists come in one order whatever theirs is, so that the same content is the same. */
export const toAccount = (system: string, row: Account): CrmAccount => ({
  ...{ system, accountId: row.accountid.toLowerCase(), rowVersion: row.versionnumber },
  customer: clean(row.accountnumber ?? ''),
  name: clean(row.name),
  active: row.statecode === 0,
  termsCode: row.paymenttermscode == null ? null : String(row.paymenttermscode),
  shipTos: [...(row.Account_CustomerAddress ?? [])]
    .filter(isFilled)
    .sort(by(({ addressnumber }) => addressnumber))
    .map(shipToOf),
  contacts: [...(row.contact_customer_accounts ?? [])].sort(by(({ contactid }) => contactid)).flatMap(contactOf),
});
