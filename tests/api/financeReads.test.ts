import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { written } from './claimingApi.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { codes, readBack, submitOrder } from './realCalls.ts';
import { call, keys } from './testApi.ts';

const portal = (customer: string): Principal => ({
  ...{ tenant: 'default', id: `portal-${customer}`, kind: 'PARTNER', roles: ['channel'] },
  ...{ businessUnits: ['ACME'], customers: [customer], nodes: 'all' },
});
const portals: Readonly<Record<string, Principal>> = { own: portal('C-1001'), other: portal('C-1002') };

let api: RealApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => portals[token] ?? byKey(token) });
});
afterAll(() => api.close());

/** 9 bearings at 103.50 and 8.54 of tax, and 15.00 of freight. */
const invoiced = async (): Promise<{ readonly orderId: string; readonly invoiceId: string }> => {
  const orderId = String((await submitOrder(api)).body.orderId);
  const [invoiceId, soldTo] = [newUlid(), 'C-1001'];
  const data = { invoiceId, orderId, soldTo, number: `INV-${invoiceId}` };
  await written(api, `invoice-ACME.${invoiceId}`, [
    ['InvoiceDrafted', data],
    ['InvoiceIssued', data],
  ]);
  return { orderId, invoiceId };
};

const itemsOf = ({ body }: Answered) => body.items as readonly Readonly<Record<string, unknown>>[];

describe('single payments over HTTP', () => {
  test('one reads back by its id, its invoice and its reference; another customer does not see it, nor does an earlier time', async () => {
    const { invoiceId } = await invoiced();
    const head = await api.log.head();
    const reference = `BANK-${randomUUID()}`;
    const body = { invoiceId, reference, amount: '5000', currency: 'USD', paidAt: new Date().toISOString() };
    const answer = await call(api, 'POST', '/v1/payments', { role: 'finance', body });
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 201 });
    expect(await api.typesSince(head)).toEqual(['PaymentRecorded']);
    const get = (path: string, token: string = keys.finance) =>
      call(api, 'GET', path, { token, headers: readBack(answer) });
    const path = `/v1/payments/${String(answer.body.paymentId)}`;
    const shown = await get(path);
    expect(shown.body).toMatchObject({ ...body, soldTo: 'C-1001', report: { rowCount: 1, exact: true } });
    for (const asked of [`invoiceId=${invoiceId}`, `reference=${reference}`, `soldTo=C-1001&reference=${reference}`])
      expect(itemsOf(await get(`/v1/payments?${asked}`))).toMatchObject([{ paymentId: answer.body.paymentId }]);
    expect((await get(path, 'own')).status).toBe(200);
    expect((await get(path, 'other')).status).toBe(404);
    expect(itemsOf(await get(`/v1/payments?invoiceId=${invoiceId}`, 'own'))).toHaveLength(1);
    expect(itemsOf(await get(`/v1/payments?invoiceId=${invoiceId}`, 'other'))).toEqual([]);
    expect((await get(`${path}?knownAsOf=${head}`)).status).toBe(404);
    expect(itemsOf(await get(`/v1/payments?invoiceId=${invoiceId}&validAsOf=2020-01-01`))).toEqual([]);
    expect((await get(`/v1/payments/${newUlid()}`)).status).toBe(404);
    const turned = await get(`/v1/payments?from=2026-11-30&to=2026-11-01`);
    expect([turned.status, turned.body.errors]).toMatchObject([422, [{ pointer: '/query/to', code: 'VALUE_INVALID' }]]);
  });
});

describe('a cursor', () => {
  test('belongs to its list and filters: no other list of keys of this shape goes on from it', async () => {
    await invoiced();
    await invoiced();
    const headers = { 'x-min-position': await api.log.head() };
    const get = async (path: string) => {
      const { status, body } = await call(api, 'GET', path, { role: 'finance', headers });
      return { status, code: body.code, cursor: encodeURIComponent(String(body.nextCursor)) };
    };
    const orders = await get('/v1/orders?bu=ACME&limit=1');
    const journals = await get('/v1/gl-journals?bu=ACME&limit=1');
    expect([orders.status, journals.status]).toEqual([200, 200]);
    for (const path of [
      `/v1/invoices?bu=ACME&limit=1&cursor=${orders.cursor}`,
      `/v1/orders?bu=ACME&soldTo=C-1001&limit=1&cursor=${orders.cursor}`,
      `/v1/orders?limit=1&cursor=${orders.cursor}`,
      `/v1/gl-journals?bu=ACME&period=202611&cursor=${journals.cursor}`,
    ])
      expect([path, await get(path)]).toMatchObject([path, { status: 400, code: 'CURSOR_INVALID' }]);
    expect((await get(`/v1/orders?limit=2&bu=ACME&cursor=${orders.cursor}`)).status).toBe(200);
    expect((await get(`/v1/gl-journals?bu=ACME&cursor=${journals.cursor}`)).status).toBe(200);
  });
});

describe('a tax difference over HTTP', () => {
  const told = ({ status, body }: Answered) => [status, body.code];

  test('S-17 is accepted as it was seen, by two, or asked about again, and the invoice says so', async () => {
    const { invoiceId, orderId } = await invoiced();
    const data = { invoiceId, orderId, ours: '854', theirs: '860', difference: '6' };
    await written(api, `invoice-ACME.${invoiceId}`, [['TaxCommitMismatch', data]], 1);
    const path = `/v1/invoices/${invoiceId}`;
    const headers = { 'x-min-position': await api.log.head() };
    const shown = await call(api, 'GET', path, { role: 'finance', headers });
    expect(shown.body).toMatchObject({
      taxDifference: { open: '6', accepted: '0' },
      receiptOfTax: { committed: false },
    });
    const accept = (body: object, role: 'finance' | 'ops' = 'finance') =>
      call(api, 'POST', `${path}/tax-acceptances`, { role, body: { reason: 'rounded there', ...body } });
    expect((await accept({ difference: '6' }, 'ops')).status).toBe(403);
    const wrong = await accept({ difference: '0', creditMemoId: 'no such id' });
    expect([wrong.status, codes(wrong)]).toEqual([422, ['/creditMemoId FORMAT_INVALID', '/difference NUMERIC_FORMAT']]);
    expect(told(await accept({ difference: '7' }))).toEqual([409, 'TAX_DIFFERENCE_CHANGED']);
    const asked = await accept({ difference: '6' });
    expect(told(asked)).toEqual([409, 'APPROVAL_REQUIRED']);
    const { approvalId, payloadSha256 } = asked.body as { readonly approvalId: string; readonly payloadSha256: string };
    const decision = { decision: 'GRANT', reason: 'seen there', payloadSha256 };
    const agreed = await call(api, 'POST', `/v1/approvals/${approvalId}/decisions`, { role: 'admin', body: decision });
    expect({ status: agreed.status, text: agreed.text }).toMatchObject({ status: 201 });
    const head = await api.log.head();
    const done = await accept({ difference: '6' });
    expect([done.status, done.body]).toMatchObject([201, { invoiceId, difference: '6' }]);
    expect(await api.typesSince(head)).toEqual(['TaxMismatchAccepted']);
    const after = await call(api, 'GET', path, { role: 'finance', headers: readBack(done) });
    expect(after.body).toMatchObject({
      taxDifference: { open: '0', accepted: '6' },
      receiptOfTax: { committed: true },
    });
    expect(after.body.totals).toEqual(shown.body.totals);
    expect(told(await accept({ difference: '6' }))).toEqual([409, 'TAX_NOT_MISMATCHED']);
    const check = await call(api, 'POST', `${path}/tax-checks`, { role: 'ops', body: {} });
    expect([check.status, check.headers.location]).toEqual([202, path]);
    const elsewhere = await call(api, 'POST', `/v1/invoices/${newUlid()}/tax-checks`, { role: 'ops', body: {} });
    expect(elsewhere.status).toBe(404);
  });
});

describe('lines of the ledger over HTTP', () => {
  test('of an invoice come with the keys of their journal', async () => {
    const { orderId, invoiceId } = await invoiced();
    const headers = { 'x-min-position': await api.log.head() };
    const get = (query: string) => call(api, 'GET', `/v1/gl-lines?${query}`, { role: 'auditor', headers });
    const lines = itemsOf(await get(`invoiceId=${invoiceId}`));
    expect(lines.map(({ role }) => role)).toEqual(expect.arrayContaining(['AR_TRADE', 'REVENUE_PRODUCT']));
    for (const line of lines) expect(line).toMatchObject({ templateId: 'T03', lineage: { orderId, invoiceId } });
    const [first] = lines;
    const one = await get(`journalId=${String(first?.journalId)}&role=AR_TRADE`);
    expect(itemsOf(one)).toMatchObject([{ role: 'AR_TRADE' }]);
    const page = await get(`orderId=${orderId}&limit=1`);
    const next = await get(`orderId=${orderId}&limit=500&cursor=${String(page.body.nextCursor)}`);
    expect([...itemsOf(page), ...itemsOf(next)]).toEqual(itemsOf(await get(`orderId=${orderId}&limit=500`)));
  });

  test('what no index finds is refused with what would', async () => {
    const told = async (query: string) => {
      const answer = await call(api, 'GET', `/v1/gl-lines?${query}`, { role: 'finance' });
      return [answer.status, codes(answer)];
    };
    expect(await told('account=130000&bu=ACME&period=202611&orderLineId=10')).toEqual([
      422,
      ['/query/period VALUE_INVALID', '/query/account VALUE_INVALID', '/query/orderId REQUIRED'],
    ]);
    expect(await told('state=HELD&customer=X-404&bu=ACME&ledger=PRIMARY')).toEqual([
      422,
      ['/query/state VALUE_INVALID', '/query/customer VALUE_INVALID'],
    ]);
    expect((await told('customer=X-404&bu=ACME&ledger=PRIMARY&period=202611'))[1]).toEqual([
      '/query/customer CUSTOMER_UNKNOWN',
    ]);
    expect((await told('period=202611'))[1]).toEqual(['/query/period VALUE_INVALID']);
    expect((await told('account=130000&bu=ACME&ledger=PRIMARY&period=202611'))[0]).toBe(200);
    expect((await told('bu=ACME&ledger=PRIMARY'))[0]).toBe(200);
    expect((await call(api, 'GET', '/v1/gl-lines', { token: 'own' })).status).toBe(403);
  });
});

describe('the documents behind a tie-out over HTTP', () => {
  test('are of a pair that there is', async () => {
    const { invoiceId } = await invoiced();
    const headers = { 'x-min-position': await api.log.head() };
    const get = (pair: string, more = '') =>
      call(api, 'GET', `/v1/tie-outs/${pair}/items?bu=ACME&limit=500${more}`, { role: 'finance', headers });
    const answer = await get('AR');
    expect(itemsOf(answer).find(({ document }) => document === invoiceId)).toMatchObject({
      ...{ unexplained: '0', entries: [{ kind: 'ISSUED' }] },
    });
    expect(itemsOf(await get('AR', '&differences=true&period=199912'))).toEqual([]);
    expect((await get('CASH')).status).toBe(404);
    expect(codes(await get('AR', '&differences=maybe'))).toEqual(['/query/differences VALUE_INVALID']);
  });
});

describe('a disputed line over HTTP', () => {
  test('is shown on the order until the dispute is resolved', async () => {
    const { orderId, invoiceId } = await invoiced();
    const say = (role: 'channel' | 'finance', path: string, body: object) =>
      call(api, 'POST', `/v1/invoices/${invoiceId}/disputes${path}`, { role, body });
    const shown = async (after: Answered) => {
      expect({ status: after.status, text: after.text }).toMatchObject({ status: 201 });
      const { body } = await call(api, 'GET', `/v1/orders/${orderId}`, { role: 'finance', headers: readBack(after) });
      return { flag: (body.flags as { disputed: boolean }).disputed, lines: body.lines };
    };
    const begun = await say('channel', '', { cause: 'PRICE', reason: 'another price was agreed' });
    expect(await shown(begun)).toMatchObject({ flag: true, lines: [{ lineId: '10', disputed: true }] });
    const over = { outcome: 'REJECTED', reason: 'as agreed' };
    const ended = await say('finance', `/${String(begun.body.disputeId)}/resolutions`, over);
    expect(await shown(ended)).toMatchObject({ flag: false, lines: [{ lineId: '10', disputed: false }] });
  });
});
