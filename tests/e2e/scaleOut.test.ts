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

/** Of a round: more than there is for all of them, by so many. */
const [ordersCount, short] = [36, 12];
const settledWithinMs = 120_000;

const running = {
  api: [] as Product[],
  projector: [] as Product[],
  process: [] as Product[],
  adapter: [] as Product[],
};
type Role = keyof typeof running;

let database: TestDatabase<never>;
let partners: Awaited<ReturnType<typeof startPartners>>;
/** Since the beginning, of the item that runs short. */
const sofar = { ordered: 0, received: 0 };

const add = async (role: Role, seed: 'demo' | 'none' = 'none'): Promise<void> => {
  const { connectionString } = database;
  running[role].push(await startProduct({ connectionString, role, seed, partners: partners.urls }));
};
const addEach = (roles: readonly Role[]) => Promise.all(roles.map((role) => add(role)));

beforeAll(async () => {
  database = await createTestDatabase();
  partners = await startPartners();
  await add('api', 'demo');
  await addEach(['projector', 'process', 'adapter']);
});
afterAll(async () => {
  const all = Object.values(running).flat();
  await Promise.all(all.map((one) => one.stop()));
  await partners?.close();
  await database?.close();
});

const api = (n: number): Client => {
  const found = running.api[n % running.api.length];
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
const ordersOf = (item: string) => everyPage<Order>(`/v1/orders?bu=ACME&item=${item}`);

// Those of the round before go on in the next one, and one more of each joins them while they run.
describe.each([2, 3])('%i processes of each role on one database', (each) => {
  beforeAll(() => addEach(['api', 'projector', 'process', 'adapter']));

  const belts = each - 1;

  test('one key sent to all of them at once makes one order', async () => {
    expect(running.api).toHaveLength(each);
    const body = orderBody('1', { lines: [{ lineId: '10', item: 'BELT-A42', qty: '1', uom: 'EA' }] });
    const key = randomUUID();
    const answers = await Promise.allSettled(running.api.map(({ client }) => submit(client, body, key)));
    const taken = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.orderId] : []));
    expect(taken.length).toBeGreaterThan(0);
    expect(new Set(taken).size).toBe(1);
    const found = await eventually(
      () => ordersOf('BELT-A42'),
      (orders) => orders.some(({ orderId }) => orderId === taken[0]),
    );
    expect(found.length).toBe(belts);
  });

  // What a killed worker had in hand is free again when its lease runs out, which takes a minute: once is enough.
  const dies = each === 3;

  test(`orders taken by all of them share the stock exactly${dies ? ', also when a projector and a process worker die' : ''}`, async () => {
    const waiting = sofar.ordered - sofar.received;
    const units = waiting + ordersCount - short;
    await receive(api(0), String(units));
    const sent = Promise.all(Array.from({ length: ordersCount }, (_, n) => submit(api(n), orderBody('1'))));
    const allOrders = () => ordersOf('BRG-6204');
    await eventually(allOrders, (orders) => orders.length > sofar.ordered + ordersCount / 3, settledWithinMs);
    if (dies) await Promise.all([running.projector[0]?.kill9(), running.process[0]?.kill9()]);
    const ids = (await sent).map(({ orderId }) => orderId);
    expect(new Set(ids).size).toBe(ordersCount);
    sofar.ordered += ordersCount;
    sofar.received += units;
    const settled = await eventually(
      allOrders,
      (orders) =>
        orders.length === sofar.ordered &&
        orders.every(({ status, lines }) => status === 'COMPLETED' || lines[0]?.backordered === '1'),
      settledWithinMs,
    );
    expect(settled.map(({ orderId }) => orderId)).toEqual(expect.arrayContaining(ids));
    expect(settled.filter(({ status }) => status === 'COMPLETED')).toHaveLength(sofar.received);
    expect(settled.every(({ lines }) => lines.every(equationHolds))).toBe(true);
  }, 240_000);

  test('every shipped order is invoiced once, under numbers without a gap', async () => {
    const expected = sofar.received + belts;
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
      () => Promise.all(running.api.map(({ client }) => trialBalance(client))),
      (all) => all.every((one) => one.items.length > 0 && one.totalDebit === all[0]?.totalDebit),
      settledWithinMs,
    );
    const plain = ({ items, totalDebit, totalCredit }: TrialBalance) => ({ items, totalDebit, totalCredit });
    for (const balance of balances) expect(plain(balance)).toEqual(plain(balances[0] as TrialBalance));
    expect(balances[0]?.totalDebit).toBe(balances[0]?.totalCredit);
    const path = '/v1/inventory-positions?bu=ACME&node=DC-EAST&item=BRG-6204';
    for (const { client } of running.api) {
      const { items } = await client.get<List<Position>>('warehouse', path);
      expect(items[0]).toMatchObject({ onHand: '0', available: '0', backordered: String(short) });
    }
    const { rows } = await database.pool.query<{ dead: number; gap: number }>(
      `select (select count(*) from ops.dead_letter)::int as dead, (select max(position) - count(*) from log.event)::int as gap`,
    );
    expect(rows).toEqual([{ dead: 0, gap: 0 }]);
  });
});
