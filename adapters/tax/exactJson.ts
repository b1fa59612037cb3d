// AvaTax writes money as JSON numbers. JSON.parse would make floats of them (9007199254740993 becomes …992), so here a
// number is kept as the text that was printed, and money text is printed as a number without ever being one.

type ReviverContext = { readonly source?: string };
type ParseWithSource = (
  text: string,
  reviver: (key: string, value: unknown, context: ReviverContext) => unknown,
) => unknown;

// The library types of ES2024 do not know the third argument yet.
const parseWithSource = JSON.parse as ParseWithSource;

/** Like `JSON.parse`, with every number as the text it was written in. Throws `SyntaxError`. */
export const parseExact = (text: string): unknown =>
  parseWithSource(text, (_key, value, { source }) => (typeof value === 'number' ? source : value));

const numberPattern = /^-?(0|[1-9]\d*)(\.\d+)?$/;

/** Decimal text that `JSON.stringify` prints as a number, digit by digit. Throws `RangeError` for anything else. */
export const exactNumber = (decimalText: string): unknown => {
  if (!numberPattern.test(decimalText)) throw new RangeError(`not a decimal: ${decimalText}`);
  const rawJson: unknown = Reflect.get(JSON, 'rawJSON');
  if (typeof rawJson !== 'function') throw new Error('this Node has no JSON.rawJSON');
  return rawJson.call(JSON, decimalText);
};

/** A JSON number as plain decimal text: `1.25E+2` is `125`, `-0.00` is `0.00`. Undefined when it has more than 60 digits or an absurd exponent. */
export const plainDecimal = (printed: string): string | undefined => {
  const match = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(printed);
  if (match === null) return undefined;
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const left = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const right = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const trimmed = left.replace(/^0+(?=\d)/, '');
  const text = right === '' ? trimmed : `${trimmed}.${right}`;
  return /^[0.]*$/.test(text) ? text : sign + text;
};
