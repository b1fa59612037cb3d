import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { atpBuckets, availableOn, type DatedSupply } from '../../../domain/availability/atp.ts';
import type { ItemAvailability, NodeAvailability } from '../../../domain/availability/offers.ts';
import { type PromiseLine, promiseLines } from '../../../domain/availability/promise.ts';
import { type NodeStock, type SourcingInput, sourceOrder } from '../../../domain/availability/sourcing.ts';
import { addDays } from '../../../domain/calendar.ts';
import { at, availability, east, today, west } from './samples.ts';

const stocked = (
  item: string,
  nodes: readonly NodeAvailability[],
  leadTimeDays: number | null = null,
): ItemAvailability => ({ item, leadTimeDays, nodes });

const kit: ItemAvailability = {
  item: 'KIT-SEAL',
  leadTimeDays: null,
  nodes: [],
  components: [
    { item: 'SEAL-RING', per: 2n },
    { item: 'GREASE-50', per: 1n },
  ],
};

const ask = (lines: readonly PromiseLine[], items: readonly ItemAvailability[]) =>
  promiseLines({ at, lines, nodes: [east, west], items: [kit, ...items] });

const rings = (atEast: bigint, atWest = 0n) =>
  stocked('SEAL-RING', [availability('DC-EAST', { sellable: atEast }), availability('DC-WEST', { sellable: atWest })]);
const grease = (atEast: bigint, atWest = 0n) =>
  stocked('GREASE-50', [availability('DC-EAST', { sellable: atEast }), availability('DC-WEST', { sellable: atWest })]);

describe('S-21 an availability check of a kit', () => {
  test('has as many as its scarcest component allows', () => {
    const [line] = ask([{ item: 'KIT-SEAL', qty: 4n }], [rings(9n), grease(6n)]);
    expect(line).toMatchObject({
      item: 'KIT-SEAL',
      qty: '4',
      fullQtyDate: today,
      availableNow: '4',
      promises: [{ node: 'DC-EAST', qty: '4' }],
    });
    expect(line?.nodes[0]).toMatchObject({ node: 'DC-EAST', available: '4', buckets: [{ projected: '4', atp: '4' }] });
    expect(line?.explanation).toEqual([
      'One KIT-SEAL is 2 SEAL-RING and 1 GREASE-50, all from one node.',
      'DC-EAST has 4 from stock and can ship it on 2026-03-02.',
    ]);
  });

  test('is never put together from two nodes', () => {
    const [apart, both] = [
      ask([{ item: 'KIT-SEAL', qty: 1n }], [rings(9n, 0n), grease(0n, 9n)]),
      ask([{ item: 'KIT-SEAL', qty: 5n }], [rings(5n, 8n), grease(9n, 3n)]),
    ].map(([line]) => line);
    expect(apart).toMatchObject({ fullQtyDate: null, availableNow: '0', promises: [] });
    expect(both).toMatchObject({ fullQtyDate: today, availableNow: '5' });
    expect(both?.promises.map(({ node, qty }) => [node, qty])).toEqual([
      ['DC-EAST', '2'],
      ['DC-WEST', '3'],
    ]);
  });

  test('shares the stock of its components with the other lines of the request', () => {
    const lines = [
      { item: 'SEAL-RING', qty: 5n },
      { item: 'KIT-SEAL', qty: 3n },
      { item: 'SEAL-RING', qty: 5n },
      { item: 'GREASE-50', qty: 9n },
    ];
    const answer = ask(lines, [rings(10n), grease(9n)]);
    expect(answer.map(({ availableNow }) => availableNow)).toEqual(['10', '2', '1', '7']);
    expect(answer.map(({ promises }) => promises.map(({ qty }) => qty))).toEqual([['5'], ['2'], ['1'], ['7']]);
    expect(answer[1]?.explanation).toContain('Earlier lines of this request take 3 of KIT-SEAL from stock.');
  });

  test('waits for the supply of whatever is missing', () => {
    const late = stocked('GREASE-50', [
      availability('DC-EAST', { sellable: 1n, supplies: [{ qty: 9n, availableDate: '2026-03-14' }] }),
    ]);
    const [line] = ask([{ item: 'KIT-SEAL', qty: 4n }], [rings(20n), late]);
    expect(line).toMatchObject({ fullQtyDate: '2026-03-14', availableNow: '1' });
    expect(line?.promises.map(({ qty, shipDate }) => [qty, shipDate])).toEqual([
      ['1', '2026-03-02'],
      ['3', '2026-03-16'],
    ]);
    expect(line?.nodes[0]?.buckets).toEqual([
      { date: today, supply: '1', demand: '0', projected: '1', atp: '1' },
      { date: '2026-03-14', supply: '9', demand: '0', projected: '10', atp: '10' },
    ]);
  });

  test('is promised by the lead time of what is missing, at the node that orders it', () => {
    const ordered = stocked('GREASE-50', [availability('DC-EAST', { sellable: 1n })], 21);
    const [line] = ask([{ item: 'KIT-SEAL', qty: 4n }], [rings(20n), ordered]);
    expect(line).toMatchObject({ fullQtyDate: addDays(today, 21), promises: [{ qty: '1' }, { qty: '3' }] });
    expect(line?.explanation.at(-1)).toBe('DC-EAST has 3 by the lead time of 21 days and can ship it on 2026-03-23.');
    const [short] = ask([{ item: 'KIT-SEAL', qty: 4n }], [rings(4n), ordered]);
    expect(short).toMatchObject({ fullQtyDate: null, promises: [{ qty: '1' }, { qty: '1' }] });
  });

  test('has nothing where a component is not known', () => {
    expect(ask([{ item: 'KIT-SEAL', qty: 1n }], [rings(9n)])[0]).toMatchObject({ fullQtyDate: null, nodes: [] });
  });
});

type Place = { readonly sellable: bigint; readonly supplies: readonly DatedSupply[] };

/** One kit or piece after the other, each on the first day and at the first node where all of it is free, all anew each time. */
const slowly = (
  lines: readonly {
    readonly needs: readonly { readonly item: string; readonly per: bigint }[];
    readonly qty: bigint;
  }[],
  places: ReadonlyMap<string, Place>,
) => {
  const taken = new Map<string, { qty: bigint; needDate: string }[]>([...places.keys()].map((key) => [key, []]));
  const days = [today, ...[...places.values()].flatMap(({ supplies }) => supplies.map((one) => one.availableDate))];
  const free = (key: string, date: string): bigint => {
    const { sellable = 0n, supplies = [] } = places.get(key) ?? {};
    const softReservations = taken.get(key) ?? [];
    const rows = { today, sellable, supplies, softReservations, allocated: 0n, backorders: [], safetyStock: 0n };
    return availableOn(atpBuckets(rows), date);
  };
  const takeOne = (needs: readonly { readonly item: string; readonly per: bigint }[]): string | undefined => {
    for (const date of [...new Set(days)].sort())
      for (const { node } of [east, west]) {
        if (needs.some(({ item, per }) => free(`${item} ${node}`, date) < per)) continue;
        for (const { item, per } of needs) taken.get(`${item} ${node}`)?.push({ qty: per, needDate: date });
        return date;
      }
    return undefined;
  };
  return lines.map(({ needs, qty }) => {
    const dates = Array.from({ length: Number(qty) }, () => takeOne(needs));
    const got = dates.flatMap((date) => date ?? []);
    return { qty: BigInt(got.length), last: got.length === dates.length ? (got.sort().at(-1) ?? null) : null };
  });
};

test('P-10 kits and pieces in one request get what a slow calculator gives them one by one', () => {
  const amount = fc.bigInt({ min: 0n, max: 12n });
  const supplies = fc.array(
    fc.record({ qty: amount, availableDate: fc.integer({ min: 1, max: 40 }).map((days) => addDays(today, days)) }),
    { maxLength: 2 },
  );
  const place = fc.record({ sellable: amount, supplies });
  const line = fc.record({
    item: fc.constantFrom('KIT-SEAL', 'SEAL-RING', 'GREASE-50'),
    qty: fc.bigInt({ min: 1n, max: 8n }),
  });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.tuple(place, place, place, place),
      (lines, [ringsEast, ringsWest, greaseEast, greaseWest]) => {
        const at = (node: string, { sellable, supplies: coming }: Place) =>
          availability(node, { sellable, supplies: coming });
        const answer = ask(lines, [
          stocked('SEAL-RING', [at('DC-EAST', ringsEast), at('DC-WEST', ringsWest)]),
          stocked('GREASE-50', [at('DC-EAST', greaseEast), at('DC-WEST', greaseWest)]),
        ]);
        const expected = slowly(
          lines.map(({ item, qty }) => ({
            needs: kit.item === item ? (kit.components ?? []) : [{ item, per: 1n }],
            qty,
          })),
          new Map([
            ['SEAL-RING DC-EAST', ringsEast],
            ['SEAL-RING DC-WEST', ringsWest],
            ['GREASE-50 DC-EAST', greaseEast],
            ['GREASE-50 DC-WEST', greaseWest],
          ]),
        );
        expect(
          answer.map(({ promises, fullQtyDate }) => ({
            qty: promises.reduce((sum, one) => sum + BigInt(one.qty), 0n),
            last: fullQtyDate,
          })),
        ).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});

describe('S-07 sourcing of kits', () => {
  const row = (item: string, nodeId: string, free: bigint, more: Partial<NodeStock> = {}): NodeStock => ({
    ...{ item, node: nodeId, free, queuedBackorders: 0n, supplies: [] },
    ...more,
  });
  const kits = (demand: bigint, lineId = '10') => ({
    ...{ lineId, item: 'KIT-SEAL', demand },
    components: kit.components ?? [],
  });
  const source = (stock: readonly NodeStock[], more: Partial<SourcingInput> = {}) =>
    sourceOrder({
      ...{ at, lines: [kits(5n)], shipComplete: false, allowSplit: true, requestedDate: '2026-03-20' },
      ...{ nodes: [east, west], stock, leadTimes: [], policyVersion: 1, ...more },
    });
  const apart = [
    row('SEAL-RING', 'DC-EAST', 5n),
    row('GREASE-50', 'DC-EAST', 9n),
    row('SEAL-RING', 'DC-WEST', 8n),
    row('GREASE-50', 'DC-WEST', 2n),
  ];

  test('takes whole kits from each node, and the rest waits whole', () => {
    const [decided] = source(apart);
    expect(decided).toMatchObject({
      picks: [
        { node: 'DC-EAST', qty: '2' },
        { node: 'DC-WEST', qty: '2' },
      ],
      shortage: '1',
      candidates: [{ available: '2' }, { available: '2' }],
    });
    expect(decided?.explanation[0]).toBe('One KIT-SEAL is 2 SEAL-RING and 1 GREASE-50, all from one node.');
  });

  test('leaves to later lines what it did not take, and has what earlier ones left', () => {
    const lines = [{ lineId: '5', item: 'SEAL-RING', demand: 3n }, kits(5n), kits(1n, '20')];
    const decided = source(apart, { lines });
    expect(decided.map(({ picks }) => picks.map(({ node, qty }) => `${node} ${qty}`))).toEqual([
      ['DC-EAST 3'],
      ['DC-EAST 1', 'DC-WEST 2'],
      [],
    ]);
  });

  test('expects kits when the last of their components comes', () => {
    const coming = (days: number, qty: bigint) => ({ supplies: [{ qty, availableDate: addDays(today, days) }] });
    const stock = [row('SEAL-RING', 'DC-EAST', 0n, coming(5, 10n)), row('GREASE-50', 'DC-EAST', 1n, coming(9, 4n))];
    expect(source(stock)[0]).toMatchObject({ picks: [], expected: { date: addDays(today, 9), leadTimeDays: null } });
    expect(source(stock, { lines: [kits(1n)] })[0]).toMatchObject({ expected: { date: addDays(today, 5) } });
    expect(source([row('SEAL-RING', 'DC-EAST', 90n)])[0]).toMatchObject({ shortage: '5', expected: null });
    const byLead = { leadTimes: [{ item: 'GREASE-50', leadTimeDays: 21 }] };
    expect(source([row('SEAL-RING', 'DC-EAST', 90n)], byLead)[0]).toMatchObject({
      expected: { date: addDays(today, 21), leadTimeDays: 21 },
    });
  });
});
