import { describe, expect, test } from '@jest/globals';
import { type PromiseInput, promiseLines } from '../../../domain/availability/promise.ts';
import type { Substitute } from '../../../domain/masterData/substitutes.ts';
import { at, availability, bearing, east, today, west } from './samples.ts';

const sealed: Substitute = {
  ...{ item: 'BRG-6205', ratio: { num: '1', den: '2' }, direction: 'ONE_WAY', priceRule: 'LOWER_OF_BOTH' },
};

const ask = (more: Partial<PromiseInput> = {}) =>
  promiseLines({
    at,
    lines: [{ item: 'BRG-6204', qty: 10n }],
    nodes: [east, west],
    items: [
      bearing([availability('DC-EAST', { sellable: 4n })]),
      { ...bearing([availability('DC-WEST', { sellable: 20n })]), item: 'BRG-6205' },
    ],
    substitutes: new Map([['BRG-6204', [sealed]]]),
    ...more,
  });

describe('alternatives of an item that is short', () => {
  test('say how much of which would do, from where and when, and are in no promise of the line', () => {
    const [line] = ask();
    expect(line?.promises.map(({ node, qty }) => [node, qty])).toEqual([['DC-EAST', '4']]);
    expect(line?.alternatives).toEqual([
      {
        ...{ item: 'BRG-6205', ratio: { num: '1', den: '2' }, priceRule: 'LOWER_OF_BOTH', qty: '5', forQty: '10' },
        ...{ fullQtyDate: today, availableNow: '20' },
        promises: [{ node: 'DC-WEST', qty: '5', shipDate: '2026-03-02', deliveryDate: '2026-03-05' }],
      },
    ]);
  });

  test('are not offered where all of it can be had now, or by the day on which it is wanted', () => {
    expect(ask({ lines: [{ item: 'BRG-6204', qty: 4n }] })[0]?.alternatives).toEqual([]);
    const supplied = availability('DC-EAST', { supplies: [{ qty: 10n, availableDate: '2026-03-09' }] });
    const other = { ...bearing([availability('DC-WEST', { sellable: 20n })]), item: 'BRG-6205' };
    const by = (requestedDate: string) =>
      ask({ lines: [{ item: 'BRG-6204', qty: 10n, requestedDate }], items: [bearing([supplied]), other] });
    expect(by('2026-03-09')[0]?.alternatives).toEqual([]);
    expect(by('2026-03-06')[0]?.alternatives).toHaveLength(1);
  });

  test('are for the largest part that divides', () => {
    const [line] = ask({ lines: [{ item: 'BRG-6204', qty: 11n }] });
    expect(line?.alternatives).toMatchObject([{ qty: '5', forQty: '10' }]);
    const [one] = ask({ lines: [{ item: 'BRG-6204', qty: 1n }], items: [bearing([])] });
    expect(one?.alternatives).toEqual([]);
  });

  test('take nothing from each other, and come behind the lines that ask for the substitute itself', () => {
    const twice = [
      { item: 'BRG-6204', qty: 10n },
      { item: 'BRG-6204', qty: 10n },
      { item: 'BRG-6205', qty: 18n },
    ];
    const lines = ask({ lines: twice });
    const offered = lines.map(({ alternatives }) =>
      alternatives.map(({ availableNow, promises }) => [availableNow, ...promises.map(({ qty }) => qty)]),
    );
    expect(offered).toEqual([[['2', '2']], [['2', '2']], []]);
    expect(lines[2]?.promises).toMatchObject([{ qty: '18' }]);
    const all = ask({ lines: [40n, 40n].map((qty) => ({ item: 'BRG-6204', qty })) });
    expect(all.map(({ alternatives }) => alternatives[0]?.promises.map(({ qty }) => qty))).toEqual([['20'], ['20']]);
  });

  test('are stocked items that are known', () => {
    const kit = { ...bearing([]), item: 'BRG-6205', components: [{ item: 'BRG-6204', per: 1n }] };
    expect(ask({ items: [bearing([]), kit] })[0]?.alternatives).toEqual([]);
    expect(ask({ items: [bearing([])] })[0]?.alternatives).toEqual([]);
  });
});
