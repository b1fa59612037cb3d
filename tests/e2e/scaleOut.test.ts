import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '../../api/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startPartners } from '../support/partners.ts';
import { type Product, startProduct } from '../support/productProcess.ts';
import {
  equationHolds,
  type Invoice,
  type List,
  type Order,
  orderBody,
  type Position,
  receive,
  submit,
  type TrialBalance,
  trialBalance,
} from './calls.ts';
import { eventually } from './service.ts';

const ordersCount = 60;
const units = 40;
const settledWithinMs = 120_000;

describe.each([2, 3])('%i processes of each role on one database', (each) => {
  let database: TestDatabase<never>;
  let partners: Awaited<ReturnType<typeof startPartners>>;
  let apis: readonly Product[] = [];
  let projectors: readonly Product[] = [];
  let processes: readonly Product[] = [];
  let adapters: readonly Product[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    partners = await startPartners();
    const { connectionString } = database;
    const start = (role: 'api' | 'projector' | 'process' | 'adapter', seed: 'demo' | 'none' = 'none') =>
      startProduct({ connectionString, role, seed, partners: partners.urls });
    const several = (role: 'api' | 'projector' | 'process' | 'adapter', count: number) =>
      Promise.all(Array.from({ length: count }, () => start(role)));
    const first = await start('api', 'demo');
    apis = [first, ...(await several('api', each - 1))];
    projectors = await several('projector', each);
    processes = await several('process', each);
    adapters = await several('adapter', each);
  });
  afterAll(async () => {
    await Promise.all([...apis, ...projectors, ...processes, ...adapters].map((one) => one.stop()));
    await partners?.close();
    await database?.close();
  });

  const api = (n: number): Client => {
    const found = apis[n % apis.length];
    if (found === undefined) throw new Error('no API is running');
    return found.client;
  };

  const everyPage = async <T>(path: string): Promise<readonly T[]> => {
    const items: T[] = [];
    for (let cursor = ''; ; ) {
      const page = await api(0).get<List<T>>('finance', `${path}&limit=100${cursor}`);
      items.push(...page.items);
      if (page.nextCursor === null) return items;
      cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
    }
  };
  const allOrders = () => everyPage<Order>('/v1/orders?bu=ACME');

  test('one key sent to all of them at once makes one order', async () => {
    const body = orderBody('1', { lines: [{ lineId: '10', item: 'BELT-A42', qty: '1', uom: 'EA' }] });
    const key = randomUUID();
    const answers = await Promise.allSettled(apis.map(({ client }) => submit(client, body, key)));
    const taken = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.orderId] : []));
    expect(taken.length).toBeGreaterThan(0);
    expect(new Set(taken).size).toBe(1);
    expect((await eventually(allOrders, (orders) => orders.length > 0)).length).toBe(1);
  });

  // What a killed worker had in hand is free again when its lease runs out, which takes a minute: once is enough.
  const dies = each === 3;

  test(`orders taken by all of them share the stock exactly${dies ? ', also when a projector and a process worker die' : ''}`, async () => {
    await receive(api(0), String(units));
    const sent = Promise.all(Array.from({ length: ordersCount }, (_, n) => submit(api(n), orderBody('1'))));
    await eventually(allOrders, (orders) => orders.length > ordersCount / 3, settledWithinMs);
    if (dies) await Promise.all([projectors[0]?.kill9(), processes[0]?.kill9()]);
    const ids = (await sent).map(({ orderId }) => orderId);
    expect(new Set(ids).size).toBe(ordersCount);
    const settled = await eventually(
      async () => (await allOrders()).filter(({ orderId }) => ids.includes(orderId)),
      (orders) =>
        orders.length === ordersCount &&
        orders.every(({ status, lines }) => status === 'COMPLETED' || lines[0]?.backordered === '1'),
      settledWithinMs,
    );
    expect(settled.filter(({ status }) => status === 'COMPLETED')).toHaveLength(units);
    expect(settled.every(({ lines }) => lines.every(equationHolds))).toBe(true);
  }, 240_000);

  test('every shipped order is invoiced once, under numbers without a gap', async () => {
    const expected = units + 1;
    const invoices = await eventually(
      () => everyPage<Invoice>('/v1/invoices?bu=ACME'),
      (found) => found.filter(({ number }) => number !== null).length === expected,
      settledWithinMs,
    );
    const numbers = invoices.map(({ number }) => Number(number?.slice('INV-'.length))).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: expected }, (_, n) => n + 1));
    expect(new Set(invoices.map(({ orderId }) => orderId)).size).toBe(expected);
  });

  test('all of them answer alike, the books are in balance, and nothing is stuck', async () => {
    const balances = await eventually(
      () => Promise.all(apis.map(({ client }) => trialBalance(client))),
      (all) => all.every((one) => one.items.length > 0 && one.totalDebit === all[0]?.totalDebit),
      settledWithinMs,
    );
    const plain = ({ items, totalDebit, totalCredit }: TrialBalance) => ({ items, totalDebit, totalCredit });
    for (const balance of balances) expect(plain(balance)).toEqual(plain(balances[0] as TrialBalance));
    expect(balances[0]?.totalDebit).toBe(balances[0]?.totalCredit);
    const path = '/v1/inventory-positions?bu=ACME&node=DC-EAST&item=BRG-6204';
    for (const { client } of apis) {
      const { items } = await client.get<List<Position>>('warehouse', path);
      expect(items[0]).toMatchObject({ onHand: '0', available: '0', backordered: String(ordersCount - units) });
    }
    const { rows } = await database.pool.query<{ dead: number; gap: number }>(
      `select (select count(*) from ops.dead_letter)::int as dead, (select max(position) - count(*) from log.event)::int as gap`,
    );
    expect(rows).toEqual([{ dead: 0, gap: 0 }]);
  });
});
