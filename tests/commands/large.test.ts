import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { confirm, eventsOf, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;
const bu = 'LARGE';

beforeAll(async () => {
  world = await createWorld();
  await world.newBusinessUnit(bu);
});

afterAll(() => world.close());

const lines = Array.from({ length: 2_000 }, (_, n) => line(String(n + 1), n % 2 === 0 ? 'BRG-6204' : 'BRG-6205', '2'));

describe('an order of 2,000 lines', () => {
  test('is captured, sourced, released, shipped, billed and closed', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '2000', 'L1');
    await receive(world, bu, 'DC-EAST', 'BRG-6205', '2000', 'L2');
    const { orderId } = await must(world.app().submitOrder(orderInput(bu, { lines }), world.as('channel')));
    await world.settle();
    const [release] = ofType(await eventsOf(world, bu), 'AllocationReleased');
    expect(release?.data.lines).toHaveLength(2_000);
    const parts = lines.map(({ lineId }) => ({ lineId, qty: '2' }));
    await must(confirm(world, release?.data.shipmentId ?? '', orderId, 'C1', parts));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 0n, allocated: 0n });
    expect(world.problems).toEqual([]);
  });

  test('is cancelled as a whole, and a delivery that comes later is free for others', async () => {
    const { orderId } = await must(
      world.app().submitOrder(orderInput(bu, { customerPo: 'PO-2', lines }), world.as('channel')),
    );
    await world.settle();
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 2_000n });
    await must(world.app().cancelOrder({ orderId, reason: 'CHANGED_MIND' }, world.as('channel')));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', closed: true });
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '2000', 'L3');
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 0n, available: 2_000n });
    expect(world.problems).toEqual([]);
  });
});
