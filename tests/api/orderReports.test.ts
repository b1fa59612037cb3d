import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  bu,
  daysSince,
  done,
  first,
  getAnswer,
  gone,
  makeOperations,
  type Row,
  second,
  sum,
  waiting,
} from './operations.ts';
import { call, type TestApi } from './testApi.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeOperations();
});
afterAll(() => api.close());

const get = (path: string) => getAnswer(api, path);
const read = (path: string) => get(`/v1/reports/${path}`);

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

describe('R08 order cycle', () => {
  /** The same worked out of the log alone: seconds of each leg, shortest first. */
  const fromTheLog = async () => {
    const { events } = await api.log.readAfter('start', 1_000);
    type Seen = (typeof events)[number] & { readonly data: Readonly<Record<string, string>> };
    const all = (type: string) => events.filter((event) => event.type === type) as readonly Seen[];
    const of = (type: string, name: string, id: string | undefined) => all(type).find(({ data }) => data[name] === id);
    const happened = (event: Seen | undefined) => event?.metadata.occurredAt;
    const took = (pairs: readonly (readonly [string | undefined, string | undefined])[]) =>
      pairs
        .filter(([from, until]) => from !== undefined && until !== undefined)
        .map(([from = '', until = '']) => Math.max(0, Date.parse(until) - Date.parse(from)) / 1_000)
        .sort((a, b) => a - b);
    const orders = all('OrderSubmitted').map(({ data }) => data.orderId);
    const accepted = (id: string | undefined) => of('OrderAccepted', 'orderId', id)?.data.acceptedAt;
    return {
      SUBMITTED_TO_ACCEPTED: took(orders.map((id) => [happened(of('OrderSubmitted', 'orderId', id)), accepted(id)])),
      ACCEPTED_TO_RELEASED: took(orders.map((id) => [accepted(id), happened(of('AllocationReleased', 'orderId', id))])),
      RELEASED_TO_SHIPPED: took(
        all('AllocationReleased').map((released) => [
          happened(released),
          of('ShipmentConfirmed', 'shipmentId', released.data.shipmentId)?.data.shippedAt,
        ]),
      ),
      SHIPPED_TO_INVOICED: took(
        all('InvoiceIssued').map(({ data, recordedAt }) => {
          const [line] = data.lines as unknown as readonly { readonly shipmentId: string }[];
          return [of('ShipmentConfirmed', 'shipmentId', line?.shipmentId)?.data.shippedAt, recordedAt];
        }),
      ),
      INVOICED_TO_ERP: took([
        [of('InvoiceIssued', 'invoiceId', `${done}-i1`)?.recordedAt, all('GlBatchAcknowledged')[0]?.recordedAt],
      ]),
    };
  };

  test('E-05 each leg has the median, p90, p99 and breaches that the log itself tells', async () => {
    const { items, totals } = await read('R08?bu=ACME');
    const limits = { SUBMITTED_TO_ACCEPTED: 900, SHIPPED_TO_INVOICED: 14_400, INVOICED_TO_ERP: 86_400 };
    const expected = Object.entries(await fromTheLog()).map(([leg, seconds]) => {
      const at = (share: number) => Math.round(seconds[Math.ceil(share * seconds.length) - 1] ?? 0);
      const sla = limits[leg as keyof typeof limits] ?? null;
      return {
        ...{ bu, channel: 'portal', leg, documents: seconds.length, median: at(0.5), p90: at(0.9), p99: at(0.99) },
        ...{ longest: at(1), sla, breaches: sla === null ? null : seconds.filter((each) => each > sla).length },
      };
    });
    for (const [index, leg] of expected.entries())
      for (const [name, value] of Object.entries(leg)) {
        const told = items[index]?.[name];
        // The log's instants are shown in milliseconds and kept more finely: rounding to seconds may differ by one.
        const isNear = typeof value === 'number' && Math.abs(Number(told) - value) <= (name === 'documents' ? 0 : 1);
        expect({ leg: leg.leg, name, told }).toEqual({ leg: leg.leg, name, told: isNear ? told : value });
      }
    expect(items).toHaveLength(expected.length);
    expect(items.map(({ documents }) => documents)).toEqual([5, 3, 3, 2, 1]);
    expect(totals).toMatchObject([{ currency: null, documents: 14 }]);
  });

  test('of the orders of the days that are asked', async () => {
    expect((await read('R08?bu=ACME&to=2026-11-22')).items).toEqual([]);
    expect((await read('R08?bu=ACME&from=2026-11-23&to=2026-11-23&channel=portal')).items).toHaveLength(5);
    expect((await read('R08?bu=ACME&channel=edi')).items).toEqual([]);
  });
});
