import { z } from 'zod';
import { isDay } from '../../domain/calendar.ts';
import { codePattern, lineIdPattern, ulidPattern } from '../../domain/ids.ts';
import { normalPosition, positionLengthMax } from '../positionText.ts';

/** An error text carries its code of the catalogue in front; `violations.ts` takes the two apart. */
export const coded = (code: string, detail: string): string => `${code}: ${detail}`;

const numeric = (detail: string): { readonly error: () => string } => {
  const text = coded('NUMERIC_FORMAT', detail);
  return { error: () => text };
};

const moneyError = numeric('An amount is text of minor units, such as "10214", of at most 18 digits.');
const qtyError = numeric('A quantity is integer text, such as "10", of at most 15 digits.');
const integerPattern = /^(0|-?[1-9]\d{0,14})$/;

/** A whole number that is merely too small is told so; anything else is no quantity at all. */
const qtyErrorOr = (code: string, detail: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    typeof input === 'string' && integerPattern.test(input) ? coded(code, detail) : qtyError.error(),
});

const aboveZero = qtyErrorOr('QTY_NOT_POSITIVE', 'A quantity is above zero.');
const otherThanZero = qtyErrorOr('QTY_NOT_POSITIVE', 'A quantity is above zero; only an adjustment may be below.');
const notBelowZero = qtyErrorOr('QTY_NEGATIVE', 'This quantity is not below zero.');
const decimalError = numeric('A price or rate is decimal text, such as "12.50".');

/** Minor units, not negative. */
export const money = z
  .string(moneyError)
  .regex(/^(0|[1-9]\d{0,17})$/, moneyError)
  .meta({ description: 'Minor units of the currency, as text.', examples: ['10214'] });

/** More than nothing. */
export const positiveMoney = z
  .string(moneyError)
  .regex(/^[1-9]\d{0,17}$/, moneyError)
  .meta({ description: 'Minor units of the currency above zero, as text.', examples: ['10214'] });

/** Either way, and not nothing. */
export const movedMoney = z
  .string(moneyError)
  .regex(/^-?[1-9]\d{0,17}$/, moneyError)
  .meta({ description: 'Minor units of the currency, as text; may be negative.', examples: ['10214'] });

/** Minor units, either sign: what the service answers. */
export const signedMoney = z
  .string(moneyError)
  .regex(/^(0|-?[1-9]\d{0,37})$/, moneyError)
  .meta({ description: 'Minor units of the currency, as text; may be negative.', examples: ['-1500'] });

/** More than zero, in the unit named beside it. */
export const positiveQty = z
  .string(qtyError)
  .regex(/^[1-9]\d{0,14}$/, aboveZero)
  .meta({ description: 'A whole number above zero, as text.', examples: ['10'] });

export const qtyOrZero = z
  .string(qtyError)
  .regex(/^(0|[1-9]\d{0,14})$/, notBelowZero)
  .meta({ description: 'A whole number, as text.', examples: ['0'] });

/** Either way, or nothing. */
export const anyQty = z
  .string(qtyError)
  .regex(integerPattern, qtyError)
  .meta({ description: 'A whole number, as text; may be negative.', examples: ['7'] });

export const nonZeroQty = z
  .string(qtyError)
  .regex(/^-?[1-9]\d{0,14}$/, otherThanZero)
  .meta({ description: 'A whole number other than zero, as text; adjustments may be negative.', examples: ['-2'] });

/** What the service answers: base units. */
export const qty = z
  .string(qtyError)
  .regex(/^(0|-?[1-9]\d{0,17})$/, qtyError)
  .meta({ description: 'Base units of the item, as text.', examples: ['7'] });

/** Unit price or unit cost in major units, up to 6 places. */
export const price = z
  .string(decimalError)
  .regex(/^(0|[1-9]\d{0,11})(\.\d{1,6})?$/, decimalError)
  .meta({ description: 'Major units of the currency, up to 6 places, as text.', examples: ['12.50'] });

/** A share of a hundred, up to 6 places. */
export const percent = z
  .string(decimalError)
  .regex(/^(100(\.0{1,6})?|\d{1,2}(\.\d{1,6})?)$/, decimalError)
  .meta({ description: 'Per cent, 0 to 100, as text.', examples: ['8'] });

/** Any decimal the service answers: rates, costs. */
export const decimalOut = z
  .string(decimalError)
  .regex(/^-?(0|[1-9]\d{0,20})(\.\d{1,12})?$/, decimalError)
  .meta({ description: 'A decimal, as text.', examples: ['0.0825'] });

export const patterned = (pattern: RegExp, detail: string) => {
  const text = coded('FORMAT_INVALID', detail);
  // Nothing further is asked of a text of the wrong form: one place, one code.
  return z.string().regex(pattern, { error: () => text, abort: true });
};

export const code = patterned(
  codePattern,
  'A code has up to 50 letters, digits, "_" and "-", and starts with a letter or digit.',
);
export const lineId = patterned(lineIdPattern, 'A line id has up to 20 letters, digits, "_" and "-".');
export const ulid = patterned(ulidPattern, 'An id of this service is a ULID.');
export const currency = patterned(/^[A-Z]{3}$/, 'A currency is three capital letters (ISO 4217).');
export const account = patterned(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
  'An account number has up to 40 letters, digits, ".", "_" and "-".',
);
export const role = patterned(/^[A-Z][A-Z0-9_]{0,59}$/, 'An account role is upper snake case.');
export const period = patterned(/^[1-9]\d{3}(0[1-9]|1[0-2])$/, 'A period is YYYYMM.').meta({ examples: ['202611'] });
export const localTime = patterned(/^([01]\d|2[0-3]):[0-5]\d$/, 'A local time is HH:MM.');
export const positionText = z.string().min(1).max(positionLengthMax);

/** A position in a query, brought into the form in which positions are compared. */
export const positionParameter = positionText
  .refine((text) => normalPosition(text) !== undefined, {
    error: () => coded('FORMAT_INVALID', 'A position is as a receipt gives it.'),
  })
  .transform((text) => normalPosition(text) ?? text);

/** Numbers that partners give their documents: customer PO, confirmation, reference. */
export const reference = z.string().normalize('NFC').trim().min(1).max(100);
export const shortText = z.string().normalize('NFC').trim().min(1).max(200);

export const day = patterned(/^\d{4}-\d{2}-\d{2}$/, 'A date is YYYY-MM-DD.')
  .refine((text) => isDay(text), { error: () => coded('DATE_INVALID', 'There is no such day.') })
  .meta({ format: 'date', examples: ['2026-12-01'] });

/** What is said of days in the wrong order; undefined: they are in order, or one of them is not said. */
export const backwards = (first: string | undefined, last: string | undefined): string | undefined =>
  first !== undefined && last !== undefined && first > last ? 'The last day is before the first.' : undefined;

/** For what goes from a first day to a last one, by the names that these have. */
export const inOrder =
  <First extends string, Last extends string>(first: First, last: Last) =>
  (asked: Readonly<Partial<Record<First | Last, unknown>>>, context: z.RefinementCtx): void => {
    const detail = backwards(asked[first] as string | undefined, asked[last] as string | undefined);
    if (detail !== undefined)
      context.addIssue({ code: 'custom', path: [last], message: coded('VALUE_INVALID', detail) });
  };

const isInstant = (text: string): boolean => isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));

export const instant = patterned(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/, 'An instant is RFC 3339 in UTC.')
  .refine(isInstant, { error: () => coded('DATE_INVALID', 'There is no such moment.') })
  .meta({ format: 'date-time', examples: ['2026-11-24T08:00:00Z'] });

/** Any id the service composes: part of a path, so without "/" and "?". */
export const anyId = z.string().regex(/^[A-Za-z0-9._:~@-]{1,200}$/);

/** Query text that stands for a small whole number. */
export const limit = z
  .string()
  .regex(/^[1-9]\d{0,2}$/, { error: () => coded('VALUE_INVALID', 'A limit is a whole number from 1 to 500.') })
  .transform(Number)
  .refine((value) => value <= 500, { error: () => coded('VALUE_INVALID', 'A limit is a whole number from 1 to 500.') })
  .meta({ description: 'How many of a page, 1 to 500; 50 unless said.', examples: ['100'] });

/** What every list takes that goes on page by page. */
export const paging = {
  limit: limit.exactOptional(),
  cursor: z
    .string()
    .min(1)
    .max(500)
    .exactOptional()
    .meta({ description: '`nextCursor` of the page before, as it is, with the same filters; absent: the first page.' }),
};
