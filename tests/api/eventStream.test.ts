import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { makeApp } from '../../api/app.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { ApiDeps } from '../../api/deps.ts';
import type { Principal } from '../../api/principal.ts';
import { type RunningServer, startServer } from '../../api/server.ts';
import { createEventStream, type FollowLimits, followLimits } from '../../api/stream/follow.ts';
import { consumerLags } from '../../projections/eventStream/consumerQueries.ts';
import { type EventSource, openEventSource } from '../support/eventSource.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { streamedHistory } from './streamedHistory.ts';
import { call, keys } from './testApi.ts';

const portal = (customer: string, changes: Partial<Principal> = {}): Principal => ({
  ...{ tenant: 'default', id: `portal-${customer}`, kind: 'PARTNER', roles: ['channel'] },
  ...{ businessUnits: ['ACME'], customers: [customer], nodes: 'all', ...changes },
});
const partners: Readonly<Record<string, Principal>> = {
  north: portal('C-1001'),
  south: portal('C-1002'),
  elsewhere: portal('C-1001', { id: 'elsewhere', businessUnits: ['OTHER'] }),
  dock: portal('C-1001', { id: 'dock', roles: ['warehouse'], customers: 'all', nodes: ['3PL-SOUTH'] }),
};

const history = streamedHistory(['O1', 'O2', 'O3', 'O4', 'O5']);
const path = '/v1/event-stream';

let api: RealApi;
let server: RunningServer;
const sources: EventSource[] = [];
const servers: RunningServer[] = [];

const serve = async (changes: Partial<ApiDeps>): Promise<RunningServer> => {
  const made = await startServer(makeApp({ ...api.deps, ...changes }), { host: '127.0.0.1', port: 0 });
  servers.push(made);
  return made;
};

const streamWithin = (limits: Partial<FollowLimits>) => {
  const { streamPage: page, streamEnd: end, consumersNow } = api.deps.reads;
  return createEventStream({
    source: { page, end, consumersNow, log: api.log },
    ...{ onError: () => {}, onReaders: () => {}, limits: { ...followLimits, ...limits } },
  });
};

const listen = async (token: string, asked = '', headers: Record<string, string> = {}, at = server) => {
  const source = await openEventSource(`${at.url}${path}${asked}`, token, headers);
  sources.push(source);
  return source;
};

beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => partners[token] ?? byKey(token) });
  await history.append(api.log, 2);
  server = await serve({});
});
afterEach(() => {
  for (const source of sources.splice(0)) source.cut();
});
afterAll(async () => {
  await Promise.all(servers.map((one) => one.stop(0)));
  await api.close();
});

type Page = {
  readonly items: readonly { readonly id: string; readonly sequence: string }[];
  readonly next: string;
  readonly more: boolean;
};

const headers = async () => ({ 'x-min-position': String(await api.log.head()) });

const page = async (token: string, asked: string): Promise<Page> => {
  const answer = await call(api, 'GET', `${path}?${asked}`, { token, headers: await headers() });
  expect(answer.status).toBe(200);
  return answer.body as unknown as Page;
};

/** All pages up to the end, and the ids in them. */
const idsInPages = async (token: string, asked = 'limit=3'): Promise<readonly string[]> => {
  const ids: string[] = [];
  let next = '0';
  for (let more = true; more; ) {
    const read = await page(token, `${asked}&after=${next}`);
    ids.push(...read.items.map(({ id }) => id));
    [next, more] = [read.next, read.more];
  }
  return ids;
};

const idsOf = (heard: readonly { readonly data: Readonly<Record<string, unknown>> }[]): readonly unknown[] =>
  heard.map(({ data }) => data.id);

describe('I-06 canonical events, page by page', () => {
  test('are all there once, in the order of the log, whatever a page holds', async () => {
    const all = history.ids(2);
    expect(all.length).toBeGreaterThan(10);
    expect(await idsInPages(keys.channel)).toEqual(all);
    expect(await idsInPages(keys.ops, 'limit=500')).toEqual(all);
    const { items } = await page(keys.auditor, 'limit=500');
    expect(items.map(({ sequence }) => sequence)).toEqual(items.map(({ sequence }) => sequence).toSorted());
  });

  test('have the attributes of CloudEvents around the document that webhooks are sent', async () => {
    const { items } = await page(keys.channel, 'types=SHIPMENT_CONFIRMED&limit=1');
    expect(items).toEqual([
      expect.objectContaining({
        ...{ specversion: '1.0', source: 'urn:throughline:ACME', type: 'com.throughline.shipment.confirmed.v1' },
        ...{ subject: 'O1', partitionkey: 'O1', dataschema: '/v1/schemas/webhook-notice/1' },
        sequence: expect.stringMatching(/^\d{20}-\d$/),
        data: expect.objectContaining({ type: 'SHIPMENT_CONFIRMED', orderId: 'O1', soldTo: 'C-1001' }),
      }),
    ]);
    const [item] = items as readonly Readonly<Record<string, unknown>>[];
    expect((item?.data as { readonly id: string }).id).toBe(item?.id);
  });

  test('come as lines, with the place to go on from in the head', async () => {
    const accept = { accept: 'application/x-ndjson', ...(await headers()) };
    const first = await call(api, 'GET', `${path}?limit=4`, { token: keys.channel, headers: accept });
    const ids = first.text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly id: string }).id);
    expect(ids).toEqual(history.ids(2).slice(0, 4));
    expect([first.headers['content-type'], first.headers['x-stream-more']]).toEqual([
      'application/x-ndjson; charset=utf-8',
      'true',
    ]);
    const [, next = ''] = /^<([^>]+)>; rel="next"$/.exec(first.headers.link ?? '') ?? [];
    const second = await call(api, 'GET', next, { token: keys.channel, headers: accept });
    expect(second.text).toContain(history.ids(2)[4]);
    expect(second.text).not.toContain(history.ids(2)[3]);
  });

  test('are those of a type, a business unit, a place', async () => {
    const invoiced = await page(keys.channel, 'types=INVOICE_ISSUED,SHIPMENT_CONFIRMED&bu=ACME');
    expect(new Set(invoiced.items.map(({ id }) => id.split(':')[1]))).toEqual(
      new Set(['INVOICE_ISSUED', 'SHIPMENT_CONFIRMED']),
    );
    expect((await page(keys.channel, 'bu=OTHER')).items).toEqual([]);
    const end = await page(keys.channel, 'after=now');
    expect(end).toMatchObject({ items: [], more: false, held: false });
    expect((await page(keys.channel, `after=${end.next}`)).items).toEqual([]);
  });

  test('O-32: of a customer only who may see it hears', async () => {
    expect(await idsInPages('north')).toEqual(history.ids(2, 'C-1001'));
    expect(await idsInPages('south')).toEqual(history.ids(2, 'C-1002'));
    expect(await idsInPages('south', 'bu=OTHER')).toEqual([]);
    expect(await idsInPages('elsewhere')).toEqual([]);
    expect((await call(api, 'GET', path, { token: 'dock' })).status).toBe(403);
  });

  test('are asked for in words that are understood', async () => {
    const answer = await call(api, 'GET', `${path}?after=yesterday&types=ORDER_LOST&limit=0`, { token: keys.channel });
    expect([
      answer.status,
      (answer.body.errors as readonly { pointer: string }[]).map(({ pointer }) => pointer),
    ]).toEqual([422, ['/query/after', '/query/types', '/query/limit']]);
    await expect(listen(keys.channel, '', { 'last-event-id': 'X' })).rejects.toThrow(/^400 .*CURSOR_INVALID/);
    await expect(listen('nobody')).rejects.toThrow(/^401 /);
    const impatient = { app: makeApp({ ...api.deps, config: { ...api.deps.config, minPositionWaitMs: 1 } }) };
    const never = await call(impatient, 'GET', `${path}?after=99999999999999999999`, { token: keys.channel });
    expect([never.status, never.body.code]).toEqual([503, 'READ_MODEL_BEHIND']);
  });
});

describe('I-06 canonical events, as they come', () => {
  test('a reader whose connection is cut in the middle goes on behind what it had, and misses nothing', async () => {
    const first = await listen(keys.channel);
    const before = [...(await first.until((heard) => heard.length >= 5))];
    first.cut();
    await history.append(api.log, 3);
    const second = await listen(keys.channel, '', { 'last-event-id': before.at(-1)?.id ?? '' });
    const all = history.ids(3);
    await second.until((heard) => before.length + heard.length >= all.length);
    // What comes while it listens.
    await history.append(api.log, 4);
    const more = history.ids(4);
    const after = await second.until((heard) => before.length + heard.length >= more.length);
    expect(idsOf([...before, ...after])).toEqual(more);
  });

  test('who goes on is right, whatever its address says', async () => {
    const { next } = await page(keys.channel, 'limit=500');
    const source = await listen(keys.channel, '?after=0', { 'last-event-id': next });
    await history.append(api.log, 5);
    const [first] = await source.until((heard) => heard.length > 0);
    expect(first?.data.id).toBe(history.ids(5)[history.ids(4).length]);
  });

  test('who is told of nothing is told how far the stream is, and goes on from there', async () => {
    const short = { ...api.deps.config, streamTimes: { ...api.deps.config.streamTimes, heartbeatMs: 5 } };
    const source = await listen('elsewhere', '', {}, await serve({ config: short }));
    const head = String(await api.log.head());
    expect(await source.until((_heard, lastId) => lastId >= head)).toEqual([]);
    expect((await page(keys.channel, `after=${source.lastId()}`)).items).toEqual([]);
  });

  test('it ends when credentials have to be shown again, and goes on with them', async () => {
    const short = { ...api.deps.config, streamTimes: { ...api.deps.config.streamTimes, lifeMs: 1 } };
    const source = await listen(keys.channel, '?after=now', {}, await serve({ config: short }));
    await source.ended;
  });

  test('there are as many at a time as there may be, and who is too many is told when to come again', async () => {
    const stream = streamWithin({ readersMax: 2, readersOfClientMax: 1 });
    const at = await serve({ eventStream: stream });
    const own = await listen('north', '?after=now', {}, at);
    const refused = await fetch(`${at.url}${path}`, {
      headers: { accept: 'text/event-stream', authorization: 'Bearer north' },
    });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect(await refused.json()).toMatchObject({ code: 'RATE_LIMITED' });
    await listen('south', '?after=now', {}, at);
    await expect(listen(keys.channel, '?after=now', {}, at)).rejects.toThrow(/^503 .*SERVICE_UNAVAILABLE/);
    // The service stops: who listens hears the end, and nobody begins.
    await stream.close();
    await own.ended;
    await expect(listen('north', '', {}, at)).rejects.toThrow(/^503 /);
  });
});

describe('I-06 a consumer with a name', () => {
  type Consumer = { readonly consumerId: string; readonly sequence: string; readonly receipt: { position: string } };

  const register = async (token: string, body: object): Promise<Consumer> => {
    const answer = await call(api, 'POST', '/v1/event-consumers', {
      token,
      body: { bu: 'ACME', name: 'figures', ...body },
    });
    expect(answer.status).toBe(201);
    return answer.body as unknown as Consumer;
  };
  const of = (id: string, noun = ''): string => `/v1/event-consumers/${id}${noun}`;
  const post = (token: string, address: string, body: object, more: Record<string, string> = {}) =>
    call(api, 'POST', address, { token, body, headers: more });
  const acknowledge = (id: string, sequence: string, more: Record<string, string> = {}) =>
    post(keys.channel, of(id, '/acknowledgements'), { sequence }, more);
  const view = async (id: string, token = keys.ops) =>
    (await call(api, 'GET', of(id), { token, headers: await headers() })).body;

  test('reads from where it has come to, what it is registered for, and nothing else', async () => {
    const types = ['SHIPMENT_CONFIRMED', 'INVOICE_ISSUED'];
    const { consumerId, sequence } = await register('north', { types, after: '0' });
    expect(sequence).toBe('0');
    const wanted = history.ids(5, 'C-1001').filter((id) => types.includes(id.split(':')[1] ?? ''));
    const first = await page('north', `consumer=${consumerId}&limit=2`);
    expect(first.items.map(({ id }) => id)).toEqual(wanted.slice(0, 2));
    const done = await post('north', of(consumerId, '/acknowledgements'), { sequence: first.items[1]?.sequence });
    expect([done.status, done.body.sequence]).toEqual([201, first.items[1]?.sequence]);
    const rest = await page('north', `consumer=${consumerId}&limit=500`);
    expect(rest.items.map(({ id }) => id)).toEqual(wanted.slice(2));
    const source = await listen('north', `?consumer=${consumerId}&types=INVOICE_ISSUED`);
    const [heard] = await source.until((events) => events.length > 0);
    expect(heard?.data.id).toBe(wanted.slice(2).find((id) => id.endsWith('INVOICE_ISSUED')));
    // O-32: others see neither it nor what it hears of.
    expect((await call(api, 'GET', `${path}?consumer=${consumerId}`, { token: 'south' })).status).toBe(404);
    for (const noun of ['/acknowledgements', '/resets', '/deletions']) {
      const body = { '/acknowledgements': { sequence: '0' }, '/resets': { after: '0', reason: 'x' } }[noun] ?? {
        reason: 'x',
      };
      expect((await post('south', of(consumerId, noun), body)).status).toBe(404);
    }
    const seen = await call(api, 'GET', '/v1/event-consumers', { token: 'south', headers: await headers() });
    expect(seen.body.items).toEqual([]);
  });

  test('is seen to be behind, and never goes back by itself', async () => {
    const { consumerId } = await register(keys.channel, { after: '0' });
    expect(await view(consumerId)).toMatchObject({ waiting: history.ids(5).length, acknowledgedAt: null });
    const { items } = await page(keys.channel, 'limit=500');
    const [early, late] = [items[2]?.sequence ?? '', items[6]?.sequence ?? ''];
    const said = [await acknowledge(consumerId, late), await acknowledge(consumerId, early)];
    expect(said.map(({ body }) => body.sequence)).toEqual([late, late]);
    const seen = await view(consumerId);
    expect(seen).toMatchObject({ sequence: late, waiting: items.length - 7, waitingIsMore: false });
    expect(Number(seen.lagSeconds)).toBeGreaterThan(0);
    expect((await consumerLags(api.database.db)).find(({ consumer }) => consumer === 'ACME/figures')).toBeDefined();
    const impatient = { app: makeApp({ ...api.deps, config: { ...api.deps.config, minPositionWaitMs: 1 } }) };
    const body = { sequence: '99999999999999999999' };
    const never = await call(impatient, 'POST', of(consumerId, '/acknowledgements'), { token: keys.channel, body });
    expect([never.status, never.body.code]).toEqual([503, 'READ_MODEL_BEHIND']);
  });

  test('is reset by who sees to it, and who has not heard of that cannot undo it', async () => {
    const { consumerId, receipt } = await register(keys.channel, { after: '0' });
    const { items, next } = await page(keys.channel, 'limit=500');
    const before = await api.log.head();
    await acknowledge(consumerId, next, { 'if-match': '"0"' });
    expect(await view(consumerId)).toMatchObject({ sequence: next, waiting: 0, lagSeconds: 0, revision: 0 });
    const body = { after: items[0]?.sequence, reason: 'their table was lost' };
    expect((await post(keys.ops, of(consumerId, '/resets'), body)).status).toBe(201);
    // What was acknowledged is no event.
    expect(await api.typesSince(before)).toEqual(['EventConsumerReset']);
    expect(receipt.position <= before).toBe(true);
    expect(await view(consumerId)).toMatchObject({ sequence: items[0]?.sequence, acknowledgedAt: null, revision: 1 });
    const late = await acknowledge(consumerId, next, { 'if-match': '"0"' });
    expect([late.status, late.body.code]).toEqual([412, 'REVISION_MISMATCH']);
    expect((await page(keys.channel, `consumer=${consumerId}&limit=1`)).items[0]?.id).toBe(items[1]?.id);
    const again = await acknowledge(consumerId, items[1]?.sequence ?? '', { 'if-match': '"1"' });
    expect(again.body.sequence).toBe(items[1]?.sequence);
  });

  test('is heard of by who reads for it: where it goes on when it was reset, and the end when it was deleted', async () => {
    const stream = streamWithin({ consumersEveryMs: 5 });
    const at = await serve({ eventStream: stream });
    const { consumerId } = await register(keys.channel, { after: '0' });
    const { items } = await page(keys.channel, 'limit=500');
    const source = await listen(keys.channel, `?consumer=${consumerId}`, {}, at);
    await source.until((heard) => heard.length === items.length);
    const others = await listen(keys.channel, '', {}, at);
    const body = { after: items[1]?.sequence, reason: 'their table was lost' };
    expect((await post(keys.ops, of(consumerId, '/resets'), body)).status).toBe(201);
    await source.ended;
    // As readers of server-sent events come again by themselves.
    expect(source.lastId()).toBe(items[1]?.sequence);
    const again = await listen(keys.channel, `?consumer=${consumerId}`, { 'last-event-id': source.lastId() }, at);
    const [first] = await again.until((heard) => heard.length > 0);
    expect(first?.data.id).toBe(items[2]?.id);
    expect((await post(keys.channel, of(consumerId, '/deletions'), { reason: 'over' })).status).toBe(201);
    await again.ended;
    await expect(listen(keys.channel, `?consumer=${consumerId}`, {}, at)).rejects.toThrow(/^409 .*CONSUMER_DELETED/);
    await others.until((heard) => heard.length === items.length);
    await stream.close();
  });

  test('is waited for no more when it is deleted', async () => {
    const { consumerId, sequence } = await register(keys.channel, {});
    expect((await page(keys.channel, `consumer=${consumerId}`)).items).toEqual([]);
    expect(sequence).not.toBe('0');
    expect((await post(keys.channel, of(consumerId, '/deletions'), { reason: 'over' })).status).toBe(201);
    expect(await view(consumerId)).toMatchObject({ state: 'DELETED', stateReason: 'over', waiting: 0 });
    const answers = [
      await acknowledge(consumerId, '0'),
      await post(keys.ops, of(consumerId, '/resets'), { after: '0', reason: 'x' }),
      await call(api, 'GET', `${path}?consumer=${consumerId}`, { token: keys.channel, headers: await headers() }),
    ];
    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
      answers.map(() => [409, 'CONSUMER_DELETED']),
    );
  });
});
