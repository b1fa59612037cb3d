import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderedMap } from '../../../domain/stock/orderedMap.ts';
import { sizeOf, valueAt, valuesBetween, valuesOf, withEntry, withoutEntry } from '../../../domain/stock/orderedMap.ts';
import { nothingRecent, recall, recentMin, remember } from '../../../domain/stock/recent.ts';

const depthOf = (map: OrderedMap<unknown>): number =>
  map === null ? 0 : 1 + Math.max(depthOf(map.left), depthOf(map.right));

const steps = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 60 }).map(String)), { maxLength: 300 });

describe('the persistent map', () => {
  test('has the values of a stretch of keys, in order', () => {
    const key = fc.integer({ min: 0, max: 60 }).map(String);
    fc.assert(
      fc.property(fc.array(key), key, fc.option(key), (keys, after, upTo) => {
        const map = keys.reduce<OrderedMap<string>>((before, each) => withEntry(before, each, each), null);
        const within = [...new Set(keys)].filter((each) => each > after && (upTo === null || each <= upTo)).sort();
        expect([...valuesBetween(map, after, upTo)]).toEqual(within);
      }),
    );
  });

  test('behaves like a sorted Map, step by step, and leaves every earlier version as it was', () => {
    fc.assert(
      fc.property(steps, (changes) => {
        let map: OrderedMap<number> = null;
        const model = new Map<string, number>();
        const versions: { map: OrderedMap<number>; values: readonly number[] }[] = [];
        for (const [index, [add, key]] of changes.entries()) {
          map = add ? withEntry(map, key, index) : withoutEntry(map, key);
          if (add) model.set(key, index);
          else model.delete(key);
          const values = [...model].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
          versions.push({ map, values });
          expect(sizeOf(map)).toBe(model.size);
          expect(valueAt(map, key)).toBe(model.get(key));
        }
        for (const version of versions) expect([...valuesOf(version.map)]).toEqual(version.values);
      }),
      { numRuns: 200 },
    );
  });

  test('stays shallow when keys come in order and when half of them go', () => {
    let map: OrderedMap<number> = null;
    for (let n = 0; n < 10_000; n += 1) map = withEntry(map, String(n).padStart(6, '0'), n);
    expect(depthOf(map)).toBeLessThan(26);
    for (let n = 0; n < 10_000; n += 2) map = withoutEntry(map, String(n).padStart(6, '0'));
    expect(sizeOf(map)).toBe(5_000);
    expect(depthOf(map)).toBeLessThan(25);
  });

  test('stays shallow when keys come from the last to the first', () => {
    let map: OrderedMap<number> = null;
    for (let n = 10_000; n > 0; n -= 1) map = withEntry(map, String(n).padStart(6, '0'), n);
    expect(depthOf(map)).toBeLessThan(26);
  });

  test('without a key it does not hold is the very same map', () => {
    const map = withEntry(null, 'a', 1);
    expect(withoutEntry(map, 'b')).toBe(map);
  });
});

test('recent keys are remembered for at least the promised number, and the memory does not grow for ever', () => {
  let recent = nothingRecent as ReturnType<typeof remember<number>>;
  for (let n = 0; n < recentMin * 5; n += 1) {
    recent = remember(recent, `k${n}`, n);
    const oldest = n - recentMin + 1;
    if (oldest >= 0 && n % 97 === 0) expect(recall(recent, `k${oldest}`)).toBe(oldest);
  }
  expect(sizeOf(recent.young) + sizeOf(recent.old)).toBeLessThanOrEqual(2 * recentMin + 1);
});
