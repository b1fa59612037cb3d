import { codePattern } from '../ids.ts';
import { unitPricePattern } from '../money.ts';
import { withMasked } from '../personal/sealedText.ts';
import { pointer, type Violation } from './violation.ts';

export type Parts = readonly (string | number)[];

const textMax = 200;

const wrong = (parts: Parts, code: string, detail: string): readonly Violation[] => [
  { pointer: pointer(...parts), code, detail },
];

/** Nothing wrong when `holds`. */
export const expectThat = (holds: boolean, parts: Parts, code: string, detail: string): readonly Violation[] =>
  holds ? [] : wrong(parts, code, detail);

export const code = (parts: Parts, value: string): readonly Violation[] =>
  expectThat(codePattern.test(value), parts, 'CODE_INVALID', 'A code is 1–50 letters, digits, hyphens or underscores.');

/** Text a person reads; no control characters. */
export const text = (parts: Parts, value: string): readonly Violation[] =>
  expectThat(
    // A name that is in force already comes sealed, which takes more room. Control characters must not come in.
    // A name that is in force comes sealed, which takes more room.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come in.
    withMasked(value).length <= textMax && !/[\u0000-\u001f\u007f]/.test(value),
    parts,
    'TEXT_INVALID',
    `Text has at most ${textMax} characters and no control characters.`,
  );

const positivePattern = /^[1-9]\d{0,11}$/;
export const positive = (parts: Parts, value: string): readonly Violation[] =>
  expectThat(
    positivePattern.test(value),
    parts,
    'NOT_POSITIVE',
    'This is a positive integer as text, up to 12 digits.',
  );

/** Major units, up to 6 places, never negative. */
export const price = (parts: Parts, value: string): readonly Violation[] =>
  expectThat(
    unitPricePattern.test(value),
    parts,
    'NUMERIC_FORMAT',
    'A price is decimal text in major units with up to 6 places.',
  );

export const ratePct = (parts: Parts, value: string): readonly Violation[] =>
  expectThat(
    /^(100(\.0{1,4})?|\d{1,2}(\.\d{1,4})?)$/.test(value),
    parts,
    'RATE_INVALID',
    'A discount is a percentage between 0 and 100 with up to 4 places.',
  );

export const currency = (parts: Parts, value: string): readonly Violation[] =>
  expectThat(/^[A-Z]{3}$/.test(value), parts, 'CURRENCY_INVALID', 'A currency is three capital letters (ISO 4217).');

export const wholeNumber = (parts: Parts, value: number, min: number, max: number): readonly Violation[] =>
  expectThat(
    Number.isSafeInteger(value) && value >= min && value <= max,
    parts,
    'OUT_OF_RANGE',
    `This is a whole number from ${min} to ${max}.`,
  );

export const timeZone = (parts: Parts, value: string): readonly Violation[] => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return [];
  } catch {
    return wrong(parts, 'TIME_ZONE_UNKNOWN', `${value} is not a time zone of the IANA database.`);
  }
};

/** The second and later uses of a key. */
export const unique = (parts: Parts, keys: readonly string[], field?: string): readonly Violation[] => {
  const seen = new Set<string>();
  return keys.flatMap((key, index) => {
    if (seen.has(key))
      return wrong(
        field === undefined ? [...parts, index] : [...parts, index, field],
        'DUPLICATE',
        `${key} is listed twice.`,
      );
    seen.add(key);
    return [];
  });
};

export const atMost = (parts: Parts, list: readonly unknown[], max: number): readonly Violation[] =>
  expectThat(list.length <= max, parts, 'TOO_MANY', `At most ${max} entries fit here.`);
