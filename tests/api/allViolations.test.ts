import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { authenticateByKey } from '../../api/credentials.ts';
import { addDays } from '../../domain/calendar.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { samples } from './samples.ts';
import { call, keys } from './testApi.ts';

const portal = 'portal-of-1001';
const byKey = authenticateByKey(keys);

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi({
    authenticate: async (token) =>
      token === portal
        ? {
            ...{ tenant: 'default', id: portal, kind: 'PARTNER' },
            ...{ roles: ['channel'], businessUnits: ['ACME'], customers: ['C-1001'], nodes: 'all' },
          }
        : byKey(token),
  });
});
afterAll(() => api.close());

const codes = (answer: Answered): readonly string[] =>
  ((answer.body.errors ?? []) as { readonly pointer: string; readonly code: string }[])
    .map((error) => `${error.pointer} ${error.code}`)
    .sort();

const today = new Date().toISOString().slice(0, 10);

const orderBody = (changes: object = {}) => ({
  bu: 'ACME',
  channel: 'portal',
  customerPo: `PO-${randomUUID()}`,
  soldTo: 'C-1001',
  shipTo: { id: 'MAIN' },
  currency: 'USD',
  requestedDate: addDays(today, 8),
  lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' }],
  ...changes,
});

const submit = (changes: object = {}) => call(api, 'POST', '/v1/orders', { body: orderBody(changes) });

const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };

const warehouse = (path: string, body: object) => call(api, 'POST', path, { role: 'warehouse', body });

describe('P-03 what is wrong in form and what is wrong in content come back in one 422', () => {
  test.each([
    ['a day that does not exist', { requestedDate: '2026-02-30' }, '/requestedDate DATE_INVALID'],
    ['no date at all', { requestedDate: 'tomorrow' }, '/requestedDate FORMAT_INVALID'],
    ['a number for a date', { requestedDate: 7 }, '/requestedDate TYPE_INVALID'],
    ['a property that nobody asked for', { more: true }, '/more UNKNOWN_PROPERTY'],
    ['a prototype name', { constructor: {} }, '/constructor UNKNOWN_PROPERTY'],
    ['a flag that is none', { shipComplete: 'no' }, '/shipComplete TYPE_INVALID'],
    ['a missing property', { customerPo: undefined }, '/customerPo REQUIRED'],
    ['an amount as a number', { charges: [{ code: 'FREIGHT', amount: 15 }] }, '/charges/0/amount NUMERIC_FORMAT'],
    ['a control character', { customerPo: 'a\u0000b' }, '/customerPo TEXT_INVALID'],
  ])('%s beside an inactive customer, an unknown item and a bad unit', async (_what, changes, expected) => {
    const head = await api.log.head();
    const lines = [
      { lineId: '10', item: 'NOPE', qty: '1', uom: 'EA' },
      { lineId: '20', item: 'BRG-6204', qty: '1', uom: 'ZZ' },
    ];
    const answer = await submit({ soldTo: 'C-1003', lines, ...changes });
    expect(answer.status).toBe(422);
    expect(codes(answer)).toEqual(
      [expected, '/soldTo CUSTOMER_INACTIVE', '/lines/0/item ITEM_UNKNOWN', '/lines/1/uom UOM_UNKNOWN'].sort(),
    );
    expect(await api.log.head()).toBe(head);
  });

  test('within one line: a quantity that is a number does not hide the unit, a bad line does not hide the next', async () => {
    const answer = await submit({
      lines: [
        { lineId: '10', item: 'BRG-6204', qty: 5, uom: 'ZZ' },
        'no line',
        { lineId: '10', item: 'NOPE', qty: '0', uom: 'EA', more: 1 },
      ],
    });
    expect(codes(answer)).toEqual([
      '/lines/0/qty NUMERIC_FORMAT',
      '/lines/0/uom UOM_UNKNOWN',
      '/lines/1 TYPE_INVALID',
      '/lines/2/item ITEM_UNKNOWN',
      '/lines/2/lineId DUPLICATE_LINE',
      '/lines/2/more UNKNOWN_PROPERTY',
      '/lines/2/qty QTY_NOT_POSITIVE',
    ]);
  });

  test('nothing is said of what follows only from something missing', async () => {
    expect(codes(await call(api, 'POST', '/v1/orders', { body: {} }))).toEqual(
      ['bu', 'channel', 'currency', 'customerPo', 'lines', 'requestedDate', 'shipTo', 'soldTo'].map(
        (name) => `/${name} REQUIRED`,
      ),
    );
    expect(codes(await submit({ lines: [] }))).toEqual(['/lines SIZE_INVALID']);
    expect(codes(await submit({ bu: 'no unit' }))).toEqual(['/bu FORMAT_INVALID']);
    expect(codes(await submit({ soldTo: undefined, currency: 'usd' }))).toEqual([
      '/currency FORMAT_INVALID',
      '/soldTo REQUIRED',
    ]);
  });

  test('each line that cannot be cancelled because the order has none such is named at its place', async () => {
    const { orderId } = (await submit()).body;
    const cancel = (changes: object) =>
      call(api, 'POST', `/v1/orders/${orderId}/cancellations`, {
        body: {
          reason: 'too many',
          lines: ['77', '10', '78'].map((lineId) => ({ lineId, qty: '1' })),
          ...changes,
        },
      });
    const unknown = ['/lines/0/lineId LINE_UNKNOWN', '/lines/2/lineId LINE_UNKNOWN'];
    const answer = await cancel({});
    expect([answer.status, answer.body.code, codes(answer)]).toEqual([422, 'LINE_UNKNOWN', unknown]);
    expect(codes(await cancel({ more: 1 }))).toEqual([...unknown, '/more UNKNOWN_PROPERTY']);
  });

  test('stock movements: unknown node and item, no such unit, a receipt below zero, a bad cost', async () => {
    expect(
      codes(
        await warehouse('/v1/stock-movements', {
          ...{ ...place, node: 'NOWHERE', item: 'NOPE', kind: 'RECEIPT' },
          ...{ qty: '-2', uom: 'EA', unitCost: 6, reference: randomUUID(), more: 1 },
        }),
      ),
    ).toEqual([
      '/item ITEM_UNKNOWN',
      '/more UNKNOWN_PROPERTY',
      '/node NODE_UNKNOWN',
      '/qty QTY_NOT_POSITIVE',
      '/unitCost NUMERIC_FORMAT',
    ]);
    expect(
      codes(
        await warehouse('/v1/stock-movements', {
          ...{ ...place, node: 'NOWHERE', kind: 'FOUND', qty: '-2', uom: 'ZZ', reference: randomUUID() },
        }),
      ),
    ).toEqual(['/kind VALUE_INVALID', '/node NODE_UNKNOWN', '/uom UOM_UNKNOWN']);
  });

  test('supplies and status changes', async () => {
    expect(
      codes(
        await warehouse('/v1/supplies', {
          ...{ ...place, item: 'NOPE', node: 'NOWHERE', supplyId: 'PO-1', type: 'PO' },
          ...{ qty: 1, uom: 'EA', availableDate: '2026-02-30' },
        }),
      ),
    ).toEqual(['/availableDate DATE_INVALID', '/item ITEM_UNKNOWN', '/node NODE_UNKNOWN', '/qty NUMERIC_FORMAT']);
    expect(
      codes(
        await warehouse('/v1/supplies/PO-1/reschedules', {
          ...place,
          item: 'NOPE',
          node: 'NOWHERE',
          qty: '0',
          uom: 'EA',
          more: 1,
        }),
      ),
    ).toEqual([...['/item ITEM_UNKNOWN', '/more UNKNOWN_PROPERTY', '/node NODE_UNKNOWN', '/qty QTY_NOT_POSITIVE']]);
    expect(codes(await warehouse('/v1/supplies/PO-1/reschedules', place))).toEqual(['/availableDate REQUIRED']);
    expect(
      codes(
        await warehouse('/v1/supplies/PO-1/receipts', {
          ...{ ...place, node: 'NOWHERE', reference: randomUUID(), qty: '1', uom: 'ZZ', unitCost: '6,00' },
        }),
      ),
    ).toEqual(['/node NODE_UNKNOWN', '/unitCost NUMERIC_FORMAT', '/uom UOM_UNKNOWN']);
    expect(
      codes(await warehouse('/v1/supplies/PO-1/cancellations', { ...place, node: 'NOWHERE', reason: '' })),
    ).toEqual([...['/node NODE_UNKNOWN', '/reason SIZE_INVALID']]);
    const change = { ...place, node: 'NOWHERE', qty: '1', uom: 'EA', reason: 'x', reference: randomUUID() };
    expect(
      codes(await warehouse('/v1/stock-status-changes', { ...change, from: 'DAMAGED', to: 'DAMAGED', reason: '' })),
    ).toEqual(['/node NODE_UNKNOWN', '/reason SIZE_INVALID', '/to STATUS_SAME']);
    expect(codes(await warehouse('/v1/stock-status-changes', { ...change, from: 'SOMEHOW', to: 'SELLABLE' }))).toEqual([
      '/from VALUE_INVALID',
      '/node NODE_UNKNOWN',
    ]);
  });

  test('O-32 a partner learns nothing of what is not its own, however wrong its request is', async () => {
    const bad = { requestedDate: 'tomorrow', lines: [{ lineId: '10', item: 'NOPE', qty: '1', uom: 'EA' }] };
    const asPortal = (changes: object) =>
      call(api, 'POST', '/v1/orders', { token: portal, body: orderBody({ ...bad, ...changes }) });
    expect(codes(await asPortal({}))).toEqual(['/lines/0/item ITEM_UNKNOWN', '/requestedDate FORMAT_INVALID']);
    expect(codes(await asPortal({ soldTo: 'C-1003' }))).toEqual(['/requestedDate FORMAT_INVALID']);
    expect(codes(await asPortal({ bu: 'OTHER' }))).toEqual(['/requestedDate FORMAT_INVALID']);
  });
});

test('of more than a hundred violations the first hundred are listed, and said to be', async () => {
  const wrong = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ lineId: String(n), item: 'NOPE', qty: '1', uom: 'EA' }));
  const all = await submit({ lines: wrong(100) });
  const some = await submit({ lines: wrong(101) });
  expect([all, some].map(({ body }) => [(body.errors as readonly unknown[]).length, body.detail])).toEqual([
    [100, '100 things are wrong with this request; they are all listed.'],
    [100, '101 things are wrong with this request; the first 100 are listed.'],
  ]);
});

describe('availability checks', () => {
  const ask = (changes: object) =>
    call(api, 'POST', '/v1/availability-checks', {
      body: { bu: 'ACME', channel: 'portal', lines: [{ item: 'BRG-6205', qty: '5', uom: 'EA' }], ...changes },
    });

  test('an unknown business unit is the unit that is unknown, not its items', async () => {
    const answer = await ask({ bu: 'NOPE' });
    expect([answer.status, answer.body.code, codes(answer)]).toEqual([422, 'BU_UNKNOWN', ['/bu BU_UNKNOWN']]);
  });

  test('a bad date hides no unknown item', async () => {
    const lines = [
      { item: 'NOPE', qty: '5', uom: 'EA', requestedDate: '2026-02-30' },
      { item: 'BRG-6205', qty: '-1', uom: 'ZZ' },
    ];
    expect(codes(await ask({ lines }))).toEqual([
      '/lines/0/item ITEM_UNKNOWN',
      '/lines/0/requestedDate DATE_INVALID',
      '/lines/1/qty QTY_NOT_POSITIVE',
      '/lines/1/uom UOM_UNKNOWN',
    ]);
  });
});

describe('what nobody can order', () => {
  test('is not promised either, and both say so alike', async () => {
    const definition = samples.defineItem?.body ?? {};
    const retired = { ...definition, active: false };
    const defined = await call(api, 'PUT', '/v1/items/ACME/RETIRED', { role: 'admin', body: retired });
    expect(defined.status).toBe(200);
    const made = { ...definition, kind: 'KIT', conversions: [], components: [{ item: 'RETIRED', qty: '2' }] };
    const kit = await call(api, 'PUT', '/v1/items/ACME/KIT-RETIRED', { role: 'admin', body: made });
    expect(kit.status).toBe(200);
    const { position } = kit.body.receipt as { readonly position: string };
    const lines = [
      { item: 'KIT-RETIRED', qty: '5', uom: 'EA' },
      { item: 'RETIRED', qty: '5', uom: 'EA' },
    ];
    const asked = { bu: 'ACME', channel: 'portal', lines };
    const headers = { 'x-min-position': position };
    const promised = await call(api, 'POST', '/v1/availability-checks', { body: asked, headers });
    const ordered = await submit({ lines: lines.map((line, index) => ({ lineId: String(index), ...line })) });
    expect(codes(promised)).toEqual(['/lines/0/item KIT_NOT_ORDERABLE', '/lines/1/item ITEM_INACTIVE']);
    expect(promised.body.errors).toEqual(ordered.body.errors);
  });
});

describe('holds', () => {
  test('a hold that never was is 404; one that was released is 409', async () => {
    const held = await submit({ soldTo: 'C-1002', lines: [{ lineId: '10', item: 'BRG-6205', qty: '100', uom: 'EA' }] });
    const { orderId, holds } = held.body as { orderId: string; holds: readonly { readonly holdId: string }[] };
    const release = (holdId: string) =>
      call(api, 'POST', `/v1/orders/${orderId}/hold-releases`, { role: 'finance', body: { holdId, reason: 'paid' } });
    const unknown = await release('01JD0000000000000000000001');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'NOT_FOUND']);
    expect((await release(holds[0]?.holdId ?? '')).status).toBe(201);
    const again = await release(holds[0]?.holdId ?? '');
    expect([again.status, again.body.code]).toEqual([409, 'HOLD_NOT_OPEN']);
  });
});

describe('If-Match on stock, credit and periods', () => {
  const receive = (reference: string, ifMatch?: string, changes: object = {}) =>
    call(api, 'POST', '/v1/stock-movements', {
      role: 'warehouse',
      body: { ...place, kind: 'RECEIPT', qty: '7', uom: 'EA', unitCost: '6.00', reference, ...changes },
      ...(ifMatch !== undefined && { headers: { 'if-match': ifMatch } }),
    });

  test('the revision of a stock position is that of its list entry and of the ETag; another one is 412 with the present', async () => {
    const first = await receive(randomUUID());
    const positions = await call(api, 'GET', '/v1/inventory-positions?bu=ACME&node=DC-EAST&item=BRG-6204', {
      role: 'warehouse',
      headers: { 'x-min-position': String(Number((first.body.receipt as { position: string }).position)) },
    });
    const [{ revision } = { revision: -1 }] = positions.body.items as { readonly revision: number }[];
    expect(first.headers.etag).toBe(`"${revision}"`);
    const reference = randomUUID();
    const stale = await receive(reference, `"${revision + 1}"`);
    expect([stale.status, stale.body.code, stale.body.currentRevision]).toEqual([412, 'REVISION_MISMATCH', revision]);
    // Who looked again may send other content under the same reference: nothing was claimed for it.
    const taken = await receive(reference, `"${revision}"`, { qty: '8' });
    expect({ status: taken.status, text: taken.text }).toMatchObject({ status: 201 });
    const repeat = await receive(reference, `"${revision}"`, { qty: '8' });
    expect([repeat.status, repeat.body]).toEqual([201, taken.body]);
    expect((await receive(reference, `"${revision}"`)).body.code).toBe('BUSINESS_KEY_REUSED');
  });

  test.each([
    ['finance', '/v1/credit-accounts/C-1001/limits', { bu: 'ACME', limit: '500000000', currency: 'USD' }],
    ['finance', '/v1/accounting-periods', { bu: 'ACME', ledger: 'PRIMARY', period: '209901' }],
    ['warehouse', '/v1/supplies', { ...place, supplyId: 'S1', type: 'PO', qty: '1', uom: 'EA', availableDate: today }],
  ] as const)('%s %s: a stale revision is 412 and changes nothing', async (role, path, body) => {
    const head = await api.log.head();
    const answer = await call(api, 'POST', path, { role, body, headers: { 'if-match': '"999"' } });
    expect([answer.status, answer.body.code, typeof answer.body.currentRevision]).toEqual([
      412,
      'REVISION_MISMATCH',
      'number',
    ]);
    expect(await api.log.head()).toBe(head);
  });

  test('the ETag of a credit account is the one its next change takes', async () => {
    const seen = await call(api, 'GET', '/v1/credit-accounts/C-1002?bu=ACME', { role: 'finance' });
    const set = (ifMatch: string) =>
      call(api, 'POST', '/v1/credit-accounts/C-1002/limits', {
        role: 'finance',
        body: { bu: 'ACME', limit: '20000', currency: 'USD' },
        headers: { 'if-match': ifMatch },
      });
    expect((await set(String(seen.headers.etag))).status).toBe(201);
    expect((await set(String(seen.headers.etag))).status).toBe(412);
  });
});
