import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createWebhookDeliveries } from '../../../adapters/postgres/webhookDeliveries.ts';
import { newUlid } from '../../../commands/eventIds.ts';
import type { Tried } from '../../../commands/ports.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

let database: TestDatabase<never>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const at = '2026-11-23T08:00:00.000Z';
const later = '2026-11-23T08:10:00.000Z';

/** A lane of so many notices, and what is known of each. */
const lane = async (count: number) => {
  const deliveries = createWebhookDeliveries(database.db);
  const [subscriptionId, orderId] = [newUlid(), newUlid()];
  const ids = Array.from({ length: count }, () => newUlid());
  const about = { subscriptionId, bu: 'ACME', orderId, type: 'ORDER_ACCEPTED', position: '1', body: '{}' };
  await deliveries.add(
    ids.map((deliveryId, place) => ({ ...about, deliveryId, place })),
    at,
  );
  const rows = async () => {
    const { rows: found } = await database.pool.query<{ state: string; attempts: number; due: string; xmin: string }>(
      `select state, attempts, due_at::text as due, xmin::text from ops.webhook_delivery where subscription_id = $1 order by place`,
      [subscriptionId],
    );
    return found;
  };
  const due = async (when: string) =>
    (await deliveries.due([{ subscriptionId, room: 9 }], [], when)).map(({ deliveryId }) => ids.indexOf(deliveryId));
  const tried = (place: number, about: Partial<Tried> = {}): Tried => {
    const answer = { status: 500, error: 'REFUSED', dueAt: later };
    return { deliveryId: ids[place] ?? '', attempts: 0, at, ...answer, ...about };
  };
  return { deliveries, subscriptionId, ids, rows, due, tried };
};

const took = { status: 204, error: null, dueAt: null };
const states = (rows: readonly { readonly state: string }[]): string => rows.map(({ state }) => state[0]).join('');

test('many tries are written together, each with when its own lane is looked at again', async () => {
  const [one, other] = [await lane(3), await lane(2)];
  await one.deliveries.settle([one.tried(0), other.tried(0, took)]);
  expect([await one.due(at), await other.due(at)]).toEqual([[], [1]]);
  expect(await one.due(later)).toEqual([0]);
  await one.deliveries.settle([one.tried(0, { attempts: 1, dueAt: null })]);
  expect(states(await one.rows())).toBe('SPP');
  expect(await one.due('2099-01-01T00:00:00.000Z')).toEqual([]);
});

test('that a notice was taken does not write what waits behind it and is due already', async () => {
  const { deliveries, rows, tried } = await lane(3);
  const before = (await rows()).map(({ xmin }) => xmin);
  await deliveries.settle([tried(0, took)]);
  const after = (await rows()).map(({ xmin }) => xmin);
  expect(after.map((xmin, place) => xmin === before[place])).toEqual([false, true, true]);
});

test('a try that failed says nothing where the notice was taken, or asked for again, while it lasted', async () => {
  const { deliveries, ids, rows, tried } = await lane(2);
  await deliveries.settle([tried(0, took)]);
  await deliveries.settle([tried(0, { dueAt: null })]);
  expect(states(await rows())).toBe('DP');
  await deliveries.settle([tried(1), tried(1)]);
  await deliveries.again(ids[1] ?? '', at);
  await deliveries.settle([tried(1, { attempts: 9, dueAt: null })]);
  expect(await rows()).toMatchObject([{}, { state: 'PENDING', attempts: 0 }]);
});

test('what waits for an endpoint that is back is due at once, and what is stuck stays so', async () => {
  const [waiting, stuck] = [await lane(2), await lane(2)];
  await waiting.deliveries.settle([waiting.tried(0), stuck.tried(0, { dueAt: null })]);
  await waiting.deliveries.hasten([waiting.subscriptionId, stuck.subscriptionId], at);
  expect([await waiting.due(at), await stuck.due(at)]).toEqual([[0], []]);
  await stuck.deliveries.again(stuck.ids[0] ?? '', at);
  expect(await stuck.due(at)).toEqual([0]);
  await stuck.deliveries.settle([stuck.tried(0, took)]);
  expect(await stuck.due(at)).toEqual([1]);
});
