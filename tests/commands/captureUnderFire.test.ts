import { describe, expect, test } from '@jest/globals';
import { createClaims } from '../../adapters/postgres/claims.ts';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { makeApplication } from '../../commands/calls/makeApplication.ts';
import { createExecutor } from '../../commands/handle.ts';
import type { IdempotencyStore } from '../../commands/ports.ts';
import { type EventStore, LogUnavailable } from '../../domain/eventLog.ts';
import { eventsOf, exposure, ofType, orderInput } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

inNewUnits('FIRE');

/** An instance of its own over the world's log and claims; `store` and `claims` are where it can be killed. */
const instanceOver = (store: EventStore, claims: IdempotencyStore = world.claims) =>
  makeApplication({
    executor: createExecutor(store),
    store,
    catalog: world.catalog,
    claims,
    clock: world.clock,
    sealableJournals: async () => world.sealed.next,
    closeChecklist: () => Promise.reject(new Error('none here')),
  });

const onceOnly = async (orders: number): Promise<void> => {
  const events = await eventsOf(world, bu);
  for (const type of ['OrderSubmitted', 'OrderPriced', 'CreditReserved', 'OrderAccepted'] as const)
    expect([type, ofType(events, type).length]).toEqual([type, orders]);
  expect(await exposure(world, bu, 'C-1001')).toBe(BigInt(orders) * 13_000n);
};

describe('an order whose submission, credit and acceptance are one append', () => {
  test('that died between its claim and its append leaves nothing, and is made by the next attempt under its id', async () => {
    const context = world.as('channel');
    const dead = instanceOver({
      ...world.log,
      appendTogether: () => Promise.reject(new Killed('before the append')),
    });
    await expect(dead.submitOrder(orderInput(bu), context)).rejects.toBeInstanceOf(Killed);
    await onceOnly(0);
    // Another key of a request: the purchase order number leads to the id of the attempt that died.
    const made = await must(instanceOver(world.log).submitOrder(orderInput(bu), world.as('channel')));
    expect(made.orderId).toBe(context.commandId);
    await onceOnly(1);
  });

  test('that died between its append and its answer is answered from the log, with no second effect', async () => {
    const context = world.as('channel');
    const silent = { ...world.claims, answer: () => Promise.reject(new LogUnavailable('gone')) };
    const dead = instanceOver(
      {
        ...world.log,
        appendTogether: async (appends) => {
          await world.log.appendTogether(appends);
          throw new LogUnavailable('gone after the append');
        },
      },
      silent,
    );
    await expect(dead.submitOrder(orderInput(bu), context)).rejects.toBeInstanceOf(LogUnavailable);
    await onceOnly(1);
    const answered = await must(instanceOver(world.log).submitOrder(orderInput(bu), context));
    expect(answered).toMatchObject({ orderId: context.commandId, status: 'OPEN', revision: 3 });
    await onceOnly(1);
  });

  test('that was submitted by itself before, on a log without the transaction, is completed and not opened again', async () => {
    const context = world.as('channel');
    const { appendTogether: _none, ...apart } = world.log;
    const store: EventStore = {
      ...apart,
      append: (stream, ...rest) => {
        if (stream.startsWith('credit-')) throw new Killed('before credit');
        return world.log.append(stream, ...rest);
      },
    };
    await expect(instanceOver(store).submitOrder(orderInput(bu), context)).rejects.toBeInstanceOf(Killed);
    expect(ofType(await eventsOf(world, bu), 'OrderSubmitted')).toHaveLength(1);
    const fresh = world.as('channel', { commandId: context.commandId });
    expect(await must(instanceOver(world.log).submitOrder(orderInput(bu), fresh))).toMatchObject({ status: 'OPEN' });
    await onceOnly(1);
  });

  test('sent to two instances at once under one id and purchase order number is one order', async () => {
    const context = world.as('channel');
    const second: PostgresLog = createPostgresLog({
      connectionString: world.connectionString,
      pool: world.pool,
    });
    try {
      const rival = instanceOver(second, createClaims(world.pool));
      const ours = instanceOver(world.log);
      const both = await Promise.all(
        Array.from({ length: 20 }, (_, n) => must((n % 2 === 0 ? ours : rival).submitOrder(orderInput(bu), context))),
      );
      expect(new Set(both.map(({ orderId }) => orderId))).toEqual(new Set([context.commandId]));
      await onceOnly(1);
    } finally {
      await second.close();
    }
  });

  test('of one customer with forty others, over two instances, each once and none above the exposure', async () => {
    const second: PostgresLog = createPostgresLog({
      connectionString: world.connectionString,
      pool: world.pool,
    });
    try {
      const [ours, rival] = [instanceOver(world.log), instanceOver(second, createClaims(world.pool))];
      const made = await Promise.all(
        Array.from({ length: 40 }, (_, n) =>
          must(
            (n % 2 === 0 ? ours : rival).submitOrder(orderInput(bu, { customerPo: `PO-${n}` }), world.as('channel')),
          ),
        ),
      );
      expect(made.map(({ status }) => status)).toEqual(made.map(() => 'OPEN'));
      await onceOnly(40);
    } finally {
      await second.close();
    }
  });

  test('while the log is away is answered with that, and nothing is left of it', async () => {
    const away = instanceOver({
      ...world.log,
      appendTogether: () => Promise.reject(new LogUnavailable('the log is away')),
    });
    const context = world.as('channel');
    await expect(away.submitOrder(orderInput(bu), context)).rejects.toBeInstanceOf(LogUnavailable);
    await onceOnly(0);
    expect((await must(instanceOver(world.log).submitOrder(orderInput(bu), context))).orderId).toBe(context.commandId);
  });
});
