import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inParallel } from '../../commands/inParallel.ts';
import { eventsOf, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { countingKills } from './kills.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

type Stage = (world: World, bu: string) => Promise<unknown>;

const both = [line('10', 'BRG-6204', '5'), line('20', 'BELT-A42', '5')];

/** An order that ships complete loses a reservation before it leaves, waits, and is had together; one may not be split. */
const stages: readonly Stage[] = [
  async (w, bu) => {
    w.partners.behaviour.down.add('erp');
    await receive(w, bu, 'DC-EAST', 'BRG-6204', '5', 'R1');
    await receive(w, bu, 'DC-EAST', 'BELT-A42', '5', 'R2');
    await must(w.app().submitOrder(orderInput(bu, { charges: [], shipComplete: true, lines: both }), w.as('channel')));
  },
  async (w, bu) => {
    const place = { bu, node: 'DC-EAST', item: 'BRG-6204', uom: 'EA' };
    const loss = { ...place, kind: 'ADJUSTMENT', qty: '-2', reason: 'COUNT', reference: 'A1' } as const;
    await must(w.app().recordStockMovement(loss, w.as('warehouse')));
  },
  (w, bu) => receive(w, bu, 'DC-WEST', 'BRG-6204', '5', 'R3'),
  async (w, bu) => {
    const input = { customerPo: 'PO-2', charges: [], allowSplit: false, lines: [line('10', 'BRG-6204', '8')] };
    await must(w.app().submitOrder(orderInput(bu, input), w.as('channel')));
  },
  async (w, bu) => {
    w.partners.behaviour.down.clear();
    await receive(w, bu, 'DC-EAST', 'BRG-6204', '1', 'R4');
  },
];

const endState = async (bu: string) => {
  const submitted = ofType(await eventsOf(world, bu), 'OrderSubmitted');
  const orders = await Promise.all(submitted.map(({ data }) => orderAt(world, bu, data.orderId)));
  const places = ['DC-EAST', 'DC-WEST'].flatMap((node) => ['BRG-6204', 'BELT-A42'].map((item) => ({ node, item })));
  const stock = await Promise.all(places.map(({ node, item }) => stockAt(world, bu, node, item)));
  return { orders: orders.map(({ lines }) => lines.map(({ buckets }) => buckets)), stock };
};

test('lines that stay together end the same when a step is killed after any of its commands', async () => {
  const { executed, execute, unitsKilledAfterEach } = countingKills();
  world.between.execute = execute;
  const play = async (units: readonly string[]): Promise<void> => {
    await inParallel(units, 10, world.newBusinessUnit);
    for (const stage of stages) {
      await inParallel(units, 10, async (bu) => {
        await stage(world, bu);
      });
      // The ERP is away at first: its steps keep failing, everything else comes to rest.
      await world.settle(units.length * 12);
    }
  };

  await play(['QUIET']);
  const expected = await endState('QUIET');
  expect(expected.orders).toMatchObject([[{ allocated: 5n }, { allocated: 5n }], [{ allocated: 4n, backordered: 4n }]]);
  const commands = executed.get('QUIET') ?? 0;
  expect(commands).toBeGreaterThan(40);

  const units = unitsKilledAfterEach(commands);
  await play(units);
  for (const bu of units) expect({ bu, ...(await endState(bu)) }).toEqual({ bu, ...expected });
}, 600_000);
