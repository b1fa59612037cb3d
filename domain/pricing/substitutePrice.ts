import type { PriceRule, Ratio } from '../masterData/substitutes.ts';
import { decimal, decimalText, minor, unitPricePattern } from '../money.ts';
import type { PricedLine } from '../order/events.ts';
import { repriced } from '../order/totals.ts';
import { lineAmounts } from './lineAmounts.ts';

/** As many places as a price may have. */
const placesMax = 6;

/**
 * What one base unit of the substitute costs when it costs in all what was agreed: price × den / num. Undefined where that
 * is no price of at most 6 places, because a rounded one would come to another amount.
 */
export const keptPrice = (unitPrice: string, { num, den }: Ratio): string | undefined => {
  const { digits, scale } = decimal(unitPrice);
  const [top, bottom] = [digits * BigInt(den) * 10n ** BigInt(placesMax), BigInt(num) * 10n ** BigInt(scale)];
  if (top % bottom !== 0n) return undefined;
  const kept = decimalText({ digits: top / bottom, scale: placesMax }, Math.min(scale, placesMax));
  return unitPricePattern.test(kept) ? kept : undefined;
};

export type SubstitutePricing = {
  readonly rule: PriceRule;
  readonly ratio: Ratio;
  readonly currency: string;
  /** The line that was ordered, and how much of it is replaced. */
  readonly original: PricedLine;
  readonly qty: bigint;
  /** The new line by what is in force for the customer, and its quantity. */
  readonly listed: PricedLine;
  readonly newQty: bigint;
};

/** The price of what was ordered, with its discounts; undefined where it cannot be kept exactly. */
const kept = ({ ratio, currency, original, listed, newQty }: SubstitutePricing): PricedLine | undefined => {
  const unitPrice = keptPrice(original.unitPrice, ratio);
  if (unitPrice === undefined) return undefined;
  const { lineId, listPrice } = listed;
  return repriced({ ...original, lineId, listPrice, unitPrice }, newQty, currency);
};

/** Undefined: by the rule it is to cost what was agreed, and no price of one unit comes to that. */
export const substitutePrice = (pricing: SubstitutePricing): PricedLine | undefined => {
  const { rule, original, qty, currency, listed } = pricing;
  if (rule === 'SUBSTITUTE_LIST_PRICE') return listed;
  if (rule === 'KEEP_ORIGINAL_PRICE') return kept(pricing);
  const agreed = lineAmounts(qty, original.unitPrice, original.discounts, currency).net;
  return minor(listed.net) <= agreed ? listed : kept(pricing);
};
