import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { withLogBehindProxy } from '../support/logBehindProxy.ts';
import type { Answered } from './conformance.ts';
import { instanceOver, type Store } from './instances.ts';
import { orderOf, storedOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
let second: PostgresLog;

beforeAll(async () => {
  api = await makeRealApi();
  second = createPostgresLog({ connectionString: api.database.connectionString, pool: api.database.pool });
});
afterAll(async () => {
  await second.close();
  await api.close();
});

const send = (body: object, key: string = randomUUID(), by: RealApi = api) =>
  call(by, 'POST', '/v1/orders', { body, key });

const replayed = ({ headers }: Answered): boolean => headers['idempotency-replayed'] === 'true';

describe('an order whose keys are claimed by its append, among instances', () => {
  test('sent to two instances at once, in opposite orders, is one order each and every answer is its', async () => {
    const rival = await instanceOver(api, second);
    const bodies = Array.from({ length: 30 }, () => orderOf());
    const keys = bodies.map(() => randomUUID());
    const all = [...bodies.keys()];
    const [ours, theirs] = await Promise.all([
      Promise.all(all.map((n) => send(bodies[n] ?? {}, keys[n]))),
      Promise.all(all.toReversed().map((n) => send(bodies[n] ?? {}, keys[n], rival))).then((sent) => sent.toReversed()),
    ]);
    for (const n of all) {
      const texts = [ours[n], theirs[n]].filter((answer) => answer?.status === 201).map((answer) => answer?.text);
      expect(new Set(texts).size).toBe(1);
      for (const answer of [ours[n], theirs[n]])
        expect(answer?.status === 201 || answer?.body.code === 'REQUEST_IN_PROGRESS').toBe(true);
      expect(await storedOf(api, bodies[n] ?? orderOf())).toEqual({ orders: 1, keys: 2 });
      expect((await send(bodies[n] ?? {}, keys[n])).text).toBe(texts[0]);
    }
  });

  test('that meets another writer of the credit account is decided again and claimed once', async () => {
    const rival = await instanceOver(api, second);
    for (let round = 0; round < 6; round += 1) {
      const bodies = Array.from({ length: 8 }, () => orderOf());
      const answers = await Promise.all(bodies.map((body, n) => send(body, randomUUID(), n % 2 === 0 ? api : rival)));
      expect(answers.map(({ status, body }) => [status, body.status])).toEqual(bodies.map(() => [201, 'OPEN']));
      for (const body of bodies) expect(await storedOf(api, body)).toEqual({ orders: 1, keys: 2 });
    }
  });

  test('is answered as its own when the reply to its append is lost', async () => {
    await withLogBehindProxy(api.database, async (far, proxy) => {
      const instance = await instanceOver(api, far);
      await send(orderOf(), randomUUID(), instance);
      proxy.loseEveryNthReply(2);
      for (let n = 0; n < 8; n += 1) {
        const [body, key] = [orderOf(), randomUUID()];
        const first = await send(body, key, instance);
        expect([first.status, replayed(first)]).toEqual([201, false]);
        expect((await send(body, key)).text).toBe(first.text);
        expect(await storedOf(api, body)).toEqual({ orders: 1, keys: 2 });
      }
      expect(proxy.lostReplies()).toBeGreaterThan(2);
    });
  });

  test('that died before its append left nothing, and after it everything', async () => {
    const dead = (appendClaiming: Store['appendClaiming']) =>
      instanceOver(api, { ...second, ...(appendClaiming && { appendClaiming }) });
    const before = await dead(() => Promise.reject(new LogUnavailable('killed before the append')));
    const [body, key] = [orderOf(), randomUUID()];
    expect((await send(body, key, before)).status).toBe(503);
    expect(await storedOf(api, body)).toEqual({ orders: 0, keys: 0 });
    const after = await dead(async (...args) => {
      await second.appendClaiming(...args);
      throw new LogUnavailable('killed after the append');
    });
    expect((await send(body, key, after)).status).toBe(503);
    expect(await storedOf(api, body)).toEqual({ orders: 1, keys: 2 });
    const again = await send(body, key);
    expect([again.status, replayed(again)]).toEqual([201, true]);
    expect(await storedOf(api, body)).toEqual({ orders: 1, keys: 2 });
  });

  test('is claimed first, as ever, where the log cannot claim', async () => {
    const { appendClaiming: _cannot, appendTogether: _neither, ...store } = second;
    const instance = await instanceOver(api, store);
    const [body, key] = [orderOf(), randomUUID()];
    const first = await send(body, key, instance);
    expect(first.status).toBe(201);
    expect((await send(body, key)).text).toBe(first.text);
  });
});
