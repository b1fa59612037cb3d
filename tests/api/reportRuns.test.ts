import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { noteSimulation } from '../../adapters/postgres/simulationProgress.ts';
import type { Role } from '../../api/permissions.ts';
import { createExecutor, type Executor } from '../../commands/handle.ts';
import { createSimulationRunner } from '../../commands/simulation/runner.ts';
import { LogUnavailable, type Position } from '../../domain/eventLog.ts';
import type { SimulationResult } from '../../domain/simulation/comparison.ts';
import { simulationVersion } from '../../domain/simulation/fork.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type ReportAnswer, sum } from './reported.ts';
import { call } from './testApi.ts';

describe('a report that is drawn', () => {
  const run = (body: object, role: Role = 'finance', key?: string) =>
    call(real, 'POST', '/v1/report-runs', { role, body, ...(key !== undefined && { key }) });
  let real: RealApi;
  beforeAll(async () => {
    real = await makeRealApi();
  });
  afterAll(() => real.close());

  test('has its position and hash in the log, and at its address the same answer after whatever came later', async () => {
    const drawn = await run({ report: 'R11', filters: { bu: 'ACME' } }, 'auditor', 'draw-1');
    expect([drawn.status, drawn.body.report, drawn.body.runBy]).toEqual([201, 'trial-balance', 'key:auditor']);
    const receipt = {
      bu: 'ACME',
      node: 'DC-EAST',
      item: 'BRG-6204',
      kind: 'ADJUSTMENT',
      qty: '-1',
      uom: 'EA',
      reference: 'A-1',
    };
    const moved = await call(real, 'POST', '/v1/stock-movements', {
      role: 'warehouse',
      body: { ...receipt, reason: 'COUNT' },
    });
    expect(moved.status).toBe(201);
    const kept = await call(real, 'GET', String(drawn.headers.location), { role: 'finance' });
    const { receipt: _, ...told } = drawn.body;
    expect(kept.body).toMatchObject({ ...told, recordedAt: expect.any(String) });
    const again = await call(real, 'GET', String(kept.body.href), { role: 'finance' });
    expect((again.body as unknown as ReportAnswer).report).toMatchObject({
      sha256: drawn.body.sha256,
      position: drawn.body.position,
    });
    expect(sum((again.body as unknown as ReportAnswer).totals ?? [], 'rows')).toBe(BigInt(String(drawn.body.rows)));
    expect((await run({ report: 'R11', filters: { bu: 'ACME' } }, 'auditor', 'draw-1')).body).toEqual(drawn.body);
    expect(await real.typesSince(String(drawn.body.position) as Position)).toContain('ReportRunRecorded');
  });

  test.each([
    [{ report: 'nothing' }, 422, '/report', 'VALUE_INVALID'],
    [{ report: 'open-orders' }, 422, '/report', 'VALUE_INVALID'],
    [{ report: 'tie-out' }, 422, '/filters/bu', 'REQUIRED'],
    [{ report: 'revenue', filters: { state: 'READY' } }, 422, '/filters/state', 'UNKNOWN_PROPERTY'],
    [{ report: 'revenue', filters: { customer: 'C-404' } }, 422, '/filters/customer', 'CUSTOMER_UNKNOWN'],
    [{ report: 'revenue', knownAsOf: 'soon' }, 422, '/knownAsOf', 'VALUE_INVALID'],
  ])('%j is not drawn: %i %s', async (body, status, pointer, code) => {
    const refused = await run(body);
    expect([refused.status, refused.body.errors]).toMatchObject([status, [{ pointer, code }]]);
  });

  test('is drawn by whoever may read it', async () => {
    expect((await run({ report: 'revenue' }, 'ops')).body.code).toBe('FORBIDDEN');
  });

  describe('and a simulation of another policy', () => {
    const path = '/v1/ops/simulations';
    const policy = { kind: 'SAFETY_STOCK', rules: [{ node: 'DC-EAST', percent: '200' }] };
    const ask = (body: object, role: Role = 'ops') =>
      call(real, 'POST', path, { role, body: { bu: 'ACME', policy, reason: 'before the season', ...body } });
    const see = (id: unknown, role: Role = 'ops') => call(real, 'GET', `${path}/${id}`, { role });
    /** One share of what the worker does: the log up to the end of the oldest question. */
    const runnerOver = (
      readAfter = real.log.readAfter,
      followed: Pick<RealApi['log'], 'readAfter'> = real.log,
      executor: Pick<Executor, 'execute'> = createExecutor(real.log),
    ) =>
      createSimulationRunner({
        ...{ executor, followed, history: { readAfter } },
        checkpoints: createCheckpoints(real.database.db),
        noteProgress: noteSimulation(real.database.db),
        clock: real.deps.clock,
        untilNext: async () => {},
        onError: () => {},
      });
    const signal = new AbortController().signal;

    test('is asked for, answered by a worker, and the same answer for whoever asks it again', async () => {
      const through = await real.log.head();
      const asked = await ask({ positions: { through } });
      expect([asked.status, asked.body.state, asked.body.result]).toEqual([202, 'WAITING', null]);
      expect(asked.headers.location).toBe(`${path}/${asked.body.simulationId}`);
      const again = await ask({ positions: { through } }, 'admin');
      expect(again.body.simulationId).toBe(asked.body.simulationId);
      await runnerOver().step(signal);
      const found = await see(asked.body.simulationId, 'finance');
      expect(found.body).toMatchObject({ state: 'COMPLETED', bu: 'ACME', policy, simulationVersion });
      expect(found.body.result).toMatchObject({ linesDiffering: 0, throughPosition: expect.any(String) });
      const later = await ask({ positions: { through } });
      expect(later.body).toMatchObject({ state: 'COMPLETED', resultSha256: found.body.resultSha256 });
      expect(await real.typesSince(through as Position)).toEqual(
        expect.arrayContaining(['SimulationRequested', 'SimulationCompleted']),
      );
    });

    test('is not looked for in all of the log by every process that is started', async () => {
      const places: string[] = [];
      const readAfter: RealApi['log']['readAfter'] = (from, ...rest) => {
        places.push(from);
        return real.log.readAfter(from, ...rest);
      };
      for (const _ of ['first', 'second']) await runnerOver(undefined, { readAfter }).step(signal);
      expect(places).toEqual(['start', expect.stringMatching(/^\d+$/)]);
    });

    test('that the log could not take is not looked for again', async () => {
      const executor = createExecutor(real.log);
      const away = jest.spyOn(executor, 'execute').mockRejectedValueOnce(new LogUnavailable('away'));
      const { simulationId } = (await ask({ positions: { through: await real.log.head() } })).body;
      let pages = 0;
      const readAfter: RealApi['log']['readAfter'] = (...asked) => {
        pages += 1;
        return real.log.readAfter(...asked);
      };
      const runner = runnerOver(readAfter, real.log, executor);
      await expect(runner.step(signal)).rejects.toThrow('away');
      const read = pages;
      await runner.step(signal);
      expect([away.mock.calls.length, pages]).toEqual([2, read]);
      expect((await see(simulationId)).body).toMatchObject({ state: 'COMPLETED' });
    });

    test('of newer rules waits for a newer program', async () => {
      const { simulationId } = (await ask({ policy: { kind: 'SPLITS', shipComplete: true } })).body;
      const newer: RealApi['log']['readAfter'] = async (...from) => {
        const page = await real.log.readAfter(...from);
        const data = (said: unknown) => ({ ...(said as object), simulationVersion: simulationVersion + 1 });
        return { ...page, events: page.events.map((event) => ({ ...event, data: data(event.data) })) };
      };
      expect(await runnerOver(undefined, { readAfter: newer }).step(signal)).toBe(false);
      expect((await see(simulationId)).body).toMatchObject({ state: 'WAITING' });
      await runnerOver().step(signal);
      expect((await see(simulationId)).body).toMatchObject({ state: 'COMPLETED' });
    });

    test('E-04 may ask for other rules for late supply, and is told what share of promises they would have kept', async () => {
      const rules = { kind: 'LATE_SUPPLY', cushionDays: 3, lateLines: 'USE_SAFETY_STOCK' };
      const asked = await ask({ policy: rules, positions: { through: await real.log.head() } });
      expect([asked.status, asked.body.policy]).toEqual([202, rules]);
      await runnerOver().step(signal);
      const { result } = (await see(asked.body.simulationId)).body as { readonly result: SimulationResult };
      expect(result.figures.map(({ figure }) => figure)).toEqual(
        expect.arrayContaining(['promiseKeptRate', 'promiseDays']),
      );
      const wrong = await ask({
        policy: { kind: 'LATE_SUPPLY', toleranceDays: 1, cushionDays: 91, lateLines: 'HOPE' },
      });
      expect(wrong.body.errors).toMatchObject([{ pointer: '/policy/cushionDays' }, { pointer: '/policy/lateLines' }]);
      const none = await ask({ policy: { kind: 'LATE_SUPPLY' } });
      expect(none.body.errors).toMatchObject([{ pointer: '/policy', code: 'VALUE_INVALID' }]);
    });

    test('shows how far it is, begins anew after a kill, and ends when nobody wants to know any more', async () => {
      const rules = [{ node: 'DC-EAST', percent: '300' }];
      const question = { policy: { kind: 'SAFETY_STOCK', rules }, positions: { through: await real.log.head() } };
      const { simulationId } = (await ask(question)).body;
      const killed = new AbortController();
      const dying: RealApi['log']['readAfter'] = async (from, limit, filter) => {
        const page = await real.log.readAfter(from, Math.min(limit, 2), filter);
        if (from !== 'start') killed.abort();
        return page;
      };
      await runnerOver(dying).step(killed.signal);
      const halfway = await see(simulationId);
      expect(halfway.body).toMatchObject({ state: 'WAITING', progress: { events: 2 } });
      const given = await call(real, 'POST', `${path}/${simulationId}/cancellations`, {
        ...{ role: 'ops', body: { reason: 'asked by mistake' } },
      });
      expect(given.status).toBe(202);
      const next = runnerOver();
      await next.step(signal);
      expect((await see(simulationId)).body).toMatchObject({ state: 'CANCELLED', problem: 'asked by mistake' });
      await ask(question);
      await next.step(signal);
      expect((await see(simulationId)).body).toMatchObject({ state: 'COMPLETED', problem: null });
      const late = await call(real, 'POST', `${path}/${simulationId}/cancellations`, {
        ...{ role: 'ops', body: { reason: 'too late' } },
      });
      expect([late.status, late.body.code]).toEqual([409, 'SIMULATION_STATE']);
    });

    test('of an earlier version of the rules is to be asked again, since its answer would be another one', async () => {
      const { simulationId } = (await ask({ policy: { kind: 'SPLITS', allowSplit: true } })).body;
      const asked = real.log.readAfter;
      const earlier: RealApi['log']['readAfter'] = async (...from) => {
        const page = await asked(...from);
        const older = (data: object) => ({ ...data, simulationVersion: 1 });
        return { ...page, events: page.events.map((event) => ({ ...event, data: older(event.data as object) })) };
      };
      const runner = runnerOver(undefined, { readAfter: earlier });
      while (await runner.step(signal));
      const found = await see(simulationId);
      expect(found.body).toMatchObject({ state: 'FAILED', problem: expect.stringContaining('Ask it again') });
    });

    test('all that is wrong with a question is said at once', async () => {
      const rules = [{ node: 'NOWHERE', item: 'NOTHING', qty: '1' }];
      const unknown = await ask({ policy: { kind: 'SAFETY_STOCK', rules }, positions: { through: '99999999' } });
      expect(unknown.status).toBe(422);
      expect(unknown.body.errors).toMatchObject([
        { pointer: '/positions/through', code: 'VALUE_INVALID' },
        { pointer: '/policy/rules/0/node', code: 'NODE_UNKNOWN' },
        { pointer: '/policy/rules/0/item', code: 'ITEM_UNKNOWN' },
      ]);
      const both = { positions: {}, days: { from: '2026-01-02', through: '2026-01-01' } };
      const malformed = await ask({ policy: { kind: 'SAFETY_STOCK', rules: [{ node: 'DC-EAST' }] }, ...both });
      expect(malformed.body.errors).toMatchObject([
        { pointer: '/policy/rules/0', code: 'VALUE_INVALID' },
        { pointer: '/days', code: 'VALUE_INVALID' },
        { pointer: '/days/through', code: 'VALUE_INVALID' },
      ]);
      expect((await ask({ bu: 'OTHER' })).body.errors).toMatchObject([{ pointer: '/bu', code: 'BU_UNKNOWN' }]);
      expect((await see('01JD0000000000000000000999')).status).toBe(404);
    });
  });
});
