import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Position } from '../../domain/eventLog.ts';
import { written } from './claimingApi.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call, keys } from './testApi.ts';

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi();
});
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

const close = (period: string, options: CallOptions = {}) =>
  post(`/${idOf(period)}/closes`, { body: because, ...options });

const ready = async (first: string, second: string): Promise<void> => {
  await open(first, second);
  await softClose(first);
};

type Problem = { readonly code: string; readonly blockers?: readonly { readonly class: string }[] };

describe('closing a period', () => {
  test('one PeriodClosed comes of two people at once and of a retry, with the hashes of what was looked at', async () => {
    await ready('204001', '204002');
    const before = await api.log.head();
    const key = randomUUID();
    const answers = await Promise.all([close('204001', { key }), close('204001'), close('204001')]);
    answers.push(await close('204001', { key }), await close('204001'));
    expect(await api.typesSince(before)).toEqual(['PeriodCloseBegun', 'PeriodClosed']);
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(answers.map(({ status }) => status)).size).toBeLessThanOrEqual(2);
    for (const { status, body } of answers)
      expect([
        status === 201 || body.code === 'PERIOD_CHANGED' || body.code === 'REQUEST_IN_PROGRESS',
        body.code,
      ]).toEqual([true, body.code]);
    const [first] = done;
    expect(new Set(done.map(({ body }) => body.checklistSha256)).size).toBe(1);
    const { checklistSha256, trialBalanceSha256, throughPosition } = first?.body as Record<string, string>;
    const shown = await read(`/${idOf('204001')}`, await api.log.head());
    expect(shown).toMatchObject({ state: 'CLOSED', closedBy: 'key:finance', checklistSha256, trialBalanceSha256 });
    const sha = (body: Answered['body']) => (body.report as { readonly sha256: string }).sha256;
    const then = `knownAsOf=${throughPosition}`;
    const checklist = await read(`/${idOf('204001')}/readiness?${then}`, '0');
    expect([checklist.state, checklist.ready, sha(checklist)]).toEqual(['CLOSING', true, checklistSha256]);
    const balance = await call(api, 'GET', `/v1/trial-balance?bu=ACME&ledger=PRIMARY&period=204001&${then}`, {
      role: 'auditor',
    });
    expect(sha(balance.body)).toBe(trialBalanceSha256);
  });

  test('is refused with what is in the way, and records nothing', async () => {
    await open('204101', '204102');
    const early = (await close('204101')).body as Problem;
    expect(early.code).toBe('PERIOD_OUT_OF_ORDER');
    await softClose('204101');
    await softClose('204102');
    const second = (await close('204102')).body as Problem;
    expect(second.code).toBe('PERIOD_OUT_OF_ORDER');
    const approval = { approvalId: '01JD0000000000000000000041', bu: 'operations', payloadSha256: 'p' };
    const asked = {
      ...approval,
      subject: { kind: 'replay', id: 'R' },
      duty: 'REPLAY',
      summary: 's',
      link: '/v1',
      limit: null,
    };
    await written(api, `approval-operations.${approval.approvalId}`, [
      [
        'ApprovalRequested',
        { ...asked, requestedBy: 'kim', involved: [], reason: 'r', expiresAt: '2999-01-01T00:00:00Z' },
      ],
    ]);
    const before = await api.log.head();
    const blocked = await close('204101');
    expect([blocked.status, blocked.body.code]).toEqual([409, 'PERIOD_NOT_READY']);
    expect((blocked.body as Problem).blockers?.map((each) => each.class)).toEqual(['OPEN_APPROVALS']);
    expect(await api.typesSince(before)).toEqual([]);
    await written(
      api,
      `approval-operations.${approval.approvalId}`,
      [['ApprovalDenied', { ...approval, subject: { kind: 'replay', id: 'R' }, deniedBy: 'lee', reason: 'r' }]],
      0,
    );
    expect((await close('204101')).status).toBe(201);
    expect((await close('204102')).status).toBe(409);
  });

  test('O-33 who corrected its books by hand cannot close it', async () => {
    await open('204201', '204202');
    const corrected = { ...ledger, period: '204201', correctionId: 'fix-1', correctedBy: 'key:finance' };
    await written(api, `period-${idOf('204201')}`, [['PeriodCorrected', corrected]], 0);
    expect((await softClose('204201')).status).toBe(201);
    const answer = await close('204201');
    expect([answer.status, answer.body.code]).toEqual([403, 'SOD_VIOLATION']);
  });
});

describe('O-34 reopening a period', () => {
  const reopen = (period: string, options: CallOptions = {}) =>
    post(`/${idOf(period)}/reopenings`, { body: { reason: 'a late bill' }, ...options });

  const decide = ({ body }: Answered, token: string, decision = 'GRANT') =>
    call(api, 'POST', `/v1/approvals/${body.approvalId}/decisions`, {
      token,
      body: { decision, payloadSha256: body.payloadSha256, reason: 'looked at it' },
    });

  test('takes two people besides the one who asks; asking twice asks once', async () => {
    await ready('205001', '205002');
    expect((await close('205001')).status).toBe(201);
    const before = await api.log.head();
    const asked = await reopen('205001');
    expect(asked).toMatchObject({
      status: 409,
      body: { code: 'APPROVAL_REQUIRED', approvalsNeeded: 2, grantedBy: [] },
    });
    expect((await reopen('205001')).body.approvalId).toBe(asked.body.approvalId);
    expect(await api.typesSince(before)).toEqual(['ApprovalRequested']);
    const headers = { 'x-min-position': await api.log.head() };
    const approval = await call(api, 'GET', `/v1/approvals/${asked.body.approvalId}`, { role: 'auditor', headers });
    expect(approval.body).toMatchObject({ duty: 'PERIOD_REOPENING', aboutBu: 'ACME' });
    expect((await decide(asked, keys.finance)).body.code).toBe('SOD_VIOLATION');
    expect((await decide(asked, keys.ops)).body.code).toBe('SOD_VIOLATION');
    expect((await decide(asked, keys.admin)).body).toMatchObject({ state: 'REQUESTED' });
    expect((await decide(asked, keys.admin)).body).toMatchObject({ state: 'REQUESTED' });
    expect((await reopen('205001')).body).toMatchObject({ code: 'APPROVAL_REQUIRED', grantedBy: ['key:admin'] });
    expect((await decide(asked, keys.admin2)).body).toMatchObject({ state: 'GRANTED' });
    const answer = await reopen('205001');
    expect(answer).toMatchObject({ status: 201, body: { periodId: idOf('205001'), state: 'OPEN' } });
    expect((await reopen('205001')).status).toBe(201);
    expect(await api.typesSince(before)).toEqual([
      ...['ApprovalRequested', 'ApprovalGranted', 'ApprovalGranted', 'EarlierPeriodAwaited', 'PeriodReopened'],
    ]);
    const shown = await read(`/${idOf('205001')}`, positionOf(answer));
    expect(shown).toMatchObject({ state: 'OPEN', reopenedBy: 'key:finance', approvalId: asked.body.approvalId });
    expect(shown.closedAt).not.toBeNull();

    await softClose('205001');
    expect((await close('205001')).status).toBe(201);
    const another = await reopen('205001');
    expect(another.body).toMatchObject({ code: 'APPROVAL_REQUIRED', grantedBy: [] });
    expect(another.body.approvalId).not.toBe(asked.body.approvalId);
    expect((await decide(another, keys.admin, 'DENY')).status).toBe(201);
    expect((await reopen('205001')).body.code).toBe('APPROVAL_DENIED');
  });

  test('is for the last closed period, and asks nobody for what would be refused', async () => {
    await ready('205101', '205102');
    await close('205101');
    await open('205103');
    await softClose('205102');
    expect((await close('205102')).status).toBe(201);
    const before = await api.log.head();
    expect((await reopen('205101')).body.code).toBe('PERIOD_OUT_OF_ORDER');
    expect((await reopen('205201')).status).toBe(404);
    expect(await api.typesSince(before)).toEqual([]);
  });
});
