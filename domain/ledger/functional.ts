import { currencyExponent, type Decimal, divideRounded, type Minor, minor, minorText } from '../money.ts';

type Amounts = { readonly debit: string; readonly credit: string };

/** Minor units of one currency in minor units of the other: rounded once (R1). `rate`: units of `to` for one unit of `from`. */
export const convert = (amount: Minor, rate: Decimal, from: string, to: string): Minor => {
  const raise = currencyExponent(to) - currencyExponent(from) - rate.scale;
  const scaled = amount * rate.digits;
  return raise >= 0 ? scaled * 10n ** BigInt(raise) : divideRounded(scaled, 10n ** BigInt(-raise));
};

/** Each amount converted and rounded; what is missing to the converted sum goes on the largest amount, the first of equals. */
const convertSide = (amounts: readonly Minor[], rate: Decimal, from: string, to: string): readonly Minor[] => {
  const converted = amounts.map((amount) => convert(amount, rate, from, to));
  const sum = amounts.reduce((a, b) => a + b, 0n);
  const residue = convert(sum, rate, from, to) - converted.reduce((a, b) => a + b, 0n);
  const largest = amounts.reduce((best, amount, index) => (amount > (amounts[best] ?? 0n) ? index : best), 0);
  return converted.map((amount, index) => (index === largest ? amount + residue : amount));
};

/**
 * Functional amounts of a balanced journal (R8). Both sides have the same sum, are converted line by line, and the
 * residue of each side is put on its largest line, so the two sides are equal again and nothing is left for
 * ROUNDING_DIFFERENCE.
 */
export const functionalAmounts = (
  lines: readonly Amounts[],
  rate: Decimal,
  from: string,
  to: string,
): readonly { readonly functionalDebit: string; readonly functionalCredit: string }[] => {
  const debits = convertSide(
    lines.map((line) => minor(line.debit)),
    rate,
    from,
    to,
  );
  const credits = convertSide(
    lines.map((line) => minor(line.credit)),
    rate,
    from,
    to,
  );
  return lines.map((_line, index) => ({
    functionalDebit: minorText(debits[index] ?? 0n),
    functionalCredit: minorText(credits[index] ?? 0n),
  }));
};
