import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { partnerDocuments } from '../../projections/partnerDocuments/projection.ts';
import { creditFirst } from '../projections/creditHistory.ts';
import { dropShip } from '../projections/dropShipHistory.ts';
import { acknowledging, confirming, exchangeDocuments, orderPayload } from '../projections/ediHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { sendBack } from '../projections/returnHistory.ts';
import { append, project, rebuild, startedHistory } from './asOfReports.ts';
import { anOrderId, anRmaId, aPoId } from './samples/given.ts';
import { call, keyOf, keys, makeTestApi, type TestApi } from './testApi.ts';

const another = '01JD0000000000000000000002';

const portal = (customer: string): Principal => ({
  ...{ tenant: 'default', id: `portal-${customer}`, kind: 'PARTNER', roles: ['channel'] },
  ...{ businessUnits: ['ACME'], customers: [customer], nodes: 'all' },
});
const callers: Readonly<Record<string, Principal>> = {
  'portal-1001': portal('C-1001'),
  'portal-1002': portal('C-1002'),
  dock: { ...portal('C-1001'), id: 'dock', roles: ['warehouse'], customers: 'all', nodes: ['DC-EAST'] },
};

type Item = Readonly<Record<string, unknown>> & { readonly type: string; readonly href: string };

let api: TestApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeTestApi({ authenticate: async (token) => callers[token] ?? byKey(token) });
  const log = startedHistory();
  placeOrder(log, another);
  playGoldenOrder(log, anOrderId);
  creditFirst(log, anOrderId);
  sendBack(log, anOrderId, anRmaId);
  dropShip(log, anOrderId, aPoId);
  exchangeDocuments(log, anOrderId);
  await append(api, log, 0);
  await project(api);
});
afterAll(() => api.close());

const path = `/v1/orders/${anOrderId}/documents`;
const pageOf = async (token: string, query = '') => {
  const answer = await call(api, 'GET', `${path}${query}`, { token });
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  return answer.body as { readonly items: readonly Item[]; readonly nextCursor: string | null };
};
const typesFor = async (token: string) => [...new Set((await pageOf(token)).items.map(({ type }) => type))].sort();
const ofType = async (type: string) => (await pageOf(keyOf('auditor'))).items.filter((item) => item.type === type);

const everything = [
  ...['CREDIT_MEMO', 'DROPSHIP_ORDER', 'EDI_RECEIVED', 'EDI_SENT', 'ERP_ORDER', 'INVOICE', 'RELEASE', 'RETURN'],
  ...['SHIPMENT', 'TAX_DOCUMENT'],
];
const without = (...types: readonly string[]) => everything.filter((type) => !types.includes(type));

describe('GET /v1/orders/{orderId}/documents', () => {
  test('has every document in the order in which they were begun, each with its address', async () => {
    const { items } = await pageOf(keyOf('auditor'));
    const today = expect.stringMatching(/^\d{4}-\d\d-\d\d$/);
    expect(items.map(({ type, kind, number, state, date }) => [type, kind ?? number, state, date])).toEqual([
      ['ERP_ORDER', 'SO-100045', 'REGISTERED', '2026-11-23'],
      ['RELEASE', null, 'SHIPPED', '2026-11-23'],
      ['SHIPMENT', `${anOrderId}-s1`, 'DELIVERED', '2026-11-23'],
      ['INVOICE', `INV-${anOrderId}-1`, 'TAX_COMMITTED', '2026-11-23'],
      ['TAX_DOCUMENT', `T-${anOrderId}-1`, 'COMMITTED', '2026-11-23'],
      ['RELEASE', null, 'SHIPPED', '2026-11-23'],
      ['SHIPMENT', `${anOrderId}-s2`, 'CONFIRMED', '2026-11-23'],
      ['INVOICE', `INV-${anOrderId}-2`, 'TAX_COMMITTED', '2026-11-23'],
      ['TAX_DOCUMENT', `T-${anOrderId}-2`, 'COMMITTED', '2026-11-23'],
      ['CREDIT_MEMO', `CM-${anOrderId}`, 'TAX_COMMITTED', '2026-11-25'],
      ['TAX_DOCUMENT', `${anOrderId}-c1`, 'COMMITTED', '2026-11-25'],
      ['RETURN', anRmaId, 'CLOSED', '2026-11-23'],
      ['DROPSHIP_ORDER', aPoId, 'SHIPPED', '2026-11-23'],
      ['EDI_RECEIVED', '850', 'ACKNOWLEDGED', today],
      ['EDI_SENT', '855', 'ACKNOWLEDGED', today],
      ['EDI_RECEIVED', '860', 'RECEIVED', today],
    ]);
    // Shipments of this history have no ids that an address takes.
    for (const { type, href } of items.filter((item) => !/^EDI|SHIPMENT/.test(item.type))) {
      const role = type === 'DROPSHIP_ORDER' ? 'warehouse' : 'channel';
      expect([type, href, (await call(api, 'GET', href, { role })).status]).toEqual([type, href, 200]);
    }
  });

  test('S-14 tells what was said of EDI, both ways', async () => {
    const [first, second] = await ofType('EDI_RECEIVED');
    expect(first).toMatchObject({
      ...{ number: '000000017', party: 'NORDBUY', href: `/v1/audit/payloads/${orderPayload}` },
      acknowledgement: { overdue: false, at: expect.any(String), by: acknowledging },
    });
    expect(second?.acknowledgement).toEqual({ dueAt: null, overdue: false, at: null, by: null });
    expect(await ofType('EDI_SENT')).toMatchObject([
      {
        ...{ documentId: confirming, number: '2', about: 'PO-7001', href: `/v1/partner-documents/${confirming}` },
        acknowledgement: { dueAt: expect.any(String), overdue: false, by: '000000018' },
      },
    ]);
  });

  test('P-22 a shipment has its carrier and tracking, an invoice its amount', async () => {
    expect(await ofType('SHIPMENT')).toMatchObject([
      {
        ...{ party: 'DC-EAST', about: `${anOrderId}-rel1`, href: `/v1/shipments/${anOrderId}-s1` },
        ...{ amount: null, currency: null },
        shipment: { carrier: 'UPS', tracking: ['1Z'], deliveredAt: '2026-11-23T14:00:00.000Z' },
      },
      { shipment: { carrier: 'UPS', deliveredAt: null } },
    ]);
    expect(await ofType('INVOICE')).toMatchObject([{ amount: '10214', currency: 'USD' }, { amount: '3735' }]);
    expect(await ofType('CREDIT_MEMO')).toMatchObject([{ about: `${anOrderId}-i1` }]);
  });

  test('S-11 tells each what he may read at its address, and an order of somebody else is not there', async () => {
    expect(await typesFor(keyOf('auditor'))).toEqual(everything);
    expect(await typesFor('portal-1001')).toEqual(without('DROPSHIP_ORDER'));
    expect(await typesFor(keyOf('channel'))).toEqual(without('DROPSHIP_ORDER'));
    expect(await typesFor(keyOf('finance'))).toEqual(without('EDI_SENT'));
    expect(await typesFor(keyOf('ops'))).toEqual(without('EDI_RECEIVED'));
    expect(await typesFor(keyOf('warehouse'))).toEqual([
      ...['DROPSHIP_ORDER', 'ERP_ORDER', 'RELEASE', 'RETURN', 'SHIPMENT'],
    ]);
    expect((await call(api, 'GET', path, { token: 'portal-1002' })).status).toBe(404);
    expect((await call(api, 'GET', path, { token: 'dock' })).body.code).toBe('PARTNER_SCOPE');
    expect((await call(api, 'GET', path, { role: 'supplier' })).body.code).toBe('FORBIDDEN');
  });

  test('goes on behind a cursor without missing or repeating any, and refuses one that is not ours', async () => {
    const whole = (await pageOf('portal-1001')).items;
    const found: Item[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await pageOf('portal-1001', `?limit=4${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(4);
      found.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(found).toEqual(whole);
    const wrong = await call(api, 'GET', `${path}?cursor=abc`);
    expect([wrong.status, wrong.body.code]).toEqual([400, 'CURSOR_INVALID']);
  });

  test('an order that has hardly begun has what there is, in fields that were asked for', async () => {
    const answer = await call(api, 'GET', `/v1/orders/${another}/documents?fields=type,number`);
    expect(answer.body).toEqual({
      items: [{ type: 'ERP_ORDER', number: 'SO-100045' }],
      ...{ nextCursor: null, asOfPosition: expect.any(String), lagMs: expect.any(Number) },
    });
  });

  test('is the same when what partners sent is read again from the log', async () => {
    const before = await pageOf(keyOf('auditor'));
    await rebuild(api, [partnerDocuments]);
    expect((await pageOf(keyOf('auditor'))).items).toEqual(before.items);
  });
});
