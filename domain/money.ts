/** Money is a bigint of minor units in memory and integer text everywhere else. Never a float, never a JSON number. */
export type Minor = bigint;

/** A decimal held exactly: value = digits / 10^scale. */
export type Decimal = { readonly digits: bigint; readonly scale: number };

const minorPattern = /^(0|-?[1-9]\d{0,37})$/;
const decimalPattern = /^-?(0|[1-9]\d{0,20})(\.\d{1,12})?$/;

/** A price or cost of one unit in major units, as people and partners may write it. */
export const unitPricePattern = /^(0|[1-9]\d{0,11})(\.\d{1,6})?$/;

/** ISO 4217 exponents that are not 2. */
const exponents: Readonly<Record<string, number>> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** Of which one major unit is not a hundred minor ones. */
export const unusualCurrencies: readonly string[] = Object.keys(exponents);

/** Minor units per major unit as a power of ten: JPY 0, USD 2, KWD 3. */
export const currencyExponent = (currency: string): number => exponents[currency] ?? 2;

/** Throws `RangeError` when `text` is not integer text; input was validated at the edge, so that is a bug. */
export const minor = (text: string): Minor => {
  if (!minorPattern.test(text)) throw new RangeError(`not minor units: ${text}`);
  return BigInt(text);
};

export const minorText = (amount: Minor): string => amount.toString();

/** Throws `RangeError` as `minor` does. */
export const minorSum = (amounts: readonly string[]): Minor => amounts.reduce((sum, amount) => sum + minor(amount), 0n);

/** Throws `RangeError` when `text` is not a plain decimal. */
export const decimal = (text: string): Decimal => {
  if (!decimalPattern.test(text)) throw new RangeError(`not a decimal: ${text}`);
  const [whole = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), scale: fraction.length };
};

/** Shortest decimal text, at least `placesMin` places. */
export const decimalText = ({ digits, scale }: Decimal, placesMin = 0): string => {
  const sign = digits < 0n ? '-' : '';
  const padded = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = padded.slice(0, padded.length - scale);
  let fraction = scale === 0 ? '' : padded.slice(padded.length - scale);
  while (fraction.length > placesMin && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  fraction = fraction.padEnd(placesMin, '0');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return /^[0.]*$/.test(text) ? text : sign + text;
};

/** Minor units as decimal text in major units with every place of the currency: 10214 USD is "102.14". */
export const majorText = (amount: Minor, currency: string): string => {
  const places = currencyExponent(currency);
  return decimalText({ digits: amount, scale: places }, places);
};

/** The exact inverse of `majorText`. Throws `RangeError` for what is finer than the currency's minor unit: it is never rounded. */
export const minorOfMajor = (text: string, currency: string): Minor => {
  const { digits, scale } = decimal(text);
  const places = currencyExponent(currency);
  if (scale <= places) return digits * 10n ** BigInt(places - scale);
  const finer = 10n ** BigInt(scale - places);
  if (digits % finer !== 0n) throw new RangeError(`finer than a minor unit of ${currency}: ${text}`);
  return digits / finer;
};

/** Quotient rounded half away from zero (R1). */
export const divideRounded = (numerator: bigint, denominator: bigint): bigint => {
  if (denominator === 0n) throw new RangeError('division by zero');
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const rounded = (n * 2n + d) / (d * 2n);
  return negative ? -rounded : rounded;
};

/** quantity × price in major units, rounded once to minor units (R2, R9). */
export const extend = (qty: bigint, unitPrice: Decimal, currency: string): Minor =>
  divideRounded(qty * unitPrice.digits * 10n ** BigInt(currencyExponent(currency)), 10n ** BigInt(unitPrice.scale));

/** amount × ratePct / 100, rounded once. */
export const percentOf = (amount: Minor, ratePct: Decimal): Minor =>
  divideRounded(amount * ratePct.digits, 100n * 10n ** BigInt(ratePct.scale));

/** amount × rate (a fraction such as 0.0825), rounded once. */
export const rateOf = (amount: Minor, rate: Decimal): Minor =>
  divideRounded(amount * rate.digits, 10n ** BigInt(rate.scale));

/** `value` rounded to `places` decimals, half away from zero. Numerator over denominator, e.g. a moving-average cost. */
export const quotientDecimal = (numerator: bigint, denominator: bigint, places: number): Decimal => ({
  digits: divideRounded(numerator * 10n ** BigInt(places), denominator),
  scale: places,
});

/**
 * The part of a document amount that falls on (fromQty, fromQty + qty]: f(to) − f(from) (R6).
 * Any sequence of parts that covers the whole adds up to f(whole) exactly.
 */
export const cumulativePart = (amountOf: (qty: bigint) => Minor, fromQty: bigint, qty: bigint): Minor =>
  amountOf(fromQty + qty) - amountOf(fromQty);

/**
 * Spreads `total` over `weights` by largest remainder; ties go to the earlier entry; the sum is exact (R4).
 * All-zero weights put everything on the first entry. Weights must not be negative.
 */
export const spread = (total: Minor, weights: readonly bigint[]): readonly Minor[] => {
  if (weights.length === 0) throw new RangeError('nothing to spread over');
  if (weights.some((weight) => weight < 0n)) throw new RangeError('negative weight');
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map((_, index) => (index === 0 ? total : 0n));
  const sign = total < 0n ? -1n : 1n;
  const size = total * sign;
  const shares = weights.map((weight, index) => ({ index, floor: (size * weight) / sum, rest: (size * weight) % sum }));
  let left = size - shares.reduce((a, share) => a + share.floor, 0n);
  const byRest = [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  const extra = new Set<number>();
  for (const share of byRest) {
    if (left === 0n) break;
    extra.add(share.index);
    left -= 1n;
  }
  return shares.map((share) => sign * (share.floor + (extra.has(share.index) ? 1n : 0n)));
};
