import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answered } from './conformance.ts';
import { orderOf, storedOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
const counted: string[] = [];
const countIdempotency = (outcome: string): void => {
  counted.push(outcome);
};

beforeAll(async () => {
  api = await makeRealApi({
    metrics: {
      observeRequest: () => {},
      countIdempotency,
      expose: async () => ({ contentType: '', text: '' }),
    },
  });
});
afterAll(() => api.close());
beforeEach(() => {
  counted.length = 0;
});

const send = (body: object, key: string = randomUUID()) => call(api, 'POST', '/v1/orders', { body, key });

const replayed = ({ headers }: Answered): boolean => headers['idempotency-replayed'] === 'true';

describe('an order whose keys are claimed by its append', () => {
  test('is answered with the same bytes again, and reads back so', async () => {
    const [body, key] = [orderOf(), randomUUID()];
    const first = await send(body, key);
    const again = await send(body, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect([replayed(first), replayed(again)]).toEqual([false, true]);
    expect(again.text).toBe(first.text);
    for (const name of ['etag', 'location', 'content-type'])
      expect([name, again.headers[name]]).toEqual([name, first.headers[name]]);
    const { asOfPosition, receipt } = first.body as { asOfPosition: string; receipt: Record<string, string> };
    const { rows } = await api.database.pool.query<{ position: string; recorded_at: string }>(
      'select position, recorded_at from log.event where stream = $1 order by revision desc limit 1',
      [receipt.stream],
    );
    expect([receipt.position, receipt.recordedAt]).toEqual([
      String(rows[0]?.position).padStart(20, '0'),
      rows[0]?.recorded_at,
    ]);
    expect(asOfPosition).toBe(receipt.position);
    expect(counted).toEqual(['executed', 'replayed']);
    expect(await storedOf(api, body)).toEqual({ orders: 1, keys: 2 });
  });

  test('keeps text that looks like what stands for a place', async () => {
    const [body, key] = [
      orderOf({ customerPo: `\\u001d position: \\u001e ${randomUUID().slice(0, 8)}` }),
      randomUUID(),
    ];
    const first = await send(body, key);
    expect([first.status, first.body.customerPo]).toEqual([201, body.customerPo]);
    expect((await send(body, key)).text).toBe(first.text);
  });

  test('is one of fifty that are sent at once', async () => {
    const [body, key] = [orderOf(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(body, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(await storedOf(api, body)).toEqual({ orders: 1, keys: 2 });
  });

  test('under a key of another order is refused, naming the first use, and nothing is written', async () => {
    const [body, key] = [orderOf(), randomUUID()];
    await send(body, key);
    const other = orderOf();
    const answer = await send(other, key);
    expect([answer.status, answer.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(Math.abs(Date.parse(String(answer.body.firstUsedAt)) - Date.now())).toBeLessThan(60_000);
    expect(await storedOf(api, other)).toEqual({ orders: 0, keys: 0 });
    expect(counted).toEqual(['executed', 'reused']);
  });

  test('with a purchase order number that is known is the first order, or kept on hold for other content', async () => {
    const body = orderOf();
    const first = await send(body);
    const same = await send(body);
    expect([same.status, same.body.orderId, replayed(same)]).toEqual([201, first.body.orderId, false]);
    expect(same.body.receipt).toEqual(first.body.receipt);
    const held = await send({ ...body, charges: [] });
    expect(held.body).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'POSSIBLE_DUPLICATE_PO' }] });
    expect(JSON.stringify(held.body.holds)).toContain(first.body.orderId);
  });

  test.each([
    ['content', { lines: [{ lineId: '10', item: 'NOTHING', qty: '1', uom: 'EA' }] }, {}, 422],
    ['a revision that nobody can have seen', {}, { 'if-match': '"3"' }, 412],
  ])('refused for %s takes no purchase order number', async (_what, wrong, headers, status) => {
    const body = orderOf();
    const refused = await call(api, 'POST', '/v1/orders', { body: { ...body, ...wrong }, headers });
    expect(refused.status).toBe(status);
    const corrected = await send({ ...body, charges: [] });
    expect([corrected.status, corrected.body.status, corrected.body.holds]).toEqual([201, 'OPEN', []]);
  });

  test('over the credit limit is kept on hold, and so answered again', async () => {
    const lines = [{ lineId: '10', item: 'BRG-6205', qty: '100', uom: 'EA' }];
    const [body, key] = [orderOf({ soldTo: 'C-1002', lines }), randomUUID()];
    const first = await send(body, key);
    expect(first.body).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'CREDIT' }] });
    expect((await send(body, key)).text).toBe(first.text);
  });

  test('of one customer with sixty others, some repeated and some not valid, is made once and each gets its own', async () => {
    const bodies = Array.from({ length: 60 }, () => orderOf());
    const keys = bodies.map(() => randomUUID());
    const wrong = orderOf({ lines: [{ lineId: '10', item: 'NOTHING', qty: '1', uom: 'EA' }] });
    const [answers, again, invalid] = await Promise.all([
      Promise.all(bodies.map((body, n) => send(body, keys[n]))),
      Promise.all(bodies.map((body, n) => send(body, keys[n]))),
      send(wrong),
    ]);
    expect(invalid.status).toBe(422);
    for (const [n, answer] of answers.entries()) {
      expect([answer.status, again[n]?.text]).toEqual([201, answer.text]);
      expect(answer.body.customerPo).toBe(bodies[n]?.customerPo);
      expect(await storedOf(api, bodies[n] ?? wrong)).toEqual({ orders: 1, keys: 2 });
    }
  });
});
