import { addDays, type Day, isDay } from '../calendar.ts';
import { unitPricePattern } from '../money.ts';
import { orderLinesMax } from '../order/commands.ts';
import type { OrderInput } from './validateOrder.ts';
import { pointer, type Violation } from './violation.ts';

/** Nobody promises goods further ahead; a year typed wrongly is caught here. */
const requestedDaysAheadMax = 730;

const amountPattern = /^-?(0|[1-9]\d{0,17})$/;

/** What is wrong with numbers and counts before anything is looked up. The HTTP edge checks types; other channels arrive here too. */
export const shapeViolations = (input: OrderInput): readonly Violation[] => {
  const found: Violation[] = [];
  if (input.lines.length === 0) {
    found.push({ pointer: '/lines', code: 'LINES_MISSING', detail: 'An order has at least one line.' });
  }
  if (input.lines.length > orderLinesMax) {
    const detail = `An order has at most ${orderLinesMax} lines.`;
    found.push({ pointer: '/lines', code: 'LINES_TOO_MANY', detail });
  }
  for (const [index, line] of input.lines.entries()) {
    if (line.requestedPrice !== undefined && !unitPricePattern.test(line.requestedPrice)) {
      const detail = 'A price is decimal text in major units with up to 6 places.';
      found.push({ pointer: pointer('lines', index, 'requestedPrice'), code: 'NUMERIC_FORMAT', detail });
    }
  }
  for (const [index, charge] of input.charges.entries()) {
    if (!amountPattern.test(charge.amount)) {
      const where = pointer('charges', index, 'amount');
      found.push({ pointer: where, code: 'NUMERIC_FORMAT', detail: 'An amount is integer text in minor units.' });
    } else if (charge.amount.startsWith('-')) {
      found.push({
        pointer: pointer('charges', index, 'amount'),
        code: 'CHARGE_NEGATIVE',
        detail: `Charge ${charge.code} is negative.`,
      });
    }
  }
  return found;
};

const repeated = (keys: readonly string[]): readonly number[] => {
  if (keys.length < 2) return [];
  const seen = new Set<string>();
  return keys.flatMap((key, index) => {
    if (seen.has(key)) return [index];
    seen.add(key);
    return [];
  });
};

/** Line ids and charge codes are references for life, so each occurs once. */
export const duplicates = (input: OrderInput): readonly Violation[] => [
  ...repeated(input.lines.map((line) => line.lineId)).map((index) => ({
    pointer: pointer('lines', index, 'lineId'),
    code: 'DUPLICATE_LINE',
    detail: `Line id ${input.lines[index]?.lineId} is used twice.`,
  })),
  ...repeated(input.charges.map((charge) => charge.code)).map((index) => ({
    pointer: pointer('charges', index, 'code'),
    code: 'DUPLICATE_CHARGE',
    detail: `Charge ${input.charges[index]?.code} is used twice.`,
  })),
];

export const dateViolations = (requestedDate: string, today: Day): readonly Violation[] => {
  const where = '/requestedDate';
  if (!isDay(requestedDate)) {
    return [{ pointer: where, code: 'DATE_INVALID', detail: `${requestedDate} is not a date (YYYY-MM-DD).` }];
  }
  if (requestedDate < today) {
    return [{ pointer: where, code: 'DATE_IN_PAST', detail: `${requestedDate} is past; today is ${today}.` }];
  }
  if (requestedDate > addDays(today, requestedDaysAheadMax)) {
    const detail = `${requestedDate} is more than ${requestedDaysAheadMax} days ahead.`;
    return [{ pointer: where, code: 'DATE_TOO_FAR', detail }];
  }
  return [];
};
