/** Of several rounds. A single figure of a shared machine says little; three say how much. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number };

/** About the judged figure: the ratio to the reference, or the figure itself where there is none. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

export type Figure = {
  readonly row: string;
  readonly what: string;
  /** Of `ours` and `reference`. */
  readonly unit: string;
  readonly ours: Spread;
  readonly reference?: Spread;
  /** The ratio of each round, not the ratio of the medians: what disturbs a round disturbs both of its halves. */
  readonly ratio?: Spread;
  /** Absent: shown for information. */
  readonly target?: Target;
  readonly note?: string;
};

const at = (sorted: readonly number[], index: number): number => sorted[index] ?? Number.NaN;

/** The value below which `share` of the values lie. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return at(sorted, Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1)));
};

const spreadOf = (values: readonly number[]): Spread => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
  return { min: at(sorted, 0), median, max: at(sorted, sorted.length - 1) };
};

type Round = { readonly ours: number; readonly reference: number };

type Compared = Pick<Figure, 'row' | 'what' | 'unit'> & { readonly target?: Target; readonly note?: string };

/** A figure beside its reference. */
export const compared = (about: Compared, rounds: readonly Round[]): Figure => ({
  ...about,
  ours: spreadOf(rounds.map(({ ours }) => ours)),
  reference: spreadOf(rounds.map(({ reference }) => reference)),
  ratio: spreadOf(rounds.map(({ ours, reference }) => ours / reference)),
});

/** A figure that is judged by itself. */
export const measured = (about: Compared, values: readonly number[]): Figure => ({ ...about, ours: spreadOf(values) });

type Verdict = 'met' | 'missed' | '';

/** The median decides. What could not be measured is missed. */
export const verdictOf = ({ ours, ratio, target }: Figure): Verdict => {
  if (target === undefined) return '';
  const { median } = ratio ?? ours;
  return ('atLeast' in target ? median >= target.atLeast : median <= target.atMost) ? 'met' : 'missed';
};
