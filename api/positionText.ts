import { HttpProblem } from './problem.ts';

/** Longer than any position of any log. */
export const positionLengthMax = 60;

const digits = 20;
const pattern = /^\d{1,20}(\.\d{1,20})?$/;

/**
 * A position as the logs write it, from what a person may have shortened: the only place that knows its shape, which is
 * one number of 20 digits (Postgres) or two (EventStoreDB), so that it sorts as text. "0" is before every event. Undefined
 * for what is no position.
 */
export const normalPosition = (given: string): string | undefined => {
  if (!pattern.test(given)) return undefined;
  if (/^[0.]+$/.test(given)) return '0';
  return given
    .split('.')
    .map((part) => part.padStart(digits, '0'))
    .join('.');
};

/** Throws `HttpProblem` 400. */
export const requiredPosition = (given: string): string => {
  const position = normalPosition(given);
  if (position === undefined) {
    throw new HttpProblem('MIN_POSITION_INVALID', 'X-Min-Position is a position as a receipt gives it.');
  }
  return position;
};
