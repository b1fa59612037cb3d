import type { Day } from '../calendar.ts';
import { type Catalog, itemOf } from './catalog.ts';

/** What a line of the substitute costs: the price of what was ordered, its own, or whichever comes to less. */
export const priceRules = ['KEEP_ORIGINAL_PRICE', 'SUBSTITUTE_LIST_PRICE', 'LOWER_OF_BOTH'] as const;
export type PriceRule = (typeof priceRules)[number];

export const directions = ['ONE_WAY', 'BOTH'] as const;

/** `num` base units of the substitute stand for `den` base units of what was ordered. */
export type Ratio = { readonly num: string; readonly den: string };

/** Another item that may be delivered in the place of the one that names it; `BOTH`: and the other way round. */
export type Substitute = {
  readonly item: string;
  readonly ratio: Ratio;
  readonly direction: (typeof directions)[number];
  readonly priceRule: PriceRule;
  /** First and last day of the business unit on which it holds; absent: without that end. */
  readonly validFrom?: Day;
  readonly validTo?: Day;
};

export const substitutesMax = 20;

export const holdsOn = ({ validFrom, validTo }: Substitute, day: Day): boolean =>
  (validFrom === undefined || validFrom <= day) && (validTo === undefined || day <= validTo);

/** A substitute in both directions, seen from the other item: the item that named it stands for it. */
export const reversed = (item: string, { ratio, ...substitute }: Substitute): Substitute => ({
  ...substitute,
  ...{ item, ratio: { num: ratio.den, den: ratio.num } },
});

/** How much of the substitute stands for `qty`, base units; undefined where that is no whole number of them. */
export const inPlaceOf = (qty: bigint, { num, den }: Ratio): bigint | undefined => {
  const scaled = qty * BigInt(num);
  return scaled % BigInt(den) === 0n ? scaled / BigInt(den) : undefined;
};

/** The largest part of `qty` for which a whole number of the substitute stands. */
export const divisiblePart = (qty: bigint, { num, den }: Ratio): bigint => {
  let [a, b] = [BigInt(num), BigInt(den)];
  while (b > 0n) [a, b] = [b, a % b];
  const step = BigInt(den) / a;
  return qty - (qty % step);
};

/** Whether and how `other` may stand for `item` on a day. What an item itself says comes before what is said the other way round. */
export const substituteFor = (
  catalog: Catalog,
  { bu, item, other }: { readonly bu: string; readonly item: string; readonly other: string },
  day: Day,
): Substitute | undefined => {
  const own = itemOf(catalog, bu, item)?.substitutes?.find((each) => each.item === other && holdsOn(each, day));
  if (own !== undefined) return own;
  const theirs = itemOf(catalog, bu, other)?.substitutes?.find(
    (each) => each.item === item && each.direction === 'BOTH' && holdsOn(each, day),
  );
  return theirs && reversed(other, theirs);
};
