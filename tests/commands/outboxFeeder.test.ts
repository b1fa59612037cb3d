import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createOutboxFeeder } from '../../commands/workers/outboxFeeder.ts';
import { ofType, orderInput } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  await world.newBusinessUnit('FED');
});
afterAll(() => world.close());

const intents = async (): Promise<number> => {
  const { events } = await world.log.readAfter('start', 10_000, { categories: ['pm'] });
  return ofType(events as never, 'IntentsIssued').reduce((sum, { data }) => sum + data.intents.length, 0);
};
const stored = async (): Promise<number> => {
  const { rows } = await world.pool.query('select count(*)::int as n from ops.outbox');
  return rows[0].n as number;
};

test('what calls somebody outside is stored under the name that its business unit has for him', async () => {
  await world.newBusinessUnit('ELSE');
  const { checkpoints, log: feed, outbox } = world;
  const partnerFor = (step: string, bu: string) => (step === 'registerErp' ? `erp of ${bu}` : undefined);
  await must(world.app().submitOrder(orderInput('ELSE'), world.as('channel')));
  for (const runner of world.runners()) while (await runner.step(new AbortController().signal));
  while (await createOutboxFeeder({ feed, checkpoints, outbox, onError: () => {}, partnerFor })());
  const { rows } = await world.pool.query("select step, partner from ops.outbox where bu = 'ELSE' order by step");
  expect(rows).toEqual([
    { step: 'allocate', partner: null },
    { step: 'registerErp', partner: 'erp of ELSE' },
  ]);
});

test('asks for its checkpoint once, whether anything comes or not, and again when another feeder was faster', async () => {
  const asked: string[] = [];
  const read: World['checkpoints']['read'] = (name) => {
    asked.push(name);
    return world.checkpoints.read(name);
  };
  const ports = { feed: world.log, outbox: world.outbox, onError: () => {} };
  const feed = createOutboxFeeder({ ...ports, checkpoints: { read } });
  for (let look = 0; look < 3; look += 1) while (await feed());
  expect(asked).toHaveLength(1);
  const order = async (customerPo: string): Promise<void> => {
    await must(world.app().submitOrder(orderInput('FED', { customerPo }), world.as('channel')));
    // The process manager answers, and another feeder of the same outbox copies what it said.
    await world.think();
  };
  await order('PO-1');
  while (await feed());
  expect(asked).toHaveLength(2);
  await order('PO-2');
  while (await feed());
  expect(asked).toHaveLength(3);
  expect(await stored()).toBe(await intents());
});
