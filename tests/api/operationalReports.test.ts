import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { receive, release } from '../projections/fulfilmentHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { createMemoryLog, type MemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { append, type Body, project, startedHistory } from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

type Row = Readonly<Record<string, string | number | boolean | null>>;
type Answer = Body & { readonly items: readonly Row[]; readonly totals: readonly Row[] };

const bu = 'ACME';
const [done, first, second, waiting] = [1, 2, 3, 4].map((n) => `01JD000000000000000000000${n}`) as [
  string,
  string,
  string,
  string,
];

const expectSupply = (log: MemoryLog, supplyId: string, qty: string, availableDate: string) =>
  log.append('stock-ACME.DC-EAST.BRG-6204', 'SupplyExpected', {
    ...{ bu, node: 'DC-EAST', item: 'BRG-6204', supplyId, type: 'PO', qty, availableDate },
  });

/** Accepted, and nothing was found for it yet. */
const acceptOnly = (log: MemoryLog, orderId: string) => {
  const whole = createMemoryLog();
  placeOrder(whole, orderId);
  const sourced = whole.events.findIndex(({ type }) => type === 'SourcingDecided');
  for (const { stream, type, data } of whole.events.slice(0, sourced))
    log.append(stream, type as 'OrderSubmitted', data as Parameters<typeof log.append<'OrderSubmitted'>>[2]);
};

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi();
  const log = startedHistory();
  playGoldenOrder(log, done);
  receive(log, '7', 'first');
  placeOrder(log, first);
  release(log, first, 1, '7');
  receive(log, '7', 'second');
  placeOrder(log, second);
  acceptOnly(log, waiting);
  expectSupply(log, 'PO-1', '4', '2026-12-05');
  expectSupply(log, 'PO-2', '4', '2026-12-20');
  await append(api, log, 0);
  await project(api);
});
afterAll(() => api.close());

const get = async (path: string) => {
  const { status, body } = await call(api, 'GET', path, { role: 'auditor' });
  expect({ path, status }).toEqual({ path, status: 200 });
  return body as Answer;
};
const read = (path: string) => get(`/v1/reports/${path}`);
const sum = (rows: readonly Row[], name: string): bigint =>
  rows.reduce((total, row) => total + BigInt(String(row[name] ?? '0')), 0n);
const daysSince = (day: string): number =>
  Math.round((Date.parse(new Date().toISOString().slice(0, 10)) - Date.parse(day)) / 86_400_000);

describe('R04 open orders', () => {
  test('are the lines of which something has still to leave, as the orders themselves show them', async () => {
    const { items: orders } = (await get('/v1/orders?bu=ACME')) as unknown as {
      readonly items: readonly { readonly orderId: string; readonly lines: readonly Row[] }[];
    };
    const { items } = await read('R04?bu=ACME');
    expect(items.map(({ orderId }) => orderId)).toEqual([first, second, waiting]);
    for (const { orderId, lineId, open, state, ...row } of items) {
      const line = orders.find((order) => order.orderId === orderId)?.lines.find((each) => each.lineId === lineId);
      expect({ ...row, status: state }).toMatchObject(
        Object.fromEntries(
          ['item', 'unitPrice', 'promisedDate', 'status', 'cancelPending'].map((name) => [name, line?.[name]]),
        ),
      );
      const buckets = ['unsourced', 'backordered', 'reserved', 'allocated', 'dropship'] as const;
      for (const bucket of [...buckets, 'ordered', 'cancelled', 'shipped', 'overshipped', 'picked'])
        expect({ bucket, qty: row[bucket] }).toEqual({ bucket, qty: line?.[bucket] });
      const openQty = buckets.reduce((total, bucket) => total + BigInt(String(row[bucket])), 0n);
      expect(BigInt(String(open))).toBe(openQty);
      expect(BigInt(String(row.ordered))).toBe(
        openQty + BigInt(String(row.shipped)) - BigInt(String(row.overshipped)) + BigInt(String(row.cancelled)),
      );
    }
  });

  test('are worth what is open of their net, and late since they were promised', async () => {
    const before = daysSince('2026-11-24');
    const { items, totals } = await read(`R04?bu=ACME&orderId=${first}`);
    expect(items).toMatchObject([{ open: '10', openValue: '11500', holds: null, promisedDate: '2026-11-24' }]);
    expect([before, daysSince('2026-11-24')].map((days) => Math.max(0, days))).toContain(items[0]?.daysLate);
    expect(totals).toEqual([{ currency: 'USD', rows: 1, openValue: '11500' }]);
  });

  test('what is promised and allocated is what the stock positions say', async () => {
    const { items } = await read('R04?bu=ACME&item=BRG-6204');
    const positions = (await get('/v1/inventory-positions?bu=ACME&item=BRG-6204')).items;
    for (const name of ['reserved', 'allocated', 'backordered'])
      expect({ name, qty: sum(items, name) }).toEqual({ name, qty: sum(positions, name) });
    expect(sum(items, 'allocated')).toBe(7n);
  });

  test('is of the present only, and says so', async () => {
    const { status, body } = await call(api, 'GET', '/v1/reports/R04?knownAsOf=1', { role: 'auditor' });
    expect([status, (body.errors as readonly Row[])[0]?.pointer]).toEqual([422, '/query/knownAsOf']);
  });
});

describe('R05 backlog and backorders', () => {
  test('in the order of the queue, with the supply that covers all up to it', async () => {
    const { items, totals } = await read('R05?bu=ACME');
    const worth = { value: '3450', cost: '1800', marginAtRisk: '1650', atRisk: true, qty: '3' };
    expect(items).toMatchObject([
      { ...{ orderId: waiting, node: null, qty: '10', reason: 'NO_SOURCE', queueRank: null }, expectedSupply: null },
      { ...worth, orderId: first, node: 'DC-EAST', queueRank: 1, expectedSupply: 'PO-1', expectedDate: '2026-12-05' },
      { ...worth, orderId: second, node: 'DC-EAST', queueRank: 2, expectedSupply: 'PO-2', expectedDate: '2026-12-20' },
    ]);
    expect(totals).toMatchObject([{ value: '18400', cost: '3600', marginAtRisk: '3300' }]);
  });

  test('a line waits with what the order says, and its rank is that in the whole queue', async () => {
    const { items: lines } = await read('R04?bu=ACME');
    const { items } = await read('R05?bu=ACME');
    for (const { orderId, backordered, unsourced } of lines)
      expect(
        sum(
          items.filter((row) => row.orderId === orderId),
          'qty',
        ),
      ).toBe(BigInt(String(backordered)) + BigInt(String(unsourced)));
    expect((await read(`R05?bu=ACME&orderId=${second}`)).items).toMatchObject([{ queueRank: 2 }]);
  });
});
