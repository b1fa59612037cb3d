import { describe, expect, test } from '@jest/globals';
import { inParallel } from '../../commands/inParallel.ts';
import { eventsOf, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { countingKills } from './kills.ts';
import { bu, bucketsOf, inNewUnits, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('RC');

const submit = async (changes: Parameters<typeof orderInput>[1]) => {
  const { orderId } = await must(
    world.app().submitOrder(orderInput(bu, { charges: [], ...changes }), world.as('channel')),
  );
  await world.settle();
  return orderId;
};

const cancel = async (orderId: string, lineId: string, qty: string) => {
  const input = { orderId, reason: 'NO_NEED', lines: [{ lineId, qty }] };
  await must(world.app().cancelOrder(input, world.as('channel')));
  await world.settle();
};

const releases = async () =>
  ofType(await eventsOf(world, bu), 'AllocationReleased').map(({ data }) => [data.node, data.lines.map((l) => l.qty)]);

describe('when part of an order is cancelled, what is left of it is looked for again', () => {
  const lines = [line('10', 'BRG-6204', '5'), line('20', 'BELT-A42', '5')];

  test('the line that kept an order which ships complete from leaving', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '5', 'R1');
    const orderId = await submit({ shipComplete: true, lines });
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 5n }, { backordered: 5n }]);
    await cancel(orderId, '20', '5');
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 5n, backordered: 0n }, { cancelled: 5n }]);
    expect(await releases()).toEqual([['DC-EAST', ['5']]]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ allocated: 5n, backordered: 0n });
    expect(world.problems).toEqual([]);
  });

  test('the part of a line that was too much', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '5', 'R1');
    await receive(world, bu, 'DC-WEST', 'BELT-A42', '2', 'R2');
    const orderId = await submit({ shipComplete: true, lines });
    await cancel(orderId, '20', '2');
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 5n }, { backordered: 3n, cancelled: 2n }]);
    await cancel(orderId, '20', '1');
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 5n }, { allocated: 2n, cancelled: 3n }]);
    expect(world.problems).toEqual([]);
  });

  test('of a line that leaves whole or not at all, at a node where it does not wait', async () => {
    const orderId = await submit({ shipComplete: true });
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '7', 'R1');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n }]);
    await cancel(orderId, '10', '3');
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 7n, backordered: 0n }]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 0n });
  });

  test('of a line that may not be split, at a node where it does not wait', async () => {
    const orderId = await submit({ allowSplit: false });
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '7', 'R1');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n }]);
    await cancel(orderId, '10', '3');
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 7n, backordered: 0n }]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 0n });
  });
});

test('the rest is looked for also when the step is killed after any of its commands', async () => {
  const lines = [line('10', 'BRG-6204', '5'), line('20', 'BELT-A42', '5')];
  const { executed, execute, unitsKilledAfterEach } = countingKills();
  const play = async (units: readonly string[]): Promise<void> => {
    await inParallel(units, 10, async (unit) => {
      await world.newBusinessUnit(unit);
      await receive(world, unit, 'DC-EAST', 'BRG-6204', '5', 'R1');
      const input = orderInput(unit, { charges: [], shipComplete: true, lines });
      await must(world.app().submitOrder(input, world.as('channel')));
    });
    await world.settle();
    world.between.execute = execute;
    await inParallel(units, 10, async (unit) => {
      const [submitted] = ofType(await eventsOf(world, unit), 'OrderSubmitted');
      const cancellation = {
        orderId: submitted?.data.orderId ?? '',
        reason: 'NO_NEED',
        lines: [{ lineId: '20', qty: '5' }],
      };
      await must(world.app().cancelOrder(cancellation, world.as('channel')));
    });
    await world.settle(units.length * 12);
    delete world.between.execute;
  };
  const endState = async (unit: string) => {
    const [submitted] = ofType(await eventsOf(world, unit), 'OrderSubmitted');
    const { lines: ended } = await orderAt(world, unit, submitted?.data.orderId ?? '');
    const stock = await Promise.all(['BRG-6204', 'BELT-A42'].map((item) => stockAt(world, unit, 'DC-EAST', item)));
    return { buckets: ended.map(({ buckets }) => buckets), stock };
  };

  await play(['QUIET']);
  const expected = await endState('QUIET');
  expect(expected.buckets).toMatchObject([{ allocated: 5n }, { cancelled: 5n }]);
  const commands = executed.get('QUIET') ?? 0;
  expect(commands).toBeGreaterThan(8);
  const units = unitsKilledAfterEach(commands);
  await play(units);
  for (const unit of units) expect({ unit, ...(await endState(unit)) }).toEqual({ unit, ...expected });
}, 240_000);
