import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Role } from '../../api/permissions.ts';
import type { Principal } from '../../api/principal.ts';
import { orderOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keys } from './testApi.ts';

type Receipt = {
  readonly commandId: string;
  readonly stream: string;
  readonly revision: number;
  readonly position: string;
};

const partner = (id: string, role: Role, changes: Partial<Principal> = {}): Principal => ({
  ...{ tenant: 'default', id, kind: 'PARTNER', roles: [role], businessUnits: ['ACME'], customers: 'all', nodes: 'all' },
  ...changes,
});

const partners: Readonly<Record<string, Principal>> = {
  'portal-1001': partner('portal-1001', 'channel', { customers: ['C-1001'] }),
  'portal-1002': partner('portal-1002', 'channel', { customers: ['C-1002'] }),
  'other-unit': partner('other-unit', 'channel', { businessUnits: ['OTHER'] }),
  'books-other-unit': partner('books-other-unit', 'finance', { businessUnits: ['OTHER'] }),
  '3pl-south': partner('3pl-south', 'warehouse', { nodes: ['3PL-SOUTH'] }),
};

let api: RealApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => partners[token] ?? byKey(token) });
});
afterAll(() => api.close());

const sent = async (token: string, path: string, body: object, headers = {}) => {
  const answer = await call(api, 'POST', path, { token, body, headers });
  expect({ path, status: answer.status }).toMatchObject({ status: path.endsWith('cancellations') ? 202 : 201 });
  return { ...answer.body, receipt: answer.body.receipt as Receipt } as { orderId: string; receipt: Receipt };
};

const receiptOf = (token: string, { commandId, position }: Receipt) =>
  call(api, 'GET', `/v1/receipts/${commandId}`, { token, headers: { 'x-min-position': position } });

const movement = (reference: string, node = 'DC-EAST') => ({
  ...{ bu: 'ACME', node, item: 'BRG-6204', kind: 'RECEIPT', qty: '1', uom: 'EA', unitCost: '6.00', reference },
});

describe('what became of a command', () => {
  test('an order: the receipt that was answered, and what was recorded under it', async () => {
    const { orderId, receipt } = await sent('portal-1001', '/v1/orders', orderOf(), { 'x-correlation-id': 'cart-1' });
    const { status, body } = await receiptOf('portal-1001', receipt);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      receipt,
      actor: { kind: 'PARTNER', id: 'portal-1001' },
      ...{ bu: 'ACME', orderId, correlationId: 'cart-1' },
      events: ['OrderSubmitted', 'OrderValidated', 'OrderPriced', 'OrderAccepted'].map((type) => ({ type, count: 1 })),
    });
  });

  test('a further command of the same request, on the same stream, has a receipt of its own', async () => {
    const correlated = { 'x-correlation-id': 'cart-2' };
    const { orderId, receipt: first } = await sent('portal-1001', '/v1/orders', orderOf(), correlated);
    const cancel = { reason: 'a mistake' };
    const { receipt: second } = await sent('portal-1001', `/v1/orders/${orderId}/cancellations`, cancel, correlated);
    expect((await receiptOf('portal-1001', first)).body).toMatchObject({ receipt: first });
    const { body } = await receiptOf('portal-1001', second);
    expect(body).toMatchObject({ receipt: second, events: [{ type: 'OrderLineCancelRequested', count: 1 }] });
  });

  test('commands that wait for one stock position are appended together, and each has its own receipt', async () => {
    const references = Array.from({ length: 8 }, (_, index) => `together-${index}`);
    const answers = await Promise.all(
      references.map((each) =>
        sent(keys.warehouse, '/v1/stock-movements', movement(each), { 'x-correlation-id': 'b' }),
      ),
    );
    for (const { receipt } of answers) {
      const { body } = await receiptOf(keys.warehouse, receipt);
      const { position, ...own } = body.receipt as Receipt;
      expect(own).toMatchObject({ commandId: receipt.commandId, stream: receipt.stream, revision: receipt.revision });
      expect(position <= receipt.position).toBe(true);
      expect(body.events).toContainEqual({ type: 'StockReceived', count: 1 });
    }
  });

  test('a command that was refused, or that nobody sent, left none', async () => {
    const unknown = '01JD0000000000000000000009';
    const answer = await call(api, 'GET', `/v1/receipts/${unknown}`, { role: 'auditor' });
    expect([answer.status, answer.body.code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('S-11 who may ask', () => {
  test("a customer's portal sees its own customer's; others get 404, as for one that there is not", async () => {
    const { receipt } = await sent(keys.channel, '/v1/orders', orderOf());
    const seen = async (token: string) => [token, (await receiptOf(token, receipt)).status];
    for (const token of ['portal-1001', keys.channel, keys.warehouse, keys.finance, keys.auditor, keys.ops])
      expect(await seen(token)).toEqual([token, 200]);
    for (const token of ['portal-1002', 'other-unit', 'books-other-unit', '3pl-south'])
      expect(await seen(token)).toEqual([token, 404]);
  });

  test('what a warehouse did is not told to a channel, nor to the warehouse of another partner', async () => {
    const { receipt: own } = await sent('3pl-south', '/v1/stock-movements', movement('south-1', '3PL-SOUTH'));
    const { receipt: foreign } = await sent(keys.warehouse, '/v1/stock-movements', movement('east-1'));
    expect((await receiptOf('3pl-south', own)).body).toMatchObject({ receipt: own, orderId: null });
    expect((await receiptOf('3pl-south', foreign)).status).toBe(404);
    for (const token of ['portal-1001', keys.channel]) expect((await receiptOf(token, own)).status).toBe(404);
    for (const token of [keys.auditor, keys.ops]) expect((await receiptOf(token, own)).status).toBe(200);
  });
});
