import { currencyExponent, minor } from '../../../domain/money.ts';

const decimalsOfN2 = 2;

/**
 * Minor units as type N2, which has two implied decimals whatever the currency. Throws `RangeError` where the currency has
 * more of them and this amount needs them: there is no way to say it, and nothing is rounded.
 */
export const n2 = (amount: string, currency: string): string => {
  const places = currencyExponent(currency);
  if (places <= decimalsOfN2) return `${minor(amount) * 10n ** BigInt(decimalsOfN2 - places)}`;
  const finer = 10n ** BigInt(places - decimalsOfN2);
  if (minor(amount) % finer !== 0n) throw new RangeError(`${amount} minor units of ${currency} have no place in X12`);
  return `${minor(amount) / finer}`;
};

/** The same the other way round, digits of type N2 into minor units. Undefined: it is less than one of them. */
export const fromN2 = (hundredths: string, currency: string): string | undefined => {
  const places = currencyExponent(currency);
  if (places >= decimalsOfN2) return `${BigInt(hundredths) * 10n ** BigInt(places - decimalsOfN2)}`;
  const coarser = 10n ** BigInt(decimalsOfN2 - places);
  return BigInt(hundredths) % coarser === 0n ? `${BigInt(hundredths) / coarser}` : undefined;
};
