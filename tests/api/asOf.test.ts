import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Position } from '../../domain/eventLog.ts';
import { eventIndex } from '../../projections/eventIndex/projection.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { tieOutPairs } from '../../projections/glStaging/tieOutSides.ts';
import { invoices } from '../../projections/invoices/projection.ts';
import { lineageGraph } from '../../projections/lineage/projection.ts';
import { orders } from '../../projections/orders/projection.ts';
import { playEventfulOrders } from '../projections/eventfulHistory.ts';
import { receive, release, ship } from '../projections/fulfilmentHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { firstInvoice, invoice } from '../projections/invoiceHistory.ts';
import { positionOf } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import {
  append,
  ask,
  type Body,
  contentOf,
  project,
  projectTo,
  questionsAbout,
  rebuild,
  startedHistory,
} from './asOfReports.ts';
import { call, makeTestApi, type TestApi } from './testApi.ts';

const orderIds = ['01JD0000000000000000000001', '01JD0000000000000000000002', '01JD0000000000000000000003'] as const;
const questions = questionsAbout(orderIds);

describe('an answer at a position is the answer of a log that ends there', () => {
  let whole: TestApi;
  let cut: TestApi;
  let end: Position = '' as Position;
  const log = startedHistory();
  for (const id of orderIds) playGoldenOrder(log, id);
  playEventfulOrders(log);

  beforeAll(async () => {
    whole = await makeTestApi();
    // The same log, but for its end.
    const feed = { ...whole.log, head: async () => end };
    cut = await makeTestApi({ log: { store: whole.log, feed } });
    await append(whole, log, 0);
    await project(whole);
  });

  afterAll(() => Promise.all([whole.close(), cut.close()]));

  const places = fc.sample(fc.integer({ min: 1, max: log.events.length }), { numRuns: 8, seed: 7 });

  test.each([...new Set([...places, log.events.length])].sort((a, b) => a - b))('at position %i', async (n) => {
    end = positionOf(n - 1);
    await projectTo(cut, whole.log, end);
    for (const question of questions) {
      const [then, now] = [await ask(cut, question), await ask(whole, question, end)];
      expect({ question, content: contentOf(now) }).toEqual({ question, content: contentOf(then) });
      if (then !== 'nothing' && now !== 'nothing') expect(now.report.sha256).toBe(then.report.sha256);
    }
  });
});

describe('the state of a stream', () => {
  let api: TestApi;
  const log = startedHistory();
  playGoldenOrder(log, orderIds[0]);
  playEventfulOrders(log);

  beforeAll(async () => {
    api = await makeTestApi();
    await append(api, log, 0);
    await project(api);
  });

  afterAll(() => api.close());

  const get = (path: string) => call(api, 'GET', path, { role: 'auditor' });

  test('is what its decider folded, of every stream there is', async () => {
    for (const [stream, events] of Map.groupBy(log.events, (event) => event.stream)) {
      const { status, body } = await get(`/v1/audit/state?stream=${encodeURIComponent(stream)}`);
      expect({ stream, status }).toEqual({ stream, status: 200 });
      expect(body).toMatchObject({ stream, lastEvent: { revision: events.length - 1 } });
    }
  });

  test('at a position is that of the events up to there', async () => {
    const stream = 'stock-ACME.DC-EAST.BRG-6204';
    const own = log.events.filter((event) => event.stream === stream);
    const states = new Set<unknown>();
    for (const [revision, { position }] of own.entries()) {
      const { body } = await get(`/v1/audit/state?stream=${stream}&position=${position}`);
      expect(body).toMatchObject({ lastEvent: { revision, position } });
      states.add(body.sha256);
    }
    expect(states.size).toBeGreaterThan(own.length / 2);
    const received = own.findIndex(({ type }) => type === 'StockReceived');
    const { body } = await get(`/v1/audit/state?stream=${stream}&position=${own[received]?.position}`);
    expect(JSON.stringify(body.state)).toContain('"SELLABLE":"7"');
  });

  test.each([
    ['stream=order-ACME.NOBODY', 404],
    ['stream=nobody-ACME.X', 404],
    [`stream=order-ACME.${orderIds[0]}&position=1`, 404],
    ['stream=not a stream', 422],
    [`stream=order-ACME.${orderIds[0]}&position=x`, 422],
    [`stream=order-ACME.${orderIds[0]}&position=99999999`, 503],
  ])('%s is %i', async (query, status) => {
    expect((await get(`/v1/audit/state?${encodeURI(query)}`)).status).toBe(status);
  });
});

describe('a report that was drawn is drawn again', () => {
  let api: TestApi;
  const log = startedHistory();
  playGoldenOrder(log, orderIds[0]);
  const before = log.events.length;
  const position = positionOf(before - 1);

  beforeAll(async () => {
    api = await makeTestApi();
    await append(api, log, 0);
    await project(api);
  });

  afterAll(() => api.close());

  test('the same hash after corrections of an earlier day and after a rebuild; the head differs by the corrections', async () => {
    const drawn = new Map<string, Body | 'nothing'>();
    for (const question of questions) drawn.set(question, await ask(api, question));
    // Goods that left and were invoiced on a day before are recorded only now.
    receive(log, '7', 'rcpt-late');
    placeOrder(log, orderIds[1]);
    release(log, orderIds[1], 1, '7');
    ship(log, orderIds[1], 1, '7', '4200');
    invoice(log, orderIds[1], 1, firstInvoice);
    await append(api, log, before);
    await project(api);
    const total = async (at?: string) =>
      BigInt(((await ask(api, '/v1/trial-balance?bu=ACME', at)) as Body).totalDebit as string);
    const posted = 10_214n + 700n + 4_200n + 4_200n;
    expect((await total()) - (await total(position))).toBe(posted);
    await rebuild(api, [glStaging, orders, invoices, lineageGraph, eventIndex]);
    for (const question of questions) {
      const again = await ask(api, question, position);
      const first = drawn.get(question);
      expect({ question, again: again === 'nothing' ? again : again.report.sha256 }).toEqual({
        question,
        again: first === undefined || first === 'nothing' ? first : first.report.sha256,
      });
    }
  });
});

describe('knownAsOf and validAsOf', () => {
  let api: TestApi;
  const log = startedHistory();
  playGoldenOrder(log, orderIds[0]);

  beforeAll(async () => {
    api = await makeTestApi({});
    await append(api, log, 0);
    await project(api);
  });

  afterAll(() => api.close());

  const get = (path: string) => call(api, 'GET', path, { role: 'auditor' });

  test('an instant stands for the position of what had been recorded by then', async () => {
    const { events } = await api.log.readAfter('start', 500);
    const [some] = events.slice(20, 21);
    const body = (await ask(api, '/v1/gl-journals', some?.recordedAt ?? '')) as Body;
    const last = events.filter(({ recordedAt }) => recordedAt <= (some?.recordedAt ?? '')).at(-1);
    expect(body.report.position).toBe(last?.position);
  });

  test.each([
    ['nonsense', 422, 'VALUE_INVALID'],
    ['2026-02-30T00:00:00Z', 422, 'VALUE_INVALID'],
    ['0', 422, 'KNOWN_AS_OF_TOO_OLD'],
    ['1999-01-01T00:00:00Z', 422, 'KNOWN_AS_OF_TOO_OLD'],
    ['999999', 503, 'READ_MODEL_BEHIND'],
    ['2199-01-01T00:00:00Z', 503, 'READ_MODEL_BEHIND'],
  ])('knownAsOf=%s is %i %s', async (knownAsOf, status, code) => {
    const answer = await get(`/v1/trial-balance?bu=ACME&knownAsOf=${knownAsOf}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    const wrong = [{ pointer: '/query/knownAsOf', code, detail: expect.any(String) }];
    expect(answer.body.errors).toEqual(status === 422 ? wrong : undefined);
  });

  test('validAsOf leaves out what is dated later', async () => {
    const day = '2026-11-22';
    const after = '2026-11-24';
    const count = async (path: string) => ((await get(path)).body as { items: readonly unknown[] }).items.length;
    for (const path of ['/v1/gl-journals?', '/v1/trial-balance?bu=ACME&', '/v1/invoices?', '/v1/orders?']) {
      expect({ path, n: await count(`${path}validAsOf=${day}`) }).toEqual({ path, n: 0 });
      expect(await count(`${path}validAsOf=${after}`)).toBeGreaterThan(0);
    }
    const tied = (await get(`/v1/tie-outs?bu=ACME&validAsOf=${day}`)).body as { items: readonly { gl: string }[] };
    expect(tied.items.map(({ gl }) => gl)).toEqual(tieOutPairs.map(() => '0'));
    const graph = (await get(`/v1/audit/lineage?root=order:${orderIds[0]}&validAsOf=${day}`)).body;
    expect((graph.nodes as readonly { type: string }[]).filter(({ type }) => type === 'GL_LINE')).toEqual([]);
  });

  test('the footer names the question, the versions in force and how many rows there are', async () => {
    const { report } = (await ask(api, '/v1/trial-balance?bu=ACME')) as Body;
    const later = ((await ask(api, '/v1/trial-balance?bu=ACME', report.position)) as Body).report;
    expect(report).toMatchObject({
      exact: true,
      knownAsOf: null,
      validAsOf: null,
      projectionVersion: { gl_staging: 1 },
      policyVersions: { ACME: { 'business-unit': 1, accounts: 1 } },
    });
    expect(later).toEqual({ ...report, knownAsOf: report.position });
  });
});
