import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keys } from './testApi.ts';

const bookkeeper: Principal = {
  ...{ tenant: 'default', id: 'kim', kind: 'USER', roles: ['finance'] },
  ...{ businessUnits: ['ACME', 'ABSENT'], customers: 'all', nodes: 'all' },
};

const portal: Principal = { ...bookkeeper, id: 'portal', kind: 'PARTNER', roles: ['channel'], customers: ['C-1001'] };
const dock: Principal = { ...bookkeeper, id: 'dock', kind: 'PARTNER', roles: ['warehouse'], nodes: ['DC-EAST'] };
const limited: Readonly<Record<string, Principal>> = { kim: bookkeeper, portal, dock };

let api: RealApi;

beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => limited[token] ?? byKey(token) });
});
afterAll(() => api.close());

const get = (path: string, token?: string): Promise<Answered> =>
  call(api, 'GET', path, token === undefined ? { role: 'admin' } : { token });

const told = ({ status, body }: Answered) => [
  status,
  body.code,
  (body.errors as readonly { readonly pointer: string; readonly code: string }[] | undefined)?.map(
    ({ pointer, code }) => `${pointer} ${code}`,
  ),
];

describe('books that do not exist are not empty books', () => {
  test.each([
    '/v1/trial-balance',
    '/v1/tie-outs',
    '/v1/reports/trial-balance',
    '/v1/tie-outs/AR/items',
    '/v1/gl-journals',
    '/v1/gl-lines',
    '/v1/payments',
    '/v1/invoices',
    '/v1/orders',
    '/v1/shipments',
    '/v1/inventory-positions',
  ])('%s of a business unit that there is not is 422, of one that has nothing an empty list', async (path) => {
    expect(told(await get(`${path}?bu=ACMEE`))).toEqual([422, 'BU_UNKNOWN', ['/query/bu BU_UNKNOWN']]);
    expect((await get(`${path}?bu=ACME`)).status).toBe(200);
  });

  test.each([
    '/v1/trial-balance?bu=ACME',
    '/v1/reports/R11?bu=ACME',
    '/v1/gl-journals?bu=ACME',
    '/v1/gl-journals?limit=5',
    '/v1/gl-lines?bu=ACME',
  ])('%s and a ledger that there is not is 422', async (path) => {
    expect(told(await get(`${path}&ledger=PRIMRAY`))).toEqual([
      422,
      'LEDGER_UNKNOWN',
      ['/query/ledger LEDGER_UNKNOWN'],
    ]);
    const known = await get(`${path}&ledger=PRIMARY&period=209901`);
    expect([known.status, known.body.items]).toEqual([200, []]);
  });

  test.each([
    ['/v1/orders', 'soldTo', 'CUSTOMER_UNKNOWN', 'C-1001'],
    ['/v1/orders', 'item', 'ITEM_UNKNOWN', 'BRG-6204'],
    ['/v1/invoices', 'soldTo', 'CUSTOMER_UNKNOWN', 'C-1001'],
    ['/v1/payments', 'soldTo', 'CUSTOMER_UNKNOWN', 'C-1001'],
    ['/v1/shipments', 'node', 'NODE_UNKNOWN', 'DC-EAST'],
    ['/v1/inventory-positions', 'node', 'NODE_UNKNOWN', 'DC-EAST'],
    ['/v1/inventory-positions', 'item', 'ITEM_UNKNOWN', 'BRG-6204'],
  ])('%s of a %s that there is not is 422, with a business unit and without', async (path, field, code, known) => {
    for (const books of ['', 'bu=ACME&']) {
      expect(told(await get(`${path}?${books}${field}=X-404`))).toEqual([422, code, [`/query/${field} ${code}`]]);
      expect((await get(`${path}?${books}${field}=${known}`)).status).toBe(200);
    }
    expect(told(await get(`${path}?bu=ACMEE&${field}=X-404`))[2]).toEqual(['/query/bu BU_UNKNOWN']);
    expect(told(await get(`${path}?limit=0&${field}=X-404`))[2]).toEqual([
      '/query/limit VALUE_INVALID',
      `/query/${field} ${code}`,
    ]);
  });

  test('nobody read personal text of a business unit that there is is no answer for one that there is not', async () => {
    const reads = (bu: string) => get(`/v1/audit/personal-reads?bu=${bu}&day=2026-11-23`, keys.auditor);
    expect(told(await reads('ACMEE'))).toEqual([422, 'BU_UNKNOWN', ['/query/bu BU_UNKNOWN']]);
    expect((await reads('ACME')).body.items).toEqual([]);
  });

  test('a node or customer that is not the caller’s is told of in the same way, whether there is one or not', async () => {
    for (const soldTo of ['C-1002', 'X-404'])
      expect((await get(`/v1/orders?soldTo=${soldTo}`, 'portal')).body).toMatchObject({ items: [], nextCursor: null });
    for (const node of ['DC-WEST', 'X-404'])
      expect(told(await get(`/v1/inventory-positions?node=${node}`, 'dock'))[1]).toBe('PARTNER_SCOPE');
    expect(told(await get('/v1/orders?item=X-404', 'portal'))[1]).toBe('ITEM_UNKNOWN');
  });

  test('everything that is wrong is told at once', async () => {
    expect(told(await get('/v1/trial-balance?bu=ACMEE&period=202613&colour=red'))).toEqual([
      422,
      'VALIDATION_FAILED',
      ['/query/period FORMAT_INVALID', '/query/colour UNKNOWN_PROPERTY', '/query/bu BU_UNKNOWN'],
    ]);
    expect(told(await get('/v1/trial-balance?bu=&ledger=PRIMRAY'))).toEqual([
      422,
      'FORMAT_INVALID',
      ['/query/bu FORMAT_INVALID'],
    ]);
    expect(told(await get('/v1/trial-balance?bu=ACME&ledger=PRIMRAY&knownAsOf=yesterday'))[2]).toEqual([
      '/query/knownAsOf VALUE_INVALID',
      '/query/ledger LEDGER_UNKNOWN',
    ]);
  });

  test('who may not see a business unit learns nothing of whether there is one', async () => {
    const body = {
      ...{ name: 'Other', ledger: 'OTHERS', currency: 'EUR', timeZone: 'UTC', revenuePolicy: 'ON_INVOICE' },
      ...{ erpGate: false, costMethod: 'MOVING_AVERAGE' },
    };
    expect((await call(api, 'PUT', '/v1/business-units/OTHER', { role: 'admin', body })).status).toBe(200);
    expect((await call(api, 'GET', '/v1/trial-balance?bu=OTHER', { role: 'admin' })).status).toBe(200);
    for (const bu of ['OTHER', 'ACMEE']) {
      const { status, body: answer } = await get(`/v1/trial-balance?bu=${bu}&ledger=OTHERS`, 'kim');
      expect([bu, status, answer.items]).toEqual([bu, 200, []]);
    }
    for (const ledger of ['OTHERS', 'PRIMRAY'])
      expect(told(await get(`/v1/gl-journals?ledger=${ledger}`, 'kim'))).toEqual([
        422,
        'LEDGER_UNKNOWN',
        ['/query/ledger LEDGER_UNKNOWN'],
      ]);
    expect(told(await get('/v1/trial-balance?bu=ABSENT', 'kim'))[1]).toBe('BU_UNKNOWN');
  });
});

test.each([
  '/v1/shipments',
  '/v1/invoices',
  '/v1/credit-memos',
])('%s in a state that there is not is 422, which tells those that there are', async (path) => {
  const answer = await get(`${path}?state=ISUED`);
  expect(told(answer)).toEqual([422, 'VALUE_INVALID', ['/query/state VALUE_INVALID']]);
  expect(answer.text).toMatch(/One of: (PLANNED|DRAFT), /);
});

test('a read model that there is not is 404, which tells those that there are', async () => {
  const sent = { role: 'admin', body: { reason: 'a typing mistake' } } as const;
  const answer = await call(api, 'POST', '/v1/ops/projections/order/rebuilds', sent);
  expect([answer.status, answer.body.detail]).toEqual([
    404,
    expect.stringMatching(/^There is no projection order\. There are: .*\borders\b/),
  ]);
});

describe('the lineage', () => {
  test('of what can be no root is 422, which tells what can', async () => {
    const answer = await get('/v1/audit/lineage?root=bogus:1', keys.auditor);
    expect(told(answer)).toEqual([422, 'FORMAT_INVALID', ['/query/root FORMAT_INVALID']]);
    expect(answer.text).toContain('order, order-line, reservation');
  });

  test('is asked for as far as it is walked, and whoever asks for more is told so beside all else', async () => {
    const root = 'customer-po:PO-404';
    for (const depth of ['0', '21', '50', '99999', '-1', '1.5', 'x', ''])
      expect(told(await get(`/v1/audit/lineage?root=${root}&depth=${depth}&direction=both`, keys.auditor))).toEqual([
        422,
        'VALUE_INVALID',
        ['/query/depth VALUE_INVALID'],
      ]);
    const all = await get(`/v1/audit/lineage?root=${root}&depth=21&direction=round`, keys.auditor);
    expect(told(all)[2]).toEqual(['/query/direction VALUE_INVALID', '/query/depth VALUE_INVALID']);
    expect(all.text).toContain('A depth is a whole number from 1 to 20.');
    for (const depth of ['1', '20'])
      expect((await get(`/v1/audit/lineage?root=${root}&depth=${depth}`, keys.auditor)).status).toBe(404);
  });
});
