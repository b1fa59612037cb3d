import { describe, expect, test } from '@jest/globals';
import {
  type AskedList,
  askPrice,
  mergedList,
  openList,
  priceCellsOf,
  pricesMax,
} from '../../../domain/intake/priceRow.ts';

const current = {
  ...{ bu: 'ACME', version: 2, priceListId: 'LIST', currency: 'USD' },
  prices: [
    { item: 'A', unitPrice: '1.00' },
    { item: 'B', unitPrice: '2.00' },
  ],
};

const ask = (list: AskedList, item: string, unitPrice: string, currency = '', row = 2) =>
  askPrice(list, row, { priceListId: list.priceListId, item, unitPrice }, currency);

describe('prices of a list', () => {
  test('are told from those in force, and merged into them', () => {
    let list = openList('LIST', current);
    const outcomes = [
      ['B', '2.50'],
      ['C', '3'],
      ['A', '1.00'],
    ].map(([item = '', unitPrice = '']) => {
      const asked = ask(list, item, unitPrice);
      list = asked.list;
      return asked.outcome.kind;
    });
    expect(outcomes).toEqual(['CHANGED', 'CREATED', 'UNCHANGED']);
    expect(mergedList('ACME', list, current)).toEqual({
      ...{ bu: 'ACME', priceListId: 'LIST', currency: 'USD' },
      prices: [
        { item: 'A', unitPrice: '1.00' },
        { item: 'B', unitPrice: '2.50' },
        { item: 'C', unitPrice: '3' },
      ],
    });
  });

  test('are merged into what somebody else put in force meanwhile', () => {
    const { list } = ask(openList('LIST', current), 'B', '9');
    const later = { ...current, prices: [...current.prices, { item: 'D', unitPrice: '4' }] };
    expect(mergedList('ACME', list, later).prices).toEqual([
      { item: 'A', unitPrice: '1.00' },
      { item: 'B', unitPrice: '9' },
      { item: 'D', unitPrice: '4' },
    ]);
  });

  test('of one item are asked once', () => {
    const { list } = ask(openList('LIST', current), 'A', '5', '', 7);
    expect(ask(list, 'A', '6').outcome).toMatchObject({
      errors: [{ column: 'item', code: 'DUPLICATE', detail: expect.stringContaining('Row 7') }],
    });
    expect(mergedList('ACME', list, current).prices[0]).toEqual({ item: 'A', unitPrice: '5' });
  });

  test('are in one currency, which a new list is told by its first row', () => {
    const known = openList('LIST', current);
    expect(ask(known, 'A', '1', 'USD').outcome.kind).toBe('CHANGED');
    expect(ask(known, 'B', '1', 'EUR').outcome).toMatchObject({
      errors: [{ column: 'currency', code: 'FIXED_FOR_EVER' }],
    });
    const fresh = openList('NEW', undefined);
    expect(ask(fresh, 'A', '1').outcome).toMatchObject({ errors: [{ code: 'REQUIRED' }] });
    expect(ask(fresh, 'A', '1', 'euro').outcome).toMatchObject({ errors: [{ code: 'CURRENCY_INVALID' }] });
    const { list, outcome } = ask(fresh, 'A', '1', 'EUR');
    expect([outcome.kind, ask(list, 'B', '1').outcome.kind]).toEqual(['CREATED', 'CREATED']);
    expect(ask(list, 'C', '1', 'USD').outcome).toMatchObject({ errors: [{ code: 'CURRENCY_MISMATCH' }] });
    expect(mergedList('ACME', list, undefined)).toMatchObject({
      currency: 'EUR',
      prices: [
        { item: 'A', unitPrice: '1' },
        { item: 'B', unitPrice: '1' },
      ],
    });
  });

  test('are no more than can be put to the list itself', () => {
    const full = { ...openList('LIST', current), size: pricesMax };
    expect(ask(full, 'C', '1').outcome).toMatchObject({ errors: [{ column: 'priceListId', code: 'TOO_MANY' }] });
    expect(ask(full, 'A', '9').outcome.kind).toBe('CHANGED');
  });

  test('are decimal text, of a list and an item that can be named', () => {
    const cells = new Map(Object.entries({ priceListId: 'LI ST', item: '', unitPrice: '1,50' }));
    expect(priceCellsOf(cells)).toMatchObject({
      errors: [
        { column: 'priceListId', code: 'CODE_INVALID' },
        { column: 'item', code: 'CODE_INVALID' },
        { column: 'unitPrice', code: 'NUMERIC_FORMAT' },
      ],
    });
  });
});
