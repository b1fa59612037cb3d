import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DialectWord, StockDialect, StockPart } from '../../../domain/stockSnapshot/dialect.ts';
import { partsOfFigure, partsOfWord, stockFigures, stockParts } from '../../../domain/stockSnapshot/dialect.ts';
import { changed, type Figures, normalise, type SnapshotScope } from '../../../domain/stockSnapshot/normalise.ts';

type Situation = Readonly<Record<StockPart, bigint>>;

const situations: fc.Arbitrary<Situation> = fc.record(
  Object.fromEntries(stockParts.map((part) => [part, fc.bigInt(0n, 10_000n)])) as Record<
    StockPart,
    fc.Arbitrary<bigint>
  >,
);

const sum = (situation: Situation, parts: readonly StockPart[]): bigint =>
  parts.reduce((total, part) => total + situation[part], 0n);

/** What really lies there, in the figures that every source is brought to. */
const truthOf = (situation: Situation): Figures =>
  Object.fromEntries(stockFigures.map((figure) => [figure, sum(situation, partsOfFigure[figure])]));

const dialectOf = (words: readonly DialectWord[], unsaid: StockDialect['unsaid'] = 'UNKNOWN'): StockDialect => ({
  words,
  unsaid,
});

const apart: readonly DialectWord[] = [
  { word: 'ALLOC', measure: 'ALLOCATED' },
  { word: 'HOLD', measure: 'HELD' },
  { word: 'DMG', measure: 'DAMAGED' },
  { word: 'SAFE', measure: 'SAFETY' },
  { word: 'TRANSIT', measure: 'IN_TRANSIT' },
];

/** The same goods as three systems count them, and by status. */
const dialects = {
  'on hand': dialectOf([{ word: 'OH', measure: 'ON_HAND' }, ...apart]),
  available: dialectOf([{ word: 'AVAIL', measure: 'ON_HAND', less: ['ALLOCATED', 'DAMAGED'] }, ...apart]),
  allocatable: dialectOf([
    { word: 'ATA', measure: 'ON_HAND', less: ['ALLOCATED', 'HELD', 'DAMAGED', 'SAFETY'] },
    ...apart,
  ]),
  'by status': dialectOf([{ word: 'GOOD', measure: 'ON_HAND', less: ['HELD', 'DAMAGED'] }, ...apart]),
} as const;

const saidIn = ({ words }: StockDialect, situation: Situation): ReadonlyMap<string, bigint> =>
  new Map(words.map((word) => [word.word, sum(situation, partsOfWord(word))]));

const read = (dialect: StockDialect, situation: Situation, scope: SnapshotScope = 'FULL') =>
  normalise(dialect, saidIn(dialect, situation), scope);

describe('O-04 what sources say of stock', () => {
  test('is the same position, whichever of the dialects the same goods are told in', () => {
    fc.assert(
      fc.property(situations, (situation) => {
        for (const dialect of Object.values(dialects))
          expect(read(dialect, situation)).toEqual({ figures: truthOf(situation), contradicts: false });
      }),
    );
  });

  test('is the same after changes as it is when all is told again', () => {
    fc.assert(
      fc.property(situations, situations, fc.constantFrom(...Object.values(dialects)), (before, after, dialect) => {
        const by = Object.fromEntries(stockParts.map((part) => [part, after[part] - before[part]])) as Situation;
        const { figures: known } = changed(read(dialect, before).figures, read(dialect, by, 'CHANGES').figures);
        expect(known).toEqual(read(dialect, after).figures);
      }),
    );
  });

  test('is never guessed: with any words left out, a figure is right or it is not known', () => {
    const words = [
      ...new Map(Object.values(dialects).flatMap((one) => one.words.map((word) => [word.word, word]))).values(),
    ];
    fc.assert(
      fc.property(situations, fc.subarray(words), (situation, kept) => {
        const { figures, contradicts } = read(dialectOf(kept), situation);
        expect(contradicts).toBe(false);
        const truth = truthOf(situation);
        for (const figure of stockFigures) expect([undefined, truth[figure]]).toContain(figures[figure]);
      }),
    );
  });

  test('tells what is available and nothing of what is on hand, where that is all that is said', () => {
    const only = dialectOf([{ word: 'AVAIL', measure: 'ON_HAND', less: ['ALLOCATED', 'DAMAGED'] }]);
    expect(normalise(only, new Map([['AVAIL', 7n]]), 'FULL')).toEqual({
      figures: { AVAILABLE: 7n },
      contradicts: false,
    });
  });

  test('gives what follows from two figures although neither says it', () => {
    const two = dialectOf([
      { word: 'OH', measure: 'ON_HAND' },
      { word: 'GOOD', measure: 'ON_HAND', less: ['HELD', 'DAMAGED'] },
      { word: 'HOLD', measure: 'HELD' },
    ]);
    const said = new Map([
      ['OH', 10n],
      ['GOOD', 6n],
      ['HOLD', 3n],
    ]);
    expect(normalise(two, said, 'FULL').figures).toEqual({ ON_HAND: 10n, USABLE: 6n, HELD: 3n, DAMAGED: 1n });
  });

  test('adds up words that count the same, and knows nothing of them while one is not said', () => {
    const holds: readonly DialectWord[] = [
      { word: 'QC', measure: 'HELD' },
      { word: 'RECALL', measure: 'HELD' },
    ];
    const both = new Map([
      ['QC', 2n],
      ['RECALL', 3n],
    ]);
    const one = new Map([['QC', 2n]]);
    expect(normalise(dialectOf(holds), both, 'FULL').figures).toEqual({ HELD: 5n });
    expect(normalise(dialectOf(holds), one, 'FULL').figures).toEqual({});
    expect(normalise(dialectOf(holds, 'ZERO'), one, 'FULL').figures).toEqual({ HELD: 2n });
  });

  test.each<[string, Readonly<Record<string, bigint>>]>([
    ['two sums disagree', { OH: 10n, AVAIL: 8n, ALLOC: 1n, DMG: 0n }],
    ['a part is less than nothing', { OH: 10n, GOOD: 12n, HOLD: 0n }],
    ['what is taken off comes to less than nothing', { OH: 10n, AVAIL: 12n }],
  ])('knows nothing where %s', (_, said) => {
    const words = [
      ...dialects['on hand'].words,
      ...dialects.available.words.slice(0, 1),
      ...dialects['by status'].words.slice(0, 1),
    ];
    expect(normalise(dialectOf(words), new Map(Object.entries(said)), 'FULL')).toEqual({
      figures: {},
      contradicts: true,
    });
  });

  test('passes over words that count nothing', () => {
    const dialect = dialectOf([
      { word: 'OH', measure: 'ON_HAND' },
      { word: 'PALLETS', measure: 'IGNORED' },
    ]);
    const said = new Map([
      ['OH', 4n],
      ['PALLETS', 1n],
    ]);
    expect(normalise(dialect, said, 'FULL').figures).toEqual({ ON_HAND: 4n });
  });
});
