import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import type { Position } from '../../domain/eventLog.ts';
import { confirm, eventsOf, line, ofType, orderInput, receive } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;
/** Reads what another process wrote. */
let other: PostgresLog;

beforeAll(async () => {
  world = await createWorld();
  other = createPostgresLog({ connectionString: world.connectionString, pool: world.pool });
});

afterAll(async () => {
  await other.close();
  await world.close();
});

test('events that a process hears of from its own appends are those that the log holds, of every kind on the way to the ledger', async () => {
  const bu = 'OWN';
  await world.newBusinessUnit(bu);
  const begin = (await world.log.head()) as Position;
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'R1');
  const input = { ...orderInput(bu), incoterm: 'DAP' };
  const { orderId } = await must(world.app().submitOrder(input, world.as('channel')));
  await must(world.app().submitOrder({ ...input, lines: [line('10', 'BELT-A42', '5')] }, world.as('channel')));
  await world.settle();
  for (const { data } of ofType(await eventsOf(world, bu), 'AllocationReleased')) {
    if (data.orderId !== orderId) continue;
    const parts = data.lines.map(({ lineId, qty }) => ({ lineId, qty }));
    await must(confirm(world, data.shipmentId, orderId, `C-${data.shipmentId}`, parts));
  }
  await world.settle();
  const own = await world.log.followAfter(begin, 10_000);
  const stored = await other.readAfter(begin, 10_000);
  expect(new Set(stored.events.map(({ type }) => type)).size).toBeGreaterThan(20);
  expect(own).toStrictEqual(stored);
});
