import { expect, test } from '@jest/globals';
import { inParallel } from '../../commands/inParallel.ts';
import { eventsOf, line, ofType, receive } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';

inNewUnits('TT');

const orders = 12;
const facts = 10;

const tries = async (): Promise<number> => {
  const { rows } = await world.pool.query(
    `select count(*)::int as n from ops.outbox where bu = $1 and step = 'tryTogether'`,
    [bu],
  );
  return rows[0].n as number;
};

/** A dozen orders of two lines that leave together, and of one of them there is nothing yet. */
const waitTogether = async (): Promise<void> => {
  const lines = [line('10', 'BRG-6204', '5'), line('20', 'BELT-A42', '5')];
  await inParallel([...Array(orders).keys()], 8, async (n) => {
    await submit({ shipComplete: true, customerPo: `P${n}`, lines });
  });
  await world.settle();
};

const receiveEach = async (node: string, item: string, qty: string, name: string): Promise<void> => {
  for (let n = 0; n < facts; n += 1) await receive(world, bu, node, item, qty, `${name}${n}`);
};

test('however much stock comes before its turn, an order that leaves together tries once', async () => {
  await waitTogether();
  await receiveEach('DC-EAST', 'BRG-6204', '1', 'E');
  await receiveEach('DC-WEST', 'BRG-6204', '1', 'W');
  await world.settle();
  expect(await tries()).toBe(orders);
});

test('also when each fact is answered before the next one comes', async () => {
  await waitTogether();
  for (let n = 0; n < facts; n += 1) {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '1', `R${n}`);
    await world.think();
  }
  await world.settle();
  expect(await tries()).toBe(orders);
});

test('the processes answer one of the facts that they know of at one place', async () => {
  await waitTogether();
  const before = ofType(await eventsOf(world, bu), 'IntentsIssued').length;
  await receiveEach('DC-EAST', 'BRG-6204', '1', 'E');
  await receiveEach('DC-WEST', 'BRG-6204', '1', 'W');
  await world.think();
  expect(ofType(await eventsOf(world, bu), 'IntentsIssued')).toHaveLength(before + 2);
});

test('and everybody for whom there is enough gets all of it', async () => {
  await waitTogether();
  await receiveEach('DC-EAST', 'BRG-6204', '3', 'E');
  await receiveEach('DC-WEST', 'BELT-A42', '2', 'W');
  await world.settle();
  expect(await releases()).toHaveLength(8);
  expect(world.problems).toEqual([]);
});
