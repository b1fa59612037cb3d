import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import type { ReadModel } from '../../api/reads.ts';
import { routes } from '../../api/routes.ts';
import { projections } from '../../projections/catalogue.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { codes, movement, readBack, streamOf, submitOrder, today } from './realCalls.ts';
import { call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
}, 60_000);
afterAll(() => api.close());

const submit = (changes: object = {}, key = randomUUID()) => submitOrder(api, changes, key);
const receive = (changes: object = {}) =>
  call(api, 'POST', '/v1/stock-movements', { role: 'warehouse', body: movement(changes) });

test('every read model that a route waits for is a projection that exists', () => {
  const names = new Set(projections.map((projection) => projection.name));
  const waited: readonly ReadModel[] = [...new Set(routes.flatMap((route) => route.models))];
  expect(waited.filter((name) => !names.has(name))).toEqual([]);
});

describe('orders', () => {
  test('P-01 an order is answered after validation, pricing and credit, and reads back as it was answered', async () => {
    const head = await api.log.head();
    const answer = await submit();
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    expect(answer.body).toMatchObject({
      status: 'OPEN',
      totals: { gross: '12500', discount: '1000', charges: '1500', net: '13000' },
      lines: [{ lineId: '10', ordered: '10', unsourced: '10', unitPrice: '12.50', status: 'SOURCING' }],
    });
    expect(await api.typesSince(head)).toEqual([
      'OrderSubmitted',
      'OrderValidated',
      'OrderPriced',
      'CreditReserved',
      'OrderAccepted',
    ]);
    const { orderId, revision } = answer.body as { orderId: string; revision: number };
    expect([answer.headers.location, answer.headers.etag]).toEqual([`/v1/orders/${orderId}`, `"${revision}"`]);
    const read = await call(api, 'GET', `/v1/orders/${orderId}`, { headers: readBack(answer) });
    expect(read.status).toBe(200);
    expect(read.headers.etag).toBe(answer.headers.etag);
    for (const name of ['status', 'totals', 'customerPo', 'revision'])
      expect([name, read.body[name]]).toEqual([name, answer.body[name]]);
    for (const path of ['timeline', 'promise'])
      expect((await call(api, 'GET', `/v1/orders/${orderId}/${path}`, { headers: readBack(answer) })).status).toBe(200);
    const list = await call(api, 'GET', `/v1/orders?bu=ACME&soldTo=C-1001&item=BRG-6204&status=OPEN&limit=1`, {
      role: 'ops',
    });
    expect((list.body.items as { readonly orderId: string }[])[0]?.orderId).toBe(orderId);
  });

  test('P-14 a kit is ordered at its own price with what it is made of, and not reserved for a cart', async () => {
    const lines = [{ lineId: '10', item: 'KIT-SEAL', qty: '3', uom: 'EA' }];
    const answer = await submit({ lines, charges: [] });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    expect(answer.body).toMatchObject({
      status: 'OPEN',
      totals: { net: '3450' },
      lines: [{ lineId: '10', item: 'KIT-SEAL', ordered: '3', unsourced: '3', unitPrice: '11.50' }],
    });
    const events = await streamOf(api, `order-ACME.${answer.body.orderId}`);
    const components = [
      { item: 'SEAL-RING', qty: '2' },
      { item: 'GREASE-50', qty: '1' },
    ];
    expect(events.at(0)?.data).toMatchObject({ lines: [{ kind: 'KIT', components }] });
    expect(events.at(-1)?.data).toMatchObject({ lines: [{ item: 'KIT-SEAL', qty: '3', components }] });
    const cart = await call(api, 'POST', '/v1/reservations', {
      body: { bu: 'ACME', channel: 'portal', soldTo: 'C-1001', kind: 'CART', lines },
    });
    expect([cart.status, codes(cart)]).toEqual([422, ['/lines/0/item KIT_NOT_STOCKED']]);
  });

  test('P-03 unknown item, inactive customer, bad unit and bad date come back together, and nothing is appended', async () => {
    const head = await api.log.head();
    const answer = await submit({
      soldTo: 'C-1003',
      requestedDate: '2020-01-01',
      lines: [
        { lineId: '10', item: 'NOTHING', qty: '1', uom: 'EA' },
        { lineId: '20', item: 'BRG-6204', qty: '1', uom: 'PALLET' },
      ],
    });
    expect([answer.status, answer.body.code]).toEqual([422, 'VALIDATION_FAILED']);
    expect(codes(answer)).toEqual(
      expect.arrayContaining(['/soldTo CUSTOMER_INACTIVE', '/lines/0/item ITEM_UNKNOWN', '/lines/1/uom UOM_UNKNOWN']),
    );
    expect(codes(answer).some((code) => code.startsWith('/requestedDate '))).toBe(true);
    expect(await api.log.head()).toBe(head);
  });

  test('B-03 an unknown account alone is CUSTOMER_UNKNOWN', async () => {
    const answer = await submit({ soldTo: 'C-9999' });
    expect([answer.status, answer.body.code, codes(answer)]).toEqual([
      422,
      'CUSTOMER_UNKNOWN',
      ['/soldTo CUSTOMER_UNKNOWN'],
    ]);
  });

  test('S-19 over the limit: kept on hold; finance may release it, the channel that entered it may not', async () => {
    const answer = await submit({
      soldTo: 'C-1002',
      lines: [{ lineId: '10', item: 'BRG-6205', qty: '100', uom: 'EA' }],
    });
    expect([answer.status, answer.body.status]).toEqual([201, 'ON_HOLD']);
    const { orderId, holds } = answer.body as {
      orderId: string;
      holds: readonly { readonly holdId: string; readonly type: string }[];
    };
    expect(holds.map((hold) => hold.type)).toEqual(['CREDIT']);
    const release = (role: 'channel' | 'finance') =>
      call(api, 'POST', `/v1/orders/${orderId}/hold-releases`, {
        role,
        body: { holdId: holds[0]?.holdId, reason: 'paid by wire' },
      });
    expect((await release('channel')).body.code).toBe('FORBIDDEN');
    const released = await release('finance');
    expect({ status: released.status, text: released.text }).toMatchObject({ status: 201 });
    expect(released.body).toMatchObject({ orderId, holds: [], status: 'OPEN' });
    expect((await release('finance')).status).toBe(409);
  });

  test('S-14 the same purchase order with other content is kept on hold, with the same content it is the same order', async () => {
    const customerPo = `PO-${randomUUID()}`;
    const first = await submit({ customerPo });
    const again = await submit({ customerPo });
    expect([again.status, again.body.orderId]).toEqual([201, first.body.orderId]);
    const other = await submit({ customerPo, charges: [] });
    expect(other.body.orderId).not.toBe(first.body.orderId);
    expect(other.body).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'POSSIBLE_DUPLICATE_PO' }] });
  });

  test('a stale If-Match is 412 with the present revision; the present one is taken', async () => {
    const order = await submit();
    const path = `/v1/orders/${String(order.body.orderId)}/cancellations`;
    const stale = await call(api, 'POST', path, { body: { reason: 'late' }, headers: { 'if-match': '"0"' } });
    expect([stale.status, stale.body.code, stale.body.currentRevision]).toEqual([
      412,
      'REVISION_MISMATCH',
      order.body.revision,
    ]);
    const taken = await call(api, 'POST', path, {
      body: { reason: 'late' },
      headers: { 'if-match': String(order.headers.etag) },
    });
    expect({ status: taken.status, text: taken.text }).toMatchObject({ status: 202 });
    const change = await call(api, 'GET', String(taken.headers.location), { headers: readBack(taken) });
    expect(change.body).toMatchObject({ changeId: taken.body.changeId, state: 'PENDING' });
  });

  test('what does not exist is 404 for commands too', async () => {
    const none = '01JD0000000000000000000001';
    expect((await call(api, 'POST', `/v1/orders/${none}/cancellations`, { body: { reason: 'x' } })).status).toBe(404);
    expect(
      (
        await call(api, 'POST', `/v1/orders/${none}/hold-releases`, {
          role: 'finance',
          body: { holdId: 'x', reason: 'x' },
        })
      ).status,
    ).toBe(404);
    for (const [name, body] of [
      [
        'confirmations',
        {
          confirmationId: 'x',
          shippedAt: new Date().toISOString(),
          lines: [{ orderId: none, lineId: '1', qty: '1', uom: 'EA' }],
        },
      ],
      ['voids', { reason: 'x' }],
    ] as const) {
      const answer = await call(api, 'POST', `/v1/shipments/${none}/${name}`, { role: 'warehouse', body });
      expect({ name, status: answer.status, code: answer.body.code }).toMatchObject({ name, status: 404 });
    }
    expect(
      (await call(api, 'POST', `/v1/invoices/${none}/voids`, { role: 'finance', body: { reason: 'x' } })).status,
    ).toBe(404);
  });
});

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
    const answer = await submit();
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
