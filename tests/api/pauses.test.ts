import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createControls } from '../../adapters/postgres/controls.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

const post = (path: string, reason = 'their upgrade'): Promise<Answered> =>
  call(api, 'POST', path, { role: 'ops', body: { reason } });

const readBack = (answer: Answered) => ({
  'x-min-position': (answer.body.receipt as { readonly position: string }).position,
});

const named = async (path: string, name: string, after: Answered) => {
  const answer = await call(api, 'GET', path, { role: 'ops', headers: readBack(after) });
  expect(answer.status).toBe(200);
  const items = answer.body.items as { readonly name?: string; readonly key?: string }[];
  return items.find((item) => item.name === name || item.key === name);
};

describe('O-39 pauses over HTTP', () => {
  test('an adapter is held and let go, and the log says who did it and why', async () => {
    const head = await api.log.head();
    const paused = await post('/v1/ops/adapters/erp/pauses');
    expect([paused.status, paused.body.paused]).toEqual([201, true]);
    expect(await named('/v1/ops/adapters', 'erp', paused)).toMatchObject({
      ...{ state: 'PAUSED', pausedBy: 'key:ops', pauseReason: 'their upgrade', automatic: false },
      retryPolicy: { attemptsMax: expect.any(Number) },
    });
    expect(await named('/v1/ops/adapters', 'tax', paused)).toMatchObject({ state: 'RUNNING', calls: 0, errorRate: 0 });
    expect((await post('/v1/ops/adapters/erp/pauses')).status).toBe(201);
    const resumed = await post('/v1/ops/adapters/erp/resumptions', 'it is over');
    expect(await named('/v1/ops/adapters', 'erp', resumed)).toMatchObject({ state: 'RUNNING', pausedBy: null });
    expect((await api.typesSince(head)).filter((type) => type.startsWith('Work'))).toEqual([
      'WorkPaused',
      'WorkResumed',
    ]);
    const unknown = await post('/v1/ops/adapters/fax2/pauses');
    expect([unknown.status, unknown.body.known]).toEqual([404, ['erp', 'wms', 'wms-feed', 'tax']]);
  });

  test.each([
    ['bu:ACMEE', 'There is no business unit ACMEE. There are: ACME.', ['ACME']],
    [
      'node:DC-EATS',
      'There is no node DC-EATS. There are: 3PL-SOUTH, DC-EAST, DC-WEST, SUP-NORD.',
      ['3PL-SOUTH', 'DC-EAST', 'DC-WEST', 'SUP-NORD'],
    ],
    ['process:o2c.ACMEE', expect.stringContaining('There are: '), expect.arrayContaining(['o2c.ACME'])],
    ['process:otc.ACME', expect.stringContaining('There are: '), expect.arrayContaining(['o2c.ACME'])],
  ])('%s is neither held nor slowed down, since there is none; what there is is told', async (key, detail, known) => {
    const head = await api.log.head();
    const paused = await post(`/v1/ops/lanes/${key}/pauses`);
    expect(paused).toMatchObject({ status: 404, body: { code: 'NOT_FOUND', detail, known } });
    if (!key.startsWith('process:')) {
      const body = { steps: 1, per: 'second', reason: 'a flood' };
      const limited = await call(api, 'POST', `/v1/ops/lanes/${key}/limits`, { role: 'ops', body });
      expect(limited).toMatchObject({ status: 404, body: { detail, known } });
    }
    expect(await api.log.head()).toBe(head);
  });

  test('what was held under a name that nothing has is let go', async () => {
    const context = {
      ...{ commandId: 'mistyped', correlationId: 'm', causationId: 'm', occurredAt: new Date().toISOString() },
      actor: { kind: 'USER', id: 'kim', roles: ['ops'] },
      source: { system: 'throughline' },
    } as const;
    await api.deps.operations.pauseWork({ group: 'bu', key: 'ACMEE', reason: 'a typing error' }, context);
    const resumed = await post('/v1/ops/lanes/bu:ACMEE/resumptions', 'there is none');
    expect([resumed.status, resumed.body.paused]).toEqual([201, false]);
  });

  test('a business unit can be held as soon as it is defined, wherever that was', async () => {
    const body = {
      ...{ name: 'New', ledger: 'PRIMARY', currency: 'USD', timeZone: 'UTC', revenuePolicy: 'ON_INVOICE' },
      ...{ erpGate: false, costMethod: 'MOVING_AVERAGE' },
    };
    expect((await call(api, 'PUT', '/v1/business-units/NEWER', { role: 'admin', body })).status).toBe(200);
    expect((await post('/v1/ops/lanes/bu:NEWER/pauses')).status).toBe(201);
    expect((await post('/v1/ops/lanes/bu:NEWER/resumptions')).status).toBe(201);
  });

  test.each([
    'bu:ACME',
    'channel:portal',
    'node:DC-EAST',
    'process:o2c.ACME',
    'lane:erp:01JD0000000000000000000001',
    'lane:credit:ACME.C-1001',
  ])('%s is held and let go, and the workers know', async (key) => {
    const paused = await post(`/v1/ops/lanes/${key}/pauses`);
    expect([paused.status, paused.body.key]).toEqual([201, key]);
    expect(await named('/v1/ops/lanes', key, paused)).toMatchObject({ paused: true, reason: 'their upgrade' });
    const controls = createControls(api.database.db);
    const [group, ...rest] = key.split(':');
    for (let tries = 0; tries < 4_000 && controls.pauses().length === 0; tries += 1) {
      await controls.step();
      await delay(10);
    }
    expect(controls.pauses()).toEqual([{ group, key: rest.join(':') }]);
    const resumed = await post(`/v1/ops/lanes/${key}/resumptions`);
    expect(await named('/v1/ops/lanes', key, resumed)).toBeUndefined();
  });

  test('needs a reason and a lane that can be', async () => {
    expect((await post('/v1/ops/lanes/bu:ACME/pauses', ' ')).status).toBe(422);
    expect((await post('/v1/ops/lanes/planet:MARS/pauses')).status).toBe(404);
    expect((await post('/v1/ops/lanes/lane:a..b/pauses')).status).toBe(404);
  });

  test.each([
    'bu:ACME',
    'channel:edi',
    'node:DC-EAST',
    'adapter:erp',
  ])('%s is slowed down and let go, and the workers know', async (key) => {
    const ask = (path: string, body: object): Promise<Answered> =>
      call(api, 'POST', `/v1/ops/lanes/${key}/${path}`, { role: 'ops', body });
    const limited = await ask('limits', { steps: 30, per: 'minute', reason: 'a flood' });
    expect([limited.status, limited.body.limit]).toEqual([201, { steps: 30, per: 'minute' }]);
    expect(await named('/v1/ops/lanes', key, limited)).toMatchObject({
      ...{ paused: false, limit: { steps: 30, per: 'minute' }, limitedBy: 'key:ops', limitReason: 'a flood' },
      limitedAt: expect.any(String),
    });
    const controls = createControls(api.database.db);
    for (let tries = 0; tries < 4_000 && controls.rates().length === 0; tries += 1) {
      await controls.step();
      await delay(10);
    }
    const [group, name] = key.split(':');
    expect(controls.rates()).toEqual([{ group, key: name, perSecond: 0.5 }]);
    const lifted = await ask('limit-removals', { reason: 'it is over' });
    expect(lifted.body.limit).toBeNull();
    expect(await named('/v1/ops/lanes', key, lifted)).toBeUndefined();
  });

  test('a limit needs a rate that can be and something that takes steps', async () => {
    const ask = (key: string, body: object): Promise<Answered> =>
      call(api, 'POST', `/v1/ops/lanes/${key}/limits`, { role: 'ops', body });
    const rate = { steps: 1, per: 'second', reason: 'a flood' };
    expect((await ask('bu:ACME', { ...rate, steps: 0 })).status).toBe(422);
    expect((await ask('bu:ACME', { ...rate, steps: 1.5 })).status).toBe(422);
    expect((await ask('bu:ACME', { ...rate, per: 'day' })).status).toBe(422);
    expect((await ask('lane:erp:O1', rate)).status).toBe(404);
    expect((await ask('adapter:wms-feed', rate)).status).toBe(404);
    const never = await call(api, 'POST', '/v1/ops/lanes/bu:NEVER/limit-removals', {
      role: 'ops',
      body: { reason: 'x' },
    });
    expect(never.status).toBe(404);
  });

  test('an automatic pause is shown to whoever looks for what is stuck', async () => {
    const context = {
      ...{ commandId: 'auto', correlationId: 'auto', causationId: 'auto', occurredAt: new Date().toISOString() },
      actor: { kind: 'SYSTEM', id: 'containment', roles: [] },
      source: { system: 'throughline' },
    } as const;
    const of = { group: 'adapter', key: 'tax', reason: '20 of 20 steps failed within 60 s' } as const;
    const outcome = await api.deps.operations.pauseWork({ ...of, automatic: true }, context);
    if (outcome.kind !== 'done') throw new Error('not paused');
    const path = '/v1/ops/dead-letters?consumer=pauses';
    const shown = await call(api, 'GET', path, {
      role: 'ops',
      headers: { 'x-min-position': outcome.receipt.position },
    });
    expect(shown.body.items).toMatchObject([
      {
        id: 'pause:adapter:tax',
        kind: 'STUCK',
        laneKey: 'adapter:tax',
        errorClass: 'PausedAutomatically',
        detail: of.reason,
      },
    ]);
    const resumed = await post('/v1/ops/adapters/tax/resumptions');
    expect((await call(api, 'GET', path, { role: 'ops', headers: readBack(resumed) })).body.items).toEqual([]);
  });
});
