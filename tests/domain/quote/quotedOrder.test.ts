import { describe, expect, test } from '@jest/globals';
import { applyToCatalog, type Catalog, emptyCatalog } from '../../../domain/masterData/catalog.ts';
import type { CrmQuotes } from '../../../domain/masterData/crm.ts';
import { demoBusinessUnit, demoCustomers, demoItems } from '../../../domain/masterData/demo.ts';
import type { CustomerDefined } from '../../../domain/masterData/events.ts';
import { businessUnitViolations } from '../../../domain/masterData/validateDefinition.ts';
import type { DefinitionOf } from '../../../domain/masterData/violation.ts';
import { type ClosedQuote, dayMeant, type QuotedLine } from '../../../domain/quote/closedQuote.ts';
import { differentPlaces } from '../../../domain/quote/differences.ts';
import { orderOfQuote } from '../../../domain/quote/quotedOrder.ts';

const quotes: CrmQuotes = { wonFrom: '2026-11-01', units: [{ theirs: 'Box of 12', ours: 'BX' }] };

const customer = demoCustomers[0] as DefinitionOf<CustomerDefined>;

const catalogWith = (over: Partial<CustomerDefined['data']> = {}, timeZone = 'UTC'): Catalog =>
  [
    { type: 'BusinessUnitDefined', data: { ...demoBusinessUnit, timeZone, version: 1 } },
    ...demoItems.map((item) => ({ type: 'ItemDefined', data: { ...item, version: 1 } })),
    { type: 'CustomerDefined', data: { ...customer, version: 1, ...over } },
  ].reduce<Catalog>(applyToCatalog, emptyCatalog);

const line = (over: Partial<QuotedLine> = {}): QuotedLine => ({
  ...{ number: 10, item: 'BRG-6204', unit: 'EA', qty: '4.0000000000', unitPrice: '11.5' },
  ...{ unitDiscount: '0', lineDiscount: '0', ...over },
});

const quote: ClosedQuote = {
  ...{ system: 'crm', quoteId: 'q-1', number: 'QUO-1', revision: 0, isWon: true, closed: '2026-11-20' },
  ...{ account: { accountId: 'a-1', customer: 'C-1001' }, currency: 'USD', requested: '2026-12-01' },
  ...{ shipTo: 'MAIN', goods: '46.0000', freight: '0', lines: [line()] },
};

const given = (over: Partial<ClosedQuote> = {}, catalog = catalogWith()) =>
  orderOfQuote({ bu: 'ACME', quotes, catalog, today: '2026-11-23' }, { ...quote, ...over });

const codes = (over: Partial<ClosedQuote>, catalog?: Catalog) =>
  given(over, catalog).violations.map(({ pointer, code }) => [pointer, code]);

describe('S-09 a won quote is an order of inside sales', () => {
  test('under its own number, at the prices that were quoted', () => {
    expect(given()).toEqual({
      body: {
        ...{ bu: 'ACME', channel: 'inside-sales', customerPo: 'QUO-1', soldTo: 'C-1001', currency: 'USD' },
        ...{ shipTo: { id: 'MAIN' }, requestedDate: '2026-12-01' },
        lines: [{ lineId: '10', item: 'BRG-6204', qty: '4', uom: 'EA', requestedPrice: '11.5' }],
      },
      violations: [],
    });
  });

  test.each([
    ['a unit of theirs is ours, and its price that of one base unit', { unit: 'Box of 12', unitPrice: '138' }, '552'],
    ['what comes off each unit', { unitPrice: '12', unitDiscount: '0.5' }, '46'],
    ['and off the line is in the price', { unitPrice: '12', lineDiscount: '2' }, '46'],
  ])('%s', (_, over, goods) => {
    const { body, violations } = given({ goods, lines: [line(over)] });
    expect(body).toMatchObject({ lines: [{ requestedPrice: '11.5' }] });
    expect(violations).toEqual([]);
  });

  test('what divides into no price of six places differs in the last one', () => {
    const lines = [line({ unit: 'Box of 12', qty: '1', unitPrice: '100' })];
    expect(given({ goods: '100', lines }).body).toMatchObject({ lines: [{ requestedPrice: '8.333333' }] });
  });

  test('half a piece stays half a piece, for whoever checks the order', () => {
    expect(given({ goods: '5.75', lines: [line({ qty: '0.5000' })] }).body).toMatchObject({ lines: [{ qty: '0.5' }] });
  });

  test.each([
    ['a day that is over', '2026-11-02', '2026-11-23'],
    ['none', null, '2026-11-23'],
    ['midnight UTC', '2026-12-24T00:00:00Z', '2026-12-24'],
  ])('of %s it is wanted on that day or today', (_, requested, requestedDate) => {
    expect(given({ requested }).body).toMatchObject({ requestedDate });
  });

  test('a day is where people named it', () => {
    expect(dayMeant('2026-11-30T23:00:00Z', 'Europe/Berlin')).toBe('2026-12-01');
    expect(dayMeant('2026-12-01T05:00:00Z', 'America/New_York')).toBe('2026-12-01');
    expect(dayMeant('2026-12-01T00:00:00.000Z', 'America/New_York')).toBe('2026-12-01');
    expect(dayMeant('2026-12-01T01:00:00+02:00', 'UTC')).toBe('2026-11-30');
  });

  test('lines that are not all numbered, or share a number, are counted', () => {
    const ids = (...numbers: readonly (number | null)[]) =>
      (given({ lines: numbers.map((number) => line({ number })) }).body?.lines as { lineId: string }[]).map(
        ({ lineId }) => lineId,
      );
    expect([ids(30, 20), ids(30, null), ids(30, 30)]).toEqual([
      ['30', '20'],
      ['1', '2'],
      ['1', '2'],
    ]);
  });

  test('the only ship-to is meant when it names none, and freight is a charge', () => {
    expect(given({ shipTo: null, freight: '15.00' }).body).toMatchObject({
      ...{ shipTo: { id: 'MAIN' }, charges: [{ code: 'FREIGHT', amount: '1500' }] },
    });
  });
});

describe('a quote that cannot be an order says everything that is wrong with it', () => {
  const elsewhere = { crmAccount: { system: 'crm', accountId: 'a-2', rowVersion: '1' } };
  const severalShipTos = {
    shipTos: [
      { id: 'MAIN', region: 'US-NY' },
      { id: 'DOCK', region: 'US-NY' },
    ],
  };
  test.each<[string, Partial<ClosedQuote>, readonly (readonly string[])[], Catalog?]>([
    ['no account', { account: null }, [['/soldTo', 'CUSTOMER_UNKNOWN']]],
    [
      'an account that is not here yet',
      { account: { accountId: 'a-9', customer: 'C-9' } },
      [['/soldTo', 'CUSTOMER_UNKNOWN']],
    ],
    ['the number of another account', {}, [['/soldTo', 'CUSTOMER_UNKNOWN']], catalogWith(elsewhere)],
    ['several ship-tos', { shipTo: null }, [['/shipTo/id', 'SHIP_TO_UNKNOWN']], catalogWith(severalShipTos)],
    ['no day', { closed: null }, [['/closed', 'DATE_INVALID']]],
    ['a product that is written in', { lines: [line({ item: null })] }, [['/lines/0/item', 'ITEM_UNKNOWN']]],
    ['a discount on all of it', { goods: '41.4' }, [['/lines', 'PRICE_MISMATCH']]],
    [
      'a line below nothing, and freight of half a cent',
      { goods: '-4', freight: '0.005', lines: [line({ lineDiscount: '50' })] },
      [
        ['/lines/0/requestedPrice', 'PRICE_MISMATCH'],
        ['/charges/0/amount', 'NUMERIC_FORMAT'],
      ],
    ],
  ])('%s', (_, over, found, catalog) => {
    expect(codes(over, catalog)).toEqual(found);
  });

  test('each line may be rounded once', () => {
    const lines = [line({ unitPrice: '11.504' }), line({ number: 20, unitPrice: '11.504' })];
    expect(codes({ goods: '92.04', lines })).toEqual([]);
    expect(codes({ goods: '92.06', lines })).toEqual([['/lines', 'PRICE_MISMATCH']]);
  });
});

test('where two quotes differ, and never what they say', () => {
  const before = { number: 'Q', lines: [{ qty: '1' }, { qty: '2', item: 'A' }] };
  const now = { number: 'Q', lines: [{ qty: '5' }], name: 'Ada' };
  expect(differentPlaces(before, now, 10)).toEqual(['/lines/0/qty', '/lines/1', '/name']);
  expect(differentPlaces(before, now, 1)).toEqual(['/lines/0/qty']);
  expect(differentPlaces(before, structuredClone(before), 10)).toEqual([]);
});

test('what a business unit says of quotes is held to its form', () => {
  const { crm } = demoBusinessUnit;
  if (crm === undefined) throw new Error('no CRM');
  const wrong = {
    wonFrom: '2026-02-30',
    units: [
      { theirs: 'Each', ours: 'E A' },
      { theirs: 'Each', ours: 'EA' },
    ],
  };
  const found = businessUnitViolations({ ...demoBusinessUnit, crm: { ...crm, quotes: wrong } });
  expect(found.map(({ pointer, code }) => [pointer, code])).toEqual([
    ['/crm/quotes/wonFrom', 'DATE_INVALID'],
    ['/crm/quotes/units/0/ours', 'CODE_INVALID'],
    ['/crm/quotes/units/1/theirs', 'DUPLICATE'],
  ]);
});
