import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { type WatchdogPorts, watch } from '../../commands/cases/watchdog.ts';
import { toDomain } from '../../commands/codec.ts';
import { createExecutor } from '../../commands/handle.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { type CaseView, caseFigures } from '../../projections/exceptions/queries.ts';
import { watchedCases } from '../../projections/exceptions/watch.ts';
import { orderOf } from './orders.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { samples } from './samples.ts';
import { type CallOptions, call, keys } from './testApi.ts';

const elsewhere: Principal = {
  ...{ tenant: 'default', id: 'lee', kind: 'USER', roles: ['ops'] },
  ...{ businessUnits: ['OTHER'], customers: 'all', nodes: 'all' },
};

let api: RealApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => (token === 'lee' ? elsewhere : byKey(token)) });
});
afterAll(() => api.close());

const ok = async (method: 'GET' | 'POST' | 'PUT', path: string, options: CallOptions) => {
  const headers = { 'x-min-position': String(await api.log.head()), ...options.headers };
  const answer = await call(api, method, path, { ...options, ...(method === 'GET' && { headers }) });
  expect([path, answer.status, answer.body.detail]).toEqual([
    path,
    method === 'GET' ? 200 : expect.any(Number),
    undefined,
  ]);
  return answer.body;
};

const cases = async (query = ''): Promise<readonly CaseView[]> =>
  (await ok('GET', `/v1/ops/exceptions${query}`, { role: 'ops' })).items as readonly CaseView[];

/** Read models that are behind stand still with their clocks, so a test waits for them. */
const ports = (changes: Partial<WatchdogPorts> = {}): WatchdogPorts => ({
  executor: createExecutor(api.log),
  look: async (limit) => {
    await cases();
    return watchedCases(api.database.db, limit);
  },
  clock: () => new Date().toISOString(),
  ...changes,
});

/** What is to be opened, as soon as there are so many: clocks stand still while read models are behind. */
const breached = async (count: number): Promise<WatchdogPorts> => {
  for (;;) {
    const seen = await ports().look(100);
    if (seen.breaches.length >= count) return ports({ look: async () => seen });
    await delay(20);
  }
};

/** No process runs here, so an order that is accepted stays without goods; its limit says whether that is a breach. */
const limited = async (limitSeconds: number, more: readonly object[] = []): Promise<void> => {
  const slas = [{ class: 'ALLOCATION_STUCK', limitSeconds, resolveSeconds: 3_600 }, ...more];
  const body = { ...(samples.defineBusinessUnit?.body as object), slas };
  await ok('PUT', '/v1/business-units/ACME', { role: 'admin', body });
  await ok('GET', '/v1/ops/slas', { role: 'ops' });
};

const submitted = async (changes: object = {}) => {
  const body = orderOf(changes);
  const { orderId } = await ok('POST', '/v1/orders', { body });
  return { orderId: String(orderId), customerPo: body.customerPo };
};

const written = async (): Promise<readonly RecordedDomainEvent[]> => {
  const { events } = await api.log.readAfter('start', 1_000, { categories: ['case'] });
  return events.map(toDomain);
};

const month = 2_592_000;

describe('O-12 exceptions', () => {
  test('a breach opens one case, however many look and whoever was killed, and closes it when it is cured', async () => {
    const { orderId, customerPo } = await submitted();
    expect(await watch(ports())).toBe(0);
    await limited(0);
    const seen = await breached(1);
    const executor = createExecutor(api.log);
    await Promise.all([watch(seen), watch({ ...seen, executor }), watch(seen)]);
    expect((await written()).map(({ type }) => type)).toEqual(['CaseOpened']);
    expect(await watch(ports())).toBe(0);

    const [found] = await cases(`?search=${customerPo}`);
    expect(found).toMatchObject({
      ...{ class: 'ALLOCATION_STUCK', state: 'OPEN', object: { kind: 'order', id: orderId }, bu: 'ACME', orderId },
      ...{ customerPo, soldTo: 'C-1001', node: null, moneyAtRisk: { amount: '13000', currency: 'USD' } },
      ...{ team: 'ops', owner: null, overdue: false, timesOpened: 1, runbook: 'docs/runbooks/allocation-stuck.md' },
      title: 'An accepted order has lines without goods or a place in a queue',
    });
    expect(await caseFigures(api.database.db)).toMatchObject([{ class: 'ALLOCATION_STUCK', open: 1 }]);

    await limited(month);
    expect(await watch(ports())).toBe(1);
    expect(await watch(ports())).toBe(0);
    expect(await cases(`?search=${orderId}`)).toEqual([]);
    expect(await cases(`?state=CLOSED&search=${orderId}`)).toMatchObject([{ state: 'CLOSED', caseId: found?.caseId }]);

    await limited(0);
    await watch(await breached(1));
    expect(await cases(`?search=${orderId}`)).toMatchObject([{ state: 'OPEN', caseId: found?.caseId, timesOpened: 2 }]);
  });

  test('a watchdog that is killed between two cases leaves the rest to the next one', async () => {
    await limited(month);
    await watch(ports());
    const ids = [await submitted(), await submitted(), await submitted()].map(({ orderId }) => orderId);
    await limited(0);
    let left = 2;
    const { execute } = createExecutor(api.log);
    const killed: typeof execute = async (...args) => {
      left -= 1;
      if (left < 0) throw new Error('killed');
      return execute(...args);
    };
    const seen = await breached(4);
    await expect(watch({ ...seen, executor: { execute: killed } })).rejects.toThrow('killed');
    await watch(await breached(1));
    const open = await cases('?class=ALLOCATION_STUCK');
    for (const id of ids) expect(open.filter(({ orderId }) => orderId === id)).toMatchObject([{ timesOpened: 1 }]);
  });

  test('the queue is sorted by money, age and due time, page by page, and searched by customer and owner', async () => {
    await submitted({ lines: [{ lineId: '10', item: 'BRG-6204', qty: '40', uom: 'EA' }] });
    await watch(await breached(1));
    const paged = async (sort: string): Promise<readonly CaseView[]> => {
      const found: CaseView[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const path: string = `/v1/ops/exceptions?sort=${sort}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
        const page = await ok('GET', path, { role: 'finance' });
        found.push(...(page.items as readonly CaseView[]));
        cursor = page.nextCursor as string | null;
      }
      return found;
    };
    const all = await cases('?limit=500');
    for (const [sort, key] of [
      ['money', ({ moneyAtRisk }: CaseView) => -Number(moneyAtRisk?.amount ?? -1)],
      ['age', ({ openedAt }: CaseView) => Date.parse(openedAt)],
      ['due', ({ dueAt }: CaseView) => Date.parse(dueAt)],
    ] as const) {
      const found = await paged(sort);
      expect(found.map(({ caseId }) => caseId).sort()).toEqual(all.map(({ caseId }) => caseId).sort());
      expect(found.map(key)).toEqual(found.map(key).toSorted((a, b) => a - b));
    }
    expect(await cases('?search=C-1001&soldTo=C-1001&limit=500')).toHaveLength(all.length);
    expect(await cases('?search=C-1002')).toEqual([]);
    const foreign = Buffer.from(JSON.stringify(['x', 'y'])).toString('base64url');
    expect((await call(api, 'GET', `/v1/ops/exceptions?cursor=${foreign}`, { role: 'ops' })).body.code).toBe(
      'CURSOR_INVALID',
    );
  });

  test('is taken by one person, and resolved with what was done, each on the revision that they saw', async () => {
    const [found] = await cases();
    const { caseId = '', revision = -1 } = found ?? {};
    const at = `/v1/ops/exceptions/${caseId}`;
    const tell = (noun: string, body: object, seen: number, role: 'ops' | 'finance' = 'ops') =>
      call(api, 'POST', `${at}/${noun}`, { role, body, key: randomUUID(), headers: { 'if-match': `"${seen}"` } });
    const assigned = await tell('assignments', { owner: 'kim', note: 'calls the dock' }, revision);
    expect([assigned.status, assigned.body.owner, assigned.headers.etag]).toEqual([201, 'kim', `"${revision + 1}"`]);
    expect((await tell('assignments', { owner: 'ann' }, revision)).body.code).toBe('REVISION_MISMATCH');
    expect(await cases('?owner=kim')).toMatchObject([{ caseId, owner: 'kim', note: 'calls the dock' }]);

    const accepted = { outcome: 'ACCEPTED', note: 'they wait for the next truck' };
    expect((await tell('resolutions', accepted, revision + 1, 'finance')).status).toBe(201);
    expect((await tell('resolutions', accepted, revision + 2)).body.code).toBe('CASE_NOT_OPEN');
    expect(await watch(ports())).toBe(0);
    expect(await ok('GET', at, { role: 'auditor' })).toMatchObject({
      ...{ state: 'RESOLVED', outcome: 'ACCEPTED', resolvedBy: 'key:finance', note: accepted.note, owner: 'kim' },
    });
    const told = (await written()).filter(({ data }) => (data as { readonly caseId?: string }).caseId === caseId);
    expect(told.slice(-2)).toMatchObject([
      { type: 'CaseAssigned', data: { owner: 'kim', assignedBy: 'key:ops' } },
      { type: 'CaseResolved', data: { outcome: 'ACCEPTED', resolvedBy: 'key:finance' } },
    ]);
  });

  test('of another business unit does not exist', async () => {
    const [found] = await cases();
    const at = `/v1/ops/exceptions/${found?.caseId}`;
    expect((await call(api, 'GET', at, { token: 'lee' })).status).toBe(404);
    expect((await call(api, 'GET', '/v1/ops/exceptions', { token: 'lee' })).body.items).toEqual([]);
    expect((await call(api, 'GET', '/v1/ops/slas', { token: 'lee' })).body.items).toEqual([]);
    const body = { owner: 'lee' };
    expect((await call(api, 'POST', `${at}/assignments`, { token: 'lee', body })).status).toBe(404);
  });

  test('O-09 the service levels tell limits, the worst now and how many are over', async () => {
    const { items } = await ok('GET', '/v1/ops/slas?bu=ACME', { role: 'finance' });
    const [worst] = items as readonly object[];
    expect(worst).toMatchObject({ bu: 'ACME', sla: 'ALLOCATION_STUCK', limitSeconds: 0, resolveSeconds: 3_600 });
    expect(worst).toMatchObject({
      breached: 5,
      running: 5,
      since: expect.any(String),
      worstSeconds: expect.any(Number),
    });
    const twice = [{ class: 'ALLOCATION_STUCK', limitSeconds: 1, resolveSeconds: 3_600 }];
    const body = { ...(samples.defineBusinessUnit?.body as object), slas: [...twice, ...twice] };
    expect((await call(api, 'PUT', '/v1/business-units/ACME', { role: 'admin', body })).status).toBe(422);
  });
});
