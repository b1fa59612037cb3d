import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Operation } from '../../api/permissions.ts';
import type { Principal } from '../../api/principal.ts';
import { masterDataRoutes } from '../../api/resources/masterData.ts';
import { demoItems } from '../../domain/masterData/demo.ts';
import type { Answered } from './conformance.ts';
import { orderOf } from './orders.ts';
import { promotionCases } from './promotionCases.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { codes, readBack } from './realCalls.ts';
import { samples } from './samples.ts';
import { type CallOptions, call, keys } from './testApi.ts';

const byKey = makeAuthenticate({ keys });
const ofAnother: Principal = {
  ...{ tenant: 'default', id: 'jwt:other', kind: 'USER', roles: ['finance'] },
  ...{ businessUnits: ['OTHER'], customers: 'all', nodes: 'all' },
};

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi({ authenticate: async (token) => (token === 'only-other' ? ofAnother : byKey(token)) });
});
afterAll(() => api.close());

const put = (path: string, body: object, headers: Readonly<Record<string, string>> = {}): Promise<Answered> =>
  call(api, 'PUT', path, { role: 'admin', body, headers });
const get = (path: string, after?: Answered, role: 'finance' | 'auditor' | 'ops' = 'finance'): Promise<Answered> =>
  call(api, 'GET', path, { role, headers: after === undefined ? {} : readBack(after) });

const item = { ...(samples.defineItem?.body as object), group: 'BEARING' };

describe('what was defined reads back', () => {
  test('as it was put, under the revision that the next version must name', async () => {
    const path = '/v1/items/ACME/NEW-1';
    const first = await put(path, item);
    const read = await get(path, first);
    expect(read.body).toMatchObject({
      ...{ kind: 'item', bu: 'ACME', id: 'NEW-1', version: 1, revision: 0, current: true, definition: item },
      ...{ definedBy: 'key:admin', contentSha256: null },
    });
    expect(read.headers.etag).toBe(first.headers.etag);
    const { definition } = read.body as { readonly definition: object };
    const changed = await put(
      path,
      { ...definition, description: 'another' },
      { 'if-match': String(read.headers.etag) },
    );
    expect([changed.status, changed.body.version]).toEqual([200, 2]);
    expect((await get(path, changed)).body).toMatchObject({
      version: 2,
      definition: { ...item, description: 'another' },
    });
    const stale = await put(path, { ...definition, description: 'third' }, { 'if-match': String(read.headers.etag) });
    expect(stale.status).toBe(412);
  });

  test('also when it was replaced, and another version is not there', async () => {
    const path = '/v1/items/ACME/NEW-2';
    await put(path, item);
    const second = await put(path, { ...item, active: false });
    expect((await get(`${path}?version=1`, second)).body).toMatchObject({
      ...{ version: 1, current: false },
      definition: { active: true },
    });
    expect((await get(`${path}?version=3`, second)).status).toBe(404);
    expect((await get('/v1/items/ACME/NEVER')).status).toBe(404);
    expect((await get(`${path}?version=0`)).status).toBe(422);
  });

  const pairs = masterDataRoutes
    .filter(({ method, operation }) => method === 'put' && /^(define|publish)/.test(operation))
    .filter(({ path }) => masterDataRoutes.some((route) => route.path === path && route.method === 'get'))
    .map(({ operation }) => operation);
  test('of every kind', () => expect(pairs).toHaveLength(12));
  const seeded: readonly (readonly [Operation, string])[] = [
    ['defineCustomer', '/v1/customers/ACME/C-1001'],
    ['defineNode', '/v1/nodes/ACME/DC-EAST'],
    ['definePriceList', '/v1/price-lists/ACME/LIST-USD'],
    ['defineBusinessUnit', '/v1/business-units/ACME'],
    ['publishAccountMap', '/v1/policies/ACME/accounts'],
    ['publishPostingRules', '/v1/policies/ACME/posting'],
    ['publishTaxCodes', '/v1/policies/ACME/tax-codes'],
  ];
  test.each(seeded)('and may be put again as it was read, which is nothing new: %s', async (_, path) => {
    const read = await get(path);
    const { definition, version } = read.body as { readonly definition: object; readonly version: number };
    const head = await api.log.head();
    const again = await put(path, definition);
    expect({ status: again.status, text: again.text, version: again.body.version }).toMatchObject({
      status: 200,
      version,
    });
    expect((await api.typesSince(head)).filter((type) => type !== 'PersonalDataRead')).toEqual([]);
  });

  test('B-04: an item has its base unit, conversions, components and what is to be told of each piece; no other unit is ordered', async () => {
    const path = '/v1/items/ACME/PUMP-7';
    const flags = { lotTracked: true, serialTracked: true, catchWeight: false };
    const pump = { ...item, baseUom: 'EA', conversions: [{ uom: 'BX', num: '4', den: '1' }], ...flags };
    const defined = await put(path, pump);
    expect((await get(path, defined)).body.definition).toEqual(pump);
    const kit = { ...item, kind: 'KIT', conversions: [], components: [{ item: 'PUMP-7', qty: '2' }] };
    const made = await put('/v1/items/ACME/PUMP-PAIR', kit);
    expect((await get('/v1/items/ACME/PUMP-PAIR', made)).body.definition).toMatchObject({ kind: 'KIT' });
    const ordered = await call(api, 'POST', '/v1/orders', {
      body: orderOf({ lines: [{ lineId: '10', item: 'PUMP-7', qty: '1', uom: 'PAL' }] }),
    });
    expect([ordered.status, ordered.body.errors]).toMatchObject([
      422,
      [{ pointer: '/lines/0/uom', code: 'UOM_UNKNOWN' }],
    ]);
  });

  test('B-04: what is sold by weight is defined, and neither ordered nor promised by the piece', async () => {
    const defined = await put('/v1/items/ACME/CHEESE', { ...item, catchWeight: true });
    const lines = [{ item: 'CHEESE', qty: '1', uom: 'EA' }];
    const body = { bu: 'ACME', channel: 'portal', lines };
    const promised = await call(api, 'POST', '/v1/availability-checks', { body, headers: readBack(defined) });
    const ordered = await call(api, 'POST', '/v1/orders', {
      body: orderOf({ lines: lines.map((line) => ({ lineId: '10', ...line })) }),
    });
    expect(ordered.body.errors).toMatchObject([{ pointer: '/lines/0/item', code: 'CATCH_WEIGHT_NOT_SOLD' }]);
    expect(promised.body.errors).toEqual(ordered.body.errors);
  });

  test('B-15 a cross-reference shows who changed it and when', async () => {
    const { definePartner, defineCrossReference } = samples;
    await put(definePartner?.path ?? '', definePartner?.body as object);
    const path = defineCrossReference?.path ?? '';
    await put(path, { entries: [{ theirs: '4711', ours: 'BRG-6204' }] });
    const changed = await put(path, { entries: [{ theirs: '4711', ours: 'BELT-A42' }] });
    const list = await get('/v1/definitions?bu=ACME&kind=cross-reference&id=NORDBUY.ITEM&versions=all', changed);
    expect(list.body.items).toMatchObject([
      { version: 2, current: true, definedBy: 'key:admin', definedAt: expect.stringMatching(/^\d{4}-/) },
      { version: 1, current: false },
    ]);
    expect((await get(`${path}?version=1`, changed)).body.definition).toEqual({
      entries: [{ theirs: '4711', ours: 'BRG-6204' }],
    });
  });
});

describe('the list of definitions', () => {
  test('has what is in force, newest first, page by page', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await get(`/v1/definitions?bu=ACME&kind=item&limit=2${cursor}`);
      const items = body.items as readonly { readonly id: string; readonly position: string }[];
      expect(items.length).toBeLessThanOrEqual(2);
      seen.push(...items.map(({ position, id }) => `${position} ${id}`));
      if (body.nextCursor === null) break;
      cursor = `&cursor=${body.nextCursor}`;
    }
    expect(seen).toEqual([...seen].sort().reverse());
    expect(new Set(seen.map((one) => one.slice(21))).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(4);
  });

  test('refuses a business unit that does not exist, and what is no kind', async () => {
    const { status, body } = await get('/v1/definitions?bu=NOBODY&kind=thing');
    expect(status).toBe(422);
    expect((body.errors as readonly { readonly pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual([
      '/query/bu',
      '/query/kind',
    ]);
  });

  test('shows nothing of another business unit', async () => {
    const other = await call(api, 'GET', '/v1/definitions', { token: 'only-other' });
    expect([other.status, other.body.items]).toEqual([200, []]);
    expect((await call(api, 'GET', '/v1/items/ACME/BRG-6204', { token: 'only-other' })).status).toBe(404);
  });

  test('a customer’s name is masked for who only keeps the service going', async () => {
    const path = '/v1/customers/ACME/C-1001';
    const name = async (role: 'finance' | 'ops') =>
      ((await get(path, undefined, role)).body.definition as { readonly name: string }).name;
    expect(await name('finance')).toMatch(/^[A-Z]/);
    expect(await name('ops')).not.toBe(await name('finance'));
  });
});

describe('a substitute that was defined', () => {
  const substitute = {
    ...{ item: 'BRG-6205', ratio: { num: '1', den: '2' }, direction: 'BOTH', priceRule: 'SUBSTITUTE_LIST_PRICE' },
  };
  const lines = [{ lineId: '10', item: 'BELT-A42', qty: '10', uom: 'EA' }];
  const define = (substitutes: readonly object[]) => {
    const { bu: _bu, item: _item, ...belt } = demoItems.find((each) => each.item === 'BELT-A42') ?? ({} as never);
    return put('/v1/items/ACME/BELT-A42', { ...belt, substitutes });
  };
  const post = (path: string, body: object, more: CallOptions = {}) => call(api, 'POST', path, { body, ...more });

  test('is offered beside what is short, from either side', async () => {
    const defined = await define([substitute]);
    expect({ status: defined.status, text: defined.text }).toMatchObject({ status: 200 });
    const alternatives = async (asked: object) => {
      const body = { bu: 'ACME', channel: 'portal', lines: [{ uom: 'EA', ...asked }] };
      const answer = await post('/v1/availability-checks', body, { headers: readBack(defined) });
      return (answer.body.lines as readonly [{ readonly alternatives: object }])[0].alternatives;
    };
    expect(await alternatives({ item: 'BELT-A42', qty: '90001' })).toMatchObject([
      { item: 'BRG-6205', qty: '45000', forQty: '90000', ratio: { num: '1', den: '2' } },
    ]);
    expect(await alternatives({ item: 'BRG-6205', qty: '90001' })).toMatchObject([
      { item: 'BELT-A42', qty: '180002', forQty: '90001', ratio: { num: '2', den: '1' } },
    ]);
    expect(await alternatives({ item: 'GREASE-50', qty: '90001' })).toEqual([]);
  });

  test('B-02 takes the place of part of a line by a call: asked for once, however often it is sent', async () => {
    const order = await post('/v1/orders', orderOf({ lines }));
    const path = `/v1/orders/${order.body.orderId}/lines/10/substitutions`;
    const body = { reason: 'short', item: 'BRG-6205', newLineId: '11', qty: '4', uom: 'EA' };
    expect((await post(path, body)).body.code).toBe('CONSENT_REQUIRED');
    const wrong = await post(path, { ...body, qty: '5' });
    expect([wrong.status, codes(wrong)]).toEqual([422, ['/qty RATIO_NOT_DIVISIBLE']]);
    expect(codes(await post(path, { ...body, item: 'BRG-6204' }))).toEqual(['/item SUBSTITUTE_UNKNOWN']);
    expect((await post(path, body, { role: 'finance' })).status).toBe(403);
    const unknown = path.replace(String(order.body.orderId), '01J0000000000000000000000Z');
    expect((await post(unknown, body)).status).toBe(404);
    const head = await api.log.head();
    const agreed = { ...body, consent: { reference: 'mail of today' } };
    const first = await post(path, agreed, { key: 'substitute-1' });
    expect({ status: first.status, text: first.text }).toMatchObject({ status: 202 });
    expect(await post(path, agreed, { key: 'substitute-1' })).toMatchObject({ status: 202, text: first.text });
    expect(await api.typesSince(head)).toEqual(['OrderLineChangeRequested']);
    expect((await post(path, { ...agreed, qty: '8', newLineId: '12' })).body).toMatchObject({
      ...{ code: 'NOT_SUBSTITUTABLE', status: 409 },
    });
    const change = await get(String(first.headers.location), first);
    expect(change.body).toMatchObject({ state: 'PENDING', lines: [{ lineId: '11', requested: '2', added: '0' }] });
  });
});

promotionCases(() => api);
