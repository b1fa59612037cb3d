import { minor, minorText } from '../money.ts';
import { lineAmounts } from '../pricing/lineAmounts.ts';
import type { PricedLine, Totals } from './events.ts';

export const withLine = (totals: Totals, before: PricedLine | undefined, after: PricedLine): Totals => {
  const sum = (name: 'gross' | 'discount' | 'net') =>
    minorText(minor(totals[name]) + minor(after[name]) - minor(before?.[name] ?? '0'));
  return { gross: sum('gross'), discount: sum('discount'), charges: totals.charges, net: sum('net') };
};

/** All of the line at the price that it has. */
export const repriced = (price: PricedLine, ordered: bigint, currency: string): PricedLine => {
  const amounts = lineAmounts(ordered, price.unitPrice, price.discounts, currency);
  return {
    ...price,
    discounts: price.discounts.map((each, index) => ({ ...each, amount: minorText(amounts.discounts[index] ?? 0n) })),
    gross: minorText(amounts.gross),
    discount: minorText(amounts.discount),
    net: minorText(amounts.net),
  };
};
