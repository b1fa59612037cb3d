import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { promiseLines } from '../../../domain/availability/promise.ts';
import type { NodeStock, SourcingInput } from '../../../domain/availability/sourcing.ts';
import { sourceOrder } from '../../../domain/availability/sourcing.ts';
import { at, availability, bearing, east, node, supplier, today, west } from './samples.ts';

const stock = (nodeId: string, free: bigint, more: Partial<NodeStock> = {}): NodeStock => ({
  item: 'BRG-6204',
  node: nodeId,
  free,
  queuedBackorders: 0n,
  supplies: [],
  ...more,
});

const line = (demand: bigint, lineId = '10', item = 'BRG-6204') => ({ lineId, item, demand });

const source = (more: Partial<SourcingInput> = {}) =>
  sourceOrder({
    at,
    lines: [line(10n)],
    shipComplete: false,
    allowSplit: true,
    requestedDate: '2026-03-20',
    nodes: [supplier, west, east],
    stock: [],
    leadTimes: [],
    policyVersion: 1,
    ...more,
  });

const sixAndFour = [stock('DC-EAST', 6n), stock('DC-WEST', 4n)];

describe('S-07 two regional DCs holding 6 and 4, an order for 10', () => {
  test('with splitting allowed yields two picks', () => {
    const [decided] = source({ stock: sixAndFour });
    expect(decided).toMatchObject({
      demand: '10',
      shortage: '0',
      queueNode: null,
      promisedDate: today,
      policyVersion: 1,
      picks: [
        { node: 'DC-EAST', qty: '6', shipDate: today, peg: 'ON_HAND' },
        { node: 'DC-WEST', qty: '4', shipDate: today, peg: 'ON_HAND' },
      ],
    });
  });

  test('to ship complete takes nothing and waits as a whole', () => {
    const [decided] = source({ stock: sixAndFour, shipComplete: true });
    expect(decided).toMatchObject({ picks: [], shortage: '10', queueNode: 'DC-EAST', promisedDate: null });
    expect(decided?.candidates).toMatchObject([
      { node: 'SUP-NORD', rejectedBy: 'SUPPLIER_NODE' },
      { node: 'DC-EAST', available: '6', rejectedBy: 'NOT_FULL_QUANTITY' },
      { node: 'DC-WEST', available: '4', rejectedBy: 'NOT_FULL_QUANTITY' },
    ]);
  });

  test('without splitting takes what the best single node has and waits there for the rest', () => {
    const [decided] = source({ stock: [stock('DC-EAST', 4n), stock('DC-WEST', 6n)], allowSplit: false });
    expect(decided).toMatchObject({ picks: [{ node: 'DC-WEST', qty: '6' }], shortage: '4', queueNode: 'DC-WEST' });
    expect(decided?.candidates[1]).toMatchObject({ node: 'DC-EAST', rejectedBy: 'OTHER_NODE_HAS_MORE' });
  });

  test('without splitting prefers the node that has all of it', () => {
    const [decided] = source({ stock: [stock('DC-EAST', 6n), stock('DC-WEST', 10n)], allowSplit: false });
    expect(decided).toMatchObject({ picks: [{ node: 'DC-WEST', qty: '10' }], shortage: '0' });
  });
});

describe('sourcing', () => {
  test('asks nodes by priority, then id', () => {
    const nodes = [node('B', 1), node('A', 1), node('C', 0)];
    const [decided] = source({ nodes, stock: nodes.map((one) => stock(one.node, 4n)) });
    expect(decided?.picks.map((pick) => pick.node)).toEqual(['C', 'A', 'B']);
  });

  test('never chooses a node that is inactive, closed for good, or a supplier', () => {
    const nodes = [supplier, node('OFF', 1, { active: false }), node('SHUT', 1, { workingDays: [] })];
    const [decided] = source({ nodes, stock: nodes.map((one) => stock(one.node, 50n)) });
    expect(decided).toMatchObject({ picks: [], shortage: '10', queueNode: null, expected: null });
    expect(decided?.candidates.map((one) => one.rejectedBy)).toEqual([
      'SUPPLIER_NODE',
      'NODE_INACTIVE',
      'NODE_NEVER_OPEN',
    ]);
    expect(decided?.explanation.at(-1)).toBe('10 cannot be supplied: no active node ships from stock.');
  });

  test('lets lines of one item share its stock', () => {
    const decided = source({ lines: [line(6n), line(6n, '20')], stock: sixAndFour });
    expect(decided.map((one) => [one.picks.map((pick) => [pick.node, pick.qty]), one.shortage])).toEqual([
      [[['DC-EAST', '6']], '0'],
      [[['DC-WEST', '4']], '2'],
    ]);
  });

  test('does not overtake the queue, here or elsewhere', () => {
    const [own] = source({ stock: [stock('DC-EAST', 6n, { queuedBackorders: 4n })] });
    expect(own).toMatchObject({ picks: [{ qty: '2' }], shortage: '8' });
    const [elsewhere] = source({ stock: [stock('DC-EAST', 0n, { queuedBackorders: 5n }), stock('DC-WEST', 8n)] });
    expect(elsewhere).toMatchObject({ picks: [{ node: 'DC-WEST', qty: '3' }], shortage: '7', queueNode: 'DC-EAST' });
  });

  test('ships complete from one node when one has every line', () => {
    const lines = [line(3n), line(2n, '20', 'BELT-A42')];
    const belt = (nodeId: string, free: bigint) => stock(nodeId, free, { item: 'BELT-A42' });
    const decided = source({
      lines,
      shipComplete: true,
      stock: [stock('DC-EAST', 3n), stock('DC-WEST', 3n), belt('DC-WEST', 2n)],
    });
    expect(decided.map((one) => one.picks.map((pick) => pick.node))).toEqual([['DC-WEST'], ['DC-WEST']]);
  });

  test('ships complete from two nodes, each line whole, only when splitting is allowed', () => {
    const lines = [line(3n), line(2n, '20', 'BELT-A42')];
    const apart = [stock('DC-EAST', 3n), stock('DC-WEST', 2n, { item: 'BELT-A42' })];
    expect(source({ lines, shipComplete: true, stock: apart }).map((one) => one.shortage)).toEqual(['0', '0']);
    const waiting = source({ lines, shipComplete: true, allowSplit: false, stock: apart });
    expect(waiting.map((one) => [one.shortage, one.queueNode])).toEqual([
      ['3', 'DC-EAST'],
      ['2', 'DC-EAST'],
    ]);
    expect(waiting[0]?.candidates[1]).toMatchObject({ node: 'DC-EAST', rejectedBy: 'ORDER_NOT_COMPLETE' });
  });

  test('P-15 dates the shortage by announced supply, behind those who wait longer', () => {
    const supplies = [
      { qty: 5n, availableDate: '2026-03-10' },
      { qty: 5n, availableDate: '2026-03-17' },
    ];
    const [first] = source({ stock: [stock('DC-EAST', 7n, { supplies })] });
    expect(first).toMatchObject({
      shortage: '3',
      expected: { date: '2026-03-10', shipDate: '2026-03-10', leadTimeDays: null },
      promisedDate: '2026-03-10',
    });
    const [behind] = source({ stock: [stock('DC-EAST', 0n, { supplies, queuedBackorders: 4n })], lines: [line(3n)] });
    expect(behind).toMatchObject({ expected: { date: '2026-03-17' } });
    const [never] = source({ stock: [stock('DC-EAST', 0n, { supplies, queuedBackorders: 8n })], lines: [line(3n)] });
    expect(never).toMatchObject({ expected: null, promisedDate: null });
  });

  test('dates lines of one item one behind the other', () => {
    const supplies = [
      { qty: 5n, availableDate: '2026-03-10' },
      { qty: 5n, availableDate: '2026-03-17' },
    ];
    const decided = source({ stock: [stock('DC-EAST', 0n, { supplies })], lines: [line(4n), line(4n, '20')] });
    expect(decided.map((one) => one.expected?.date)).toEqual(['2026-03-10', '2026-03-17']);
  });

  test('dates by supply to another node when the first will never have enough', () => {
    const [decided] = source({
      stock: [stock('DC-EAST', 0n), stock('DC-WEST', 0n, { supplies: [{ qty: 20n, availableDate: '2026-03-12' }] })],
    });
    expect(decided).toMatchObject({ queueNode: 'DC-EAST', expected: { date: '2026-03-12' } });
  });

  test('dates what has a date and leaves the rest without one', () => {
    const [decided] = source({ stock: [stock('DC-EAST', 7n)] });
    expect(decided).toMatchObject({ shortage: '3', expected: null, promisedDate: today });
  });

  describe('of an item that can be had by lead time', () => {
    const leadTimes = [{ item: 'BRG-6204', leadTimeDays: 21 }];

    test('promises the shortage by it, as the availability check does, and says so', () => {
      const [decided] = source({ leadTimes, stock: [stock('DC-EAST', 7n)] });
      expect(decided).toMatchObject({
        expected: { date: '2026-03-23', shipDate: '2026-03-23', leadTimeDays: 21 },
        promisedDate: '2026-03-23',
      });
      expect(decided?.explanation.slice(-2)).toEqual([
        '3 waits at DC-EAST, to be had by the lead time of 21 days on 2026-03-23, leaving on 2026-03-23.',
        'Everything arrives by 2026-03-26, after the requested date 2026-03-20.',
      ]);
      const items = [bearing([availability('DC-EAST', { sellable: 7n })], 21)];
      const lines = [{ item: 'BRG-6204', qty: 10n }];
      const [checked] = promiseLines({ at, lines, nodes: [east], items });
      expect(checked?.fullQtyDate).toBe(decided?.expected?.date);
    });

    test('prefers announced supply that comes sooner, and not supply that comes later', () => {
      const coming = (availableDate: string) => [stock('DC-EAST', 0n, { supplies: [{ qty: 50n, availableDate }] })];
      const [sooner] = source({ leadTimes, stock: coming('2026-03-10') });
      expect(sooner?.expected).toMatchObject({ date: '2026-03-10', leadTimeDays: null });
      const [later] = source({ leadTimes, stock: coming('2026-04-10') });
      expect(later?.expected).toMatchObject({ date: '2026-03-23', leadTimeDays: 21 });
    });
  });

  test('explains itself in sentences', () => {
    const [decided] = source({ stock: [stock('DC-EAST', 7n)] });
    expect(decided?.explanation).toEqual([
      'DC-EAST gives 7 of 10 from stock, leaving on 2026-03-02.',
      'All nodes together have 7 for this line.',
      '3 waits at DC-EAST, and no announced supply covers it yet.',
      'Everything that has a date arrives by 2026-03-05, in time for the requested date 2026-03-20.',
    ]);
  });
});

test('P-11: nothing but the priority of a node changes, and the choice follows it; the decision says what it was made by', () => {
  const names = ['A', 'B', 'C', 'D'];
  const priority = fc.integer({ min: 0, max: 9 });
  const there = fc.record({ free: fc.bigInt({ min: 0n, max: 20n }), priority });
  fc.assert(
    fc.property(
      fc.tuple(there, there, there, there),
      fc.constantFrom(...names),
      priority,
      fc.bigInt({ min: 1n, max: 30n }),
      (sites, moved, newPriority, demand) => {
        const nodes = sites.map((site, n) => node(names[n] ?? '', site.priority));
        const rows = sites.map(({ free }, n) => stock(names[n] ?? '', free));
        const after = nodes.map((one) => (one.node === moved ? { ...one, priority: newPriority, version: 2 } : one));
        for (const defined of [nodes, after]) {
          const [decided] = source({ lines: [line(demand)], nodes: defined, stock: rows });
          // Goods come from the nodes in the order of their priorities, and from a later one only what the earlier ones lack.
          const ranked = [...defined].sort((a, b) => a.priority - b.priority || (a.node < b.node ? -1 : 1));
          let left = demand;
          const wanted = ranked.flatMap(({ node: name }) => {
            const has = rows.find((row) => row.node === name)?.free ?? 0n;
            const qty = has < left ? has : left;
            left -= qty;
            return qty > 0n ? [[name, String(qty)]] : [];
          });
          expect(decided?.picks.map((pick) => [pick.node, pick.qty])).toEqual(wanted);
          expect(decided).toMatchObject({ policyVersion: 1, shortage: String(left) });
          expect(decided?.candidates.map((one) => [one.node, one.priority, one.nodeVersion, one.available])).toEqual(
            ranked.map((one) => [
              ...[one.node, one.priority, one.version],
              String(rows.find((row) => row.node === one.node)?.free),
            ]),
          );
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('P-11: what a node gave before, another one gives when it is preferred to it', () => {
  const rows = [stock('DC-EAST', 10n), stock('DC-WEST', 10n)];
  const chosen = (eastPriority: number) =>
    source({ nodes: [{ ...east, priority: eastPriority }, west], stock: rows })[0]?.picks.map((pick) => pick.node);
  expect([chosen(1), chosen(3)]).toEqual([['DC-EAST'], ['DC-WEST']]);
});

test('B-08 picks and shortage add up to the demand, never exceed what is free, and the answer is always the same', () => {
  const small = fc.bigInt({ min: 0n, max: 20n });
  const nodes = [east, west, node('3PL', 2), supplier, node('OFF', 0, { active: false })];
  const items = ['BRG-6204', 'BELT-A42'];
  const rows = fc.tuple(
    ...nodes.flatMap((one) =>
      items.map((item) =>
        fc
          .tuple(fc.bigInt({ min: -5n, max: 20n }), fc.bigInt({ min: 0n, max: 6n }))
          .map(([free, queuedBackorders]) => stock(one.node, free, { item, queuedBackorders })),
      ),
    ),
  );
  const lines = fc.array(fc.tuple(small, fc.constantFrom(...items)), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, lines, fc.boolean(), fc.boolean(), (all, wanted, shipComplete, allowSplit) => {
      const input = {
        stock: all,
        nodes,
        shipComplete,
        allowSplit,
        lines: wanted.map(([demand, item], n) => line(demand, String(n), item)),
      };
      const decided = source(input);
      const taken = new Map<string, bigint>();
      for (const one of decided) {
        const picked = one.picks.reduce((sum, pick) => sum + BigInt(pick.qty), 0n);
        expect(picked + BigInt(one.shortage)).toBe(BigInt(one.demand));
        if (!allowSplit || shipComplete) expect(one.picks.length).toBeLessThanOrEqual(1);
        for (const pick of one.picks) {
          const key = `${one.item} ${pick.node}`;
          taken.set(key, (taken.get(key) ?? 0n) + BigInt(pick.qty));
          expect(BigInt(pick.qty) > 0n).toBe(true);
        }
      }
      for (const row of all)
        expect((taken.get(`${row.item} ${row.node}`) ?? 0n) <= (row.free > 0n ? row.free : 0n)).toBe(true);
      if (shipComplete)
        expect(
          new Set(decided.map((one) => one.shortage === '0' || one.demand === '0')).size === 1 ||
            decided.every((one) => one.picks.length === 0),
        ).toBe(true);
      const shuffled = source({ ...input, stock: [...all].reverse(), nodes: [...nodes].reverse() });
      expect(shuffled).toEqual(decided);
    }),
    { numRuns: 500 },
  );
});
