import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Position } from '../../domain/eventLog.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
}, 60_000);
afterAll(() => api.close());

const ledger = { bu: 'ACME', ledger: 'PRIMARY' };
const idOf = (period: string) => `ACME.PRIMARY.${period}`;
const because = { reason: 'month end' };

const post = (path: string, options: CallOptions = {}): Promise<Answered> =>
  call(api, 'POST', `/v1/accounting-periods${path}`, { role: 'finance', ...options });

const open = async (...periods: readonly string[]): Promise<string> => {
  let position = '';
  for (const period of periods) {
    const { body } = await post('', { body: { ...ledger, period } });
    position = (body.receipt as { readonly position: string }).position;
  }
  return position;
};

const softClose = (period: string, options: CallOptions = {}) =>
  post(`/${idOf(period)}/soft-closes`, { body: because, ...options });

const positionOf = ({ body }: Answered): string => (body.receipt as { readonly position: string }).position;

const read = async (path: string, since: string): Promise<Answered['body']> => {
  const headers = { 'x-min-position': since };
  const answer = await call(api, 'GET', `/v1/accounting-periods${path}`, { role: 'auditor', headers });
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  return answer.body;
};

describe('accounting periods over HTTP', () => {
  test('a period is soft-closed once, and shows who did it, when and why', async () => {
    await open('203001', '203002');
    const before = await api.log.head();
    const answer = await softClose('203001');
    expect(answer).toMatchObject({ status: 201, body: { periodId: idOf('203001'), state: 'SOFT_CLOSED' } });
    expect(await api.typesSince(before)).toEqual(['PeriodSoftClosed']);
    expect((await softClose('203001')).status).toBe(201);
    expect(await api.typesSince(before)).toEqual(['PeriodSoftClosed']);
    const shown = await read(`/${idOf('203001')}`, positionOf(answer));
    expect(shown).toMatchObject({
      ...ledger,
      ...{ period: '203001', firstDay: '2030-01-01', lastDay: '2030-01-31', state: 'SOFT_CLOSED', revision: 1 },
      ...{ softClosedBy: 'key:finance', softCloseReason: 'month end', closedAt: null, checklistSha256: null },
    });
    const then = `/${idOf('203001')}?knownAsOf=${before}`;
    expect(await read(then, '0')).toMatchObject({ state: 'OPEN', revision: 0, softClosedAt: null });
  });

  test('the next period is opened first, because what comes late is posted there', async () => {
    await open('203101');
    const answer = await softClose('203101');
    expect([answer.status, answer.body.code]).toEqual([409, 'PERIOD_OUT_OF_ORDER']);
    await open('203102');
    expect((await softClose('203101')).status).toBe(201);
  });

  test('a period that nobody opened, or that there cannot be, is not found, and a stale revision is refused', async () => {
    expect((await softClose('203201')).status).toBe(404);
    expect((await call(api, 'GET', `/v1/accounting-periods/${idOf('203201')}`, { role: 'finance' })).status).toBe(404);
    expect((await call(api, 'GET', '/v1/accounting-periods/ACME.PRIMARY.203213', { role: 'finance' })).status).toBe(
      404,
    );
    await open('203301', '203302');
    expect((await softClose('203301', { headers: { 'if-match': '"4"' } })).status).toBe(412);
    expect((await softClose('203301', { headers: { 'if-match': '"0"' } })).status).toBe(201);
  });

  test('are listed newest first, by state and page by page', async () => {
    const position = await open('203401', '203402', '203403');
    const closed = positionOf(await softClose('203401'));
    expect(position < closed).toBe(true);
    const periodsOf = (body: Answered['body']) =>
      (body.items as { readonly period: string }[]).map(({ period }) => period);
    const first = await read('?bu=ACME&limit=2', closed);
    expect(periodsOf(first)).toEqual(['203403', '203402']);
    expect(periodsOf(await read(`?bu=ACME&limit=1&cursor=${first.nextCursor}`, closed))).toEqual(['203401']);
    expect(periodsOf(await read('?ledger=PRIMARY&state=SOFT_CLOSED&limit=1', closed))).toEqual(['203401']);
    expect(periodsOf(await read(`?bu=ACME&limit=1&knownAsOf=${position as Position}`, closed))).toEqual(['203403']);
  });
});
