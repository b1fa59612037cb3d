import type { CrmAccounts, CrmRow, CrmRowHead } from '../../commands/ports.ts';
import { placesOf } from '../http/answers.ts';
import { type CrmClientOptions, changedSince, createTable, quoted, type Table } from './odata.ts';
import { type AccountHead, account, accountHead, customerType } from './schema.ts';
import { toAccount } from './translate.ts';

const address = 'addressnumber,name,line1,line2,city,stateorprovince,county,postalcode,country';

const rowOf = (system: string, head: CrmRowHead, row: AccountHead): CrmRow => {
  const parsed = account.safeParse(row);
  return parsed.success
    ? { ...head, kind: 'ACCOUNT', account: toAccount(system, parsed.data) }
    : { ...head, kind: 'NOT_UNDERSTOOD', detail: `not understood: ${placesOf(parsed.error)}` };
};

const accounts: Table<AccountHead, CrmRow> = {
  ...{ many: 'accounts', one: 'account', idField: 'accountid', head: accountHead },
  select: ['accountnumber', 'name', 'statecode', 'customertypecode', 'paymenttermscode'],
  expand: [
    'owningbusinessunit($select=name)',
    `Account_CustomerAddress($select=${address})`,
    'contact_customer_accounts($select=contactid,fullname,emailaddress1,telephone1)',
  ],
  rowOf,
};

const filterOf = (unit: string, since: string): readonly string[] => [
  `owningbusinessunit/name eq ${quoted(unit)}`,
  `customertypecode eq ${customerType}`,
  ...changedSince(since),
];

export const createCrmClient = (options: CrmClientOptions): CrmAccounts => {
  const table = createTable(options, accounts);
  return {
    system: options.system,
    changed: (unit, { since, ...place }, signal) => table.changed(filterOf(unit, since), place, signal),
    account: async (unit, accountId, signal) => {
      const row = await table.single(accountId, signal);
      if (row === undefined) return undefined;
      const { customertypecode, owningbusinessunit } = account.safeParse(row).data ?? {};
      const isOthers = owningbusinessunit != null && owningbusinessunit.name !== unit;
      const isProspect = customertypecode != null && customertypecode !== customerType;
      return isOthers || isProspect ? undefined : table.read(row);
    },
  };
};
