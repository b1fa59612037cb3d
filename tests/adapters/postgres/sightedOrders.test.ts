import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createSightedOrders } from '../../../adapters/postgres/sightedOrders.ts';
import type { SightedOrders, Sighting } from '../../../commands/ports.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase<never>;
let sighted: SightedOrders;

beforeAll(async () => {
  database = await createTestDatabase();
  sighted = createSightedOrders(database.db);
});
beforeEach(() => database.pool.query('truncate ops.sighted_order'));
afterAll(() => database.close());

/** All are of one occasion. */
const sighting = (n: number, channel: string, content: string): Sighting => ({
  ...{ orderId: `O-${n}`, position: String(1_000 + n), channel, customerPo: `PO-${n}`, content },
  ...{ occasion: 'same', acceptedAt: '2026-11-23T10:00:00.000Z', goods: [{ item: 'BRG-6204', qty: String(n) }] },
  ...{ since: '2026-11-22T10:00:00.000Z', until: '2026-11-24T10:00:00.000Z' },
});

test('the latest of each other channel are told, and the same content among any number of them', async () => {
  const earlier = Array.from({ length: 200 }, (_, n) => sighting(n, 'edi', n === 0 ? 'equal' : `other ${n}`));
  expect(await sighted.sight(earlier)).toEqual([]);
  await sighted.sight(earlier);
  await sighted.sight([sighting(200, 'portal', 'equal')]);
  const second = { ...sighting(201, 'phone', 'equal'), goods: null };
  const found = await sighted.sight([second]);
  const ids = found.map(({ first }) => Number(first.orderId.slice(2))).sort((a, b) => a - b);
  expect(ids).toEqual([0, ...Array.from({ length: 20 }, (_, n) => 180 + n), 200]);
  const { since: _since, until: _until, ...first } = sighting(200, 'portal', 'equal');
  expect(found.find(({ first: { orderId } }) => orderId === 'O-200')).toEqual({ secondId: 'O-201', first });
});

test('where each order comes through a channel of its own, those of some channels are', async () => {
  await sighted.sight(Array.from({ length: 100 }, (_, n) => sighting(n, `channel-${n}`, `other ${n}`)));
  expect(await sighted.sight([sighting(100, 'portal', 'another')])).toHaveLength(32);
});

test('what is of no interest any more is forgotten', async () => {
  await sighted.sight([sighting(1, 'edi', 'a'), { ...sighting(2, 'edi', 'b'), until: '2026-11-26T10:00:00.000Z' }]);
  expect(await sighted.forget('2026-11-24T10:00:00.000Z', 10)).toBe(0);
  expect(await sighted.forget('2026-11-25T00:00:00.000Z', 10)).toBe(1);
  const found = await sighted.sight([sighting(3, 'phone', 'c')]);
  expect(found.map(({ first }) => first.orderId)).not.toContain('O-1');
});
