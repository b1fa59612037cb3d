import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkEquation, openQty } from '../../../domain/order/quantities.ts';
import { lineStatus } from '../../../domain/order/status.ts';
import { plays } from './moves.ts';
import { createWorld, type Move, type World } from './world.ts';

const quantities = { '10': '10', '20': '7', '30': '1' };

const moves = (late: fc.Arbitrary<boolean>): fc.Arbitrary<readonly Move[]> =>
  fc.array(fc.record({ op: fc.nat(plays.length - 1), which: fc.nat(50), qty: fc.nat(7), late }), {
    minLength: 40,
    maxLength: 90,
  });

const holds = (world: World): void => {
  for (const [lineId, buckets] of world.buckets) {
    const violations = checkEquation(buckets);
    if (violations.length > 0) throw new Error(`line ${lineId}: ${violations.join('; ')}`);
    const status = lineStatus({ buckets, accepted: true, rejected: false, held: false, returnOpen: false });
    if (status === 'PENDING') throw new Error(`line ${lineId} has no status of its own`);
    if (status === 'CLOSED' && openQty(buckets) > 0n) throw new Error(`line ${lineId} is closed and open`);
  }
};

const compared = ['unsourced', 'backordered', 'reserved', 'allocated', 'shipped', 'overshipped', 'cancelled'] as const;

const agrees = (world: World): void => {
  for (const line of world.allocated()) {
    const buckets = world.bucketsOf(line.lineId);
    const wrong = compared.filter((name) => buckets[name] !== line[name]);
    if (wrong.length > 0) expect(buckets).toMatchObject(line);
  }
};

const agreesWhenSettled = (world: World): void => {
  if (world.settled()) agrees(world);
};

type Terms = Parameters<typeof createWorld>[2];

const run = (history: readonly Move[], afterMove: (world: World) => void, terms: Terms = {}): number => {
  let events = 0;
  const count = (now: World): void => {
    events += 1;
    holds(now);
  };
  const world = createWorld(quantities, count, terms);
  for (const move of history) {
    plays[move.op]?.(world, move);
    afterMove(world);
  }
  world.settle();
  afterMove(world);
  return events;
};

describe('the quantity equation over random histories', () => {
  test('holds after each of 10,000 events, and the allocation agrees with the buckets after each command', () => {
    let events = 0;
    fc.assert(
      fc.property(moves(fc.constant(false)), (history) => {
        events += run(history, agrees);
      }),
      { numRuns: 600 },
    );

    expect(events).toBeGreaterThan(10_000);
  });

  test.each([{ allowSplit: false }, { shipComplete: true }])('holds for an order with %o', (terms) => {
    fc.assert(
      fc.property(moves(fc.constant(false)), (history) => {
        run(history, agrees, terms);
      }),
      { numRuns: 200 },
    );
  });

  test('holds after each event also when facts reach the allocation late, and it agrees with the buckets when it has heard of all', () => {
    let events = 0;
    fc.assert(
      fc.property(moves(fc.boolean()), (history) => {
        events += run(history, agreesWhenSettled);
      }),
      { numRuns: 600 },
    );

    expect(events).toBeGreaterThan(10_000);
  });
});
