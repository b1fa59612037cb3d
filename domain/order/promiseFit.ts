import type { Day } from '../calendar.ts';
import { qty } from '../quantity.ts';
import { type Part, type PromiseParts, take } from './promiseParts.ts';
import type { LineBuckets } from './quantities.ts';

const sumOf = (parts: readonly Part[]): bigint => parts.reduce((sum, part) => sum + qty(part.qty), 0n);

const within = <P extends Part>(parts: readonly P[], most: bigint): readonly P[] => {
  const excess = sumOf(parts) - most;
  return excess > 0n ? take(parts, excess).kept : parts;
};

/**
 * Promises never speak of more than the line's quantities hold: goods that left beyond their own release used up other
 * parts, oldest first, without naming them.
 */
export const fitted = (parts: PromiseParts, buckets: LineBuckets): PromiseParts => ({
  ...parts,
  reserved: within(parts.reserved, buckets.reserved + buckets.allocated + buckets.dropship),
  waiting: within(parts.waiting, buckets.backordered),
  shipped: within(parts.shipped, buckets.shipped),
});

/**
 * The promised date of a line: the latest ship date of everything that has a date, shipped parts included. Null only
 * when nothing has one; what is without a date is told apart as `undated`.
 */
export const promisedDateOf = ({ reserved, waiting, shipped }: PromiseParts): Day | null =>
  [...reserved, ...waiting, ...shipped]
    .flatMap((part) => part.shipDate ?? [])
    .sort()
    .at(-1) ?? null;
