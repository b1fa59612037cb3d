import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeApp } from '../../api/app.ts';
import { defaultApiConfig } from '../../api/deps.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { receiptOf } from './fakeApplication.ts';
import { samples } from './samples.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const { path, body } = samples.recordStockMovement ?? { path: '', body: {} };

let api: TestApi;
const counted: string[] = [];

beforeAll(async () => {
  api = await makeTestApi({
    metrics: {
      observeRequest: () => {},
      countIdempotency: (outcome) => counted.push(outcome),
      expose: async () => ({ contentType: '', text: '' }),
    },
  });
});
afterAll(() => api.close());
beforeEach(() => {
  api.fake.calls.length = 0;
  counted.length = 0;
});
afterEach(() => {
  api.fake.onCall = undefined;
});

const move = (key: string | null, changes: object = {}, headers: Readonly<Record<string, string>> = {}) =>
  call(api, 'POST', path, { role: 'warehouse', key, body: { ...body, ...changes }, headers });

const commandIds = () => api.fake.calls.map(({ context }) => context.commandId);

describe('O-02 the table of spec 4.10', () => {
  test('without a key: 400 IDEMPOTENCY_KEY_REQUIRED and no effect', async () => {
    const answer = await move(null);
    expect([answer.status, answer.body.code]).toEqual([400, 'IDEMPOTENCY_KEY_REQUIRED']);
    expect(api.fake.calls).toEqual([]);
  });

  test.each([
    ['a space', 'a b'],
    ['256 characters', 'x'.repeat(256)],
    ['no characters', '""'],
  ])('a key with %s: 400 IDEMPOTENCY_KEY_INVALID', async (_what, key) => {
    const answer = await move(key);
    expect([answer.status, answer.body.code]).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
  });

  test('a new key: executed once, answered with a receipt', async () => {
    const answer = await move('new-key');
    expect(answer.status).toBe(201);
    expect(answer.headers['idempotency-replayed']).toBeUndefined();
    expect(answer.body.receipt).toMatchObject({ commandId: commandIds()[0] });
    expect(counted).toEqual(['executed']);
  });

  test('P-01 the same again: the very same bytes, Idempotency-Replayed, no second execution', async () => {
    const first = await call(api, 'POST', '/v1/orders', { key: 'order-key', body: samples.submitOrder?.body });
    const second = await call(api, 'POST', '/v1/orders', {
      key: 'order-key',
      body: samples.submitOrder?.body,
      headers: { 'x-correlation-id': 'mine' },
    });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.text).toBe(first.text);
    expect(second.headers).toMatchObject({
      'idempotency-replayed': 'true',
      location: first.headers.location,
      etag: first.headers.etag,
      'x-correlation-id': 'mine',
    });
    expect(api.fake.calls).toHaveLength(1);
    expect(counted).toEqual(['executed', 'replayed']);
  });

  test('the same content with its properties in another order, and the key in quotes, is the same request', async () => {
    await move('quoted-key');
    const reversed = Object.fromEntries(Object.entries(body).reverse());
    const again = await call(api, 'POST', path, { role: 'warehouse', key: '"quoted-key"', body: reversed });
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(api.fake.calls).toHaveLength(1);
  });

  test('the same key while the first is running: 409 REQUEST_IN_PROGRESS with Retry-After', async () => {
    let finish = (): void => {};
    const started = new Promise<void>((resolve) => {
      api.fake.onCall = async () => {
        resolve();
        await new Promise<void>((done) => {
          finish = done;
        });
        return undefined;
      };
    });
    const first = move('slow-key');
    await started;
    const second = await move('slow-key');
    expect([second.status, second.body.code]).toEqual([409, 'REQUEST_IN_PROGRESS']);
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    finish();
    expect((await first).status).toBe(201);
    expect((await move('slow-key')).headers['idempotency-replayed']).toBe('true');
    expect(api.fake.calls).toHaveLength(1);
  });

  test('twenty at once with one key: one execution, the rest replayed or told to wait', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => move('storm-key')));
    expect(api.fake.calls).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 201).length).toBeGreaterThanOrEqual(1);
    expect(answers.every((answer) => answer.status === 201 || answer.body.code === 'REQUEST_IN_PROGRESS')).toBe(true);
  });

  test('the same key for other content: 422 IDEMPOTENCY_KEY_REUSED, naming the first use', async () => {
    const before = Date.now();
    await move('reused-key');
    const answer = await move('reused-key', { qty: '8' });
    expect([answer.status, answer.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(Math.abs(Date.parse(String(answer.body.firstUsedAt)) - before)).toBeLessThan(10_000);
    expect(api.fake.calls).toHaveLength(1);
    expect((await move('reused-key')).headers['idempotency-replayed']).toBe('true');
  });

  test('If-Match is part of the request', async () => {
    const cancel = samples.cancelOrder ?? { path: '', body: {} };
    const send = (revision: string) =>
      call(api, 'POST', cancel.path, { key: 'match-key', body: cancel.body, headers: { 'if-match': revision } });
    expect((await send('"4"')).status).toBe(202);
    expect((await send('"5"')).body.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect((await send('"4"')).headers['idempotency-replayed']).toBe('true');
    expect(api.fake.calls[0]?.input).toMatchObject({ ifMatch: 4 });
  });

  test('a key belongs to one client, method and route', async () => {
    await move('shared-key');
    const supply = samples.expectSupply ?? { path: '', body: {} };
    const other = await call(api, 'POST', supply.path, { role: 'warehouse', key: 'shared-key', body: supply.body });
    expect([other.status, other.headers['idempotency-replayed']]).toEqual([201, undefined]);
    const finance = samples.setCreditLimit ?? { path: '', body: {} };
    const asFinance = await call(api, 'POST', finance.path, { role: 'finance', key: 'limit-key', body: finance.body });
    const asAdmin = await call(api, 'POST', finance.path, {
      role: 'admin',
      key: 'limit-key',
      body: { ...finance.body, limit: '1' },
    });
    expect([asFinance.status, asAdmin.status]).toEqual([201, 201]);
  });

  test.each([
    ['422 of the schema', { qty: 7 }, undefined],
    [
      '409 of a decider',
      {},
      {
        kind: 'refused' as const,
        refusal: { refused: 'PERIOD_CLOSED' as const, detail: 'The period is closed.', data: { period: '202611' } },
      },
    ],
    [
      '412 of a stale revision',
      'cancel',
      {
        kind: 'refused' as const,
        refusal: { refused: 'REVISION_MISMATCH' as const, detail: 'It is 4.', data: { currentRevision: 4 } },
      },
    ],
  ])('a first try that ended in %s is answered the same again', async (what, changes, outcome) => {
    api.fake.onCall = async () => outcome;
    const key = `fails-${what.slice(0, 3)}`;
    const cancel = samples.cancelOrder ?? { path: '', body: {} };
    const sendIt = () =>
      changes === 'cancel' ? call(api, 'POST', cancel.path, { key, body: cancel.body }) : move(key, changes as object);
    const first = await sendIt();
    expect(String(first.status)).toBe(what.slice(0, 3));
    api.fake.onCall = undefined;
    const second = await sendIt();
    expect(second.text).toBe(first.text);
    expect(second.headers['idempotency-replayed']).toBe('true');
  });

  test('a first try that ended in 500 is executed again under the same command id', async () => {
    api.fake.onCall = async () => {
      throw new Error('secret detail of /srv/app/file.ts');
    };
    const first = await move('broken-key');
    expect([first.status, first.body.code]).toEqual([500, 'INTERNAL_ERROR']);
    expect(first.text).not.toContain('secret');
    api.fake.onCall = undefined;
    const second = await move('broken-key');
    expect([second.status, second.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect(new Set(commandIds()).size).toBe(1);
    expect(api.fake.calls[0]?.context.occurredAt).toBe(api.fake.calls[1]?.context.occurredAt);
    expect(counted).toEqual(['executed', 'released', 'resumed']);
    expect((await move('broken-key')).headers['idempotency-replayed']).toBe('true');
  });

  test('a log that is away: 503 with Retry-After, then executed under the same command id', async () => {
    api.fake.onCall = async () => {
      throw new LogUnavailable('connection to 10.0.0.7 refused', { retryAfterSeconds: 3 });
    };
    const first = await move('away-key');
    expect([first.status, first.body.code, first.headers['retry-after']]).toEqual([503, 'SERVICE_UNAVAILABLE', '3']);
    expect(first.text).not.toContain('10.0.0.7');
    api.fake.onCall = undefined;
    expect((await move('away-key')).status).toBe(201);
    expect(new Set(commandIds()).size).toBe(1);
  });

  test('O-38 a first try that took too long: 503, then executed under the same command id, and the late one stores nothing', async () => {
    let finish = (): void => {};
    api.fake.onCall = async ({ context }) => {
      await new Promise<void>((done) => {
        finish = done;
      });
      return { kind: 'done', value: { qty: '999' }, receipt: receiptOf(context) };
    };
    const hasty = { ...api, app: makeApp({ ...api.deps, config: { ...defaultApiConfig, commandTimeoutMs: 400 } }) };
    const first = await call(hasty, 'POST', path, { role: 'warehouse', key: 'late-key', body });
    expect([first.status, first.body.code]).toEqual([503, 'COMMAND_TIMEOUT']);
    api.fake.onCall = undefined;
    finish();
    const second = await move('late-key');
    expect([second.status, second.body.qty]).toEqual([201, '7']);
    expect(new Set(commandIds()).size).toBe(1);
  });

  test('an attempt that died without a word is taken over when its lease ends, under its command id', async () => {
    const claimed = await api.deps.claims.claim({
      scope: 'default key:warehouse POST /v1/stock-movements',
      key: 'dead-key',
      fingerprint: await fingerprint(),
      commandId: '01JD0000000000000000000009',
      leaseMs: 600_000,
      forever: false,
    });
    expect(claimed.kind).toBe('claimed');
    expect((await move('dead-key')).body.code).toBe('REQUEST_IN_PROGRESS');
    await api.database.pool.query(`update ops.claim set lease_until = clock_timestamp() where key = 'dead-key'`);
    expect((await move('dead-key')).status).toBe(201);
    expect(commandIds()).toEqual(['01JD0000000000000000000009']);
  });

  test('what says nothing about the request is not kept: 403, 413, 415', async () => {
    expect((await call(api, 'POST', path, { role: 'channel', key: 'kept-key', body })).status).toBe(403);
    expect(
      (
        await call(api, 'POST', path, {
          role: 'warehouse',
          key: 'kept-key',
          body,
          headers: { 'content-type': 'text/plain' },
        })
      ).status,
    ).toBe(415);
    expect(
      (
        await call(api, 'POST', path, {
          role: 'warehouse',
          key: 'kept-key',
          body: { ...body, pad: 'x'.repeat(1_100_000) },
        })
      ).status,
    ).toBe(413);
    expect((await move('kept-key')).headers['idempotency-replayed']).toBeUndefined();
  });
});

const fingerprint = async (): Promise<string> => {
  const { fingerprintOf } = await import('../../api/request/idempotency.ts');
  const shared = {
    tenant: 'default',
    client: 'key:warehouse',
    method: 'post',
    template: path,
    path,
    key: '',
    ifMatch: undefined,
  };
  return fingerprintOf({ ...shared, body }) ?? '';
};
