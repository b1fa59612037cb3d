// What the words of a source count. A warehouse calls what is on its shelves on hand, available, allocatable, or names each
// condition by itself; whatever it calls them, its figures are sums of the same parts.

/** What lies at a node, in parts that have nothing in common, and what is on its way there. FREE: whatever none of the others has. */
export const stockParts = ['FREE', 'SAFETY', 'ALLOCATED', 'HELD', 'DAMAGED', 'IN_TRANSIT'] as const;
export type StockPart = (typeof stockParts)[number];

/** Of what lies there, what a source may have taken off before it says how much there is. */
export const stockDeductions = ['ALLOCATED', 'HELD', 'DAMAGED', 'SAFETY'] as const;
export type StockDeduction = (typeof stockDeductions)[number];

/** IGNORED: the word counts nothing that is looked at here. */
export const stockMeasures = ['ON_HAND', ...stockDeductions, 'IN_TRANSIT', 'IGNORED'] as const;
export type StockMeasure = (typeof stockMeasures)[number];

/** Words that count the same count different goods, such as two kinds of holds, and are added up. */
export type DialectWord = {
  /** As the source sends it: a name, a status, a qualifier of X12. */
  readonly word: string;
  readonly measure: StockMeasure;
  /** Of ON_HAND alone: what is not in it; absent: all is. */
  readonly less?: readonly StockDeduction[];
};

/** A word that is not said of an item: there is nothing of it, or nobody knows. */
export const unsaidMeanings = ['ZERO', 'UNKNOWN'] as const;

export type StockDialect = {
  readonly words: readonly DialectWord[];
  readonly unsaid: (typeof unsaidMeanings)[number];
};

export const dialectWordsMax = 50;

const onHand = ['FREE', 'SAFETY', 'ALLOCATED', 'HELD', 'DAMAGED'] as const satisfies readonly StockPart[];

/**
 * What is asked of every source, each by the parts that are in it. USABLE: on hand less held and damaged, what we call sellable.
 * AVAILABLE: on hand less allocated and damaged. UNCOMMITTED: on hand less allocated, held and damaged. ALLOCATABLE: that
 * less the safety stock of the source.
 */
export const partsOfFigure = {
  ON_HAND: onHand,
  ALLOCATED: ['ALLOCATED'],
  HELD: ['HELD'],
  DAMAGED: ['DAMAGED'],
  IN_TRANSIT: ['IN_TRANSIT'],
  USABLE: ['FREE', 'SAFETY', 'ALLOCATED'],
  AVAILABLE: ['FREE', 'SAFETY', 'HELD'],
  UNCOMMITTED: ['FREE', 'SAFETY'],
  ALLOCATABLE: ['FREE'],
} as const satisfies Readonly<Record<string, readonly StockPart[]>>;

export type StockFigure = keyof typeof partsOfFigure;
export const stockFigures = Object.keys(partsOfFigure) as readonly StockFigure[];

/** The parts that a word counts. */
export const partsOfWord = ({ measure, less = [] }: Omit<DialectWord, 'word'>): readonly StockPart[] => {
  if (measure === 'IGNORED') return [];
  if (measure !== 'ON_HAND') return [measure];
  const without: ReadonlySet<StockPart> = new Set(less);
  return onHand.filter((part) => !without.has(part));
};
