import { maxQty, minQty, qty, qtyText } from '../quantity.ts';

/**
 * What a business unit takes for one order that came in twice: `windowHours` lie between the two acceptances at most
 * (0: nothing is looked for), and they are alike to `minScorePct` per cent at least.
 */
export type DuplicateRadar = { readonly windowHours: number; readonly minScorePct: number };

/** Where a business unit says nothing. */
export const usualRadar: DuplicateRadar = { windowHours: 24, minScorePct: 75 };

export const radarHoursMax = 336;

export type DuplicateRule = 'SAME_LINES' | 'LINES_CONTAINED' | 'OTHER_QUANTITIES';

/** Base units by item, in order of item: what several lines of an order have of one item counts together. */
export type OrderedGoods = readonly { readonly item: string; readonly qty: string }[];

/** An accepted order, as far as it takes to tell whether another one repeats it. */
export type SightedOrder = {
  readonly orderId: string;
  /** Of its acceptance, as text that sorts. */
  readonly position: string;
  readonly acceptedAt: string;
  readonly channel: string;
  readonly customerPo: string;
  /** Who ordered, where to and for which day, as one key: orders that differ in this are never compared. */
  readonly occasion: string;
  /** The occasion and all of the goods, as one key. */
  readonly content: string;
  /** Null: too many to be compared one by one. */
  readonly goods: OrderedGoods | null;
};

/** The order that was accepted first, and how much alike the two are. */
export type Duplicate = { readonly first: SightedOrder; readonly rule: DuplicateRule; readonly scorePct: number };

type Likeness = Pick<Duplicate, 'rule' | 'scorePct'>;

const hourMs = 3_600_000;
const parts = 10_000n;
/** A comparison item by item takes its time, and nothing limits how often a customer orders. */
const similarMax = 40;

export const goodsOf = (lines: OrderedGoods): OrderedGoods => {
  const sums = new Map<string, bigint>();
  for (const line of lines) sums.set(line.item, (sums.get(line.item) ?? 0n) + qty(line.qty));
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([item, sum]) => ({ item, qty: qtyText(sum) }));
};

const ruleOf = (equal: number, fewer: number, more: number): DuplicateRule | undefined => {
  if (equal === fewer) return fewer === more ? 'SAME_LINES' : 'LINES_CONTAINED';
  return fewer === more ? 'OTHER_QUANTITIES' : undefined;
};

/**
 * How much alike two orders are. Each item of either counts the same, by how much of its greater quantity the
 * smaller one is; whole per cent, rounded down. Undefined: each has something of its own, so neither repeats the other.
 */
export const likeness = (one: OrderedGoods, other: OrderedGoods): Likeness | undefined => {
  const [fewer, more] = one.length <= other.length ? [one, other] : [other, one];
  const greater = new Map(more.map((goods) => [goods.item, qty(goods.qty)]));
  let equal = 0;
  let share = 0n;
  for (const goods of fewer) {
    const [mine, theirs] = [qty(goods.qty), greater.get(goods.item)];
    if (theirs === undefined) return undefined;
    if (mine === theirs) equal += 1;
    share += (parts * minQty(mine, theirs)) / maxQty(mine, theirs);
  }
  const rule = ruleOf(equal, fewer.length, more.length);
  if (rule === undefined) return undefined;
  return { rule, scorePct: Number((share * 100n) / (parts * BigInt(more.length))) };
};

/**
 * One channel that orders the same again means it, as a standing order does; and of two orders under one purchase order
 * number somebody was asked already (POSSIBLE_DUPLICATE_PO).
 */
const mayBeOne = (first: SightedOrder, second: SightedOrder, { windowHours }: DuplicateRadar): boolean =>
  first.position < second.position &&
  first.occasion === second.occasion &&
  first.channel !== second.channel &&
  first.customerPo !== second.customerPo &&
  Date.parse(second.acceptedAt) - Date.parse(first.acceptedAt) <= windowHours * hourMs;

const sameLines: Likeness = { rule: 'SAME_LINES', scorePct: 100 };

const alike = (first: SightedOrder, second: SightedOrder, isNear: boolean): Likeness | undefined => {
  if (first.content === second.content) return sameLines;
  if (!isNear || first.goods === null || second.goods === null) return undefined;
  return likeness(first.goods, second.goods);
};

/**
 * What `second` may be a repetition of: the most alike first, of equal ones the earliest. The same content is found
 * among all of them, what is only similar among the latest.
 */
export const duplicatesOf = (
  second: SightedOrder,
  others: readonly SightedOrder[],
  radar: DuplicateRadar,
): readonly Duplicate[] =>
  others
    .filter((first) => mayBeOne(first, second, radar))
    .sort((a, b) => (a.position < b.position ? 1 : -1))
    .flatMap((first, index) => {
      const found = alike(first, second, index < similarMax);
      return found === undefined || found.scorePct < radar.minScorePct ? [] : [{ first, ...found }];
    })
    .sort((a, b) => b.scorePct - a.scorePct || (a.first.position < b.first.position ? -1 : 1));

const words = {
  SAME_LINES: 'the same lines and quantities',
  LINES_CONTAINED: 'all lines of one are among those of the other',
  OTHER_QUANTITIES: 'the same items in other quantities',
} as const satisfies Readonly<Record<DuplicateRule, string>>;

/** What the hold says to people, and as data. */
export const duplicateHold = ({ first, rule, scorePct }: Duplicate) => ({
  note: `Order ${first.orderId}, accepted from ${first.channel} at ${first.acceptedAt}, is for the same ship-to and date: ${words[rule]}, ${scorePct} % alike.`,
  data: {
    firstOrderId: first.orderId,
    firstChannel: first.channel,
    firstAcceptedAt: first.acceptedAt,
    rule,
    scorePct: String(scorePct),
  },
});
