import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nextPeriod, periodDays } from '../../domain/calendar.ts';
import type { Position } from '../../domain/eventLog.ts';
import { demoAccountMap } from '../../domain/masterData/demoAccounts.ts';
import { agree, publishAgreed } from '../support/agreed.ts';
import { written } from './claimingApi.ts';
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
const goods = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', uom: 'EA' };
const because = { reason: 'wrong account' };
const today = new Date().toISOString().slice(0, 10);
const period = today.slice(0, 7).replace('-', '');

const post = async (path: string, options: CallOptions = {}): Promise<Answered> => {
  const answer = await call(api, 'POST', path, { role: 'finance', ...options });
  const { receipt } = answer.body as { readonly receipt?: { readonly position: string } };
  if (receipt !== undefined && receipt !== null) since = receipt.position;
  return answer;
};
const read = async (path: string): Promise<Answered['body']> => {
  const answer = await call(api, 'GET', path, { role: 'finance', headers: { 'x-min-position': since } });
  expect({ path, status: answer.status }).toEqual({ path, status: 200 });
  return answer.body;
};
const shown = (journalId: string) => read(`/v1/gl-journals/${journalId}`);
const fix = (journalId: string, how: string, options: CallOptions = {}) =>
  post(`/v1/gl-journals/${journalId}/${how}`, { body: because, ...options });
const typesSince = (before: Position | 'start') => api.typesSince(before);

/** A stock adjustment, and the journal of it. */
let adjusted = 0;
const journal = async (): Promise<string> => {
  adjusted += 1;
  const reference = `ADJ-${adjusted}`;
  const movement = { ...goods, kind: 'ADJUSTMENT', qty: '-1' };
  const answer = await post('/v1/stock-movements', {
    role: 'warehouse',
    body: { ...movement, reason: 'COUNT', reference },
  });
  expect(answer.status).toBe(201);
  const { items } = await read(`/v1/gl-journals?bu=ACME&period=${period}&limit=200`);
  const found = (items as readonly { journalId: string; documentRef: string }[]).find(
    ({ documentRef }) => documentRef === reference,
  );
  return found?.journalId ?? '';
};
const seal = async (): Promise<void> => {
  const answer = await post('/v1/gl-batches', { body: { ...ledger, period } });
  expect(answer.status).toBe(201);
  expect(answer.headers.location).toBe(`/v1/gl-batches/${answer.body.batchId}?bu=ACME`);
  await read('/v1/gl-journals?bu=ACME&limit=1');
};

const publish = async (map: object): Promise<void> => {
  const answer = await publishAgreed(api, '/v1/policies/ACME/accounts', { ...map, bu: undefined });
  expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
  since = (answer.body.receipt as { readonly position: string }).position;
  await read('/v1/gl-journals?bu=ACME&limit=1');
};

describe('corrections of journals over HTTP', () => {
  let sealed = '';

  test('B-14 a journal that is not sealed is staged again, once, and not reversed', async () => {
    await post('/v1/accounting-periods', { body: { ...ledger, period } });
    const receipt = { ...goods, kind: 'RECEIPT', qty: '100', unitCost: '6.00', reference: 'GR-1' };
    await post('/v1/stock-movements', { role: 'warehouse', body: receipt });
    const old = await journal();
    expect(await fix(old, 'reversals')).toMatchObject({ status: 409, body: { code: 'JOURNAL_NOT_SEALED' } });
    const before = await api.log.head();
    const answer = await fix(old, 'restagings');
    expect(answer).toMatchObject({ status: 201, body: { journalId: old } });
    expect(await typesSince(before)).toEqual(['GlRestageRequested']);
    const supersededBy = String(answer.body.supersededBy);
    expect(await shown(old)).toMatchObject({ state: 'SUPERSEDED', supersededBy });
    expect(await shown(supersededBy)).toMatchObject({ state: 'READY', supersedes: old, templateId: 'T15' });
    expect(await fix(old, 'restagings')).toMatchObject({ status: 409, body: { code: 'JOURNAL_CORRECTED' } });
    sealed = supersededBy;
  });

  test('G6 a sealed one is reversed and posted anew; the period notes who did it', async () => {
    await seal();
    expect(await fix(sealed, 'restagings')).toMatchObject({ status: 409, body: { code: 'JOURNAL_SEALED' } });
    const before = await api.log.head();
    for (const how of ['restagings', 'reversals', 'reposts'])
      expect([how, (await fix(sealed, how, { headers: { 'if-match': '"3"' } })).status]).toEqual([how, 412]);
    // Nobody is noted for what was refused.
    expect(await typesSince(before)).toEqual([]);
    const options = { key: 'repost-1', body: { ...because, accountingDate: today } };
    const answer = await fix(sealed, 'reposts', options);
    expect(answer).toMatchObject({ status: 201, body: { journalId: sealed, accountingDate: today } });
    expect(await typesSince(before)).toEqual(['PeriodCorrected', 'GlReversalRequested', 'GlRepostRequested']);
    expect((await fix(sealed, 'reposts', options)).text).toBe(answer.text);
    const { reversedBy, repostedBy } = answer.body as Record<string, string>;
    expect(await shown(sealed)).toMatchObject({ reversedBy, repostedBy, state: 'SEALED' });
    expect(await shown(String(repostedBy))).toMatchObject({ repostOf: sealed, state: 'READY', templateId: 'T15' });
    expect(await shown(String(reversedBy))).toMatchObject({ reversalOf: sealed, templateId: 'T15R' });
    for (const how of ['reversals', 'reposts'])
      expect(await fix(sealed, how)).toMatchObject({ status: 409, body: { code: 'JOURNAL_CORRECTED' } });
    expect(await fix(String(reversedBy), 'restagings')).toMatchObject({ status: 201 });
  });

  test('one that was reversed first is only posted anew, by the rule set that is in force', async () => {
    const of = await journal();
    await seal();
    const before = await api.log.head();
    expect(await fix(of, 'reversals')).toMatchObject({ status: 201, body: { accountingDate: today } });
    const wrong = { body: { ...because, ruleSetVersion: 99 } };
    expect(await fix(of, 'reposts', wrong)).toMatchObject({ status: 409, body: { code: 'RULE_SET_NOT_IN_FORCE' } });
    expect(await fix(of, 'reposts')).toMatchObject({ status: 201 });
    const types = ['PeriodCorrected', 'GlReversalRequested', 'PeriodCorrected', 'GlRepostRequested'];
    expect(await typesSince(before)).toEqual(types);
  });

  test('a day before the journal, a period that is not open and a journal that is not there are refused', async () => {
    const of = await journal();
    await seal();
    const on = (accountingDate: string) => fix(of, 'reversals', { body: { ...because, accountingDate } });
    expect(await on('2020-01-01')).toMatchObject({ status: 422, body: { errors: [{ code: 'DATE_INVALID' }] } });
    expect(await on('2099-01-01')).toMatchObject({ status: 409, body: { code: 'PERIOD_CLOSED' } });
    expect((await fix('nowhere', 'reversals')).status).toBe(404);
  });

  test('4.12 who closed or reopened a period does not correct its books by hand', async () => {
    const of = await journal();
    await seal();
    const next = nextPeriod(period);
    const about = { ...ledger, period: next };
    await written(api, `period-ACME.PRIMARY.${next}`, [
      ['PeriodOpened', about],
      ['PeriodReopened', { ...about, reopenedBy: 'key:finance' }],
    ]);
    const before = await api.log.head();
    const options = { body: { ...because, accountingDate: periodDays(next).firstDay } };
    expect(await fix(of, 'reversals', options)).toMatchObject({ status: 403, body: { code: 'SOD_VIOLATION' } });
    expect(await typesSince(before)).toEqual([]);
  });

  test('O-22 B-14 one request stages all again that waited for an account, each once for a new map', async () => {
    const without = demoAccountMap.rules.filter(({ role }) => role !== 'SHRINKAGE');
    await publish({ ...demoAccountMap, rules: without });
    const waiting = [await journal(), await journal()];
    expect(await shown(String(waiting[0]))).toMatchObject({ state: 'UNMAPPED' });
    const all = { body: { ...ledger, ...because, role: 'SHRINKAGE' } };
    expect(await post('/v1/gl-journals/restagings', all)).toMatchObject({ status: 200, body: { restaged: 0 } });
    await publish(demoAccountMap);
    const answer = await post('/v1/gl-journals/restagings', all);
    expect(answer).toMatchObject({ status: 200, body: { restaged: 2, refused: [], more: false } });
    const { supersededBy } = await shown(String(waiting[1]));
    expect(await shown(String(supersededBy))).toMatchObject({ state: 'READY', supersedes: waiting[1] });
    expect((await post('/v1/gl-journals/restagings', all)).body).toMatchObject({ restaged: 0, receipt: null });
  });
});

describe('T21 corrections of cost over HTTP', () => {
  const about = { kind: 'RECEIPT', reference: 'GR-1' };
  const late = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204', currency: 'USD', cause: 'FREIGHT', about };
  const correct = (body: object, options: CallOptions = {}) =>
    post('/v1/cost-corrections', { body: { ...late, ...body }, ...options });

  test('one is one event, replayed to the byte, posted, and above the limit agreed to first', async () => {
    const before = await api.log.head();
    const first = await correct({ reference: 'INV-1', amount: '250' }, { key: 'inv-1' });
    expect(first).toMatchObject({ status: 201, body: { amount: '250', inStock: expect.any(String) } });
    expect((await correct({ reference: 'INV-1', amount: '250' }, { key: 'inv-1' })).text).toBe(first.text);
    const again = await correct({ reference: 'INV-1', amount: '250' });
    expect({ ...again.body, receipt: null }).toEqual({ ...first.body, receipt: null });
    expect(await typesSince(before)).toEqual(['CostCorrected']);
    const { items } = await read('/v1/gl-journals?bu=ACME&limit=200');
    const journals = items as readonly { readonly templateId: string }[];
    expect(journals.filter(({ templateId }) => templateId === 'T21')).toMatchObject([
      { documentRef: 'INV-1', state: 'READY' },
    ]);

    const large = () => correct({ reference: 'INV-2', amount: '99751' });
    const asked = await large();
    expect(asked).toMatchObject({ status: 409, body: { code: 'APPROVAL_REQUIRED' } });
    expect(await agree(api, asked)).toMatchObject({ status: 201 });
    expect(await large()).toMatchObject({ status: 201 });
    const refusedAs = async (status: number, code: string, body: object, options: CallOptions = {}) =>
      expect(await correct({ reference: 'INV-3', amount: '1', ...body }, options)).toMatchObject({
        status,
        body: { code },
      });
    await refusedAs(422, 'BUSINESS_KEY_REUSED', { reference: 'INV-1' });
    await refusedAs(409, 'RECEIPT_UNKNOWN', { about: { ...about, reference: 'GR-2' } }, { key: 'early' });
    await refusedAs(403, 'FORBIDDEN', {}, { role: 'warehouse' });
    await refusedAs(422, 'VALIDATION_FAILED', { amount: '0', cause: 'WEATHER', about: { kind: 'RECEIPT' } });
    const { items: ties } = await read('/v1/tie-outs?bu=ACME');
    const all = ties as readonly { readonly pair: string; readonly unexplained: string }[];
    expect(all.find(({ pair }) => pair === 'INVENTORY')).toMatchObject({ unexplained: '0' });
  });
});
