import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  closingOf,
  firstInvoicesOf,
  journalsOf,
  type List,
  type Order,
  orderBody,
  readOrder,
  receive,
  submit,
  trialBalance,
} from './calls.ts';
import { endService, eventually, type RunningService, startEmpty } from './service.ts';

type Partner = 'erp' | 'wms' | 'tax';
type Waiting = { readonly consumer: string; readonly payloadRef: { readonly key?: string } };

/** How long a partner stays away beyond the first calls that fail. `OUTAGE_MS=60000` runs the minute of the acceptance row. */
const outageMs = Number(process.env.OUTAGE_MS ?? '0');
const healsWithinMs = outageMs + 60_000;

describe('partners that fail, repeat themselves or are late', () => {
  let service: RunningService;

  beforeAll(async () => {
    service = await startEmpty({ SIM_WMS: 'auto' });
    await receive(service.client, '1000');
  });
  afterAll(() => endService(service));

  const fault = async (partner: Partner, body: Readonly<Record<string, unknown>>): Promise<void> => {
    const response = await fetch(`${service.simulators[partner]}/control/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(response.ok).toBe(true);
  };
  const heal = (partner: Partner) => fetch(`${service.simulators[partner]}/control/faults`, { method: 'DELETE' });

  /** What operators see of the order's waiting steps. */
  const retrying = async (orderId: string): Promise<readonly Waiting[]> => {
    const path = '/v1/ops/dead-letters?kind=RETRYING&limit=500';
    const { items, asOfPosition } = await service.client.get<List<Waiting> & { asOfPosition: string }>('ops', path);
    expect(BigInt(asOfPosition)).toBeGreaterThan(0n);
    return items.filter(({ consumer, payloadRef }) => consumer === 'outbox' && payloadRef.key === orderId);
  };

  /** The one end state that every road must lead to. */
  const endsWell = async (orderId: string): Promise<Order> => {
    const order = await eventually(
      () => readOrder(service.client, orderId),
      (now) => now.status === 'COMPLETED',
      healsWithinMs,
    );
    expect(order.lines[0]).toMatchObject({ ordered: '4', shipped: '4', invoiced: '4', overshipped: '0' });
    expect(order.erpNumber).not.toBeNull();
    const invoices = await firstInvoicesOf(service.client, orderId);
    expect(invoices.items).toHaveLength(1);
    const journals = await eventually(
      () => journalsOf(service.client, orderId),
      (list) => list.items.length === 2,
    );
    expect(journals.items.map((journal) => journal.templateId).sort()).toEqual(['T02', 'T03']);
    return order;
  };

  for (const partner of ['erp', 'wms', 'tax'] as const) {
    test(
      `I-11 ${partner} is down: orders are taken, wait in a named state, and finish by themselves`,
      async () => {
        await fault(partner, { mode: 'fail', status: 503 });
        const order = await submit(service.client, orderBody('4'));
        await eventually(
          () => retrying(order.orderId),
          (items) => items.length > 0,
          healsWithinMs,
        );
        await new Promise((resolve) => setTimeout(resolve, outageMs));
        expect(await retrying(order.orderId)).not.toEqual([]);
        await eventually(
          async () => (await fetch(`${service.url}/metrics`)).text(),
          (metrics) => /o2c_lane_blocked\{group="outbox"\} [1-9]/.test(metrics),
        );
        const waiting = await eventually(
          () => readOrder(service.client, order.orderId),
          ({ lines }) => partner !== 'tax' || lines[0]?.shipped === '4',
        );
        expect(waiting.status).not.toBe('COMPLETED');
        if (partner === 'erp') expect(waiting.erpNumber).toBeNull();
        if (partner === 'tax') {
          expect(waiting.lines[0]?.shipped).toBe('4');
          await eventually(
            () => firstInvoicesOf(service.client, order.orderId),
            ({ items }) => items[0]?.state === 'AWAITING_TAX',
          );
        }
        await heal(partner);
        await endsWell(order.orderId);
        await eventually(
          () => retrying(order.orderId),
          (items) => items.length === 0,
        );
      },
      healsWithinMs + 60_000,
    );

    for (const mode of ['lose-answer', 'duplicate', 'delay'] as const) {
      test(`S-01 ${partner} with fault ${mode}: the same end state, one effect`, async () => {
        await fault(partner, { mode, ms: 1_000, times: 3 });
        const order = await submit(service.client, orderBody('4'));
        await endsWell(order.orderId);
        await heal(partner);
      });
    }
  }

  test('O-03 one correlation id finds the order, its shipment by the warehouse, its invoice and their causes', async () => {
    type Indexed = { readonly type: string; readonly correlationId: string };
    const eventsBy = async (filter: string) =>
      (await service.client.get<List<Indexed>>('auditor', `/v1/audit/events?${filter}&limit=500`)).items;
    const order = await submit(service.client, orderBody('4'));
    await endsWell(order.orderId);
    const [submitted] = await eventsBy(`orderId=${order.orderId}`);
    // The index of events follows the log by itself, like every read model.
    const events = await eventually(
      () => eventsBy(`correlationId=${submitted?.correlationId}`),
      (found) => found.some(({ type }) => type === 'OrderClosed'),
    );
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['OrderSubmitted', 'StockReserved', 'ShipmentConfirmed', 'InvoiceIssued', 'OrderClosed']),
    );
  });

  test('S-17 when all is done the books balance and nothing is deferred', async () => {
    const balance = await eventually(
      () => trialBalance(service.client),
      (now) => closingOf(now, 'DEFERRED_COGS') === 0n,
      30_000,
    );
    expect(balance.totalDebit).toBe(balance.totalCredit);
  });
});
