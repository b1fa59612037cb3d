import { cumulativePart, divideRounded, type Minor } from '../money.ts';

/** The share of `amount` that falls on (from, from + part] of `whole`, cumulative (R6): all of them add up to `amount`. */
export const share = (amount: Minor, whole: bigint, from: bigint, part: bigint): Minor =>
  whole === 0n ? 0n : cumulativePart((upTo) => divideRounded(amount * upTo, whole), from, part);
