import { describe, expect, test } from '@jest/globals';
import { account } from '../../../adapters/crm/schema.ts';
import { toAccount } from '../../../adapters/crm/translate.ts';

const id = (n: number): string => `${String(n).repeat(8)}-0000-4000-8000-000000000000`;

/** As the Web API answers, fields that we did not ask for left in. */
const told = (over: object = {}) =>
  toAccount(
    'crm',
    account.parse({
      '@odata.etag': 'W/"2891465"',
      ...{ accountid: id(1).toUpperCase(), versionnumber: 2_891_465, modifiedon: '2026-11-30T10:00:00Z' },
      ...{ name: ' Bay Machine Works ', accountnumber: 'C-1001', statecode: 0, customertypecode: 3 },
      ...{ paymenttermscode: 3, 'paymenttermscode@OData.Community.Display.V1.FormattedValue': 'Net 45' },
      owningbusinessunit: { name: 'ACME' },
      Account_CustomerAddress: [
        { addressnumber: 2, name: null, line1: null, city: null, country: null },
        {
          ...{ addressnumber: 1, name: null, line1: '1 Mission St', line2: 'Dock 4', city: 'San Jose' },
          ...{ stateorprovince: 'CA', county: 'Santa Clara', postalcode: '95110', country: 'US' },
        },
      ],
      contact_customer_accounts: [
        { contactid: id(3), fullname: 'Zoe Ray', emailaddress1: null, telephone1: '+1 408 555 0100' },
        { contactid: id(2), fullname: 'Ada Ray', emailaddress1: 'ada@bay.example' },
        { contactid: id(4), fullname: null, emailaddress1: 'info@bay.example' },
      ],
      ...over,
    }),
  );

const address = (over: object) => ({
  Account_CustomerAddress: [{ addressnumber: 3, line1: 'Kai 1', city: 'Köln', country: 'DE', ...over }],
});

describe('an account of Dynamics 365', () => {
  test('in our words', () => {
    expect(told()).toEqual({
      ...{ system: 'crm', accountId: id(1), rowVersion: '2891465', customer: 'C-1001' },
      ...{ name: 'Bay Machine Works', active: true, termsCode: '3' },
      shipTos: [
        {
          ...{ id: 'MAIN', region: 'US-CA-SANTA-CLARA' },
          address: '1 Mission St, Dock 4, San Jose, CA 95110, US',
        },
      ],
      contacts: [
        { name: 'Ada Ray', email: 'ada@bay.example' },
        { name: 'Zoe Ray', phone: '+1 408 555 0100' },
      ],
    });
  });

  test('without what nobody filled in', () => {
    const bare = { accountnumber: null, paymenttermscode: null, statecode: 1 };
    expect(told({ ...bare, Account_CustomerAddress: null, contact_customer_accounts: [] })).toMatchObject({
      ...{ customer: '', termsCode: null, active: false, shipTos: [], contacts: [] },
    });
  });

  test.each([
    ['its name is the ship-to', { name: 'DOCK-2' }, 'DOCK-2', 'DE'],
    ['without one its number is', {}, 'ADDRESS-3', 'DE'],
    [
      'state and county are codes',
      { stateorprovince: 'Nordrhein-Westfalen', county: 'Köln' },
      'ADDRESS-3',
      'DE-NORDRHEIN-WESTFALEN-KOLN',
    ],
    ['a country in words is no region', { country: 'Germany' }, 'ADDRESS-3', ''],
  ])('of an address %s', (_, over, shipTo, region) => {
    expect(told(address(over)).shipTos).toMatchObject([{ id: shipTo, region }]);
  });
});
