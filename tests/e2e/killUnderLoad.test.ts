import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CallRefused } from '../../api/client.ts';
import {
  closingOf,
  firstInvoicesOf,
  journalsOf,
  type Order,
  orderBody,
  readOrder,
  receive,
  submit,
  trialBalance,
} from './calls.ts';
import { endService, eventually, type RunningService, startEmpty, startService } from './service.ts';

const kills = 3;
const writers = 8;
/** Orders that are acknowledged before each kill: enough that the ones before are at every step of their way. */
const ordersBefore = 30;

describe('kill -9 under load', () => {
  let service: RunningService;

  beforeAll(async () => {
    service = await startEmpty({ SIM_WMS: 'auto' });
    await receive(service.client, '100000');
  });
  afterAll(() => endService(service));

  test('O-08 every acknowledged order ends invoiced exactly once and the books balance', async () => {
    const acknowledged = new Map<string, string>();
    const asked = new Map<string, ReturnType<typeof orderBody>>();
    /** Sends one order after the other until there is nobody to answer. */
    const writer = async (): Promise<void> => {
      for (;;) {
        const key = randomUUID();
        asked.set(key, orderBody('2'));
        const order = await submit(service.client, asked.get(key), key).catch(() => undefined);
        if (order === undefined) return;
        acknowledged.set(key, order.orderId);
      }
    };
    for (let round = 0; round < kills; round += 1) {
      const enough = acknowledged.size + ordersBefore;
      const load = Promise.all(Array.from({ length: writers }, writer));
      await eventually(
        async () => acknowledged.size,
        (size) => size >= enough,
      );
      await service.kill9();
      await load;
      service = await startService(service.dataDir, { SIM_WMS: 'auto' });
    }

    // A client that got no answer asks again with the same key: it must get the same order, once.
    for (const [key, body] of asked) {
      const again = await eventually(
        () =>
          submit(service.client, body, key).catch((error: unknown) =>
            error instanceof CallRefused && error.status === 409 ? undefined : Promise.reject(error),
          ),
        (order): order is NonNullable<typeof order> => order !== undefined,
        40_000,
      );
      if (again === undefined) throw new Error('no answer');
      expect(acknowledged.get(key) ?? again.orderId).toBe(again.orderId);
      acknowledged.set(key, again.orderId);
    }
    expect(new Set(acknowledged.values()).size).toBe(asked.size);

    const finished = new Map<string, Order>();
    for (const orderId of acknowledged.values()) {
      finished.set(
        orderId,
        await eventually(
          () => readOrder(service.client, orderId),
          (order) => order.status === 'COMPLETED',
          120_000,
        ),
      );
    }
    for (const [orderId, order] of finished) {
      expect(order.lines[0]).toMatchObject({ ordered: '2', shipped: '2', invoiced: '2', overshipped: '0' });
      const invoices = await firstInvoicesOf(service.client, orderId);
      expect(invoices.items).toHaveLength(1);
      const journals = await eventually(
        () => journalsOf(service.client, orderId),
        (list) => list.items.some((journal) => journal.templateId === 'T03'),
      );
      expect(journals.items.filter((journal) => journal.templateId === 'T02')).toHaveLength(1);
      expect(journals.items.filter((journal) => journal.templateId === 'T03')).toHaveLength(1);
    }
    const balance = await trialBalance(service.client);
    expect(balance.totalDebit).toBe(balance.totalCredit);
    expect(closingOf(balance, 'DEFERRED_COGS')).toBe(0n);
    const erp = (await (await fetch(`${service.simulators.erp}/control/state`)).json()) as Record<string, unknown>;
    expect(erp).toMatchObject({ orders: asked.size, ordersWithTheSameReference: 0 });
  }, 300_000);
});
