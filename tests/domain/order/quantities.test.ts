import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketsOf, bucketTexts, emptyBuckets, type LineBuckets } from '../../../domain/order/quantities.ts';

const names = Object.keys(emptyBuckets) as (keyof LineBuckets)[];

const anyBuckets = fc
  .array(fc.bigInt({ min: 0n, max: 10n ** 18n }), { minLength: names.length, maxLength: names.length })
  .map((values) => Object.fromEntries(names.map((name, n) => [name, values[n]])) as LineBuckets);

test('each quantity of a line is its own text, and is read from it again', () => {
  fc.assert(
    fc.property(anyBuckets, (buckets) => {
      const texts = bucketTexts(buckets);
      expect(texts).toEqual(Object.fromEntries(names.map((name) => [name, String(buckets[name])])));
      expect(bucketsOf(texts)).toEqual(buckets);
    }),
  );
});
