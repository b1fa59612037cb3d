import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CallRefused } from '../../api/client.ts';
import { readKeys } from '../../api/keys.ts';
import { type ServerProcess, startServerProcess } from '../support/eventstoredb/serverProcess.ts';
import {
  closingOf,
  confirm,
  equationHolds,
  invoicesOf,
  journalsOf,
  type List,
  type Order,
  orderBody,
  type Position,
  readOrder,
  receive,
  submit,
  trialBalance,
} from './calls.ts';
import { startAll, stopAll } from './eventStoreDbService.ts';
import { eventually, exitOf, newDataDir, patienceMs, type RunningService, startService } from './service.ts';

/** The content and its hash; the position moves on with every event of the log, also with those of a rebuild. */
const withoutFreshness = (answer: unknown): unknown => {
  const { report, ...rest } = answer as { readonly report?: { readonly sha256: string } };
  return { ...rest, asOfPosition: '', lagMs: 0, report: report?.sha256 };
};

let dataDir: string;
let log: ServerProcess;
let service: RunningService;
beforeAll(async () => {
  dataDir = await newDataDir();
  ({ log, service } = await startAll(dataDir, 'manual'));
});
afterAll(() => stopAll(dataDir, service, log));

describe('the golden example with the log in EventStoreDB', () => {
  let orderId: string;

  test('P-20 P-21 P-24 the order is shipped in two parts and invoiced to the minor unit', async () => {
    await receive(service.client, '7');
    const body = orderBody('10', { charges: [{ code: 'FREIGHT', amount: '1500' }] });
    ({ orderId } = await submit(service.client, body));
    const released = await eventually(
      () => readOrder(service.client, orderId),
      (now) => now.releases.length === 1 && now.lines[0]?.backordered === '3' && now.erpNumber !== null,
    );
    expect(released.lines[0]).toMatchObject({ allocated: '7', backordered: '3', unsourced: '0' });
    const [first] = released.releases as [Order['releases'][number]];
    await confirm(service.client, orderId, first, '7', 'CONF-1');
    await receive(service.client, '3');
    const again = await eventually(
      () => readOrder(service.client, orderId),
      (now) => now.releases.length === 2,
    );
    const second = again.releases.find(({ releaseId }) => releaseId !== first.releaseId);
    if (second === undefined) throw new Error('no second release');
    await confirm(service.client, orderId, second, '3', 'CONF-2');
    const invoices = await eventually(
      () => invoicesOf(service.client, orderId),
      (list) => list.items.length === 2 && list.items.every(({ number }) => number !== null),
    );
    expect(invoices.items.map(({ totals }) => totals.total).sort()).toEqual(['10214', '3735']);
    const done = await eventually(
      () => readOrder(service.client, orderId),
      (now) => now.status === 'COMPLETED',
    );
    expect(done.lines.every(equationHolds)).toBe(true);
    await eventually(
      () => journalsOf(service.client, orderId),
      (list) => list.items.length === 4,
    );
    const balance = await trialBalance(service.client);
    expect(balance.totalDebit).toBe(balance.totalCredit);
    expect(closingOf(balance, 'DEFERRED_COGS')).toBe(0n);
  });

  test('read models that are built anew beside the live ones are identical', async () => {
    const both = async () => [await readOrder(service.client, orderId), await journalsOf(service.client, orderId)];
    // Steps behind the last invoice may still be at work: what is compared must have come to rest.
    let before = await both();
    await eventually(
      async () => {
        const earlier = before;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        before = await both();
        return isDeepStrictEqual(earlier.map(withoutFreshness), before.map(withoutFreshness));
      },
      (atRest) => atRest,
    );
    for (const name of ['orders', 'gl_staging']) {
      const cli = join(import.meta.dirname, '../../api/cli.js');
      const child = spawn(process.execPath, [cli, 'rebuild', name, '--reason', 'to see that it is the same'], {
        env: { PATH: process.env.PATH ?? '', DATA_DIR: dataDir },
        stdio: 'inherit',
      });
      expect(await exitOf(child)).toBe(0);
    }
    await eventually(
      async () => [
        await readOrder(service.client, orderId).catch(() => undefined),
        await journalsOf(service.client, orderId).catch(() => undefined),
      ],
      (after) => isDeepStrictEqual(after.map(withoutFreshness), before.map(withoutFreshness)),
    );
  });

  test('while the log is away reads go on, commands get 503 with Retry-After, and all recovers by itself', async () => {
    const { port } = log;
    await log.kill9();
    const { url, client } = service;
    const readiness = await eventually(
      async () =>
        (await fetch(`${url}/health/ready`)).json() as Promise<{
          status: string;
          parts: { name: string; ready: boolean }[];
        }>,
      ({ status }) => status === 'not ready',
    );
    expect(readiness.parts).toContainEqual(expect.objectContaining({ name: 'log', ready: false }));
    expect((await readOrder(client, orderId)).status).toBe('COMPLETED');
    const refused = await fetch(`${url}/v1/orders`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${(await readKeys(join(dataDir, 'keys.json'))).channel}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(orderBody('1')),
    });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    log = await startServerProcess({ file: join(dataDir, 'eventstoredb.log'), port });
    const after = await eventually(
      () => submit(client, orderBody('1')).catch(() => undefined),
      (order) => order !== undefined,
      30_000,
    );
    await eventually(
      // While the read models catch up, an order that they lack yet is answered with 503.
      () => readOrder(client, after?.orderId ?? '').catch(() => undefined),
      (now) => now?.lines[0]?.backordered === '1',
      30_000,
    );
    await eventually(
      () => fetch(`${url}/health/ready`),
      ({ ok }) => ok,
      30_000,
    );
  });

  test('a log that cannot be used is a mistake of the configuration', async () => {
    const wrong = startService(dataDir, { EVENTSTORE_URL: 'esdb://u:p@host?timeout=1' });
    await expect(wrong).rejects.toThrow('EVENTSTORE_URL: it sets timeout');
  });
});

describe('overselling and kill -9 with the log in EventStoreDB', () => {
  const position = async (): Promise<Position | undefined> => {
    const query = 'bu=ACME&node=DC-EAST&item=BRG-6204';
    return (await service.client.get<List<Position>>('warehouse', `/v1/inventory-positions?${query}`)).items[0];
  };

  test('S-10 50 concurrent orders of 1 for 15 units: 15 taken, 35 backordered', async () => {
    // One is for the order that waits since the log was away.
    await receive(service.client, '1');
    await eventually(position, (now) => now?.allocated === '1' && now.backordered === '0', patienceMs);
    await receive(service.client, '15');
    const orders = await Promise.all(Array.from({ length: 50 }, () => submit(service.client, orderBody('1'))));
    expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(50);
    const settled = await eventually(position, (now) => now?.allocated === '16' && now.backordered === '35', 60_000);
    expect(settled).toMatchObject({ onHand: '16', available: '0', reserved: '0' });
  });

  test('O-08 after kill -9 of the service and of the log every acknowledged order is there once', async () => {
    const acknowledged = new Map<string, string>();
    const asked = new Map<string, ReturnType<typeof orderBody>>();
    const writer = async (): Promise<void> => {
      for (;;) {
        const key = randomUUID();
        const body = orderBody('1');
        asked.set(key, body);
        const order = await submit(service.client, body, key).catch(() => undefined);
        if (order === undefined) return;
        acknowledged.set(key, order.orderId);
      }
    };
    const load = Promise.all(Array.from({ length: 8 }, writer));
    await eventually(
      async () => acknowledged.size,
      (size) => size > 20,
      patienceMs,
    );
    await log.kill9();
    await service.kill9();
    await load;
    ({ log, service } = await startAll(dataDir, 'manual', log.port));
    for (const [key, body] of asked) {
      const again = await eventually(
        () =>
          submit(service.client, body, key).catch((error: unknown) =>
            error instanceof CallRefused && (error.status === 409 || error.status === 503)
              ? undefined
              : Promise.reject(error),
          ),
        (order) => order !== undefined,
        60_000,
      );
      expect(acknowledged.get(key) ?? again?.orderId).toBe(again?.orderId);
    }
    const backordered = String(35 + asked.size);
    const end = await eventually(position, (now) => now?.backordered === backordered, 120_000);
    expect(end).toMatchObject({ onHand: '16', allocated: '16', reserved: '0' });
  }, 300_000);
});
