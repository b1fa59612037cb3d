import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { demoNodes } from '../../domain/masterData/demo.ts';
import { eventsOf, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;
let units = 0;
let bu = '';

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

beforeEach(async () => {
  units += 1;
  bu = `CN${units}`;
  await world.newBusinessUnit(bu);
  world.problems.length = 0;
});

const setActive = async (code: string, active: boolean) => {
  const node = demoNodes.find((known) => known.node === code);
  if (node === undefined) throw new Error(`no node ${code}`);
  await must(world.app().defineNode({ ...node, bu, active }, world.as('admin')));
};

const submit = async (changes: Parameters<typeof orderInput>[1] = {}) => {
  const input = orderInput(bu, { charges: [], ...changes });
  const { orderId } = await must(world.app().submitOrder(input, world.as('channel')));
  await world.settle();
  return orderId;
};

const arrive = async (node: string, qty: string, reference: string) => {
  await receive(world, bu, node, 'BRG-6204', qty, reference);
  await world.settle();
};

const bucketsOf = async (orderId: string) => (await orderAt(world, bu, orderId)).lines.map(({ buckets }) => buckets);
const releases = async () => ofType(await eventsOf(world, bu), 'AllocationReleased').map(({ data }) => data);
const at = (node: string) => stockAt(world, bu, node, 'BRG-6204');

describe('B-06: a closed node is never chosen', () => {
  test('what arrives there is not offered to a line that waits elsewhere', async () => {
    const orderId = await submit();
    await setActive('DC-WEST', false);
    await arrive('DC-WEST', '10', 'R1');
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n, allocated: 0n }]);
    expect(await at('DC-WEST')).toMatchObject({ available: 10n, reserved: 0n, allocated: 0n });
  });

  test('a line that waited there when it closed waits elsewhere as soon as goods would come from there', async () => {
    const first = await submit();
    const second = await submit({ customerPo: 'PO-2' });
    await setActive('DC-EAST', false);
    await arrive('DC-EAST', '14', 'R1');
    expect(await releases()).toEqual([]);
    expect(await at('DC-EAST')).toMatchObject({ available: 14n, reserved: 0n, backordered: 0n });
    expect(await at('DC-WEST')).toMatchObject({ backordered: 20n });
    await arrive('DC-WEST', '12', 'R2');
    expect(await bucketsOf(first)).toMatchObject([{ allocated: 10n, backordered: 0n }]);
    expect(await bucketsOf(second)).toMatchObject([{ allocated: 2n, backordered: 8n }]);
    expect(new Set((await releases()).map(({ node }) => node))).toEqual(new Set(['DC-WEST']));
    expect(world.problems).toEqual([]);
  });

  test('the rest of a line that may not be split does not wait for it, and nothing goes round in circles', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '4', 'R1');
    const orderId = await submit({ allowSplit: false });
    await setActive('DC-EAST', false);
    await arrive('DC-WEST', '3', 'R2');
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    const lines = [{ orderId, lineId: '10', qty: '2', cause: 'NOT_FOUND' }];
    await must(world.app().reportShortage({ shipmentId, lines }, world.as('warehouse')));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 5n, backordered: 5n, unsourced: 0n }]);
    await arrive('DC-WEST', '5', 'R3');
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, backordered: 0n }]);
    expect(await at('DC-WEST')).toMatchObject({ allocated: 8n, available: 0n, backordered: 0n });
    expect(world.problems).toEqual([]);
  });

  test('a line is left where it waits while no other node could supply it either', async () => {
    const orderId = await submit();
    for (const { node } of demoNodes) await setActive(node, false);
    await arrive('DC-WEST', '10', 'R1');
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n, unsourced: 0n }]);
    expect(await at('DC-EAST')).toMatchObject({ backordered: 10n });
  });
});
