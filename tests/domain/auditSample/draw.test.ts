import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Drawing,
  type Drawn,
  drawnFrom,
  lineOrder,
  type SampleItem,
  startNumber,
  stratumOf,
} from '../../../domain/auditSample/draw.ts';

const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

const items: readonly SampleItem[] = [
  { line: 'a:1', amount: 500n },
  { line: 'a:2', amount: 300n },
  { line: 'b:1', amount: 0n },
  { line: 'b:2', amount: 1200n },
  { line: 'b:10', amount: 40n },
  { line: 'c:1', amount: 9000n },
];

const draw = (method: Drawing['method'], strata: readonly (readonly [string, number])[], from = items) =>
  drawnFrom(
    from,
    { method, seed: '2026-Q4', strata: strata.map(([amountFrom, size]) => ({ amountFrom, size })) },
    hash,
  );

const names = (drawn: readonly Drawn[]): readonly string[] =>
  drawn.map((each) => ('hits' in each ? `${each.line} behind ${each.before}, ${each.hits}` : each.line));

// What is expected here was worked out by another program, in another language.
describe('a sample', () => {
  test('of lines at random has those whose hash with the seed is smallest', () => {
    expect(draw('RANDOM', [['0', 3]])).toEqual([
      { line: 'a:1', rank: '118809f321061ce3a6a50f19d9ee468d2303a16a80b2612e35e78c637913c5aa' },
      { line: 'b:1', rank: '1b53ef369b74fe65fe2633e8a99c5a4ef8d7326a730bb2b0b0d89b34bad1fea5' },
      { line: 'b:10', rank: '40f29b50b1e0858b26287b8176c20f9d190c9484be3d48ee227830218bb82864' },
    ]);
    expect(draw('RANDOM', [['0', 3]], items.toReversed())).toEqual(draw('RANDOM', [['0', 3]]));
  });

  test('of strata has so many of each, and all of one that has fewer', () => {
    const strata = [
      ['0', 2],
      ['500', 1],
      ['5000', 4],
    ] as const;
    expect(names(draw('STRATIFIED', strata))).toEqual(['b:1', 'b:10', 'a:1', 'c:1']);
  });

  test('of monetary units has each line in which a point of the interval lies', () => {
    expect(startNumber('2026-Q4', hash) % 11_040n).toBe(7_614n);
    expect(names(draw('MONETARY_UNIT', [['0', 1]]))).toEqual(['c:1 behind 2040, 1']);
    expect(names(draw('MONETARY_UNIT', [['0', 4]]))).toEqual(['b:2 behind 800, 1', 'c:1 behind 2040, 3']);
    expect(names(draw('MONETARY_UNIT', [['0', 7]]))).toEqual(['b:2 behind 800, 1', 'c:1 behind 2040, 6']);
    expect(names(draw('MONETARY_UNIT', [['0', 50]]))).toEqual([
      ...['a:1 behind 0, 2', 'a:2 behind 500, 1', 'b:2 behind 800, 6', 'c:1 behind 2040, 41'],
    ]);
  });

  test('of every monetary unit has each line as often as it is worth, also where a point lies on a border', () => {
    const drawing: Drawing = { method: 'MONETARY_UNIT', seed: 'Q4', strata: [{ amountFrom: '0', size: 11_040 }] };
    expect(names(drawnFrom(items, drawing, () => '0'.repeat(64)))).toEqual([
      ...['a:1 behind 0, 500', 'a:2 behind 500, 300', 'b:2 behind 800, 1200', 'b:10 behind 2000, 40'],
      'c:1 behind 2040, 9000',
    ]);
  });

  test('of nothing, or of nothing that is worth anything, is empty', () => {
    expect([draw('RANDOM', [['0', 3]], []), draw('MONETARY_UNIT', [['0', 3]], [])]).toEqual([[], []]);
    expect(draw('MONETARY_UNIT', [['0', 3]], [{ line: 'a:1', amount: 0n }])).toEqual([]);
  });

  test('stands in the order of journals as bytes and of lines as numbers', () => {
    const shuffled = ['b:10', 'a:2', 'B:1', 'b:9', 'a:1'];
    expect(shuffled.toSorted(lineOrder)).toEqual(['B:1', 'a:1', 'a:2', 'b:9', 'b:10']);
  });
});

describe('a monetary unit sample of any population', () => {
  const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 24n }), { minLength: 1, maxLength: 40 });
  const size = fc.integer({ min: 1, max: 500 });
  const drawnOf = (found: readonly bigint[], points: number, seed: string) => {
    const population = found.map((amount, index) => ({ line: `j:${index + 1}`, amount }));
    const drawing: Drawing = { method: 'MONETARY_UNIT', seed, strata: [{ amountFrom: '0', size: points }] };
    return drawnFrom(population, drawing, hash) as readonly Extract<Drawn, { readonly hits: number }>[];
  };

  test('has as many points as were asked for, wherever they begin', () => {
    fc.assert(
      fc.property(amounts, size, fc.string(), (found, points, seed) => {
        const hits = drawnOf(found, points, seed).reduce((sum, { hits }) => sum + hits, 0);
        expect(hits).toBe(found.every((amount) => amount === 0n) ? 0 : points);
      }),
    );
  });

  test('has every line that is at least as large as the interval, as often as the interval lies in it, or once more', () => {
    fc.assert(
      fc.property(amounts, size, fc.string(), (found, points, seed) => {
        const total = found.reduce((sum, amount) => sum + amount, 0n);
        if (total === 0n) return;
        const hits = new Map(drawnOf(found, points, seed).map((each) => [each.line, each.hits]));
        for (const [index, amount] of found.entries()) {
          const least = Number((amount * BigInt(points)) / total);
          const is = hits.get(`j:${index + 1}`) ?? 0;
          expect(is === least || is === least + 1).toBe(true);
        }
      }),
    );
  });
});

test('an amount is of the last stratum that begins at or below it', () => {
  const strata = ['0', '100', '5000'].map((amountFrom) => ({ amountFrom, size: 1 }));
  expect([0n, 99n, 100n, 4999n, 5000n, 10n ** 20n].map((amount) => stratumOf(amount, strata))).toEqual([
    ...[0, 0, 1, 1, 2, 2],
  ]);
});
