import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createControls } from '../../adapters/postgres/controls.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
}, 60_000);
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
    expect((await post('/v1/ops/adapters/fax/pauses')).status).toBe(404);
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
    for (let tries = 0; tries < 400 && controls.pauses().length === 0; tries += 1) {
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
    for (let tries = 0; tries < 400 && controls.rates().length === 0; tries += 1) {
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
