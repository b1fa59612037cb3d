import { describe, expect, test } from '@jest/globals';
import type { SubmitOrderInput } from '../../commands/calls/inputs.ts';
import { toDomain } from '../../commands/codec.ts';
import type { Checkpoints } from '../../commands/ports.ts';
import { createProcessRunner } from '../../commands/processes.ts';
import { createDuplicateRadar } from '../../commands/workers/duplicateRadar.ts';
import type { FeedWorkerPorts } from '../../commands/workers/feedWorker.ts';
import { demoBusinessUnit, demoCustomers } from '../../domain/masterData/demo.ts';
import { orderToCash } from '../../domain/orderToCash/orderToCash.ts';
import { eventsOf, line, ofType, orderAt, receive, stockAt } from './facts.ts';
import { bu, inNewUnits, releases, submit, world } from './newUnits.ts';
import { type Execute, must } from './world.ts';

inNewUnits('RD');

const item = 'BRG-6204';
const { signal } = new AbortController();
let orders = 0;

/** Each under a purchase order number of its own. */
const through = (channel: string, changes: Partial<SubmitOrderInput> = {}) => {
  orders += 1;
  return submit({ channel, customerPo: `PO-${orders}`, ...changes });
};

const held = async () => ofType(await eventsOf(world, bu), 'OrderHeld').map(({ data }) => data);
const accepted = async () => ofType(await eventsOf(world, bu), 'OrderAccepted').map(({ data }) => data.orderId);

const failing = (error: unknown): never => {
  throw error;
};

/** A process of its own with everything in memory new, which reads the log from its start. */
const anotherRunner = (execute: Execute = world.executor().execute) => {
  const executor = { execute, load: world.executor().load };
  const radar = createDuplicateRadar({
    ...{ executor, sighted: world.sighted, catalog: world.catalog },
    onError: failing,
  });
  const forgetful: Checkpoints = { read: async () => 'start', advance: async () => true };
  const ports: FeedWorkerPorts = {
    ...{ feed: radar.watched(world.log), checkpoints: forgetful, onStuck: () => {}, onError: failing },
  };
  const runner = createProcessRunner(orderToCash, executor, ports, radar.hold);
  return async () => {
    while (await runner.step(signal));
  };
};

describe('two orders with equal lines that come in through different channels', () => {
  test('the second is held with its goods reserved, nothing of it is picked, and releasing it is one call', async () => {
    await receive(world, bu, 'DC-EAST', item, '30', 'R1');
    const first = await through('edi');
    await world.settle();
    world.restart();
    const second = await through('portal');
    expect(second.status).toBe('OPEN');
    await world.settle();
    expect(await orderAt(world, bu, first.orderId)).toMatchObject({ status: 'OPEN', holds: [] });
    expect(await orderAt(world, bu, second.orderId)).toMatchObject({
      ...{ status: 'ON_HOLD', holds: ['POSSIBLE_DUPLICATE'] },
      lines: [{ status: 'ON_HOLD', buckets: { reserved: 10n, allocated: 0n } }],
    });
    expect(await stockAt(world, bu, 'DC-EAST', item)).toMatchObject({ allocated: 10n, reserved: 10n, available: 10n });
    const [hold, ...others] = await held();
    expect([hold, others]).toMatchObject([
      {
        ...{ orderId: second.orderId, type: 'POSSIBLE_DUPLICATE', scope: { kind: 'ORDER' } },
        data: { firstOrderId: first.orderId, firstChannel: 'edi', rule: 'SAME_LINES', scorePct: '100' },
      },
      [],
    ]);
    const release = { orderId: second.orderId, holdId: hold?.holdId ?? '', reason: 'both are meant' };
    expect(await must(world.app().releaseHold(release, world.as('channel')))).toMatchObject({ status: 'OPEN' });
    await world.settle();
    expect((await releases()).map(({ orderId }) => orderId)).toEqual([first.orderId, second.orderId]);
    expect(world.problems).toEqual([]);
  });

  test('at the same moment: the one that the log has second is held, and no other', async () => {
    await receive(world, bu, 'DC-EAST', item, '30', 'R1');
    await Promise.all([through('edi'), through('portal'), through('edi')]);
    await world.settle();
    const channels = ofType(await eventsOf(world, bu), 'OrderAccepted').map(({ data }) => data.channel);
    const repeats = channels.map((channel, n) => channels.slice(0, n).some((earlier) => earlier !== channel));
    const ids = await accepted();
    expect((await held()).map(({ orderId }) => orderId).sort()).toEqual(ids.filter((_, n) => repeats[n]).sort());
    expect((await held()).length).toBeGreaterThan(0);
    expect((await releases()).map(({ orderId }) => orderId).sort()).toEqual(ids.filter((_, n) => !repeats[n]).sort());
  });

  test('a process that dies between the hold and its answer leaves an order that is held once, and stays so', async () => {
    await receive(world, bu, 'DC-EAST', item, '30', 'R1');
    await through('edi');
    const { orderId } = await through('portal');
    const dying: Execute = (decider, stream, ...rest) =>
      stream.startsWith('pm-')
        ? Promise.reject(new Error('killed'))
        : world.executor().execute(decider, stream, ...rest);
    await anotherRunner(dying)();
    expect(await held()).toMatchObject([{ orderId, type: 'POSSIBLE_DUPLICATE' }]);
    await world.settle();
    expect(await releases()).toHaveLength(1);
    expect(await held()).toHaveLength(1);
  });

  test('read again by two processes at once, history holds nothing that somebody has released', async () => {
    await through('edi');
    const { orderId } = await through('portal');
    await world.settle();
    const [hold] = await held();
    const release = { orderId, holdId: hold?.holdId ?? '', reason: 'both are meant' };
    await must(world.app().releaseHold(release, world.as('finance')));
    await world.settle();
    const before = (await eventsOf(world, bu)).length;
    await Promise.all([anotherRunner()(), anotherRunner()()]);
    expect((await eventsOf(world, bu)).slice(before)).toEqual([]);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'OPEN', holds: [] });
  });
});

test('history that is read again by other rules than it was holds nothing that was let go', async () => {
  const unit = { ...demoBusinessUnit, bu };
  const off = { ...unit, duplicateRadar: { windowHours: 0, minScorePct: 75 } };
  await must(world.app().defineBusinessUnit(off, world.as('admin')));
  await receive(world, bu, 'DC-EAST', item, '30', 'R1');
  await through('edi');
  await through('portal');
  await world.settle();
  expect(await releases()).toHaveLength(2);
  await must(world.app().defineBusinessUnit(unit, world.as('admin')));
  await anotherRunner()();
  expect(await held()).toEqual([]);
});

describe('a radar in trouble', () => {
  type Sighted = typeof world.sighted;

  /** Everything that is accepted from now on, read through a radar that remembers by what `changes` says. */
  const radarFrom = async (changes: Partial<Sighted>) => {
    const head = await world.log.head();
    const told: unknown[] = [];
    const radar = createDuplicateRadar({
      ...{ executor: world.executor(), sighted: { ...world.sighted, ...changes }, catalog: world.catalog },
      onError: (error) => told.push(error),
    });
    const read = async () => {
      const { events } = await radar.watched(world.log).readAfter(head, 1_000, { categories: ['order'] });
      return events.filter(({ type }) => type === 'OrderAccepted').map(toDomain);
    };
    return { radar, read, told };
  };

  test('of one order lets all others go on, and looks at that one again', async () => {
    const wrong = new Set<string>();
    const { radar, read } = await radarFrom({
      sight: async (orders) => {
        if (orders.some(({ orderId }) => wrong.has(orderId))) throw new Error('no statement takes this order');
        return world.sighted.sight(orders);
      },
    });
    await through('edi');
    const bad = await through('phone');
    const again = await through('portal');
    wrong.add(bad.orderId);
    const accepted = await read();
    const outcomes = await Promise.allSettled(accepted.map(radar.hold));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await held()).map(({ orderId }) => orderId)).toEqual([again.orderId]);
    wrong.clear();
    for (const event of accepted) await radar.hold(event);
    expect((await held()).map(({ orderId }) => orderId)).toEqual([again.orderId, bad.orderId]);
  });

  test('that cannot forget holds up nobody; one that has much to forget goes on with the next page', async () => {
    const left = [5_000, 5_000, 17];
    let asked = 0;
    const much = await radarFrom({ forget: async (_at, limit) => Math.min(limit, left[asked++] ?? 0) });
    const never = await radarFrom({ forget: () => Promise.reject(new Error('no statement forgets')) });
    await through('edi');
    for (let pages = 0; pages < 5; pages += 1) await much.read();
    expect(asked).toBe(3);
    expect(await never.read()).toHaveLength(1);
    expect(never.told).toMatchObject([{ message: 'no statement forgets' }]);
  });
});

describe('orders that are alike', () => {
  const four = ['BRG-6204', 'BELT-A42', 'SEAL-RING', 'MOTOR-1HP'].map((name, n) => line(String(n), name, '2'));

  test('because all lines of one are among those of the other, or but for the quantities, say so', async () => {
    await through('edi', { lines: four });
    const part = await through('phone', { lines: four.slice(0, 3) });
    const other = { requestedDate: '2026-12-02' };
    await through('edi', { ...other, lines: [line('1', item, '10')] });
    const more = await through('phone', { ...other, lines: [line('1', item, '9'), line('2', item, '2')] });
    await world.settle();
    expect(await held()).toMatchObject([
      { orderId: part.orderId, data: { rule: 'LINES_CONTAINED', scorePct: '75' } },
      { orderId: more.orderId, data: { rule: 'OTHER_QUANTITIES', scorePct: '90' } },
    ]);
  });

  test('are meant when they come by one channel, for another day, after a cancellation, later than a window, or as agreed', async () => {
    const on = (day: string) => ({ requestedDate: `2026-12-${day}` });
    const pair = async (day: string) => {
      const first = await through('edi', on(day));
      await world.settle();
      return { first, again: () => through('portal', on(day)) };
    };
    await through('portal', on('01'));
    await through('portal', on('01'));
    await through('edi', on('02'));
    const cancelled = await pair('03');
    await must(world.app().cancelOrder({ orderId: cancelled.first.orderId, reason: 'ELSEWHERE' }, world.as('channel')));
    await world.settle();
    await cancelled.again();
    const late = await pair('04');
    await world.pool.query(
      "update ops.sighted_order set accepted_at = accepted_at - interval '24 hours 1 second' where order_id = $1",
      [late.first.orderId],
    );
    await late.again();
    await world.settle();
    const off = { ...demoBusinessUnit, bu, duplicateRadar: { windowHours: 0, minScorePct: 75 } };
    const before = await pair('05');
    await must(world.app().defineBusinessUnit(off, world.as('admin')));
    await before.again();
    await world.settle();
    await must(world.app().defineBusinessUnit({ ...demoBusinessUnit, bu }, world.as('admin')));
    const [customer] = demoCustomers;
    if (customer === undefined) throw new Error('the demonstration has no customer');
    const repeating = await pair('06');
    await must(world.app().defineCustomer({ ...customer, bu, repeatsOrders: true }, world.as('admin')));
    await repeating.again();
    await world.settle();
    expect(await held()).toEqual([]);
    await must(world.app().defineCustomer({ ...customer, bu }, world.as('admin')));
    const meant = await (await pair('07')).again();
    await world.settle();
    expect(await held()).toMatchObject([{ orderId: meant.orderId }]);
  });
});
