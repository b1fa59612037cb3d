import { expect, test } from '@jest/globals';
import { createExecutor } from '../../commands/handle.ts';
import { inParallel } from '../../commands/inParallel.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { confirm, eventsOf, exposure, line, ofType, orderAt, orderInput, receive } from './facts.ts';
import { countingKills } from './kills.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

inNewUnits('CC');

const exposed = (unit = bu) => exposure(world, unit, 'C-1001');

const released = async (unit = bu) =>
  ofType(await eventsOf(world, unit), 'CreditReleased').map(({ data }) => [data.amount, data.left, data.cause]);

const cancel = (orderId: string, qty: string) =>
  must(world.app().cancelOrder({ orderId, reason: 'NO_NEED', lines: [{ lineId: '10', qty }] }, world.as('channel')));

/** An order of 10 that waits; what one unit of it comes to. */
const waiting = async () => {
  const { orderId } = await submit();
  await world.settle();
  return { orderId, each: (await exposed()) / 10n };
};

test('B-17 what was cancelled of an order does not count any more while the rest of it is open', async () => {
  const { orderId, each } = await waiting();
  await cancel(orderId, '4');
  await world.settle();
  expect(await exposed()).toBe(each * 6n);
  await cancel(orderId, '1');
  await world.settle();
  expect(await exposed()).toBe(each * 5n);
  await cancel(orderId, '5');
  await world.settle();
  expect(await exposed()).toBe(0n);
  expect((await released()).map(([, left, cause]) => [left, cause])).toEqual([
    [String(each * 6n), 'LINES_CANCELLED'],
    [String(each * 5n), 'LINES_CANCELLED'],
    [undefined, 'ORDER_CLOSED'],
  ]);
});

test('what was invoiced before is owed, and what was not cancelled stays reserved', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '3', 'R1');
  const { orderId } = await submit({ charges: [{ code: 'FREIGHT', amount: '1500' }] });
  const each = ((await exposed()) - 1_500n) / 10n;
  await world.settle();
  const [{ shipmentId } = { shipmentId: '' }] = await releases();
  await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '3' }]));
  await world.settle();
  const [invoice] = ofType(await eventsOf(world, bu), 'InvoiceIssued');
  const owed = BigInt(invoice?.data.totals.total ?? '0');
  expect(await exposed()).toBe(owed + each * 7n);
  await cancel(orderId, '5');
  await world.settle();
  expect(await exposed()).toBe(owed + each * 2n);
  expect(await orderAt(world, bu, orderId)).toMatchObject({ closed: false });
});

test('what a warehouse does not stop stays reserved', async () => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '8', 'R1');
  const { orderId, each } = await waiting();
  world.partners.behaviour.stops = (lines) => lines.map(({ lineId }) => ({ lineId, qty: '1' }));
  await cancel(orderId, '6');
  await world.settle();
  expect(await exposed()).toBe(each * 7n);
});

test('S-19 an order that waits for credit is accepted when enough of another one was cancelled', async () => {
  const { orderId, each } = await waiting();
  const limit = String(each * 16n);
  await must(world.app().setCreditLimit({ bu, customer: 'C-1001', limit, currency: 'USD' }, world.as('finance')));
  const second = await submit({ customerPo: 'PO-2' });
  await world.settle();
  expect(await orderAt(world, bu, second.orderId)).toMatchObject({ status: 'ON_HOLD', holds: ['CREDIT'] });
  await cancel(orderId, '4');
  await world.settle();
  expect(await orderAt(world, bu, second.orderId)).toMatchObject({ status: 'OPEN' });
  expect(await exposed()).toBe(each * 16n);
});

test('S-19 an order over the limit is accepted when so much of it was cancelled that the rest fits', async () => {
  const { orderId, each } = await waiting();
  const limit = String(each * 18n);
  await must(world.app().setCreditLimit({ bu, customer: 'C-1001', limit, currency: 'USD' }, world.as('finance')));
  const second = await submit({ customerPo: 'PO-2' });
  await cancel(second.orderId, '1');
  await world.settle();
  expect(await orderAt(world, bu, second.orderId)).toMatchObject({ status: 'ON_HOLD', holds: ['CREDIT'] });
  expect(await exposed()).toBe(each * 10n);
  await cancel(second.orderId, '1');
  await world.settle();
  expect(await orderAt(world, bu, second.orderId)).toMatchObject({ status: 'OPEN', holds: [] });
  expect(await exposed()).toBe(each * 18n);
  expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN' });
  expect(world.problems).toEqual([]);
});

test('it is given back once when two instances do it at once', async () => {
  const { orderId, each } = await waiting();
  await cancel(orderId, '4');
  for (let round = 0; round < 2; round += 1) {
    await world.think();
    const steps = await world.outbox.take('both', 64, 60_000);
    const { log: store, catalog, clock, partners } = world;
    const atOnce = [createExecutor(store), createExecutor(store)].flatMap((executor) =>
      steps.map((step) => runStep({ executor, store, catalog, clock, ...partners }, step)),
    );
    await Promise.all(atOnce);
    await world.outbox.done(steps.map(({ intentId }) => intentId));
  }
  await world.settle();
  expect(await released()).toEqual([[String(each * 4n), String(each * 6n), 'LINES_CANCELLED']]);
  expect(await exposed()).toBe(each * 6n);
});

test('it is given back once when the step is killed after any of its commands', async () => {
  const { executed, execute, unitsKilledAfterEach } = countingKills();
  const lines = [line('10', 'BRG-6204', '10'), line('20', 'BELT-A42', '2')];
  const play = async (units: readonly string[]): Promise<void> => {
    const orders = new Map<string, string>();
    await inParallel(units, 10, async (unit) => {
      await world.newBusinessUnit(unit);
      await receive(world, unit, 'DC-EAST', 'BRG-6204', '7', 'R1');
      const { orderId } = await must(world.app().submitOrder(orderInput(unit, { lines }), world.as('channel')));
      orders.set(unit, orderId);
    });
    await world.settle();
    world.between.execute = execute;
    await inParallel(units, 10, async (unit) => {
      await cancel(orders.get(unit) ?? '', '5');
    });
    await world.settle(units.length * 20);
    delete world.between.execute;
  };
  const ends = async (unit: string) => ({ exposed: await exposed(unit), released: await released(unit) });
  await play(['QUIET']);
  const expected = await ends('QUIET');
  expect(expected.released.length).toBeGreaterThan(0);
  const units = unitsKilledAfterEach(executed.get('QUIET') ?? 0);
  await play(units);
  expect(world.problems.length).toBe(units.length);
  expect(world.problems.filter((problem) => !(problem instanceof Killed))).toEqual([]);
  for (const unit of units) {
    const end = await ends(unit);
    expect({ unit, exposed: end.exposed }).toEqual({ unit, exposed: expected.exposed });
    const sum = (rows: typeof end.released) => rows.reduce((total, [amount]) => total + BigInt(amount ?? '0'), 0n);
    expect({ unit, sum: sum(end.released) }).toEqual({ unit, sum: sum(expected.released) });
  }
});
