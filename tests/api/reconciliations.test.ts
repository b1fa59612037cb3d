import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor } from '../../commands/handle.ts';
import { tellRun } from '../../commands/reconciliation/execute.ts';
import { breakFigures } from '../../projections/reconciliations/queries.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
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

const get = async (path: string, options: CallOptions = { role: 'ops' }) => {
  const headers = { 'x-min-position': String(await api.log.head()), ...options.headers };
  return call(api, 'GET', path, { ...options, headers });
};

const start = async () => {
  const answer = await call(api, 'POST', '/v1/ops/reconciliations', {
    role: 'ops',
    body: { bu: 'ACME', pair: 'stock' },
  });
  expect(answer.status).toBe(202);
  const { runId } = answer.body;
  expect(answer.headers.location).toBe(`/v1/ops/reconciliations/${String(runId)}`);
  return { bu: 'ACME', pair: 'stock' as const, runId: String(runId) };
};

const tell = (command: Parameters<typeof tellRun>[1]) =>
  tellRun({ executor: createExecutor(api.log), clock: () => new Date().toISOString() }, command, newUlid());

const differing = (item: string, isAsked: boolean) => ({
  found: {
    ...{
      breakId: newUlid(),
      object: { kind: 'stock-position', id: `DC-EAST/${item}` },
      node: 'DC-EAST',
      item,
      orderId: null,
    },
    ...{ ours: '10', theirs: null, difference: '-10', moneyAtRisk: { amount: '6000', currency: 'USD' } },
  },
  explained: isAsked
    ? ({ class: 'MISSING_HERE', cause: 'CONFIRMATION_LOST', fix: 'RESEND_REQUESTED', references: ['REL-1'] } as const)
    : ({ class: 'MISSING_THERE', cause: 'NOT_LISTED', fix: null, references: [] } as const),
});

describe('reconciliations', () => {
  test('are asked for, and tell how they went and what differed', async () => {
    const run = await start();
    expect((await get(`/v1/ops/reconciliations/${run.runId}`)).body).toMatchObject({
      ...{
        ...run,
        system: 'wms',
        state: 'RUNNING',
        cut: null,
        endedAt: null,
        requestedBy: expect.stringMatching(/ops/),
      },
    });
    const [lost, gone] = [differing('BRG-6204', true), differing('BELT-A42', false)];
    const explained = [lost, gone].map((one) => ({ breakId: one.found.breakId, ...one.explained }));
    await tell({ type: 'ReportBreaks', ...run, found: [lost.found, gone.found], explained, healed: [] });
    const cut = { takenAt: '2026-11-23T08:00:00.000Z', theirs: '7', ours: '42' };
    const ended = { outcome: 'COMPLETE', reason: null, cut, compared: 9, standing: 0 } as const;
    await tell({ type: 'CompleteReconciliation', ...run, ...ended });
    expect((await get('/v1/ops/reconciliations?bu=ACME&pair=stock&state=COMPLETE')).body.items).toMatchObject([
      { ...run, state: 'COMPLETE', detail: null, cut, compared: 9, found: 2, healed: 0, standing: 0 },
    ]);

    const next = await start();
    await tell({ type: 'ReportBreaks', ...next, found: [], explained: [], healed: [lost.found.breakId] });
    await tell({
      type: 'CompleteReconciliation',
      ...next,
      ...ended,
      outcome: 'INCOMPLETE',
      reason: 'PARTNER_AWAY',
      cut: null,
    });
    expect((await get(`/v1/ops/reconciliations/${next.runId}`)).body).toMatchObject({
      ...{ state: 'INCOMPLETE', reason: 'PARTNER_AWAY', detail: 'The partner did not answer.', healed: 1 },
    });
    const first = (await get('/v1/ops/reconciliations?limit=1')).body;
    const second = (await get(`/v1/ops/reconciliations?limit=1&cursor=${String(first.nextCursor)}`)).body;
    expect([first, second].flatMap(({ items }) => items as unknown[])).toMatchObject([
      { runId: next.runId },
      { runId: run.runId },
    ]);
    expect(second.nextCursor).toBeNull();

    const itemsOf = async (query: string) =>
      ((await get(`/v1/ops/reconciliation-breaks${query}`)).body.items as { item: string }[]).map(({ item }) => item);
    expect((await get('/v1/ops/reconciliation-breaks')).body.items).toMatchObject([
      {
        ...{ state: 'OPEN', class: 'MISSING_THERE', cause: 'NOT_LISTED', fix: null, done: null, foundBy: run.runId },
        ...{ explanation: expect.stringContaining('does not list'), ours: '10', theirs: null, difference: '-10' },
        ...{ object: gone.found.object, moneyAtRisk: { amount: '6000', currency: 'USD' }, healedAt: null },
      },
    ]);
    expect(await itemsOf('?state=HEALED&class=MISSING_HERE&node=DC-EAST')).toEqual(['BRG-6204']);
    expect(await itemsOf('?item=BELT-A42&bu=ACME&pair=stock')).toEqual(['BELT-A42']);
    expect((await itemsOf(`?runId=${run.runId}`)).sort()).toEqual(['BELT-A42', 'BRG-6204']);
    const third = await start();
    expect(await itemsOf(`?runId=${third.runId}`)).toEqual(['BELT-A42']);
    expect(await breakFigures(api.database.db)).toEqual([
      { pair: 'stock', class: 'MISSING_THERE', breaks: 1, ageSeconds: expect.any(Number) },
    ]);
  });

  test('are for those of the business unit, which must be there', async () => {
    const { runId } = await start();
    for (const path of ['reconciliations', 'reconciliation-breaks'])
      expect((await get(`/v1/ops/${path}`, { token: 'lee' })).body.items).toEqual([]);
    expect((await get(`/v1/ops/reconciliations/${runId}`, { token: 'lee' })).status).toBe(404);
    const journals = { bu: 'ACME', pair: 'journals' };
    const asked = await call(api, 'POST', '/v1/ops/reconciliations', { role: 'ops', body: journals });
    expect((await get(`/v1/ops/reconciliations/${String(asked.body.runId)}`)).body).toMatchObject({
      ...journals,
      system: 'erp',
    });
    const body = { bu: 'ACME', pair: 'stock' };
    expect(await call(api, 'POST', '/v1/ops/reconciliations', { token: 'lee', body })).toMatchObject({
      ...{ status: 403, body: { code: 'PARTNER_SCOPE' } },
    });
    expect(
      await call(api, 'POST', '/v1/ops/reconciliations', { role: 'ops', body: { ...body, bu: 'NONE' } }),
    ).toMatchObject({
      ...{ status: 422, body: { code: 'BU_UNKNOWN' } },
    });
  });
});
