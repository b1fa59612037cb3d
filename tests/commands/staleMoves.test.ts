import { expect, test } from '@jest/globals';
import { eventsOf, ofType, receive } from './facts.ts';
import { bu, bucketsOf, inNewUnits, submit, world } from './newUnits.ts';

inNewUnits('SM');

test('an offer of stock to a line that has been served meanwhile reserves nothing', async () => {
  const orderId = (await submit()).orderId;
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n }]);
  // Each of them is offered to the line that waits at another node, before anybody has acted on the first.
  for (const reference of ['R1', 'R2', 'R3']) await receive(world, bu, 'DC-WEST', 'BRG-6204', '10', reference);
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 0n, allocated: 10n }]);
  const events = await eventsOf(world, bu);
  expect(ofType(events, 'StockReserved')).toHaveLength(1);
  expect(ofType(events, 'ReservationReleased')).toEqual([]);
  expect(world.problems).toEqual([]);
});
