import { describe, expect, test } from '@jest/globals';
import { customerColumnOf, customerOfRow } from '../../../domain/intake/customerRow.ts';
import type { CustomerDefined } from '../../../domain/masterData/events.ts';

const row = {
  customer: 'C-1',
  name: 'Harbour Tools',
  group: 'RETAIL',
  taxCode: 'TAXABLE',
  termsDays: '30',
  priceListId: 'L',
};
const read = (changes: Readonly<Record<string, string>> = {}, current: CustomerDefined['data'] | null = null) =>
  customerOfRow('ACME', new Map(Object.entries({ ...row, ...changes })), current);

const defined: CustomerDefined['data'] = {
  ...{ ...row, bu: 'ACME', version: 4, active: true, billTo: 'C-0', termsDays: 30 },
  shipTos: [{ id: 'MAIN', region: 'US-NY', address: '12 Pier Road' }],
  contacts: [{ name: 'Kim' }],
  contract: { contractId: 'CT', discounts: [] },
  crmAccount: { system: 'crm', accountId: 'A', rowVersion: '1' },
};

describe('a row of a customer', () => {
  test('is a new customer with what is usual', () => {
    expect(read({ shipTos: 'MAIN=US-NY;DOCK=US-NJ' })).toEqual({
      definition: {
        ...{ ...row, bu: 'ACME', termsDays: 30, billTo: 'C-1', contract: null, active: true },
        shipTos: [
          { id: 'MAIN', region: 'US-NY' },
          { id: 'DOCK', region: 'US-NJ' },
        ],
      },
    });
  });

  test('leaves of a customer what the file has no column for', () => {
    const { version: _, crmAccount: __, ...content } = defined;
    expect(read({}, defined)).toEqual({ definition: content });
    expect(read({ billTo: '', shipTos: 'MAIN=US-CA; NEW=US-NV', repeatsOrders: 'true' }, defined)).toEqual({
      definition: {
        ...{ ...content, billTo: 'C-1', repeatsOrders: true },
        shipTos: [
          { id: 'MAIN', region: 'US-CA', address: '12 Pier Road' },
          { id: 'NEW', region: 'US-NV' },
        ],
      },
    });
  });

  test('has its name as it would have it from its own address', () => {
    expect(read({ name: ' Cafe\u0301 Tools ' })).toMatchObject({ definition: { name: 'Caf\u00e9 Tools' } });
  });

  test.each([
    ['name', '', 'REQUIRED'],
    ['name', '  ', 'REQUIRED'],
    ['taxCode', '', 'REQUIRED'],
    ['taxCode', 'TAX ABLE', 'CODE_INVALID'],
    ['termsDays', '', 'REQUIRED'],
    ['termsDays', '-1', 'NUMERIC_FORMAT'],
    ['shipTos', 'MAIN', 'FORMAT_INVALID'],
    ['active', '0', 'VALUE_INVALID'],
  ])('with %s = "%s" is %s', (column, cell, code) => {
    expect(read({ [column]: cell })).toEqual({ errors: [{ column, code, detail: expect.any(String) }] });
  });

  test('names the column of what a definition objects to', () => {
    expect(['/shipTos/0/region', '/priceListId', ''].map(customerColumnOf)).toEqual(['shipTos', 'priceListId', null]);
  });
});
