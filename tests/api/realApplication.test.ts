import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import type { ReadModel } from '../../api/reads.ts';
import { routes } from '../../api/routes.ts';
import { projections } from '../../projections/catalogue.ts';
import { api, withRealApi } from './fileApi.ts';
import { ordersOverHttp } from './ordersOverHttp.ts';
import { codes, movement, readBack, submitOrder, today } from './realCalls.ts';
import { call } from './testApi.ts';

withRealApi();

const receive = (changes: object = {}) =>
  call(api, 'POST', '/v1/stock-movements', { role: 'warehouse', body: movement(changes) });

test('every read model that a route waits for is a projection that exists', () => {
  const names = new Set(projections.map((projection) => projection.name));
  const waited: readonly ReadModel[] = [...new Set(routes.flatMap((route) => route.models))];
  expect(waited.filter((name) => !names.has(name))).toEqual([]);
});

ordersOverHttp();

describe('stock', () => {
  test('a receipt is there for the next reader who quotes its receipt', async () => {
    const answer = await receive();
    expect([answer.status, answer.body.qty]).toEqual([201, '7']);
    const positions = await call(api, 'GET', '/v1/inventory-positions?bu=ACME&node=DC-EAST&item=BRG-6204', {
      role: 'warehouse',
      headers: readBack(answer),
    });
    expect(positions.body.items).toMatchObject([
      { onHand: '7', available: '7', unitCost: expect.stringMatching(/^6(\.0+)?$/) },
    ]);
  });

  test('units are converted exactly: 2 BX are 24 EA', async () => {
    expect((await receive({ qty: '2', uom: 'BX', unitCost: '6.00' })).body.qty).toBe('24');
  });

  test('a reference is a business key for ever: answered again, or 422 BUSINESS_KEY_REUSED, whatever the Idempotency-Key', async () => {
    const reference = `R-${randomUUID()}`;
    const first = await receive({ reference });
    const head = await api.log.head();
    const again = await receive({ reference });
    expect([again.status, again.body]).toEqual([201, first.body]);
    const other = await receive({ reference, qty: '8' });
    expect([other.status, other.body.code]).toEqual([422, 'BUSINESS_KEY_REUSED']);
    expect(await api.log.head()).toBe(head);
  });

  test('S-21 an availability check explains itself, and names items and units it does not know', async () => {
    const answer = await call(api, 'POST', '/v1/availability-checks', {
      key: null,
      body: {
        bu: 'ACME',
        channel: 'portal',
        lines: [
          { item: 'BRG-6205', qty: '5', uom: 'EA' },
          { item: 'MOTOR-1HP', qty: '100000', uom: 'EA' },
          { item: 'KIT-SEAL', qty: '2', uom: 'EA' },
        ],
      },
    });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    const lines = answer.body.lines as {
      readonly item: string;
      readonly promises: readonly unknown[];
      readonly explanation: readonly string[];
    }[];
    expect(lines.map((line) => line.item)).toEqual(['BRG-6205', 'MOTOR-1HP', 'KIT-SEAL']);
    expect(lines.every((line) => line.promises.length > 0 && line.explanation.length > 0)).toBe(true);
    const wrong = await call(api, 'POST', '/v1/availability-checks', {
      key: null,
      body: {
        bu: 'ACME',
        channel: 'portal',
        lines: [
          { item: 'NOTHING', qty: '5', uom: 'EA' },
          { item: 'BRG-6205', qty: '5', uom: 'PALLET' },
        ],
      },
    });
    expect([wrong.status, codes(wrong)]).toEqual([422, ['/lines/0/item ITEM_UNKNOWN', '/lines/1/uom UOM_UNKNOWN']]);
  });
});

describe('master data, ledger, audit and operations', () => {
  test('a definition is versioned, and a stale If-Match is refused', async () => {
    const path = '/v1/price-lists/ACME/SPRING';
    const body = { currency: 'USD', prices: [{ item: 'BRG-6204', unitPrice: '12.50' }] };
    const first = await call(api, 'PUT', path, { role: 'admin', body });
    expect([first.status, first.body.version, first.headers.etag]).toEqual([200, 1, '"0"']);
    const second = await call(api, 'PUT', path, {
      role: 'admin',
      body: { ...body, prices: [] },
      headers: { 'if-match': '"0"' },
    });
    expect({ status: second.status, text: second.text }).toMatchObject({ status: 200 });
    const stale = await call(api, 'PUT', path, { role: 'admin', body, headers: { 'if-match': '"0"' } });
    expect([stale.status, stale.body.code]).toEqual([412, 'REVISION_MISMATCH']);
  });

  test('finance reads, and opens the next period once', async () => {
    for (const path of [
      '/v1/gl-journals?bu=ACME',
      '/v1/trial-balance?bu=ACME&ledger=PRIMARY',
      '/v1/tie-outs?bu=ACME',
      '/v1/credit-accounts/C-1001?bu=ACME',
      '/v1/invoices',
      '/v1/shipments',
    ]) {
      const answer = await call(api, 'GET', path, { role: 'finance' });
      expect({ path, status: answer.status, text: answer.status === 200 ? '' : answer.text }).toEqual({
        path,
        status: 200,
        text: '',
      });
    }
    const empty = await call(api, 'POST', '/v1/gl-batches', {
      role: 'finance',
      body: { bu: 'ACME', ledger: 'PRIMARY', period: today.slice(0, 7).replace('-', '') },
    });
    expect([empty.status, empty.body.code]).toEqual([409, 'BATCH_EMPTY']);
  });

  test('an event is shown exactly as stored', async () => {
    const answer = await submitOrder(api);
    const orderId = String(answer.body.orderId);
    const list = await call(api, 'GET', `/v1/audit/events?orderId=${orderId}`, {
      role: 'auditor',
      headers: readBack(answer),
    });
    const [first] = list.body.items as {
      readonly eventId: string;
      readonly type: string;
      readonly correlationId: string;
    }[];
    expect(first).toMatchObject({ type: 'OrderSubmitted', correlationId: answer.headers['x-correlation-id'] });
    const one = await call(api, 'GET', `/v1/audit/events/${first?.eventId}`, { role: 'auditor' });
    const stored: unknown[] = [];
    for await (const event of api.log.read(`order-ACME.${orderId}` as never)) stored.push(event);
    const { asOfPosition: _a, lagMs: _l, ...shown } = one.body;
    expect(shown).toEqual(stored[0]);
    const lineage = await call(api, 'GET', `/v1/audit/lineage?root=order:${orderId}`, {
      role: 'auditor',
      headers: readBack(answer),
    });
    expect({ status: lineage.status, text: lineage.text.slice(0, 300) }).toMatchObject({ status: 200 });
  });

  test('ops sees every projection at the head and no dead letter', async () => {
    const list = await call(api, 'GET', '/v1/ops/projections', { role: 'ops' });
    const items = list.body.items as { readonly name: string; readonly state: string; readonly problem: unknown }[];
    expect(items.map((item) => item.name).sort()).toEqual(projections.map((projection) => projection.name).sort());
    expect(items.filter((item) => item.state === 'STOPPED')).toEqual([]);
    expect((await call(api, 'GET', '/v1/ops/dead-letters', { role: 'ops' })).body.items).toEqual([]);
  });

  test('O-06 ops sees what a worker, a step or a projection cannot get past, as of a real position', async () => {
    const headers = readBack(await receive());
    const board = createStuckBoard(api.database.db);
    const trouble = { position: null, errorClass: 'SHORT_EXCEEDS_OPEN', detail: 'no', attempts: 5, blockedCount: 0 };
    const message = {
      laneKey: 'S1',
      item: 'm1',
      kind: 'STUCK',
      what: 'SHORTED',
      payloadRef: { messageId: 'm1' },
    } as const;
    await board.post('warehouse-inbox:wms', 'all', [{ ...message, ...trouble }]);
    const place = `'order:O1', '00000000000000000001', '${randomUUID()}', 'OrderAccepted', 'order-ACME.O1', 3`;
    await api.database.pool.query(`insert into ops.dead_letter (projection, lane_key, position, event_id, event_type, stream, revision,
      error_class, detail, attempts, first_seen_at, last_seen_at) values ('orders', ${place}, 'TypeError', 'x', 1, now(), now())`);
    const all = await call(api, 'GET', '/v1/ops/dead-letters', { role: 'ops', headers });
    expect(all.body.items).toMatchObject([
      {
        kind: 'STUCK',
        consumer: 'warehouse-inbox:wms',
        projection: null,
        eventId: null,
        payloadRef: { messageId: 'm1' },
      },
      {
        kind: 'POISON',
        consumer: 'orders',
        projection: 'orders',
        payloadRef: { stream: 'order-ACME.O1', revision: 3 },
      },
    ]);
    expect(String(all.body.asOfPosition) >= headers['x-min-position']).toBe(true);
    const poison = await call(api, 'GET', '/v1/ops/dead-letters?kind=POISON&limit=1', { role: 'ops' });
    expect(poison.body.items).toMatchObject([{ consumer: 'orders' }]);
    expect((await call(api, 'GET', '/v1/ops/dead-letters?kind=OTHER', { role: 'ops' })).status).toBe(422);
    await api.database.pool.query('truncate ops.stuck, ops.dead_letter');
  });
});
