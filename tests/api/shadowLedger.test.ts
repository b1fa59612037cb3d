import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newUlid } from '../../commands/eventIds.ts';
import { createExecutor } from '../../commands/handle.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { nextPeriod, periodDays } from '../../domain/calendar.ts';
import { stagedLines } from '../../projections/glStaging/stagedLines.ts';
import { makePartners } from '../commands/partners.ts';
import { shadowOf } from '../projections/shadowHistory.ts';
import { agree } from '../support/agreed.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call } from './testApi.ts';

let api: RealApi;
let since = '';
beforeAll(async () => {
  api = await makeRealApi();
});
afterAll(() => api.close());

const ledger = { bu: 'ACME', ledger: 'PRIMARY' };
const today = new Date().toISOString().slice(0, 10);
const period = today.slice(0, 7).replace('-', '');
const effectiveDate = periodDays(nextPeriod(period)).firstDay;
const shadow = '/v1/shadow-ledgers/ACME';

const noted = (answer: Answered): Answered => {
  const { receipt } = answer.body as { readonly receipt?: { readonly position: string } };
  if (receipt !== undefined && receipt !== null) since = receipt.position;
  return answer;
};
const post = async (path: string, options: CallOptions = {}): Promise<Answered> =>
  noted(await call(api, 'POST', path, { role: 'finance', ...options }));
const define = async (changes: Parameters<typeof shadowOf>[0] = {}): Promise<Answered> => {
  const {
    bu: _b,
    ledger: _l,
    version: _v,
    contentSha256: _h,
    definedBy: _d,
    ...body
  } = shadowOf({
    ...{ cleanDays: 1, workingDays: [1, 2, 3, 4, 5, 6, 7] },
    ...changes,
  });
  return noted(await call(api, 'PUT', shadow, { role: 'admin', body }));
};
const read = async (path: string): Promise<Answered['body']> => {
  const answer = await call(api, 'GET', path, { role: 'auditor', headers: { 'x-min-position': since } });
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  return answer.body;
};

/** A piece is missing, its journal is sealed, and the step of the shadow is run. */
const sealAndCompare = async (reference: string): Promise<string> => {
  const movement = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', uom: 'EA', kind: 'ADJUSTMENT', qty: '-1' };
  await post('/v1/stock-movements', { role: 'warehouse', body: { ...movement, reason: 'COUNT', reference } });
  await read('/v1/gl-journals?bu=ACME&limit=1');
  const { batchId } = (await post('/v1/gl-batches', { body: { ...ledger, period } })).body as {
    readonly batchId: string;
  };
  const catalog = createCatalogFollower(api.log, () => {});
  await catalog.ready();
  const clock = (): string => new Date().toISOString();
  const lines = (ids: readonly string[]) => stagedLines(api.database.db, ids);
  const ports = {
    executor: createExecutor(api.log),
    store: api.log,
    catalog,
    clock,
    ...makePartners(),
    stagedLines: lines,
  };
  await runStep(ports, {
    ...{
      intentId: newUlid(),
      step: 'simulateBatch',
      payload: { bu: 'ACME', batchId },
      lane: 'shadow:ACME',
      delayMs: 0,
    },
    ...{ process: 'glexport', key: `ACME:${batchId}`, bu: 'ACME', priority: 4, attempts: 1 },
    ...{ causeEventId: 'cause', causePosition: '1', correlationId: 'correlation' },
  });
  since = (await api.log.head()) as string;
  return batchId;
};

describe('M-02 a business unit moves its books over HTTP', () => {
  let key = '';

  test('an admin says how the second ERP posts, and is told all that is wrong with it', async () => {
    expect((await call(api, 'PUT', shadow, { role: 'finance', body: {} })).status).toBe(403);
    expect((await call(api, 'GET', shadow, { role: 'auditor' })).status).toBe(404);
    const bad = await define({
      system: 'erp',
      accountRules: [{ match: {}, value: '1' }],
      holidays: ['2026-12-25', '2026-12-25'],
    });
    expect(bad.status).toBe(422);
    expect((bad.body.errors as readonly { pointer: string }[]).map(({ pointer }) => pointer)).toEqual([
      ...['/accountRules/0/value', '/holidays/1', '/system'],
    ]);
    const before = await api.log.head();
    // Planted: what is missing is posted as scrap.
    const accountRules = shadowOf().accountRules.map((rule) =>
      rule.value === '510000' ? { ...rule, value: '511000' } : rule,
    );
    expect(await define({ accountRules })).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await define({ accountRules })).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await api.typesSince(before)).toEqual(['ShadowLedgerDefined']);
    expect(await read(shadow)).toMatchObject({
      system: 'cloud',
      cleanDays: 0,
      cleanDaysNeeded: 1,
      ready: false,
      cutOver: null,
    });
  });

  test('the wrong account is found on the first batch, and what was compared is what was sealed', async () => {
    await post('/v1/accounting-periods', { body: { ...ledger, period } });
    const receipt = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', uom: 'EA', kind: 'RECEIPT', qty: '10' };
    await post('/v1/stock-movements', { role: 'warehouse', body: { ...receipt, unitCost: '6.00', reference: 'GR-1' } });
    const batchId = await sealAndCompare('C-1');
    const { items } = await read(`${shadow}/comparison?show=UNEXPLAINED&period=${period}`);
    expect(items).toMatchObject([
      {
        account: '5100',
        kinds: ['ACCOUNT_DIFFERS'],
        simulated: { account: '511000' },
        firstBatchId: batchId,
        batches: 1,
      },
    ]);
    const [found] = items as readonly { readonly key: string; readonly lines: readonly object[] }[];
    key = found?.key ?? '';
    expect(found?.lines).toHaveLength(1);
    const batches = await read(`${shadow}/batches`);
    expect(batches.items).toMatchObject([{ batchId, tiesOut: true, differences: 1, unexplained: 1, day: today }]);
    expect((batches.report as { readonly sha256: string }).sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('it is not cut over before it is clean; an explanation takes the difference out', async () => {
    const cutOver = { body: { effectiveDate, reason: 'a clean month' } };
    expect(await post(`${shadow}/cut-overs`, cutOver)).toMatchObject({
      ...{ status: 409, body: { code: 'SHADOW_NOT_CLEAN', cleanDays: 0, needed: 1, unexplained: [key] } },
    });
    const why = { until: '2099-12-31', reason: 'scrap and shrinkage are one there' };
    const nobody = { body: { ...why, key: 'X|1|-|-' } };
    expect((await post(`${shadow}/explanations`, nobody)).status).toBe(404);
    const before = await api.log.head();
    const options = { key: 'explain-1', body: { ...why, key } };
    const first = await post(`${shadow}/explanations`, options);
    expect(first).toMatchObject({ status: 201, body: { key, until: why.until } });
    expect((await post(`${shadow}/explanations`, options)).text).toBe(first.text);
    expect(await api.typesSince(before)).toEqual(['ShadowDifferenceExplained']);
    expect(await read(`${shadow}/comparison?show=UNEXPLAINED`)).toMatchObject({ items: [] });
    expect(await read(`${shadow}/comparison?show=DIFFERENCES`)).toMatchObject({
      items: [{ key, unexplained: false, explanation: { reason: why.reason, explainedBy: 'key:finance' } }],
    });
    expect(await read(shadow)).toMatchObject({ ready: true, cleanDays: 1, unexplained: 0, uncomparedCount: 0 });
    // What was known before the explanation is as it was.
    expect(await read(`${shadow}?knownAsOf=${before}`)).toMatchObject({ ready: false, unexplained: 1 });
  });

  test('it is cut over between two periods, when somebody else agreed', async () => {
    const path = `${shadow}/cut-overs`;
    for (const wrong of [today, '2020-01-01', '2199-01-01'])
      expect([wrong, (await post(path, { body: { effectiveDate: wrong, reason: 'r' } })).status]).toEqual([wrong, 422]);
    const before = await api.log.head();
    const options = { key: 'cut-over-1', body: { effectiveDate, reason: 'a clean month' } };
    const asked = await post(path, options);
    expect(asked).toMatchObject({ status: 409, body: { code: 'APPROVAL_REQUIRED' } });
    expect((await agree(api, asked)).status).toBe(201);
    const done = await post(path, options);
    expect(done).toMatchObject({ status: 201, body: { from: 'erp', to: 'cloud', effectiveDate } });
    expect((await post(path, options)).text).toBe(done.text);
    expect(await post(path, { body: options.body })).toMatchObject({ status: 201, body: { effectiveDate } });
    expect(await api.typesSince(before)).toEqual(['ApprovalRequested', 'ApprovalGranted', 'ShadowLedgerCutOver']);
    expect(await read(shadow)).toMatchObject({
      ...{ ready: false, cutOver: { from: 'erp', to: 'cloud', effectiveDate, cleanDays: 1, approvedBy: 'key:admin2' } },
    });
    expect(await define({ cleanDays: 9 })).toMatchObject({ status: 409, body: { code: 'SHADOW_CUT_OVER' } });
  });

  test('a cut-over is cancelled before it takes effect, and the next one takes another agreement', async () => {
    const path = `${shadow}/cut-overs/cancellations`;
    const before = await api.log.head();
    const options = { key: 'cancel-1', body: { reason: 'the new ERP is not ready' } };
    const done = await post(path, options);
    expect(done).toMatchObject({ status: 201, body: { bu: 'ACME' } });
    expect((await post(path, options)).text).toBe(done.text);
    expect((await post(path, { body: options.body })).status).toBe(404);
    expect(await api.typesSince(before)).toEqual(['ShadowCutOverCancelled']);
    expect(await read(shadow)).toMatchObject({ ready: true, cleanDays: 1, cutOver: null });
    expect(await read(`${shadow}?knownAsOf=${before}`)).toMatchObject({ cutOver: { to: 'cloud', effectiveDate } });
    const again = { body: { effectiveDate, reason: 'ready at last' } };
    expect(await post(`${shadow}/cut-overs`, again)).toMatchObject({
      ...{ status: 409, body: { code: 'APPROVAL_REQUIRED' } },
    });
  });
});
