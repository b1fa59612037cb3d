import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AtpBucket, AtpInput, AtpPolicy } from '../../../domain/availability/atp.ts';
import { atpBuckets, atpPolicy, availableOn, withDemand } from '../../../domain/availability/atp.ts';
import { addDays } from '../../../domain/calendar.ts';

const today = '2026-03-02';
const input = (more: Partial<AtpInput> = {}): AtpInput => ({
  today,
  sellable: 0n,
  allocated: 0n,
  supplies: [],
  softReservations: [],
  backorders: [],
  safetyStock: 0n,
  ...more,
});
const inDays = (days: number): string => addDays(today, days);

/** The first day with ATP ≥ `qty`, or null inside this horizon. */
const firstDateFor = (buckets: readonly AtpBucket[], qty: bigint): string | null =>
  buckets.find((bucket) => bucket.atp >= qty)?.date ?? null;

describe('time-phased ATP', () => {
  test('of stock without a future is one bucket', () => {
    expect(atpBuckets(input({ sellable: 10n, allocated: 3n }))).toEqual([
      { date: today, supply: 7n, demand: 0n, projected: 7n, atp: 7n },
    ]);
  });

  test('keeps from today what is already promised for next week', () => {
    const buckets = atpBuckets(input({ sellable: 10n, softReservations: [{ qty: 6n, needDate: inDays(7) }] }));
    expect(buckets).toEqual([
      { date: today, supply: 10n, demand: 0n, projected: 10n, atp: 4n },
      { date: inDays(7), supply: 0n, demand: 6n, projected: 4n, atp: 4n },
    ]);
  });

  test('lets supply in between serve the later promise', () => {
    const buckets = atpBuckets(
      input({
        sellable: 10n,
        supplies: [{ qty: 5n, availableDate: inDays(5) }],
        softReservations: [{ qty: 6n, needDate: inDays(7) }],
      }),
    );
    expect(buckets.map((bucket) => bucket.atp)).toEqual([9n, 9n, 9n]);
  });

  test('is never negative, and withholds safety stock', () => {
    expect(atpBuckets(input({ sellable: 2n, allocated: 5n }))[0]).toMatchObject({ projected: -3n, atp: 0n });
    expect(atpBuckets(input({ sellable: 10n, safetyStock: 4n }))[0]).toMatchObject({ projected: 10n, atp: 6n });
  });

  test('puts past-due demand on today', () => {
    expect(atpBuckets(input({ sellable: 10n, backorders: [{ qty: 3n, needDate: '2026-01-01' }] }))[0]).toMatchObject({
      demand: 3n,
      atp: 7n,
    });
  });

  test('lets supply that is a little late slip and does not believe what is very late', () => {
    const late = (days: number) => atpBuckets(input({ supplies: [{ qty: 5n, availableDate: inDays(-days) }] }));
    expect(late(14).at(-1)).toMatchObject({ date: inDays(1), supply: 5n, atp: 5n });
    expect(late(15)).toHaveLength(1);
  });

  test('counts supply that is due today and looks no further than the horizon', () => {
    const due = (days: number) =>
      firstDateFor(atpBuckets(input({ supplies: [{ qty: 5n, availableDate: inDays(days) }] })), 5n);
    expect([due(0), due(180), due(181)]).toEqual([today, inDays(180), null]);
  });

  test('is not lowered by demand beyond the horizon', () => {
    expect(atpBuckets(input({ sellable: 4n, softReservations: [{ qty: 4n, needDate: inDays(181) }] }))).toMatchObject([
      { atp: 4n },
    ]);
  });

  test('answers for any day from the bucket in force', () => {
    const buckets = atpBuckets(input({ sellable: 3n, supplies: [{ qty: 4n, availableDate: inDays(10) }] }));
    expect([-1, 0, 9, 10, 400].map((days) => availableOn(buckets, inDays(days)))).toEqual([0n, 3n, 3n, 7n, 7n]);
    expect([firstDateFor(buckets, 3n), firstDateFor(buckets, 4n), firstDateFor(buckets, 8n)]).toEqual([
      today,
      inDays(10),
      null,
    ]);
  });
});

/** The formula of spec 4.5 as it stands there: one array per day, one minimum per day, no cleverness. */
const textbook = (given: AtpInput, policy: AtpPolicy): readonly bigint[] => {
  const H = policy.horizonDays;
  const day = (t: number) => addDays(given.today, t);
  const S = (t: number): bigint => {
    let sum = t === 0 ? given.sellable - given.allocated : 0n;
    for (const { qty, availableDate } of given.supplies) {
      const lateBy = (Date.parse(given.today) - Date.parse(availableDate)) / 86_400_000;
      const arrives =
        lateBy <= 0 ? availableDate : lateBy <= policy.pastDueSupplyDays ? day(policy.lateSlipDays) : 'never';
      if (arrives === day(t)) sum += qty;
    }
    return sum;
  };
  const D = (t: number): bigint =>
    [...given.softReservations, ...given.backorders]
      .filter(({ needDate }) => (t === 0 ? needDate <= day(0) : needDate === day(t)))
      .reduce((sum, { qty }) => sum + qty, 0n);
  const PAB: bigint[] = [];
  for (let t = 0; t <= H; t += 1) PAB.push((PAB[t - 1] ?? 0n) + S(t) - D(t));
  return PAB.map((_, t) => {
    const least = PAB.slice(t).reduce((a, b) => (a < b ? a : b)) - given.safetyStock;
    return least > 0n ? least : 0n;
  });
};

const small = fc.bigInt({ min: 0n, max: 50n });
const dated = <K extends string>(name: K) =>
  fc.array(
    fc
      .tuple(small, fc.integer({ min: -20, max: 45 }))
      .map(([qty, days]) => ({ qty, [name]: inDays(days) }) as { qty: bigint } & Record<K, string>),
    { maxLength: 12 },
  );
const anyInput: fc.Arbitrary<AtpInput> = fc.record({
  today: fc.constant(today),
  sellable: small,
  allocated: small,
  safetyStock: fc.bigInt({ min: 0n, max: 10n }),
  supplies: dated('availableDate'),
  softReservations: dated('needDate'),
  backorders: dated('needDate'),
});
const shortHorizon: AtpPolicy = { ...atpPolicy, horizonDays: 40 };

test('P-10 the answer equals the textbook on 1,000 random cases, day by day', () => {
  fc.assert(
    fc.property(anyInput, (given) => {
      const buckets = atpBuckets(given, shortHorizon);
      const days = textbook(given, shortHorizon);
      expect(days.map((_, t) => availableOn(buckets, inDays(t)))).toEqual(days);
      for (const qty of [1n, 20n, 60n]) {
        const first = days.findIndex((atp) => atp >= qty);
        expect(firstDateFor(buckets, qty)).toBe(first < 0 ? null : inDays(first));
      }
    }),
    { numRuns: 1_000 },
  );
});

test('a promise taken from the view equals the view computed with it', () => {
  fc.assert(
    fc.property(anyInput, small, fc.integer({ min: 0, max: 40 }), (given, qty, days) => {
      const taken = withDemand(atpBuckets(given, shortHorizon), given.safetyStock, inDays(days), qty);
      const anew = atpBuckets(
        { ...given, softReservations: [...given.softReservations, { qty, needDate: inDays(days) }] },
        shortHorizon,
      );
      expect(taken.filter((bucket) => bucket.supply !== 0n || bucket.demand !== 0n || bucket.date === today)).toEqual(
        anew.filter((bucket) => bucket.supply !== 0n || bucket.demand !== 0n || bucket.date === today),
      );
    }),
    { numRuns: 500 },
  );
});
