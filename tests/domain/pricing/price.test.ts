import { describe, expect, test } from '@jest/globals';
import { demoCustomers, demoPriceList } from '../../../domain/masterData/demo.ts';
import type { SubmittedLine } from '../../../domain/order/events.ts';
import { type ContractInForce, type Pricing, type PricingInput, priceOrder } from '../../../domain/pricing/price.ts';

const line = (lineId: string, item: string, qty: string, requestedPrice?: string): SubmittedLine => ({
  lineId,
  item,
  kind: 'STOCK',
  qty,
  baseUom: 'EA',
  entered: { qty, uom: 'EA' },
  conversion: { from: 'EA', to: 'EA', num: '1', den: '1' },
  ...(requestedPrice === undefined ? {} : { requestedPrice }),
});

const contract = (terms: Omit<ContractInForce, 'version'> | null = demoCustomers[0]?.contract ?? null) =>
  terms === null ? null : { ...terms, version: 3 };

const input = (lines: readonly SubmittedLine[], more: Partial<PricingInput> = {}): PricingInput => ({
  currency: 'USD',
  lines,
  charges: [],
  priceList: { ...demoPriceList, version: 4 },
  contract: contract(),
  itemGroupOf: (item) => (item.startsWith('BRG') ? 'BEARING' : 'OTHER'),
  ...more,
});

const priced = (given: PricingInput): Pricing => {
  const outcome = priceOrder(given);
  if (outcome.kind === 'problems') throw new Error(JSON.stringify(outcome.problems));
  return outcome.pricing;
};

describe('pricing', () => {
  test('P-05 the contract discount of the item group is taken off the list price, and both stay visible', () => {
    const pricing = priced(input([line('10', 'BRG-6204', '10')], { charges: [{ code: 'FREIGHT', amount: '1500' }] }));
    expect(pricing.lines).toEqual([
      {
        lineId: '10',
        unitPrice: '12.50',
        listPrice: '12.50',
        priceSource: 'CONTRACT',
        contractId: 'CT-1001',
        contractVersion: 3,
        gross: '12500',
        discount: '1000',
        net: '11500',
        discounts: [{ sequence: 1, kind: 'CONTRACT', ratePct: '8', amount: '1000' }],
      },
    ]);
    expect(pricing.totals).toEqual({ gross: '12500', discount: '1000', charges: '1500', net: '13000' });
    expect(pricing).toMatchObject({ creditAmount: '13000', priceListId: 'LIST-USD', priceListVersion: 4 });
  });

  test('an item outside the contract costs the list price', () => {
    const [found] = priced(input([line('10', 'BELT-A42', '3')])).lines;
    expect(found).toEqual({
      lineId: '10',
      unitPrice: '9.99',
      listPrice: '9.99',
      priceSource: 'LIST',
      discounts: [],
      gross: '2997',
      discount: '0',
      net: '2997',
    });
  });

  test('R3 a chain of discounts is taken off one after the other, each rounded by itself', () => {
    const discounts = [
      { itemGroup: 'BEARING', ratePct: '10' },
      { itemGroup: 'BEARING', ratePct: '5' },
    ];
    const terms = { contract: contract({ contractId: 'CT', discounts }) };
    const [found] = priced(input([line('10', 'BRG-6204', '1')], terms)).lines;
    // 12.50 − 1.25 = 11.25; 5 % of 11.25 is 0.5625, so 0.56.
    expect(found).toMatchObject({ gross: '1250', discount: '181', net: '1069' });
    expect(found?.discounts.map((each) => each.amount)).toEqual(['125', '56']);
  });

  test('an order that names another price is kept and held with both figures', () => {
    const { hold, differences } = priced(
      input([line('10', 'BRG-6204', '1', '12.00'), line('20', 'BELT-A42', '1', '9.99')]),
    );
    expect(differences).toEqual([{ lineId: '10', requested: '12.00', applied: '12.50' }]);
    expect(hold).toMatchObject({ type: 'PRICE', data: { '10.requestedPrice': '12.00', '10.unitPrice': '12.50' } });
    expect(hold?.note).toContain('requested 12.00, ours 12.50');
  });

  test.each([
    '12.5',
    '12.500000',
    '11.50',
    '11.5',
  ])('a requested price of %s agrees with the list or the net price and holds nothing', (price) => {
    expect(priced(input([line('10', 'BRG-6204', '1', price)])).hold).toBeUndefined();
  });

  test('every line without a price is named, and so is a list in another currency', () => {
    const outcome = priceOrder(
      input([line('10', 'NEW-1', '1'), line('20', 'BRG-6204', '1'), line('30', 'NEW-2', '1')], { currency: 'EUR' }),
    );
    expect(outcome).toMatchObject({
      kind: 'problems',
      problems: [
        { code: 'CURRENCY_MISMATCH', lineId: null },
        { code: 'PRICE_MISSING', lineId: '10' },
        { code: 'PRICE_MISSING', lineId: '30' },
      ],
    });
  });
});
