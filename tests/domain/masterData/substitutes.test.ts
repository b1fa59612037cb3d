import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyToCatalog, emptyCatalog } from '../../../domain/masterData/catalog.ts';
import { demoItems } from '../../../domain/masterData/demo.ts';
import { itemDecider } from '../../../domain/masterData/masterData.ts';
import { itemReferences } from '../../../domain/masterData/references.ts';
import { divisiblePart, inPlaceOf, type Substitute, substituteFor } from '../../../domain/masterData/substitutes.ts';
import { keptPrice, type SubstitutePricing, substitutePrice } from '../../../domain/pricing/substitutePrice.ts';

const [bearing] = demoItems;
if (bearing === undefined) throw new Error('the demonstration has items');

const sealed: Substitute = {
  ...{ item: 'BRG-6205', ratio: { num: '1', den: '2' }, direction: 'BOTH', priceRule: 'LOWER_OF_BOTH' },
  ...{ validFrom: '2026-03-01', validTo: '2026-03-31' },
};

const catalogWith = (substitutes: readonly Substitute[]) =>
  demoItems.reduce((catalog, item) => {
    const data = { ...item, version: 1, ...(item.item === 'BRG-6204' && { substitutes }) };
    return applyToCatalog(catalog, { type: 'ItemDefined', data });
  }, emptyCatalog);

const find = (item: string, other: string, day: string, substitutes = [sealed]) =>
  substituteFor(catalogWith(substitutes), { bu: 'ACME', item, other }, day);

describe('what stands for an item', () => {
  test('is what the item says, from its first to its last day', () => {
    expect(find('BRG-6204', 'BRG-6205', '2026-03-01')).toEqual(sealed);
    expect(find('BRG-6204', 'BRG-6205', '2026-03-31')).toEqual(sealed);
    expect(find('BRG-6204', 'BRG-6205', '2026-02-28')).toBeUndefined();
    expect(find('BRG-6204', 'BRG-6205', '2026-04-01')).toBeUndefined();
    expect(find('BRG-6204', 'BELT-A42', '2026-03-01')).toBeUndefined();
  });

  test('in both directions it is the other way round with the inverse ratio, and in one it is not', () => {
    expect(find('BRG-6205', 'BRG-6204', '2026-03-01')).toMatchObject({
      item: 'BRG-6204',
      ratio: { num: '2', den: '1' },
    });
    expect(find('BRG-6205', 'BRG-6204', '2026-04-01')).toBeUndefined();
    expect(find('BRG-6205', 'BRG-6204', '2026-03-01', [{ ...sealed, direction: 'ONE_WAY' }])).toBeUndefined();
  });

  test('is a whole number of it, or none', () => {
    expect(inPlaceOf(10n, { num: '3', den: '2' })).toBe(15n);
    expect(inPlaceOf(9n, { num: '3', den: '2' })).toBeUndefined();
    const part = fc.bigInt({ min: 1n, max: 10_000n });
    fc.assert(
      fc.property(part, part, part, (qty, num, den) => {
        const ratio = { num: `${num}`, den: `${den}` };
        const most = divisiblePart(qty, ratio);
        expect(inPlaceOf(most, ratio)).toBeDefined();
        for (let more = most + 1n; more <= qty && more < most + 50n; more += 1n)
          expect(inPlaceOf(more, ratio)).toBeUndefined();
      }),
    );
  });

  test('an item does not stand for itself, is named once, and is no kit', () => {
    const [kit] = demoItems.slice(-1);
    const define = (definition: typeof bearing) =>
      itemDecider.decide({ type: 'Define', definition }, itemDecider.initial);
    const itself = { ...sealed, item: 'BRG-6204' };
    const early = { ...sealed, validTo: '2026-02-01', ratio: { num: '0', den: '1' } };
    expect(define({ ...bearing, substitutes: [itself, sealed, early] })).toMatchObject({
      refused: 'MASTER_DATA_INVALID',
      data: {
        violations: [
          { pointer: '/substitutes/0/item', code: 'DUPLICATE' },
          { pointer: '/substitutes/2/ratio/num', code: 'NOT_POSITIVE' },
          { pointer: '/substitutes/2/validTo', code: 'DATE_INVALID' },
          { pointer: '/substitutes/2/item', code: 'DUPLICATE' },
        ],
      },
    });
    expect(define({ ...(kit ?? bearing), substitutes: [sealed] })).toMatchObject({
      data: { violations: [{ pointer: '/substitutes', code: 'KIT_NOT_SUBSTITUTED' }] },
    });
    const named = ['KIT-SEAL', 'NO-SUCH', 'BRG-6205'].map((item) => ({ ...sealed, item }));
    expect(itemReferences({ ...bearing, substitutes: named }, catalogWith([]))).toMatchObject([
      { code: 'BU_UNKNOWN' },
      { pointer: '/substitutes/0/item', code: 'KIT_NOT_SUBSTITUTED' },
      { pointer: '/substitutes/1/item', code: 'ITEM_UNKNOWN' },
    ]);
  });
});

describe('the price of a substitute', () => {
  const discounts = [{ sequence: 1, kind: 'CONTRACT', ratePct: '8', amount: '800' }];
  const original = {
    ...({ lineId: '10', unitPrice: '12.50', listPrice: '12.50', priceSource: 'CONTRACT', discounts } as const),
    ...{ gross: '10000', discount: '800', net: '9200' },
  };
  const listed = {
    ...({ lineId: '11', unitPrice: '24.00', listPrice: '24.00', priceSource: 'LIST', discounts: [] } as const),
    ...{ gross: '9600', discount: '0', net: '9600' },
  };
  const pricing: SubstitutePricing = {
    ...{ rule: 'KEEP_ORIGINAL_PRICE', ratio: { num: '1', den: '2' }, currency: 'USD' },
    ...{ original, qty: 8n, listed, newQty: 4n },
  };
  const kept = { lineId: '11', unitPrice: '25.00', listPrice: '24.00', gross: '10000', discount: '800', net: '9200' };

  test('that is kept comes to what was agreed, to the minor unit', () => {
    expect(substitutePrice(pricing)).toMatchObject(kept);
  });

  test('is its own, or the lower of both', () => {
    expect(substitutePrice({ ...pricing, rule: 'SUBSTITUTE_LIST_PRICE' })).toBe(listed);
    expect(substitutePrice({ ...pricing, rule: 'LOWER_OF_BOTH' })).toMatchObject(kept);
    const cheap = { ...listed, net: '9200' };
    expect(substitutePrice({ ...pricing, rule: 'LOWER_OF_BOTH', listed: cheap })).toBe(cheap);
  });

  test('is never rounded: what has no exact price has none', () => {
    expect(keptPrice('10.00', { num: '3', den: '1' })).toBeUndefined();
    expect(keptPrice('10', { num: '8', den: '1' })).toBe('1.25');
    expect(keptPrice('0.000001', { num: '1', den: '12' })).toBe('0.000012');
    expect(substitutePrice({ ...pricing, ratio: { num: '3', den: '2' }, newQty: 12n })).toBeUndefined();
  });
});
