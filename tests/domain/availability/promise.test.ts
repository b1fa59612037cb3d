import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PromiseInput } from '../../../domain/availability/promise.ts';
import { promiseLines } from '../../../domain/availability/promise.ts';
import { deliveryDateFor, shipDateFor } from '../../../domain/availability/shipping.ts';
import { addDays } from '../../../domain/calendar.ts';
import { at, availability, bearing, east, node, supplier, today, west } from './samples.ts';

const ask = (more: Partial<PromiseInput> = {}) =>
  promiseLines({
    at,
    lines: [{ item: 'BRG-6204', qty: 10n }],
    nodes: [east, west],
    items: [bearing([])],
    ...more,
  });

describe('B-06 the shipping day of a node', () => {
  test('is today up to the cut-off in the time zone of the node, then tomorrow', () => {
    expect(shipDateFor(east, '2026-03-02T20:00:00Z')).toBe('2026-03-02');
    expect(shipDateFor(east, '2026-03-02T20:01:00Z')).toBe('2026-03-03');
    expect(shipDateFor(node('TOKYO', 1, { timeZone: 'Asia/Tokyo' }), '2026-03-02T20:00:00Z')).toBe('2026-03-03');
  });

  test('skips days on which the node is closed', () => {
    expect(shipDateFor(east, '2026-03-06T21:00:00Z')).toBe('2026-03-09');
    expect(shipDateFor(east, at, '2026-03-14')).toBe('2026-03-16');
    expect(shipDateFor(node('SHUT', 1, { workingDays: [] }), at)).toBeNull();
  });

  test('follows daylight saving time', () => {
    expect(shipDateFor(east, '2026-03-09T19:30:00Z')).toBe('2026-03-10');
    expect(shipDateFor(east, '2026-03-09T18:59:00Z')).toBe('2026-03-09');
  });

  test('plus handling and transit is the delivery day', () => {
    expect(deliveryDateFor(east, '2026-03-02')).toBe('2026-03-05');
  });
});

describe('S-21 an availability check', () => {
  test('promises from stock today', () => {
    const [line] = ask({ items: [bearing([availability('DC-EAST', { sellable: 12n })])] });
    expect(line).toMatchObject({
      item: 'BRG-6204',
      qty: '10',
      fullQtyDate: today,
      availableNow: '12',
      promises: [{ node: 'DC-EAST', qty: '10', shipDate: '2026-03-02', deliveryDate: '2026-03-05' }],
      nodes: [
        {
          node: 'DC-EAST',
          available: '12',
          stale: false,
          buckets: [{ date: today, supply: '12', demand: '0', projected: '12', atp: '12' }],
        },
      ],
      alternatives: [],
      explanation: ['DC-EAST has 10 from stock and can ship it on 2026-03-02.'],
    });
  });

  test('goes on to the next node and to announced supply for the rest', () => {
    const [line] = ask({
      items: [
        bearing([
          availability('DC-EAST', { sellable: 5n, supplies: [{ qty: 9n, availableDate: '2026-03-14' }] }),
          availability('DC-WEST', { sellable: 2n }),
        ]),
      ],
    });
    expect(line?.promises).toEqual([
      { node: 'DC-EAST', qty: '5', shipDate: '2026-03-02', deliveryDate: '2026-03-05' },
      { node: 'DC-WEST', qty: '2', shipDate: '2026-03-02', deliveryDate: '2026-03-05' },
      { node: 'DC-EAST', qty: '3', shipDate: '2026-03-16', deliveryDate: '2026-03-19' },
    ]);
    expect(line).toMatchObject({ fullQtyDate: '2026-03-14', availableNow: '7' });
    expect(line?.explanation.at(-1)).toContain('from supply that is available on 2026-03-14');
  });

  test('asks the nodes in their order also while it is tomorrow already at the first of them', () => {
    const midnight = '2026-03-03T05:30:00.000Z';
    const tomorrow = addDays(today, 1);
    const pacific = node('DC-WEST', 2, { timeZone: 'America/Los_Angeles' });
    const [some, all] = [10n, 17n].map(
      (qty) =>
        ask({
          at: midnight,
          nodes: [east, pacific],
          lines: [{ item: 'BRG-6204', qty }],
          items: [
            bearing([
              availability('DC-EAST', { today: tomorrow, sellable: 12n }),
              availability('DC-WEST', { sellable: 12n }),
            ]),
          ],
        })[0],
    );
    expect(some?.promises).toMatchObject([{ node: 'DC-EAST', qty: '10', shipDate: tomorrow }]);
    expect(all?.promises).toMatchObject([
      { node: 'DC-EAST', qty: '12' },
      { node: 'DC-WEST', qty: '5' },
    ]);
    expect([some?.fullQtyDate, all?.fullQtyDate]).toEqual([tomorrow, tomorrow]);
    expect(all?.explanation).toEqual([
      'DC-EAST has 12 from stock and can ship it on 2026-03-03.',
      'DC-WEST has 5 from stock and can ship it on 2026-03-03.',
    ]);
  });

  test('has no full date when the horizon is not enough', () => {
    const [line] = ask({ items: [bearing([availability('DC-EAST', { sellable: 4n })])] });
    expect(line).toMatchObject({ fullQtyDate: null, promises: [{ qty: '4' }] });
    expect(line?.explanation.at(-1)).toBe('6 cannot be promised within 180 days.');
  });

  test('promises by lead time what stock and supply do not give by then', () => {
    const [line] = ask({
      items: [
        bearing(
          [availability('DC-EAST', { sellable: 4n, supplies: [{ qty: 50n, availableDate: addDays(today, 60) }] })],
          21,
        ),
      ],
    });
    expect(line).toMatchObject({
      fullQtyDate: addDays(today, 21),
      promises: [{ qty: '4' }, { node: 'DC-EAST', qty: '6', shipDate: '2026-03-23' }],
    });
    expect(line?.explanation).toContain('DC-EAST has 6 by the lead time of 21 days and can ship it on 2026-03-23.');
  });

  test('checks lines of one item on their sum', () => {
    const lines = [
      { item: 'BRG-6204', qty: 6n },
      { item: 'BRG-6204', qty: 6n },
    ];
    const [first, second] = ask({ lines, items: [bearing([availability('DC-EAST', { sellable: 10n })])] });
    expect([first?.fullQtyDate, second?.fullQtyDate]).toEqual([today, null]);
    expect(second).toMatchObject({ availableNow: '4', promises: [{ qty: '4' }] });
    expect(second?.explanation[0]).toBe('Earlier lines of this request take 6 of BRG-6204 from stock.');
  });

  test('keeps different items apart', () => {
    const lines = [
      { item: 'BRG-6204', qty: 6n },
      { item: 'BELT-A42', qty: 6n },
    ];
    const answer = ask({
      lines,
      items: [
        bearing([availability('DC-EAST', { sellable: 6n })]),
        { ...bearing([availability('DC-EAST', { sellable: 6n })]), item: 'BELT-A42' },
      ],
    });
    expect(answer.map((line) => line.fullQtyDate)).toEqual([today, today]);
  });

  test('lets no item take from another that is known by the same figures', () => {
    const shared = availability('DC-EAST', { sellable: 6n });
    const lines = ['BRG-6204', 'BELT-A42', 'BRG-6204'].map((item) => ({ item, qty: 4n }));
    const answer = ask({ lines, items: [bearing([shared]), { ...bearing([shared]), item: 'BELT-A42' }] });
    expect(answer.map((line) => line.promises.map((one) => one.qty))).toEqual([['4'], ['4'], ['2']]);
  });

  test('never asks a closed, inactive or supplier node', () => {
    const nodes = [supplier, node('OFF', 1, { active: false }), node('SHUT', 1, { workingDays: [] })];
    const [line] = ask({ nodes, items: [bearing(nodes.map((one) => availability(one.node, { sellable: 50n })))] });
    expect(line).toMatchObject({ fullQtyDate: null, availableNow: '0', promises: [], nodes: [] });
  });

  test('says when figures are stale and whether the requested date is met', () => {
    const lines = [{ item: 'BRG-6204', qty: 10n, requestedDate: '2026-03-04' }];
    const [line] = ask({ lines, items: [bearing([availability('DC-EAST', { sellable: 12n }, true)])] });
    expect(line?.explanation).toContain('The figures of DC-EAST are stale.');
    expect(line?.explanation).toContain('The last delivery is on 2026-03-05, after the requested date 2026-03-04.');
    expect(ask({ lines }).at(0)?.explanation).toContain('The requested date 2026-03-04 cannot be met in full.');
  });
});

test('promises of one request never add up to more than can be had by their day', () => {
  const qty = fc.bigInt({ min: 0n, max: 30n });
  const supplies = fc.array(
    fc
      .tuple(qty, fc.integer({ min: 1, max: 100 }))
      .map(([amount, days]) => ({ qty: amount, availableDate: addDays(today, days) })),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(
      fc.array(qty, { minLength: 1, maxLength: 6 }),
      qty,
      supplies,
      qty,
      (amounts, sellable, coming, elsewhere) => {
        const lines = amounts.map((amount) => ({ item: 'BRG-6204', qty: amount }));
        const rows = [
          availability('DC-EAST', { sellable, supplies: coming }),
          availability('DC-WEST', { sellable: elsewhere }),
        ];
        const answer = ask({ lines, items: [bearing(rows)] });
        const total = sellable + elsewhere + coming.reduce((sum, one) => sum + one.qty, 0n);
        const promised = answer.flatMap((line) => line.promises);
        expect(promised.reduce((sum, one) => sum + BigInt(one.qty), 0n)).toBe(
          [total, amounts.reduce((a, b) => a + b, 0n)].reduce((a, b) => (a < b ? a : b)),
        );
        const now = promised.filter((one) => one.shipDate === today).reduce((sum, one) => sum + BigInt(one.qty), 0n);
        expect(now <= sellable + elsewhere).toBe(true);
        for (const line of answer)
          expect(line.fullQtyDate !== null).toBe(
            line.qty !== '0' && line.promises.reduce((sum, one) => sum + BigInt(one.qty), 0n) === BigInt(line.qty),
          );
      },
    ),
    { numRuns: 300 },
  );
});
