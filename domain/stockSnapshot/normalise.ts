import {
  partsOfFigure,
  partsOfWord,
  type StockDialect,
  type StockFigure,
  type StockPart,
  stockParts,
} from './dialect.ts';
import { type Coefficients, type Equation, type Solved, solve, sumOf } from './equations.ts';

export type Figures = Readonly<Partial<Record<StockFigure, bigint>>>;

/** FULL: whatever is not among it is not there. PARTIAL: as much as is told. CHANGES: how much more or less there is than before. */
export const snapshotScopes = ['FULL', 'PARTIAL', 'CHANGES'] as const;
export type SnapshotScope = (typeof snapshotScopes)[number];

export type Normalised = {
  /** What is known of the position; what is not there does not follow from what was told. */
  readonly figures: Figures;
  /** What was told cannot be: two sums disagree, or something comes to less than nothing. Then nothing is known. */
  readonly contradicts: boolean;
};

const coefficients = (parts: readonly StockPart[]): Coefficients =>
  stockParts.map((part) => (parts.includes(part) ? 1 : 0));

const figureCoefficients = (Object.entries(partsOfFigure) as [StockFigure, readonly StockPart[]][]).map(
  ([figure, parts]) => [figure, coefficients(parts)] as const,
);

/** Sums that are never below nothing beside the figures themselves: what one figure has and another has not. */
const differences = (
  [['SAFETY'], ['ALLOCATED', 'DAMAGED'], ['HELD', 'DAMAGED'], ['ALLOCATED', 'HELD', 'DAMAGED']] as const
).map(coefficients);

const isBelowNothing = (solved: Solved, figures: Figures): boolean =>
  Object.values(figures).some((qty) => qty < 0n) || differences.some((parts) => (sumOf(solved, parts) ?? 0n) < 0n);

/** One equation for all words that count the same; undefined: one of them was not said, so nobody knows what they come to. */
const equationOf = (
  words: StockDialect['words'],
  said: ReadonlyMap<string, bigint>,
  isUnsaidZero: boolean,
): Equation | undefined => {
  let sum = 0n;
  for (const { word } of words) {
    const qty = said.get(word);
    if (qty === undefined && !isUnsaidZero) return undefined;
    sum += qty ?? 0n;
  }
  const [first] = words;
  return first === undefined ? undefined : { parts: coefficients(partsOfWord(first)), sum };
};

/**
 * What a source says of one item, by the words of its dialect, as the figures that are the same for every source. A figure is
 * known when it follows from what was told and from nothing else. `said` adds up all lots; words that the dialect does not have
 * are not looked at. Of CHANGES a word that is not said did not change.
 */
export const normalise = (
  { words, unsaid }: StockDialect,
  said: ReadonlyMap<string, bigint>,
  scope: SnapshotScope,
): Normalised => {
  const counting = words.filter(({ measure }) => measure !== 'IGNORED');
  const isUnsaidZero = scope === 'CHANGES' || unsaid === 'ZERO';
  const alike = Map.groupBy(counting, (word) => partsOfWord(word).join(' '));
  const solved = solve([...alike.values()].flatMap((same) => equationOf(same, said, isUnsaidZero) ?? []));
  const figures: Partial<Record<StockFigure, bigint>> = {};
  for (const [figure, parts] of figureCoefficients) {
    const qty = sumOf(solved, parts);
    if (qty !== undefined) figures[figure] = qty;
  }
  if (solved.contradicts || (scope !== 'CHANGES' && isBelowNothing(solved, figures)))
    return { figures: {}, contradicts: true };
  return { figures, contradicts: false };
};

/** What is known after changes to what was known before: only what both of them say, and nothing where it comes to less than nothing. */
export const changed = (before: Figures, by: Figures): Normalised => {
  const figures = Object.fromEntries(
    (Object.entries(by) as [StockFigure, bigint][]).flatMap(([figure, qty]) => {
      const had = before[figure];
      return had === undefined ? [] : [[figure, had + qty] as const];
    }),
  );
  const contradicts = Object.values(figures).some((qty) => qty < 0n);
  return contradicts ? { figures: {}, contradicts } : { figures, contradicts };
};
