import { describe, expect, test } from '@jest/globals';
import { isUntouched, progressOf } from '../../../domain/order/progress.ts';
import { bucketTexts, emptyBuckets, type LineBuckets } from '../../../domain/order/quantities.ts';

const of = (changes: Partial<LineBuckets>) =>
  progressOf('10', bucketTexts({ ...emptyBuckets, ordered: 10n, ...changes }));

describe('how far a line is', () => {
  test('counts what left and what was billed, wherever the rest lies', () => {
    const states: [Partial<LineBuckets>, string][] = [
      [{ unsourced: 10n }, 'OPEN'],
      [{ backordered: 4n, reserved: 3n, allocated: 3n, picked: 3n }, 'OPEN'],
      [{ shipped: 7n, backordered: 3n }, 'PARTIALLY_SHIPPED'],
      [{ shipped: 7n, invoiced: 7n, backordered: 3n }, 'PARTIALLY_INVOICED'],
      [{ shipped: 10n }, 'SHIPPED'],
      [{ shipped: 7n, cancelled: 3n }, 'SHIPPED'],
      [{ shipped: 10n, invoiced: 10n }, 'CLOSED'],
      [{ shipped: 12n, overshipped: 2n, gifted: 2n, invoiced: 10n }, 'CLOSED'],
      [{ cancelled: 10n }, 'CANCELLED'],
    ];
    for (const [buckets, status] of states) expect(of(buckets)).toMatchObject({ status });
    expect(of({ shipped: 7n, invoiced: 5n, cancelled: 1n, backordered: 2n })).toEqual({
      ...{ lineId: '10', status: 'PARTIALLY_INVOICED', shipped: '7', invoiced: '5', cancelled: '1' },
    });
  });

  test('is untouched until something left, was billed or cancelled, and again when it was all taken back', () => {
    expect([of({ reserved: 10n }), of({ unsourced: 10n })].map(isUntouched)).toEqual([true, true]);
    expect([of({ shipped: 1n, reserved: 9n }), of({ cancelled: 10n })].map(isUntouched)).toEqual([false, false]);
  });
});
