import { currencyExponent, type Decimal, decimal, decimalText, majorText, minor } from '../../domain/money.ts';

// How values are written for people, always in the same way: what Node knows of locales changes with its version.

/** `1234.5` as `1,234.5`. */
const grouped = (number: string): string => {
  const [whole = '', ...fraction] = number.split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
};

/** Minor units as major units with every place of the currency. */
export const printedAmount = (amount: string, currency: string): string => grouped(majorText(minor(amount), currency));

export const printedMoney = (amount: string, currency: string): string =>
  `${printedAmount(amount, currency)} ${currency}`;

/** A price of one unit: with the places of the currency, and more where it has more. */
export const printedPrice = (price: string, currency: string): string =>
  grouped(decimalText(decimal(price), currencyExponent(currency)));

export const printedQty = (qty: string): string => grouped(qty);

const hundredfold = ({ digits, scale }: Decimal): Decimal =>
  scale >= 2 ? { digits, scale: scale - 2 } : { digits: digits * 10n ** BigInt(2 - scale), scale: 0 };

/** `0.0825` as `8.25 %`. */
export const printedRate = (rate: string): string => `${decimalText(hundredfold(decimal(rate)))} %`;

/** Control characters, line ends, and what turns the direction of the text around it: they could make figures read as others. */
const unprintable = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Text that somebody wrote, as one harmless line. */
export const printedText = (text: string): string => text.replace(unprintable, ' ').trim();
