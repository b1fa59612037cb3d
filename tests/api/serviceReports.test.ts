import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { forkLog } from '../../commands/simulation/forkLog.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import { simulationVersion } from '../../domain/simulation/fork.ts';
import { invoices } from '../../projections/invoices/projection.ts';
import { masterData } from '../../projections/masterData/projection.ts';
import { orders } from '../../projections/orders/projection.ts';
import { append, project } from './asOfReports.ts';
import { makeReported, orderIds, type Row, readReport } from './reported.ts';
import { fillRateOfTheLog, perfectOrdersOfTheLog, randomService } from './servedHistory.ts';
import type { TestApi } from './testApi.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeReported();
});
afterAll(() => api.close());

const read = (path: string) => readReport(api, path);

const never = (): never => {
  throw new Error('there is no such event');
};

/** One more event of a stream, made of the one of type `like` that it has. */
const tellMore = async (stream: string, like: string, changes: object, type = like): Promise<void> => {
  const { events } = await api.log.readAfter('start', 5_000);
  const known = events.filter((event) => event.stream === stream);
  const { data, metadata } = known.find((event) => event.type === like) ?? never();
  const event = { type, data: { ...(data as object), ...changes }, metadata, eventId: randomUUID() };
  await api.log.append(stream as StreamName, known.length - 1, [event]);
};

/** Only what `names` has of each row. */
const picked = (rows: readonly Row[], names: readonly string[]): readonly Row[] =>
  rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));

describe('R06 fill rate', () => {
  test('three orders of 10 of which 7 left first, and one of which 6 did', async () => {
    const { items, totals } = await read('R06?bu=ACME&period=202612&node=DC-EAST');
    const units = { linesOrdered: 4, linesComplete: 0, unitsOrdered: '40', unitsAtFirst: '27' };
    const value = { valueOrdered: '46000', valueAtFirst: '31050' };
    const shares = { linePercent: '0.00', unitPercent: '67.50', valuePercent: '67.50' };
    expect(items).toMatchObject([
      { ...units, ...value, ...shares, orders: 4, ordersComplete: 0, ordersPercent: '0.00' },
    ]);
    expect(totals).toMatchObject([{ linesOrdered: 4, ...value, ...shares }]);
    // An order may be of several rows, so nothing is said of orders in all.
    expect(Object.keys(totals?.[0] ?? {})).not.toContain('ordersPercent');
  });

  test('E-06 worked out of the raw events by other means it is what the report says, and so are perfect orders, whatever happened', async () => {
    let run = 0;
    const property = fc.asyncProperty(fc.infiniteStream(fc.nat(1_000)), async (turns) => {
      run += 1;
      const channel = `run-${run}`;
      const log = randomService(channel, turns);
      await append(api, log, 0);
      await project(api, [orders, masterData]);
      const rates = fillRateOfTheLog(log);
      const { items } = await read(`R06?bu=ACME&channel=${channel}&limit=5000`);
      expect(items.length).toBe(rates.length);
      expect(picked(items, Object.keys(rates[0] ?? {}))).toEqual(expect.arrayContaining(rates));
      const perfect = perfectOrdersOfTheLog(log);
      const names = ['orderId', 'lines', 'linesOnTimeToPromise', 'inFull', 'firstFailing'];
      const { items: scored } = await read(`R07?bu=ACME&channel=${channel}&limit=5000`);
      expect(picked(scored, names)).toEqual(perfect);
      for (const row of scored) expect(row.perfect).toBe(row.firstFailing === null ? 1 : 0);
    });
    await fc.assert(property, { numRuns: 4, endOnFailure: true });
  });
});

describe('R07 perfect order', () => {
  test('E-04 has the share of lines that left by their first promise which a simulation tells of the same log', async () => {
    const range = { kind: 'POSITIONS', after: '0', through: String(await api.log.head()) } as const;
    const question = { businessUnit: 'ACME', range, policy: { kind: 'LATE_SUPPLY', toleranceDays: 0 } } as const;
    const hashed = { ...question, policySha256: 'p', simulationVersion };
    const result = await forkLog(
      api.log,
      hashed,
      async () => {},
      () => false,
    );
    const kept = result?.figures.find(({ figure }) => figure === 'promiseKeptRate')?.logged;
    const { totals } = await read('R07?bu=ACME');
    const [all] = totals ?? [];
    expect([kept?.value, kept?.rows]).toEqual([all?.linesOnTimePercent, Number(all?.lines)]);
    expect(Number(kept?.value)).toBeGreaterThan(0);
    expect(Number(kept?.value)).toBeLessThan(100);
  });

  test('scores an order whose goods all left by the day that was promised first; not one whose invoice was voided', async () => {
    const { items, totals } = await read('R07?bu=ACME&period=202612');
    const scored = items.filter(({ orderId }) => orderIds.some((id) => id === orderId));
    const shipped = { promisedDate: '2026-11-24', shippedOn: '2026-11-23', inFull: 1, onTimeToPromise: 1 };
    const parts = { onTimeToLastPromise: 1, onTimeToRequest: 1, undamaged: 1, linesOnTimePercent: '100.00' };
    const perfect = { ...shipped, ...parts, rightDocuments: 1, perfect: 1, firstFailing: null };
    expect(scored).toMatchObject([
      { ...shipped, ...parts, rightDocuments: 0, perfect: 0, perfectPercent: '0.00', firstFailing: 'DOCUMENTS' },
      ...[perfect, perfect],
    ]);
    const inAll = items.filter((row) => row.perfect === 1).length;
    expect(totals).toMatchObject([{ currency: null, orders: items.length, perfect: inAll }]);
  });
});

test('a credit memo for a price makes the documents of an order wrong, one for goods that came back does not', async () => {
  for (const [orderId, cause] of [
    [orderIds[1], 'RETURN'],
    [orderIds[2], 'PRICE'],
  ] as const) {
    const stream = `invoice-ACME.${orderId}-i1`;
    const memo = { kind: 'CREDIT_MEMO', cause, creditMemoId: `${orderId}-c1`, number: `CM-${orderId}`, charges: [] };
    await tellMore(
      stream,
      'InvoiceIssued',
      { ...memo, reason: 'ASKED', draftedBy: 'kim', lines: [] },
      'CreditMemoDrafted',
    );
    await tellMore(stream, 'InvoiceIssued', { ...memo, lines: [] }, 'CreditMemoIssued');
  }
  await project(api, [invoices]);
  const { items } = await read('R07?bu=ACME&period=202612');
  const told = items.filter(({ orderId }) => orderIds.slice(1).some((id) => id === orderId));
  expect(told.map(({ firstFailing }) => firstFailing)).toEqual([null, 'DOCUMENTS']);
});

test('a line that began before first shipments were kept is told as unknown and scores nowhere, whatever leaves later', async () => {
  const forget = "update rm_orders_v1.order_line set sourcing = sourcing - 'served' where order_id = $1";
  await api.database.pool.query(forget, [orderIds[1]]);
  await tellMore(`shipment-ACME.${orderIds[1]}-s1`, 'ShipmentConfirmed', { confirmationId: 'again' });
  await project(api, [orders]);
  const { totals } = await read('R06?bu=ACME&period=202612&channel=portal');
  expect(totals).toMatchObject([{ linesOrdered: 3, linesUnknown: 1 }]);
  expect((await read(`R07?bu=ACME&orderId=${orderIds[1]}`)).items).toEqual([]);
});
