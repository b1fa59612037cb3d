import type { DrawnLine, SampleMethod, Stratum } from './events.ts';

// How a sample is drawn. The database draws by the same rules (`projections/auditSamples/draw.ts`), the offline verifier with
// these very functions, and an auditor with a few lines of any language: everything is SHA-256 and whole numbers.

/** A line that can be drawn. `line` is `journalId:lineNo`. */
export type SampleItem = { readonly line: string; readonly amount: bigint };

/** SHA-256 of a text in UTF-8, in lower-case hex. */
export type TextHash = (text: string) => string;

export type Drawing = {
  readonly method: SampleMethod;
  readonly seed: string;
  readonly strata: readonly Pick<Stratum, 'amountFrom' | 'size'>[];
};

/** Where in the order of drawing a line stands. */
export const rankOf = (seed: string, line: string, hash: TextHash): string => hash(`${seed}:${line}`);

/** The number that the start of a monetary unit sample is made of, before it is brought below the sum of the population. */
export const startNumber = (seed: string, hash: TextHash): bigint => BigInt(`0x${hash(`${seed}:start`)}`);

/** `size` selection points at a fixed interval of `total / size`, the first one at `start / size`: fractions are never rounded. */
export type Points = { readonly size: number; readonly total: bigint; readonly start: bigint };

export const pointsOf = (seed: string, size: number, total: bigint, hash: TextHash): Points => ({
  size,
  total,
  start: total === 0n ? 0n : startNumber(seed, hash) % total,
});

const pointsBelow = (amount: bigint, { size, total, start }: Points): bigint => {
  const scaled = amount * BigInt(size) - start;
  return scaled <= 0n ? 0n : (scaled + total - 1n) / total;
};

/** How many points lie in a line: not below `before`, and below `before + amount`. */
export const hitsOf = (before: bigint, amount: bigint, points: Points): number =>
  amount === 0n ? 0 : Number(pointsBelow(before + amount, points) - pointsBelow(before, points));

/** The place of the stratum that an amount is of; -1: of none. */
export const stratumOf = (amount: bigint, strata: Drawing['strata']): number =>
  strata.findLastIndex(({ amountFrom }) => BigInt(amountFrom) <= amount);

/** A line that was drawn, by what it was drawn by. */
export type Drawn = { readonly line: string } & (
  | { readonly rank: string }
  | { readonly before: string; readonly hits: number }
);

export const asDrawn = (line: DrawnLine): Drawn => {
  const named = { line: `${line.journalId}:${line.lineNo}` };
  return 'rank' in line ? { ...named, rank: line.rank } : { ...named, before: line.before, hits: line.hits };
};

const byRank = (items: readonly SampleItem[], { seed, strata }: Drawing, hash: TextHash): readonly Drawn[] =>
  strata.flatMap(({ size }, place) =>
    items
      .filter(({ amount }) => stratumOf(amount, strata) === place)
      .map(({ line }) => ({ line, rank: rankOf(seed, line, hash) }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, size),
  );

const byMoney = (items: readonly SampleItem[], { seed, strata }: Drawing, hash: TextHash): readonly Drawn[] => {
  const total = items.reduce((sum, { amount }) => sum + amount, 0n);
  const points = pointsOf(seed, strata[0]?.size ?? 0, total, hash);
  const drawn: Drawn[] = [];
  let before = 0n;
  for (const { line, amount } of items) {
    const hits = hitsOf(before, amount, points);
    if (hits > 0) drawn.push({ line, before: before.toString(), hits });
    before += amount;
  }
  return drawn;
};

/**
 * What is drawn from a population, in the order in which it is recorded.
 *
 * RANDOM and STRATIFIED: of each stratum the `size` lines whose SHA-256 of `seed:journalId:lineNo`, in hex, is smallest.
 *
 * MONETARY_UNIT (fixed interval over cumulative amounts, see AICPA Audit Guide "Audit Sampling", Monetary Unit Sampling): every
 * minor unit has the same chance. The lines stand in the order of `lineOrder`; point k of 0 … n-1 lies at (k × total + start) / n, where
 * start = SHA-256 of `seed:start`, as a number, modulo total; drawn is every line in which a point lies.
 */
export const drawnFrom = (items: readonly SampleItem[], drawing: Drawing, hash: TextHash): readonly Drawn[] =>
  drawing.method === 'MONETARY_UNIT' ? byMoney(items, drawing, hash) : byRank(items, drawing, hash);

/** By the bytes of the journal id, then by the number of the line. */
export const lineOrder = (a: string, b: string): number => {
  const [journalA = '', lineA = ''] = a.split(':');
  const [journalB = '', lineB = ''] = b.split(':');
  return journalA === journalB ? Number(lineA) - Number(lineB) : journalA < journalB ? -1 : 1;
};
