import { cumulativePart, decimal, divideRounded, extend, type Minor, percentOf } from '../money.ts';

/** Per cent, applied one after the other. */
export type DiscountRate = { readonly sequence: number; readonly kind: string; readonly ratePct: string };

export type LineAmounts = {
  readonly gross: Minor;
  /** One amount per rate, in sequence order. */
  readonly discounts: readonly Minor[];
  readonly discount: Minor;
  readonly net: Minor;
};

const inSequence = (rates: readonly DiscountRate[]): readonly DiscountRate[] =>
  [...rates].sort((a, b) => a.sequence - b.sequence);

/**
 * What a line of `qty` base units comes to. Gross is rounded once (R2); each discount is taken off what the earlier ones
 * left and rounded by itself (R3). Order and invoice use this one function, so they cannot disagree.
 */
export const lineAmounts = (
  qty: bigint,
  unitPrice: string,
  rates: readonly DiscountRate[],
  currency: string,
): LineAmounts => {
  const gross = extend(qty, decimal(unitPrice), currency);
  let net = gross;
  const discounts: Minor[] = [];
  for (const rate of inSequence(rates)) {
    const off = percentOf(net, decimal(rate.ratePct));
    discounts.push(off);
    net -= off;
  }
  return { gross, discounts, discount: gross - net, net };
};

/**
 * The part of a line that falls on (fromQty, fromQty + qty], each amount by the cumulative method (R6): parts that cover
 * the whole line add up to `lineAmounts` of the whole, to the minor unit. No part is negative while rates lie within 0–100.
 */
export const partialAmounts = (
  fromQty: bigint,
  qty: bigint,
  unitPrice: string,
  rates: readonly DiscountRate[],
  currency: string,
): LineAmounts => {
  const until = lineAmounts(fromQty + qty, unitPrice, rates, currency);
  const before = lineAmounts(fromQty, unitPrice, rates, currency);
  return {
    gross: until.gross - before.gross,
    discounts: until.discounts.map((amount, index) => amount - (before.discounts[index] ?? 0n)),
    discount: until.discount - before.discount,
    net: until.net - before.net,
  };
};

/** Cost of the part (fromQty, fromQty + qty] of a shipped line that cost `cost` for `wholeQty`: cumulative, so the parts add up to `cost` (R6). */
export const partialCost = (cost: Minor, wholeQty: bigint, fromQty: bigint, qty: bigint): Minor =>
  cumulativePart((upTo) => proportion(cost, upTo, wholeQty), fromQty, qty);

/**
 * The same of several costs of one line, as the components of a kit have: over all parts each adds up to itself, and within a part
 * they add up to the part of their sum. What rounds in one of them is made good by the next, so a part may be a minor unit below zero.
 */
export const partialCosts = (
  costs: readonly Minor[],
  wholeQty: bigint,
  fromQty: bigint,
  qty: bigint,
): readonly Minor[] => {
  let [sum, before] = [0n, 0n];
  return costs.map((cost) => {
    sum += cost;
    const upTo = partialCost(sum, wholeQty, fromQty, qty);
    const part = upTo - before;
    before = upTo;
    return part;
  });
};

const proportion = (amount: Minor, part: bigint, whole: bigint): Minor => {
  if (whole === 0n) return 0n;
  return divideRounded(amount * part, whole);
};
