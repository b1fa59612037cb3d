import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import type { SubmitOrderInput } from '../../commands/calls/inputs.ts';
import { eventsOf, ofType, orderAt, orderInput } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

// One world for a file, because a database takes a while, and a business unit for each test, because tests know nothing of
// each other. Who imports `world` and `bu` always sees those of the test that runs.

export let world: World;
export let bu = '';

let prefix = '';
let units = 0;

/** From here on with a business unit that nobody used, and with partners that are well. */
export const openNewUnit = async (): Promise<void> => {
  units += 1;
  bu = `${prefix}${units}`;
  await world.newBusinessUnit(bu);
  world.problems.length = 0;
  world.partners.behaviour.down.clear();
  world.partners.behaviour.refusingNodes.clear();
  world.partners.behaviour.refusingChanges = false;
  world.partners.behaviour.stops = (lines) => lines;
};

/** Every test of this file is in a business unit of its own, whose name begins with these letters. */
export const inNewUnits = (letters: string): void => {
  prefix = letters;
  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(openNewUnit);
  afterAll(() => world.close());
};

/** An order without charges, which is accepted. */
export const submit = (changes: Partial<SubmitOrderInput> = {}) =>
  must(world.app().submitOrder(orderInput(bu, { charges: [], ...changes }), world.as('channel')));

export const releases = async () => ofType(await eventsOf(world, bu), 'AllocationReleased').map(({ data }) => data);

export const bucketsOf = async (orderId: string) =>
  (await orderAt(world, bu, orderId)).lines.map(({ buckets }) => buckets);
