import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { line, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { createStepper, type Stepper } from './steppers.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;
let units = 0;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

const [nodes, items] = [['DC-EAST', 'DC-WEST'] as const, ['BELT-A42', 'BRG-6204'] as const];

/** What two processes do that take steps, and what happens meanwhile. */
type Move =
  | { readonly does: 'receive'; readonly node: string; readonly item: string; readonly qty: number }
  | { readonly does: 'lose'; readonly node: string; readonly item: string }
  | { readonly does: 'cancel'; readonly order: number }
  | { readonly does: 'think' | 'restart' | 'runBoth' }
  | { readonly does: 'take'; readonly by: number; readonly limit: number }
  | { readonly does: 'run'; readonly by: number; readonly commandsMax: number | undefined }
  | { readonly does: 'kill'; readonly by: number };

const place = { node: fc.constantFrom(...nodes), item: fc.constantFrom(...items) };
const by = fc.constantFrom(0, 1);
const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant('receive'), ...place, qty: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('lose'), ...place }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('cancel'), order: fc.integer({ min: 0, max: 2 }) }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constantFrom('think', 'think', 'think', 'restart', 'runBoth') }) },
  { weight: 5, arbitrary: fc.record({ does: fc.constant('take'), by, limit: fc.integer({ min: 1, max: 8 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('run'),
      by,
      commandsMax: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('kill'), by }) },
) as fc.Arbitrary<Move>;

const plan = fc.record({
  orders: fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), {
    minLength: 2,
    maxLength: 3,
  }),
  moves: fc.array(move, { minLength: 8, maxLength: 30 }),
});

const submitAll = async (bu: string, orders: readonly (readonly [number, number])[]): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (const [n, wanted] of orders.entries()) {
    const lines = items.map((item, index) => line(`${index + 1}0`, item, String(wanted[index])));
    const input = orderInput(bu, { charges: [], shipComplete: true, customerPo: `P${n}`, lines });
    ids.push((await must(world.app().submitOrder(input, world.as('channel')))).orderId);
  }
  return ids;
};

const act = async (bu: string, ids: readonly string[], steppers: readonly Stepper[], done: Move, n: number) => {
  const place = { bu, uom: 'EA', reference: `M${n}` };
  switch (done.does) {
    case 'receive':
      return receive(world, bu, done.node, done.item, String(done.qty), `M${n}`);
    case 'lose': {
      const { node, item } = done;
      const loss = { ...place, node, item, kind: 'ADJUSTMENT', qty: '-1', reason: 'COUNT' } as const;
      return world.app().recordStockMovement(loss, world.as('warehouse'));
    }
    case 'cancel': {
      const orderId = ids[done.order];
      if (orderId === undefined) return undefined;
      return world.app().cancelOrder({ orderId, reason: 'CHANGED_MIND' }, world.as('channel'));
    }
    case 'think':
      return world.think();
    case 'restart':
      return world.restart();
    case 'runBoth':
      return Promise.all(steppers.map((each) => each.run()));
    case 'take':
      return steppers[done.by]?.take(done.limit);
    case 'run':
      return steppers[done.by]?.run(done.commandsMax);
    case 'kill':
      return steppers[done.by]?.kill();
  }
};

/** Both take their part of the first steps, so that they hold states which grow old when something happens meanwhile. */
const warmUp = async (steppers: readonly Stepper[]): Promise<void> => {
  for (let round = 0; round < 6; round += 1) {
    await world.think();
    for (const each of steppers) await each.take(3);
    await Promise.all(steppers.map((each) => each.run()));
  }
};

/** Orders that still wait although there is a node for each of their lines that has all of it. */
const forgotten = async (bu: string, ids: readonly string[]): Promise<readonly string[]> => {
  const most = await Promise.all(
    items.map(async (item) => {
      const stock = await Promise.all(nodes.map((node) => stockAt(world, bu, node, item)));
      return stock.reduce((max, { available }) => (available > max ? available : max), 0n);
    }),
  );
  const orders = await Promise.all(ids.map(async (orderId) => ({ orderId, ...(await orderAt(world, bu, orderId)) })));
  return orders.flatMap(({ orderId, lines }) => {
    const missing = lines.map(({ buckets }) => buckets.backordered + buckets.unsourced);
    const couldBeHad = missing.every((qty, index) => qty <= (most[index] ?? 0n));
    return missing.some((qty) => qty > 0n) && couldBeHad ? [orderId] : [];
  });
};

test('an order that leaves together is had in the end when there is enough, whoever is killed and whatever comes when', async () => {
  await fc.assert(
    fc.asyncProperty(plan, async ({ orders, moves }) => {
      units += 1;
      const bu = `IE${units}`;
      await world.newBusinessUnit(bu);
      const ids = await submitAll(bu, orders);
      const steppers = ['one', 'two'].map((name) => createStepper(world, `${bu} ${name}`));
      await warmUp(steppers);
      for (const [n, each] of moves.entries()) await act(bu, ids, steppers, each, n);
      for (const each of steppers) await each.kill();
      await world.settle();
      expect(await forgotten(bu, ids)).toEqual([]);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

test('also when the last of it comes after its turn was taken and before it looks, with states that do not know of it', async () => {
  units += 1;
  const bu = `IE${units}`;
  await world.newBusinessUnit(bu);
  const ids = await submitAll(bu, [[2, 2]]);
  const stepper = createStepper(world, bu);
  await warmUp([stepper]);
  await receive(world, bu, 'DC-EAST', 'BELT-A42', '2', 'R1');
  await world.think();
  await stepper.take(8);
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '2', 'R2');
  await world.think();
  await stepper.run();
  await world.think();
  expect(await forgotten(bu, ids)).toEqual(ids);
  await world.settle();
  expect(await forgotten(bu, ids)).toEqual([]);
});
