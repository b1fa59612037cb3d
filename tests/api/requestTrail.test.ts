import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createOldRequests, createRequestTrail } from '../../adapters/postgres/requestTrail.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import type { TrailEntry } from '../../commands/ports/requestTrail.ts';
import { removeOldRequests } from '../../commands/workers/removeOldRequests.ts';
import type { TrailEntryView } from '../../projections/requestTrail/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { orderOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call, keys } from './testApi.ts';

const person = (id: string, changes: Partial<Principal> = {}): Principal => ({
  ...{ tenant: 'default', id, kind: 'USER', roles: ['finance'] },
  ...{ businessUnits: 'all', customers: 'all', nodes: 'all' },
  ...changes,
});
const people: Readonly<Record<string, Principal>> = {
  ann: person('jwt:ann'),
  bob: person('jwt:bob', { businessUnits: ['ACME'] }),
  eve: person('jwt:eve', { roles: ['auditor'] }),
  sam: person('jwt:sam', { roles: ['auditor'], businessUnits: ['ACME'] }),
};

const entry: TrailEntry = {
  ...{ at: '2026-11-23T08:00:00.000Z', kind: 'REFUSED', operation: 'submitOrder', actor: 'key:channel' },
  ...{ actorKind: 'SYSTEM', roles: ['channel'], bus: null, resource: '/v1/orders', status: 422 },
  ...{ code: 'ITEM_UNKNOWN', commandId: 'C', correlationId: 'c', reason: null },
};

let database: TestDatabase<never>;
let api: RealApi;
let trail: ReturnType<typeof createRequestTrail>;
beforeAll(async () => {
  // The trail of these requests is in a database of its own, so that what is asked of it is not in it.
  database = await createTestDatabase();
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({
    authenticate: async (token) => people[token] ?? byKey(token),
    requestTrail: { note: (noted) => trail.note(noted) },
  });
  trail = createRequestTrail(api.database.db, { onLost: () => {}, onError: () => {}, writeEveryMs: 5 });
});
afterAll(async () => {
  await trail.close();
  await api.close();
  await database.close();
});

/** Entries are written a moment later. */
const found = async (query: string, count: number, token = 'eve'): Promise<readonly TrailEntryView[]> => {
  for (;;) {
    const { status, body, text } = await call(api, 'GET', `/v1/audit/requests?${query}`, { token });
    expect({ status, text }).toMatchObject({ status: 200 });
    const items = body.items as readonly TrailEntryView[];
    if (items.length >= count) return items;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const ask = (method: 'GET' | 'POST', path: string, options: CallOptions) => call(api, method, path, options);

describe('O-31: the trail of requests', () => {
  test('has every command that was refused, with who sent it, why not and under which ids', async () => {
    const body = orderOf({ soldTo: 'C-9999' });
    const headers = { 'x-correlation-id': 'refused-1' };
    expect((await ask('POST', '/v1/orders', { body, headers })).status).toBe(422);
    expect((await ask('POST', '/v1/orders', { body, role: 'finance' })).status).toBe(403);
    expect((await ask('POST', '/v1/orders', { body, key: null, token: 'bob' })).status).toBe(403);
    const gone = '/v1/orders/01JD0000000000000000000009/cancellations';
    expect((await ask('POST', gone, { body: { reason: 'late' } })).status).toBe(404);
    const refused = await found('kind=REFUSED', 4);
    expect(refused.map(({ operation, actor, status, code }) => [operation, actor.id, status, code])).toEqual([
      ['cancelOrder', 'key:channel', 404, 'NOT_FOUND'],
      ['submitOrder', 'jwt:bob', 403, 'FORBIDDEN'],
      ['submitOrder', 'key:finance', 403, 'FORBIDDEN'],
      ['submitOrder', 'key:channel', 422, 'CUSTOMER_UNKNOWN'],
    ]);
    expect(refused.at(-1)).toMatchObject({
      ...{ correlationId: 'refused-1', commandId: expect.stringMatching(/^[0-9A-Z]{26}$/), resource: '/v1/orders' },
      ...{ roles: ['channel'], reason: null, times: 1 },
    });
  });

  test('has no command that was carried out: the log has it, with its actor and reason', async () => {
    const key = randomUUID();
    const body = orderOf();
    const done = await ask('POST', '/v1/orders', { body, key });
    expect(done.status).toBe(201);
    expect((await ask('POST', '/v1/orders', { body: { ...body, currency: 'EUR' }, key })).status).toBe(422);
    const [latest] = await found('operation=submitOrder&code=IDEMPOTENCY_KEY_REUSED', 1);
    expect(latest?.actor.id).toBe('key:channel');
    const headers = { 'x-min-position': (done.body.receipt as { readonly position: string }).position };
    const actions = await ask('GET', '/v1/audit/actors/key:channel/actions', { token: 'eve', headers });
    const { items } = actions.body as { items: readonly { readonly action: string }[] };
    expect(items.map(({ action }) => action)).toContain('OrderSubmitted');
  });

  test('has each look of a person at the books with its reason, and none of a system or at goods', async () => {
    const headers = { 'x-access-reason': 'month end' };
    await ask('GET', '/v1/trial-balance?bu=ACME', { token: 'ann', headers });
    await ask('GET', '/v1/gl-journals', { token: 'bob' });
    await ask('GET', '/v1/gl-journals', { role: 'finance' });
    await ask('GET', '/v1/orders', { token: 'ann' });
    await ask('GET', '/v1/invoices', { token: 'ann' });
    // The last one of them; looks of earlier tests and those of this search are in the trail, too.
    await found('kind=READ&operation=listInvoices', 1);
    const looked = (await found('kind=READ', 3)).filter(({ operation }) => operation !== 'listRequestTrail');
    expect(looked.slice(0, 3).map(({ operation, actor, reason }) => [operation, actor.id, reason])).toEqual([
      ['listInvoices', 'jwt:ann', null],
      ['listGlJournals', 'jwt:bob', null],
      ['readTrialBalance', 'jwt:ann', 'month end'],
    ]);
  });

  test('is searched by person and read page by page, within the business units of whoever looks', async () => {
    const all = await found('kind=REFUSED', 5);
    const [first] = all;
    const page = await ask('GET', '/v1/audit/requests?kind=REFUSED&limit=2', { token: 'eve' });
    const next = await ask('GET', `/v1/audit/requests?kind=REFUSED&limit=2&cursor=${page.body.nextCursor}`, {
      token: 'eve',
    });
    const ids = [page, next].flatMap(({ body }) =>
      (body.items as readonly TrailEntryView[]).map(({ entryId }) => entryId),
    );
    expect(ids).toEqual(all.slice(0, 4).map(({ entryId }) => entryId));
    expect(first?.entryId).toBe(ids[0]);
    for (const { actor } of await found('actor=jwt:bob', 2)) expect(actor.id).toBe('jwt:bob');
    for (const { actor } of await found('limit=500', 2, 'sam')) expect(['jwt:bob', 'jwt:sam']).toContain(actor.id);
    const foreign = Buffer.from(JSON.stringify(['x'])).toString('base64url');
    expect((await ask('GET', `/v1/audit/requests?cursor=${foreign}`, { token: 'eve' })).body.code).toBe(
      'CURSOR_INVALID',
    );
  });
});

describe('writing it down', () => {
  const rows = async () =>
    (await database.pool.query('select actor, code, times from ops.request_trail order by entry_id')).rows;

  test('counts what is asked again within a moment, and loses nothing while the database is away', async () => {
    const errors: unknown[] = [];
    let away = true;
    const db = new Proxy(database.db, {
      get: (target, name) => {
        if (name === 'getExecutor' && away) throw new Error('away');
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const written = createRequestTrail(db, {
      onLost: () => {},
      onError: (error) => errors.push(error),
      writeEveryMs: 2,
    });
    written.note(entry);
    while (errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    written.note({ ...entry, correlationId: 'another' });
    written.note({ ...entry, code: 'BU_UNKNOWN' });
    away = false;
    await written.close();
    expect(await rows()).toEqual([
      { actor: 'key:channel', code: 'ITEM_UNKNOWN', times: 2 },
      { actor: 'key:channel', code: 'BU_UNKNOWN', times: 1 },
    ]);
  });

  test('what there is no room for is handed to somebody else', async () => {
    const lost: TrailEntry[] = [];
    const full = createRequestTrail(database.db, {
      onLost: (one) => lost.push(one),
      onError: () => {},
      writeEveryMs: 60_000,
    });
    for (let n = 0; n < 20_001; n += 1) full.note({ ...entry, resource: `/v1/orders/${n}` });
    expect(lost.map(({ resource }) => resource)).toEqual(['/v1/orders/20000']);
    await full.close();
  });
});

describe('keeping it (O-27)', () => {
  const clock = () => '2026-11-23T08:00:00.000Z';
  const old = '2019-11-23T07:59:59.999Z';
  const keepDays = 2_557;
  const counts = async () =>
    (await database.pool.query('select actor, count(*)::int from ops.request_trail group by actor order by actor'))
      .rows;

  test('what was kept long enough goes, the oldest first, and somebody is told how many that were', async () => {
    await database.pool.query('truncate ops.request_trail');
    await database.pool.query(
      `insert into ops.request_trail (at, kind, operation, actor, actor_kind, roles, resource, status, correlation_id, times)
       select case when n <= 5100 then $1::timestamptz else '2019-11-23T08:00:00Z' end, 'READ', 'listInvoices',
         case when n <= 5100 then 'old' else 'young' end, 'USER', '{}', '/v1/invoices', 200, 'c', 1
       from generate_series(1, 5200) n`,
      [old],
    );
    const requests = createOldRequests(database.db);
    expect([await requests.removeBefore(clock(), 10), await requests.removeBefore(old, 10)]).toEqual([10, 0]);
    const told: unknown[] = [];
    const ports = { requests, clock, keepDays, onRemoved: (removed: unknown) => told.push(removed) };
    await removeOldRequests(ports);
    await removeOldRequests(ports);
    expect(told).toEqual([{ count: 5_090, before: '2019-11-23T08:00:00.000Z' }]);
    expect(await counts()).toEqual([{ actor: 'young', count: 100 }]);
  });
});
