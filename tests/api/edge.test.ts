import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { repeats } from '../../adapters/http/attempt.ts';
import { makeApp } from '../../api/app.ts';
import { catalogue } from '../../api/catalogue.ts';
import { defaultApiConfig } from '../../api/deps.ts';
import { permissions } from '../../api/permissions.ts';
import { normalPosition } from '../../api/positionText.ts';
import { problemTable } from '../../api/problem.ts';
import { routes } from '../../api/routes.ts';
import { contentCodes } from '../../domain/contentCodes.ts';
import { AppendTooLarge, LogUnavailable } from '../../domain/eventLog.ts';
import { refusalCodes } from '../../domain/refusalCodes.ts';
import { leastMs, msOf } from '../support/leastMs.ts';
import { anOrderId } from './samples/given.ts';
import { samples } from './samples.ts';
import { answering, call, keyOf, makeTestApi, type TestApi } from './testApi.ts';

let api: TestApi;
beforeAll(async () => {
  api = await makeTestApi();
});
afterAll(() => api.close());

describe('habits of every answer', () => {
  test('a correlation id is taken, or made, and returned; a bad one is refused', async () => {
    expect(
      (await call(api, 'GET', '/v1/orders', { headers: { 'x-correlation-id': 'order-flow-17' } })).headers[
        'x-correlation-id'
      ],
    ).toBe('order-flow-17');
    expect((await call(api, 'GET', '/v1/orders')).headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    const bad = await call(api, 'GET', '/v1/orders', { headers: { 'x-correlation-id': 'x'.repeat(129) } });
    expect([bad.status, bad.body.code]).toEqual([400, 'CORRELATION_ID_INVALID']);
    expect(bad.headers['x-correlation-id']).toBe(bad.body.correlationId);
  });

  test('O-03 the correlation id reaches the command', async () => {
    await call(api, 'POST', '/v1/orders', {
      body: samples.submitOrder?.body,
      headers: { 'x-correlation-id': 'order-flow-18' },
    });
    expect(api.fake.calls.at(-1)?.context).toMatchObject({
      correlationId: 'order-flow-18',
      actor: { kind: 'SYSTEM', id: 'key:channel', roles: ['channel'] },
      source: { system: 'api', channel: 'portal' },
    });
  });

  test('a problem says what, where and under which id, and nothing of our inside', async () => {
    const answer = await call(api, 'GET', `/v1/orders/${anOrderId}?`);
    expect(answer.body).toEqual({
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      code: 'NOT_FOUND',
      detail: expect.any(String),
      instance: `/v1/orders/${anOrderId}`,
      correlationId: answer.headers['x-correlation-id'],
    });
    const page = await supertest(api.app).get(String(answer.body.type)).expect(200);
    expect(page.body).toEqual({ code: 'NOT_FOUND', status: 404, title: 'Not found' });
  });

  test('no Express signature, no weak ETag, and the headers of helmet', async () => {
    const { headers } = await call(api, 'GET', '/v1/orders');
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers.etag).toBeUndefined();
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'SAMEORIGIN' });
  });

  test.each([
    ['/v1/nothing', 404],
    ['/nothing', 404],
    ['/v1/orders/', 404],
  ])('GET %s is %d as a problem document', async (path, status) => {
    const answer = await call(api, 'GET', path);
    expect([answer.status, answer.body.code]).toEqual([status, 'NOT_FOUND']);
  });

  test('a method that an address does not have is 405 and says which it has', async () => {
    for (const method of ['DELETE', 'PATCH', 'PUT', 'OPTIONS'] as const) {
      const response = await supertest(api.app)
        [method.toLowerCase() as 'delete']('/v1/orders')
        .ok(() => true);
      expect([response.status, response.headers.allow, response.body.code]).toEqual([
        405,
        'POST, GET',
        'METHOD_NOT_ALLOWED',
      ]);
    }
  });

  test('406 for callers who take no JSON; problem+json alone is enough', async () => {
    const answer = await call(api, 'GET', '/v1/orders', { headers: { accept: 'text/csv' } });
    expect([answer.status, answer.body.code]).toEqual([406, 'NOT_ACCEPTABLE']);
    expect((await call(api, 'GET', '/v1/orders', { headers: { accept: 'application/problem+json' } })).status).toBe(
      200,
    );
    expect((await call(api, 'HEAD', '/v1/orders')).status).toBe(200);
  });

  test.each([
    ['"3', 400],
    ['W/"3"', 400],
    ['"1", "2"', 400],
    ['-1', 400],
    ['*', 202],
    ['3', 202],
  ])('If-Match: %s on a cancellation is %d', async (given, status) => {
    const cancel = samples.cancelOrder ?? { path: '', body: {} };
    expect((await call(api, 'POST', cancel.path, { body: cancel.body, headers: { 'if-match': given } })).status).toBe(
      status,
    );
  });

  /** They look at what they are about before they ask the write side; of journals `corrections.test.ts` tells. */
  const looksFirst: ReadonlySet<string> = new Set([
    ...['releaseHold', 'restageGlJournal', 'reverseGlJournal', 'repostGlJournal', 'cancelSimulation', 'cancelImport'],
    'acknowledgeEvents',
  ]);

  test.each(
    routes.filter(({ kind }) => kind === 'command').map((route) => [route.operation, route] as const),
  )('If-Match on %s reaches the write side, or is stale by itself where something new is made', async (operation, route) => {
    const { path, body } = samples[operation] ?? { path: '', body: {} };
    const [role] = permissions[operation];
    const calls = api.fake.calls.length;
    const send = (headers: Readonly<Record<string, string>>) =>
      call(api, route.method === 'put' ? 'PUT' : 'POST', path, { role, body, headers });
    const answer = await send({ 'if-match': '"3"' });
    if (route.creates) {
      expect([answer.status, answer.body.code]).toEqual([412, 'REVISION_MISMATCH']);
      expect(api.fake.calls.length).toBe(calls);
    } else if (!looksFirst.has(operation)) {
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: route.status });
      expect(api.fake.calls.at(-1)?.input).toMatchObject({ ifMatch: 3 });
      await send({});
      expect(api.fake.calls.at(-1)?.input).not.toHaveProperty('ifMatch');
    }
  });

  test('4.10 the same key with another If-Match is another request, also where the first was stale', async () => {
    const { path, body } = samples.submitOrder ?? { path: '', body: {} };
    const send = (revision: string) =>
      call(api, 'POST', path, { key: 'new-and-matched', body, headers: { 'if-match': revision } });
    expect((await send('"3"')).body.code).toBe('REVISION_MISMATCH');
    expect((await send('"4"')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await send('"3"')).headers['idempotency-replayed']).toBe('true');
  });

  test('X-Min-Position: at once when it is there, 503 with Retry-After when it does not come in time', async () => {
    expect((await call(api, 'GET', '/v1/orders', { headers: { 'x-min-position': '0' } })).status).toBe(200);
    const waits = () =>
      msOf(async () => {
        const answer = await call(api, 'GET', '/v1/orders', { headers: { 'x-min-position': '00000000000000000099' } });
        expect([answer.status, answer.body.code, answer.headers['retry-after'], answer.body.asOfPosition]).toEqual([
          503,
          'READ_MODEL_BEHIND',
          '1',
          '0',
        ]);
      });
    const least = await leastMs(4_000, waits);
    expect(least).toBeGreaterThanOrEqual(1_900);
    expect(least).toBeLessThan(4_000);
  });

  test.each([
    ['abc', 400],
    ['-1', 400],
    ['1e3', 400],
    ['1'.repeat(21), 400],
    ['', 400],
    ['99', 503],
    ['0', 200],
    ['00000000000000000000', 200],
  ])('X-Min-Position: %s is %d, whether padded or not', async (given, status) => {
    const hurried = makeApp({ ...api.deps, config: { ...defaultApiConfig, minPositionWaitMs: 50 } });
    const answer = await call({ app: hurried }, 'GET', '/v1/orders', { headers: { 'x-min-position': given } });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.code).toBe('MIN_POSITION_INVALID');
  });

  test('a position is brought into the form of its log, or is none', () => {
    expect(normalPosition('21')).toBe('00000000000000000021');
    expect(normalPosition('00000000000000000021')).toBe('00000000000000000021');
    expect(normalPosition('7.5')).toBe('00000000000000000007.00000000000000000005');
    expect(normalPosition('0.0')).toBe('0');
    for (const none of ['', '.', '1.', '1.2.3', '1'.repeat(21), 'C:1/P:1'])
      expect(normalPosition(none)).toBeUndefined();
  });

  test('O-25: every code that anybody is told is explained at the address that problem documents name', async () => {
    const told = [...refusalCodes, ...contentCodes, ...Object.keys(repeats), ...Object.keys(problemTable)];
    expect(new Set(told)).toEqual(new Set(Object.keys(catalogue)));
    for (const code of new Set(told)) {
      const page = await supertest(api.app).get(`/problems/${code.toLowerCase().replaceAll('_', '-')}`);
      expect(page.body).toMatchObject({ code, title: expect.stringMatching(/./) });
      expect(page.body.status).toBeGreaterThanOrEqual(400);
    }
  });

  test('O-25: what is wrong with a definition is told in codes of the catalogue, each in its place', async () => {
    const body = { ...(samples.defineItem?.body as object), description: 'x'.repeat(300), dropship: null };
    const wrong = { ...body, group: 'no code!', conversions: [{ uom: 'BX', num: '0', den: '1' }], kind: 'KIT' };
    const answer = await call(api, 'PUT', '/v1/items/ACME/BRG-6204', { role: 'admin', body: wrong });
    expect(answer.status).toBe(422);
    const errors = answer.body.errors as readonly { readonly pointer: string; readonly code: string }[];
    expect(errors.length).toBeGreaterThan(2);
    for (const { code } of errors) expect(Object.hasOwn(problemTable, code)).toBe(true);
  });

  test('every refusal of the domain has a status and a title', () => {
    for (const code of refusalCodes) expect(problemTable[code].status).toBeGreaterThanOrEqual(400);
    for (const row of Object.values(problemTable)) expect(row.title).not.toBe('');
  });
});

describe('when something is wrong on our side', () => {
  test('a failing read is a 500 that says nothing, and a log line that says all', async () => {
    const app = makeApp({
      ...api.deps,
      reads: answering(api.deps, {
        listOrders: async () => {
          throw new Error('relation rm.orders at /srv/secret.ts');
        },
      }),
    });
    const answer = await call({ app }, 'GET', '/v1/orders');
    expect([answer.status, answer.body.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(answer.text).not.toMatch(/rm\.orders|secret/);
    expect(api.lines.at(-2)).toMatchObject({ level: 'error', fields: { correlationId: answer.body.correlationId } });
  });

  test.each([
    ['/v1/orders?cursor=abc', 'CURSOR_INVALID'],
    ['/v1/orders/%ff', 'MALFORMED_REQUEST'],
  ])("a caller's mistake, %s, is no error of ours: no stack, and its code in the request's line", async (path, code) => {
    api.lines.length = 0;
    expect((await call(api, 'GET', path)).body.code).toBe(code);
    expect(api.lines.map(({ level, fields }) => [level, fields.code, fields.err])).toEqual([['info', code, undefined]]);
  });

  test('a database that is away is 503 with Retry-After', async () => {
    const app = makeApp({
      ...api.deps,
      reads: answering(api.deps, {
        listOrders: async () => {
          throw new LogUnavailable('Postgres cannot be reached', { retryAfterSeconds: 2 });
        },
      }),
    });
    const answer = await call({ app }, 'GET', '/v1/orders');
    expect([answer.status, answer.body.code, answer.headers['retry-after']]).toEqual([503, 'SERVICE_UNAVAILABLE', '2']);
  });

  test('what the log cannot take at once is the size of what was asked for, and no error of ours', async () => {
    const proposePromotion = () => Promise.reject(new AppendTooLarge('1 events of 2000000 bytes'));
    const app = makeApp({ ...api.deps, operations: { ...api.deps.operations, proposePromotion } });
    const { path, body } = samples.proposePromotion ?? { path: '', body: {} };
    const answer = await call({ app }, 'POST', path, { role: 'admin', body });
    expect([answer.status, answer.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });

  test('readiness names the part and the reason; liveness does not care', async () => {
    const app = makeApp({
      ...api.deps,
      health: [
        { name: 'log', check: async () => ({ ready: true }) },
        { name: 'migrations', check: async () => ({ ready: false, detail: '0003 is missing' }) },
        {
          name: 'secretive',
          check: async () => {
            throw new Error('password=hunter2');
          },
        },
      ],
    });
    const ready = await supertest(app).get('/health/ready').expect(503);
    expect(ready.body).toEqual({
      status: 'not ready',
      parts: [
        { name: 'log', ready: true },
        { name: 'migrations', ready: false, detail: '0003 is missing' },
        { name: 'secretive', ready: false, detail: 'the check failed' },
      ],
    });
    expect((await supertest(app).get('/health/live').expect(200)).body).toEqual({ status: 'live' });
  });

  test('S-25 a caller over its limit gets 429 with Retry-After; others do not notice', async () => {
    const app = makeApp({ ...api.deps, config: { ...defaultApiConfig, rateLimitPerMinute: 3 } });
    const statuses: number[] = [];
    for (let n = 0; n < 5; n += 1) statuses.push((await call({ app }, 'GET', '/v1/orders')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await call({ app }, 'GET', '/v1/orders');
    expect([
      refused.body.code,
      Number(refused.headers['retry-after']) > 0,
      refused.headers.ratelimit !== undefined,
    ]).toEqual(['RATE_LIMITED', true, true]);
    expect((await call({ app }, 'GET', '/v1/orders', { role: 'auditor' })).status).toBe(200);
  });

  test('log lines carry who, what and under which id, and never a key', async () => {
    await call(api, 'POST', '/v1/orders', {
      body: samples.submitOrder?.body,
      headers: { 'x-correlation-id': 'logged-1' },
    });
    const line = api.lines.findLast(({ fields }) => fields.correlationId === 'logged-1');
    expect(line?.fields).toMatchObject({
      method: 'POST',
      route: '/v1/orders',
      client: 'key:channel',
      status: 201,
      commandId: expect.any(String),
    });
    expect(JSON.stringify(api.lines)).not.toContain(keyOf('channel'));
    expect(JSON.stringify(api.lines)).not.toContain('PO-7001');
  });
});
