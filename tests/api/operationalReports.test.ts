import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { receive, release, ship } from '../projections/fulfilmentHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { createMemoryLog, type MemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { append, type Body, project, startedHistory } from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

type Row = Readonly<Record<string, string | number | boolean | null>>;
type Answer = Body & { readonly items: readonly Row[]; readonly totals: readonly Row[] };

const bu = 'ACME';
const idOf = (n: number): string => `01JD000000000000000000000${n}`;
const [done, first, second, gone, waiting] = [idOf(1), idOf(2), idOf(3), idOf(4), idOf(5)];

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
  // Left and not invoiced yet: its cost is deferred.
  receive(log, '7', 'gone');
  placeOrder(log, gone);
  release(log, gone, 1, '7');
  ship(log, gone, 1, '7', '4200');
  acceptOnly(log, waiting);
  // Goods that cost nothing, and a count of a later day.
  const free = { bu, node: 'DC-WEST', item: 'BRG-6204', currency: 'USD', unitCost: '0', status: 'SELLABLE' } as const;
  log.append('stock-ACME.DC-WEST.BRG-6204', 'StockReceived', { ...free, reference: 'free', qty: '4' });
  const count = {
    ...free,
    node: 'DC-EAST',
    unitCost: '6.00',
    reference: 'count',
    reason: 'COUNT',
    itemGroup: 'BEARING',
  };
  const later = { occurredAt: '2026-11-25T08:00:00.000Z' };
  log.append('stock-ACME.DC-EAST.BRG-6204', 'StockAdjusted', { ...count, qty: '-2', cost: '1200' }, later);
  // Of two invoices, 102.14 and 37.35, somebody paid; somebody else owes for something that is not ours, and has paid in advance.
  const figure = { bu, asOf: '2026-11-24T08:00:00.000Z', receivables: '0', contains: [] };
  const synchronise = (customer: string, currency: string, openAr: string) =>
    log.append(`credit-ACME.${customer}`, 'ExposureSynchronised', { ...figure, customer, currency, openAr });
  synchronise('C-1001', 'USD', '5000');
  synchronise('C-1002', 'USD', '700');
  synchronise('C-1002', 'EUR', '-50');
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
    expect(items.map(({ orderId }) => orderId)).toEqual([first, second, gone, waiting]);
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
      { ...worth, orderId: gone, node: 'DC-EAST', queueRank: 3, expectedSupply: null, expectedDate: null },
    ]);
    expect(totals).toMatchObject([{ value: '21850', cost: '5400', marginAtRisk: '4950' }]);
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

describe('R15 inventory valuation and movements', () => {
  const steps = ['opening', 'received', 'shipped', 'returned', 'adjusted', 'transferred'];

  test('ends with what the stock positions hold, in quantity and in value', async () => {
    const { items } = await read('R15?bu=ACME');
    const positions = (await get('/v1/inventory-positions?bu=ACME')).items;
    const told = ({ node, item, ...row }: Row, qty: string, value: string) => [node, item, row[qty], row[value]];
    expect(items.map((row) => told(row, 'closingQty', 'closingValue'))).toEqual(
      positions.map((row) => told(row, 'onHand', 'value')),
    );
    expect(items).toMatchObject([
      { ...{ node: 'DC-EAST', receivedQty: '31', shippedQty: '-17', adjustedQty: '-2' }, unitCost: '6' },
      { ...{ node: 'DC-WEST', receivedQty: '4', receivedValue: '0', closingQty: '4' }, unitCost: '0' },
    ]);
  });

  test.each(['', '&period=202611', '&to=2026-11-24', '&from=2026-11-24'])('adds up%s', async (asked) => {
    const { items } = await read(`R15?bu=ACME${asked}`);
    for (const row of items) {
      const total = (names: readonly string[]) => names.reduce((sum, name) => sum + BigInt(String(row[name])), 0n);
      expect(total(steps.map((name) => `${name}Qty`))).toBe(BigInt(String(row.closingQty)));
      expect(total([...steps.map((name) => `${name}Value`), 'revaluedValue'])).toBe(BigInt(String(row.closingValue)));
    }
  });

  test('what lies before the first day is the opening', async () => {
    const before = (await read('R15?bu=ACME&to=2026-11-24')).items;
    const after = (await read('R15?bu=ACME&from=2026-11-25')).items;
    expect(after.map(({ openingQty, openingValue }) => [openingQty, openingValue])).toEqual(
      before.map(({ closingQty, closingValue }) => [closingQty, closingValue]),
    );
    expect(after[0]).toMatchObject({ adjustedQty: '-2', adjustedValue: '-1200', receivedQty: '0' });
  });

  test('is tied to the INVENTORY subledger, and its deferred cost to the trial balance', async () => {
    for (const asked of ['', '&period=202611', '&validAsOf=2026-11-24']) {
      const { totals } = await read(`R15?bu=ACME${asked}`);
      const inventory = (await get(`/v1/tie-outs?bu=ACME${asked}`)).items.find(({ pair }) => pair === 'INVENTORY');
      const balance = (await get(`/v1/trial-balance?bu=ACME${asked}`)).items.find(
        ({ role }) => role === 'DEFERRED_COGS',
      );
      expect(balance?.closing).toBe('4200');
      expect(totals).toMatchObject([{ closingValue: inventory?.subledger, deferredCogs: balance?.closing }]);
    }
  });

  test('a movement from before quantities were kept leaves its quantity open, and no value', async () => {
    await api.database.pool.query(
      "update rm_inventory_v1.stock_value_entry set qty = null where node = 'DC-EAST' and kind = 'ISSUE'",
    );
    const [east, west] = (await read('R15?bu=ACME')).items;
    expect(east).toMatchObject({ receivedQty: '31', shippedQty: null, closingQty: null, closingValue: '7200' });
    expect(west).toMatchObject({ closingQty: '4' });
  });
});

describe('R03 receivables by age', () => {
  const ages = ['notDue', 'days1To30', 'days31To60', 'days61To90', 'over90', 'undated'];

  test('what was paid was paid for what was due first, and each amount is of one age', async () => {
    const { items } = await read('R03?bu=ACME');
    expect(items).toMatchObject([
      {
        ...{ customer: 'C-1001', invoiceId: `${done}-i1`, original: '10214', paid: '8949', open: '1265' },
        undated: '0',
      },
      { ...{ customer: 'C-1001', invoiceId: `${done}-i2`, original: '3735', paid: '0', open: '3735' }, undated: '0' },
      { ...{ customer: 'C-1002', invoiceId: null, original: '0', currency: 'EUR', open: '-50' }, undated: '-50' },
      {
        ...{ customer: 'C-1002', invoiceId: null, original: '0', currency: 'USD', open: '700', daysOverdue: null },
        undated: '700',
      },
    ]);
    for (const row of items) {
      expect(ages.reduce((total, age) => total + BigInt(String(row[age])), 0n)).toBe(BigInt(String(row.open)));
      expect(ages.filter((age) => row[age] !== '0')).toHaveLength(1);
    }
  });

  test('B-17 is what the credit accounts have as owed', async () => {
    const { items } = await read('R03?bu=ACME&customer=C-1001');
    const { openAr, limit, exposure } = (await get('/v1/credit-accounts/C-1001?bu=ACME')) as unknown as Row;
    expect(String(sum(items, 'open'))).toBe(openAr);
    expect(items[0]).toMatchObject({ creditLimit: limit, exposure, erpAsOf: '2026-11-24T08:00:00.000Z' });
  });

  test('ages by the days since it was due', async () => {
    const [row] = (await read(`R03?bu=ACME&invoiceId=${done}-i1`)).items;
    const due = String(row?.dueDate);
    const days = [daysSince(due), daysSince(due)].map((each) => Math.max(0, each));
    expect(days).toContain(row?.daysOverdue);
  });
});
