import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Role } from '../../api/permissions.ts';
import type { Principal } from '../../api/principal.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { demoCustomers } from '../../domain/masterData/demo.ts';
import { written } from './claimingApi.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { readBack, submitOrder } from './realCalls.ts';
import { call, keyOf, keys } from './testApi.ts';

const portal = (customer: string): Principal => ({
  ...{ tenant: 'default', id: `portal-${customer}`, kind: 'PARTNER', roles: ['channel'] },
  ...{ businessUnits: ['ACME'], customers: [customer], nodes: 'all' },
});
const portals: Readonly<Record<string, Principal>> = {
  'portal-1001': portal('C-1001'),
  'portal-1002': portal('C-1002'),
};

let api: RealApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => portals[token] ?? byKey(token) });
});
afterAll(() => api.close());

const define = async (customer: string, name: string) => {
  const { customer: _id, bu: _bu, ...rest } = demoCustomers[0] as (typeof demoCustomers)[number];
  const answer = await call(api, 'PUT', `/v1/customers/ACME/${customer}`, { role: 'admin', body: { ...rest, name } });
  expect(answer.status).toBe(200);
};

/** The golden invoice of a new order: 9 bearings at 12.50 less 8 %, freight, and 8.25 % tax in California. */
const invoiced = async (soldTo = 'C-1001', changes: object = {}) => {
  const orderId = String((await submitOrder(api, { soldTo })).body.orderId);
  const invoiceId = newUlid();
  const data = { invoiceId, orderId, soldTo, billTo: soldTo, number: `INV-${invoiceId}`, ...changes };
  await written(api, `invoice-ACME.${invoiceId}`, [
    ['InvoiceDrafted', data],
    ['InvoiceIssued', data],
  ]);
  return { invoiceId, orderId, path: `/v1/invoices/${invoiceId}/rendering` };
};

/** As soon as the read models have everything: a large invoice takes them longer than a request waits. */
const page = async (path: string, accept = 'text/html', token: string = keyOf('channel')): Promise<Answered> => {
  const headers = { accept, 'x-min-position': await api.log.head() };
  const answer = await call(api, 'GET', path, { token, headers });
  return answer.body.code === 'READ_MODEL_BEHIND' ? page(path, accept, token) : answer;
};

const nameFor = async (path: string, role: Role): Promise<string | undefined> =>
  /Sold to +(.*)/.exec((await page(path, 'text/plain', keyOf(role))).text)?.[1];

describe('GET /v1/invoices/{invoiceId}/rendering', () => {
  test('has the words that people know things by, and the figures of the invoice', async () => {
    const { path, orderId, invoiceId } = await invoiced();
    const { text, status, headers } = await page(path, 'text/plain');
    expect([status, headers['content-type'], headers.etag]).toEqual([200, 'text/plain; charset=utf-8', '"1"']);
    const shown = text.replace(/ +/g, ' ');
    for (const part of [
      `Invoice INV-${invoiceId}\nAcme Industrial Supply\n`,
      `Sold to ${demoCustomers[0]?.name} (C-1001)\n`,
      `Our order ${orderId}\n`,
      '10 BRG-6204 Deep groove ball bearing 6204 9 EA 12.50 9.00 103.50\n',
      'CA SALES 8.25 % 103.50 8.54\n',
      'Total 127.04 USD\n',
    ])
      expect(shown).toContain(part);
    const html = await page(path);
    expect(html.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-as-of-position': expect.any(String),
      ...{ 'cache-control': 'no-store', vary: 'Accept' },
    });
    expect(html.text).toContain('<td class="number">103.50</td>');
    // Nobody who buys sees what it cost us.
    expect(html.text + text).not.toMatch(/54\.00|5400/);
  });

  test.each([
    ['text/html', 'text/html'],
    ['*/*', 'text/html'],
    ['text/*;q=0.5, text/plain', 'text/plain'],
    ['text/html;q=0, text/plain;q=0.1', 'text/plain'],
    ['application/xhtml+xml, text/html', 'text/html'],
  ])('Accept: %s is answered with %s', async (accept, type) => {
    const { path } = await invoiced();
    expect((await page(path, accept)).headers['content-type']).toBe(`${type}; charset=utf-8`);
  });

  test.each(['application/json', 'application/pdf', 'image/*', 'text/csv'])('Accept: %s is 406', async (accept) => {
    const { path } = await invoiced();
    const answer = await page(path, accept);
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([
      ...[406, 'NOT_ACCEPTABLE', 'Answers are text/html or text/plain.'],
    ]);
  });

  test('is the same bytes for the same revision, whatever else is defined meanwhile', async () => {
    await define('C-RENAMED', 'Old Name Ltd');
    const { path, invoiceId, orderId } = await invoiced('C-RENAMED');
    const [first, plain] = [await page(path), await page(path, 'text/plain')];
    expect(first.text).toContain('Old Name Ltd');
    await define('C-RENAMED', 'New Name Ltd');
    const again = await page(path);
    expect([again.text, again.headers.etag]).toEqual([first.text, first.headers.etag]);
    expect((await page(path, 'text/plain')).text).toBe(plain.text);
    const voided = await call(api, 'POST', `/v1/invoices/${invoiceId}/voids`, {
      ...{ role: 'finance', body: { reason: 'a secret of ours' } },
    });
    const after = await call(api, 'GET', path, { headers: readBack(voided) });
    expect([after.headers.etag, after.text]).toEqual(['"2"', expect.stringContaining('<strong>VOID</strong>')]);
    expect(after.text).not.toContain('a secret of ours');
    expect((await page((await invoiced('C-RENAMED')).path)).text).toContain('New Name Ltd');
    expect(first.text).toContain(orderId);
  });

  test('O-27 names people for who may read it, notes that, and forgets who is erased', async () => {
    const name = `Wilhelmina <b>"Zuckerrohr"</b> & 'Söhne'`;
    await define('C-ERASED', name);
    const { path } = await invoiced('C-ERASED');
    expect(await nameFor(path, 'finance')).toBe(`${name} (C-ERASED)`);
    expect(await nameFor(path, 'ops')).toBe('[personal] (C-ERASED)');
    const html = (await page(path)).text;
    expect(html).toContain('Wilhelmina &lt;b&gt;&quot;Zuckerrohr&quot;&lt;/b&gt; &amp; &#39;Söhne&#39; (C-ERASED)');
    await api.keys.destroy('customer:ACME.C-ERASED', 1);
    api.vault.forget('customer:ACME.C-ERASED');
    for (const role of ['channel', 'finance', 'auditor'] as const)
      expect(await nameFor(path, role)).toBe('[erased] (C-ERASED)');
    expect((await page(path)).text).not.toContain('Wilhelmina');
  });

  test('S-11 is there for its customer and nobody else', async () => {
    const { path } = await invoiced();
    expect((await page(path, 'text/html', 'portal-1001')).status).toBe(200);
    const [foreign, missing] = [
      await page(path, 'text/html', 'portal-1002'),
      await page(`/v1/invoices/${newUlid()}/rendering`, 'text/html', 'portal-1002'),
    ];
    expect([foreign.status, foreign.body.detail]).toEqual([404, missing.body.detail]);
  });

  test('taxes are summed by jurisdiction, type and rate', async () => {
    const tax = (reference: string, jurisdiction: string, rate: string, taxable: string, amount: string) => ({
      ...{ reference, jurisdiction, type: 'SALES', rate, taxable, tax: amount },
    });
    const taxes = [
      tax('1', 'SANTA CLARA', '0.01', '10000', '100'),
      tax('1', 'CA', '0.0725', '10000', '725'),
      tax('2', 'CA', '0.0725', '350', '25'),
      tax('charge:FREIGHT', 'CA', '0', '1500', '0'),
    ];
    const { path } = await invoiced('C-1001', { taxes });
    const { text } = await page(path, 'text/plain');
    const [, table = ''] = text.split('Tax by jurisdiction\n\n');
    expect(
      table
        .split('\n')
        .slice(2, 5)
        .map((row) => row.split(/ {2,}/)),
    ).toEqual([
      ['CA', 'SALES', '0 %', '15.00', '0.00'],
      ['CA', 'SALES', '7.25 %', '103.50', '7.50'],
      ['SANTA CLARA', 'SALES', '1 %', '100.00', '1.00'],
    ]);
  });

  test('an invoice of 2,000 lines has them all', async () => {
    const line = {
      orderLineId: '10',
      item: 'BRG-6204',
      unitPrice: '12.50',
      net: '1150',
      discount: '100',
      gross: '1250',
    };
    const rest = {
      shipmentId: newUlid(),
      confirmationId: 'C1',
      itemGroup: 'BEARING',
      taxCode: 'TPP',
      cost: '600',
      tax: '95',
    };
    const lines = Array.from({ length: 2_000 }, (_, n) => ({
      ...{ ...line, ...rest, invoiceLineId: `${n + 1}`, shipmentLineId: `${n + 1}`, qty: '1', fromQty: `${n}` },
    }));
    const { path } = await invoiced('C-1001', { lines });
    expect((await page(path)).text.match(/Deep groove ball bearing 6204/g)?.length).toBe(2_000);
  });
});
