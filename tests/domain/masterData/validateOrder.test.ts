import { describe, expect, test } from '@jest/globals';
import type { Catalog } from '../../../domain/masterData/catalog.ts';
import { demoCustomers, demoItems, demoPriceList, demoTaxCodes } from '../../../domain/masterData/demo.ts';
import { demoPartner } from '../../../domain/masterData/demoPartner.ts';
import { type OrderInput, type ValidOrder, validateOrder } from '../../../domain/masterData/validateOrder.ts';
import { catalogAfter, demoCatalog, demoEvents } from './world.ts';

const today = '2026-11-23';
const line = (lineId: string, item = 'BRG-6204', qty = '10', uom = 'EA') => ({ lineId, item, qty, uom });

const order: OrderInput = {
  bu: 'ACME',
  soldTo: 'C-1001',
  shipTo: { id: 'MAIN' },
  currency: 'USD',
  requestedDate: '2026-12-01',
  charges: [{ code: 'FREIGHT', amount: '1500' }],
  lines: [line('10')],
};

const violations = (more: Partial<OrderInput>, catalog: Catalog = demoCatalog): readonly string[] => {
  const outcome = validateOrder({ ...order, ...more }, catalog, today);
  return outcome.kind === 'invalid' ? outcome.violations.map(({ pointer, code }) => `${pointer} ${code}`) : ['valid'];
};

const valid = (more: Partial<OrderInput> = {}, catalog: Catalog = demoCatalog): ValidOrder => {
  const outcome = validateOrder({ ...order, ...more }, catalog, today);
  if (outcome.kind === 'invalid') throw new Error(JSON.stringify(outcome.violations));
  return outcome.order;
};

describe('checking an order against master data', () => {
  test('P-03 everything wrong with an order is named in one answer, with pointers', () => {
    const bad = {
      soldTo: 'C-1003',
      shipTo: { id: 'BARN' },
      requestedDate: '2026-11-22',
      currency: 'EUR',
      lines: [
        line('10', 'NOPE'),
        line('20', 'BRG-6204', '1', 'PAL'),
        line('20', 'KIT-SEAL', '1', 'BX'),
        line('40', 'BELT-A42', '0'),
      ],
    };
    expect([...violations(bad)].sort()).toEqual([
      '/currency CURRENCY_MISMATCH',
      '/lines/0/item ITEM_UNKNOWN',
      '/lines/1/uom UOM_UNKNOWN',
      '/lines/2/lineId DUPLICATE_LINE',
      '/lines/2/uom UOM_UNKNOWN',
      '/lines/3/qty QTY_NOT_POSITIVE',
      '/requestedDate DATE_IN_PAST',
      '/shipTo/id SHIP_TO_UNKNOWN',
      '/soldTo CUSTOMER_INACTIVE',
    ]);
  });

  test('S-09 an order takes the payment terms that its customer has now', () => {
    expect(valid().termsDays).toBe(30);
    const changed = { ...(demoCustomers[0] as (typeof demoCustomers)[number]), termsDays: 45, version: 2 };
    expect(valid({}, catalogAfter(...demoEvents, { type: 'CustomerDefined', data: changed })).termsDays).toBe(45);
  });

  test('a kit keeps what it is made of now, priced as itself, and counts as many lines as it has components', () => {
    const components = [
      { item: 'SEAL-RING', qty: '2' },
      { item: 'GREASE-50', qty: '1' },
    ];
    const found = valid({ lines: [line('10', 'KIT-SEAL', '3')] });
    expect(found.lines).toMatchObject([{ item: 'KIT-SEAL', kind: 'KIT', qty: '3', components }]);
    expect(found.pricing.totals).toMatchObject({ gross: '3450' });
    const many = Array.from({ length: 1_001 }, (_, index) => line(String(index), 'KIT-SEAL', '1'));
    expect(violations({ lines: many })).toEqual(['/lines LINES_TOO_MANY']);
  });

  test('a number that no document about the order could name is not taken, of whom an EDI partner is told', () => {
    const partner = { ...demoPartner, soldTo: 'C-1001', version: 1 };
    const told = (more: Partial<typeof partner>) =>
      catalogAfter(...demoEvents, { type: 'PartnerDefined', data: { ...partner, ...more } });
    const long = { customerPo: 'P'.repeat(23) };
    expect(violations(long)).toEqual(['valid']);
    expect(violations(long, told({}))).toEqual(['/customerPo SIZE_INVALID']);
    // An accent is left away; a sign that is spelt out takes the room of its letters.
    expect(violations({ customerPo: `${'P'.repeat(21)}Ü` }, told({}))).toEqual(['valid']);
    expect(violations({ customerPo: `${'P'.repeat(21)}№` }, told({}))).toEqual(['/customerPo SIZE_INVALID']);
    const others: readonly Partial<typeof partner>[] = [
      ...[{ active: false }, { soldTo: 'C-2001' }],
      ...[{ sends: ['846'] as const }, { sends: [] }],
    ];
    for (const other of others) expect(violations(long, told(other))).toEqual(['valid']);
  });

  test('a good order comes back in base units, priced, with the versions that it was checked against', () => {
    const found = valid({ lines: [line('10', 'BRG-6204', '2', 'BX')] });
    expect(found.lines).toEqual([
      {
        lineId: '10',
        item: 'BRG-6204',
        kind: 'STOCK',
        qty: '24',
        baseUom: 'EA',
        entered: { qty: '2', uom: 'BX' },
        conversion: { from: 'BX', to: 'EA', num: '12', den: '1' },
      },
    ]);
    expect(found).toMatchObject({
      billTo: 'C-1001',
      shipTo: { id: 'MAIN', region: 'US-CA-SANTA-CLARA' },
      holds: [],
      pricing: { totals: { net: '29100' } },
    });
    expect(found.masterData).toEqual({
      'businessUnit:ACME': 1,
      'customer:C-1001': 1,
      'priceList:LIST-USD': 1,
      'taxCodes:ACME': 1,
      'item:BRG-6204': 1,
    });
  });

  test.each<[string, Partial<OrderInput>, readonly string[]]>([
    ['an unknown business unit', { bu: 'NONE' }, ['/bu BU_UNKNOWN']],
    ['an unknown customer', { soldTo: 'C-9' }, ['/soldTo CUSTOMER_UNKNOWN']],
    ['an unknown bill-to', { billTo: 'C-9' }, ['/billTo BILL_TO_UNKNOWN']],
    ['a date that does not exist', { requestedDate: '2026-02-30' }, ['/requestedDate DATE_INVALID']],
    ['a date years ahead', { requestedDate: '2062-12-01' }, ['/requestedDate DATE_TOO_FAR']],
    ['no line', { lines: [] }, ['/lines LINES_MISSING']],
    [
      '2,001 lines',
      { lines: Array.from({ length: 2_001 }, (_each, index) => line(String(index))) },
      ['/lines LINES_TOO_MANY'],
    ],
    ['a quantity that is no quantity', { lines: [line('10', 'BRG-6204', '1.5')] }, ['/lines/0/qty NUMERIC_FORMAT']],
    [
      'a quantity beyond all reason',
      { lines: [line('10', 'BRG-6204', '9999999999999')] },
      ['/lines/0/qty QTY_TOO_LARGE'],
    ],
    [
      'a price that is no price',
      { lines: [{ ...line('10'), requestedPrice: '1e3' }] },
      ['/lines/0/requestedPrice NUMERIC_FORMAT'],
    ],
    [
      'a charge twice',
      {
        charges: [
          { code: 'FREIGHT', amount: '1' },
          { code: 'FREIGHT', amount: '2' },
        ],
      },
      ['/charges/1/code DUPLICATE_CHARGE'],
    ],
    ['a negative charge', { charges: [{ code: 'FREIGHT', amount: '-1' }] }, ['/charges/0/amount CHARGE_NEGATIVE']],
    [
      'a charge that is no amount',
      { charges: [{ code: 'FREIGHT', amount: '1.5' }] },
      ['/charges/0/amount NUMERIC_FORMAT'],
    ],
    [
      'prototype keys as codes',
      { soldTo: '__proto__', lines: [line('10', 'constructor')] },
      ['/soldTo CUSTOMER_UNKNOWN', '/lines/0/item ITEM_UNKNOWN'],
    ],
  ])('%s is refused', (_what, more, expected) => {
    expect(violations(more)).toEqual(expected);
  });

  test('today and the last day of the horizon are fine', () => {
    expect([violations({ requestedDate: today }), violations({ requestedDate: '2028-11-22' })]).toEqual([
      ['valid'],
      ['valid'],
    ]);
    expect(violations({ requestedDate: '2028-11-23' })).toEqual(['/requestedDate DATE_TOO_FAR']);
  });

  test('an item that is inactive, has no price, or whose unit does not divide is named', () => {
    const [bearing] = demoItems;
    if (bearing === undefined) throw new Error('no item');
    const with_ = (change: object) =>
      catalogAfter(...demoEvents, { type: 'ItemDefined', data: { ...bearing, ...change, version: 2 } });
    expect(violations({}, with_({ active: false }))).toEqual(['/lines/0/item ITEM_INACTIVE']);
    const half = with_({ conversions: [{ uom: 'HALF', num: '1', den: '2' }] });
    expect(violations({ lines: [line('10', 'BRG-6204', '3', 'HALF')] }, half)).toEqual([
      '/lines/0/qty UOM_NOT_DIVISIBLE',
    ]);
    const unpriced = catalogAfter(...demoEvents, {
      type: 'PriceListDefined',
      data: { ...demoPriceList, prices: [], version: 2 },
    });
    expect(violations({}, unpriced)).toEqual(['/lines/0/item PRICE_MISSING']);
  });

  test('B-13 an order whose tax mapping is missing is kept and held, not refused and not given a default rate', () => {
    const catalog = catalogAfter(...demoEvents, {
      type: 'TaxCodesPublished',
      data: { ...demoTaxCodes, items: [], version: 2, contentSha256: '' },
    });
    expect(valid({ charges: [{ code: 'PALLET', amount: '500' }] }, catalog).holds).toMatchObject([
      { type: 'MASTER_DATA', data: { code: 'TAX_MAPPING_MISSING', missing: 'tax code TPP, charge PALLET' } },
    ]);
  });

  test('P-06: an order whose goods come to less than the contract wants is kept and held, charges left out', () => {
    const [customer] = demoCustomers;
    if (customer?.contract == null) throw new Error('no contract');
    const wanting = (minimumNet: string) =>
      catalogAfter(...demoEvents, {
        type: 'CustomerDefined',
        data: { ...customer, contract: { ...customer.contract, minimumNet } as never, version: 2 },
      });
    expect(valid({}, wanting('11500')).holds).toEqual([]);
    expect(valid({}, wanting('11501')).holds).toMatchObject([
      {
        type: 'CONTRACT_TERMS',
        note: expect.stringContaining('115.01 USD'),
        data: { contractId: 'CT-1001', contractVersion: '2', minimumNet: '11501', net: '11500' },
      },
    ]);
    expect(valid({ soldTo: 'C-1002' }, wanting('999999')).holds).toEqual([]);
  });

  test('a differing requested price holds the order for PRICE', () => {
    expect(valid({ lines: [{ ...line('10'), requestedPrice: '12.49' }] }).holds).toMatchObject([
      { type: 'PRICE', data: { '10.unitPrice': '12.50' } },
    ]);
  });
});
