import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { createClaims } from '../../adapters/postgres/claims.ts';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { makeApp } from '../../api/app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { createCatalogFollower } from '../../commands/catalogFollower.ts';
import { createExecutor } from '../../commands/handle.ts';
import { makeApplication } from '../../commands/makeApplication.ts';
import type { ClaimingAppends, IdempotencyStore } from '../../commands/ports.ts';
import { addDays } from '../../domain/calendar.ts';
import { type EventStore, LogUnavailable } from '../../domain/eventLog.ts';
import { startPostgresProxy } from '../support/postgresProxy.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call } from './testApi.ts';

let api: RealApi;
let second: PostgresLog;
const counted: string[] = [];
const countIdempotency = (outcome: string): void => {
  counted.push(outcome);
};

beforeAll(async () => {
  api = await makeRealApi({
    metrics: {
      observeRequest: () => {},
      countIdempotency,
      expose: async () => ({ contentType: '', text: '' }),
    },
  });
  second = createPostgresLog({ connectionString: api.database.connectionString, pool: api.database.pool });
}, 60_000);
afterAll(async () => {
  await second.close();
  await api.close();
});
beforeEach(() => {
  counted.length = 0;
});

type Store = EventStore & ClaimingAppends;

/** Another instance of the service over the same database. */
const instanceOver = async (store: Store, claims: IdempotencyStore = createClaims(api.database.pool)) => {
  const catalog = createCatalogFollower(api.log, () => {});
  await catalog.ready();
  const clock = api.deps.clock;
  const executor = createExecutor(store);
  const ports = { executor, store, catalog, claims, clock };
  const application = makeApplication({ ...ports, sealableJournals: () => Promise.reject(new Error('none here')) });
  const deps: ApiDeps = { ...api.deps, application, claims };
  return { ...api, deps, app: makeApp(deps) };
};

const requestedDate = addDays(new Date().toISOString().slice(0, 10), 8);
const orderOf = (changes: object = {}) => ({
  ...{ bu: 'ACME', channel: 'portal', customerPo: `PO-${randomUUID()}`, soldTo: 'C-1001', shipTo: { id: 'MAIN' } },
  ...{ currency: 'USD', requestedDate, charges: [{ code: 'FREIGHT', amount: '1500' }] },
  lines: [{ lineId: '10', item: 'BRG-6204', qty: '10', uom: 'EA' }],
  ...changes,
});

const send = (body: object, key: string = randomUUID(), by: Pick<RealApi, 'app'> = api) =>
  call({ ...api, ...by }, 'POST', '/v1/orders', { body, key });

/** How many orders the log got for this purchase order, and how many rows their keys have. */
const stored = async ({ customerPo }: { readonly customerPo: string }) => {
  const { rows } = await api.database.pool.query<{ orders: number; keys: number }>(
    `with mine as (select distinct stream from log.event where type = 'OrderSubmitted' and data::jsonb->>'customerPo' = $1)
     select (select count(*)::int from mine) as orders,
       (select count(*)::int from ops.claim c where exists (select from mine where stream like '%.' || c.command_id)) as keys`,
    [customerPo],
  );
  return rows[0];
};

const replayed = ({ headers }: Answered): boolean => headers['idempotency-replayed'] === 'true';

describe('an order whose keys are claimed by its append', () => {
  test('is one statement', async () => {
    await send(orderOf());
    const texts: string[] = [];
    const query = jest.spyOn(pg.Client.prototype, 'query');
    try {
      expect((await send(orderOf())).status).toBe(201);
      for (const [asked] of query.mock.calls as unknown as readonly [{ readonly text?: string } | string][])
        texts.push(typeof asked === 'string' ? asked : (asked.text ?? ''));
    } finally {
      query.mockRestore();
    }
    // Followers of the log ask beside it; nobody else writes.
    const written = texts.filter((text) => /ops\.(claim|append|answer)|log\.(append|write)/.test(text));
    expect(written).toEqual([expect.stringContaining('ops.append_claimed')]);
  });

  test('is answered with the same bytes again, and reads back so', async () => {
    const [body, key] = [orderOf(), randomUUID()];
    const first = await send(body, key);
    const again = await send(body, key);
    expect([first.status, again.status]).toEqual([201, 201]);
    expect([replayed(first), replayed(again)]).toEqual([false, true]);
    expect(again.text).toBe(first.text);
    for (const name of ['etag', 'location', 'content-type'])
      expect([name, again.headers[name]]).toEqual([name, first.headers[name]]);
    const { asOfPosition, receipt } = first.body as { asOfPosition: string; receipt: Record<string, string> };
    const { rows } = await api.database.pool.query<{ position: string; recorded_at: string }>(
      'select position, recorded_at from log.event where stream = $1 order by revision desc limit 1',
      [receipt.stream],
    );
    expect([receipt.position, receipt.recordedAt]).toEqual([
      String(rows[0]?.position).padStart(20, '0'),
      rows[0]?.recorded_at,
    ]);
    expect(asOfPosition).toBe(receipt.position);
    expect(counted).toEqual(['executed', 'replayed']);
    expect(await stored(body)).toEqual({ orders: 1, keys: 2 });
  });

  test('keeps text that looks like what stands for a place', async () => {
    const [body, key] = [
      orderOf({ customerPo: `\\u001d position: \\u001e ${randomUUID().slice(0, 8)}` }),
      randomUUID(),
    ];
    const first = await send(body, key);
    expect([first.status, first.body.customerPo]).toEqual([201, body.customerPo]);
    expect((await send(body, key)).text).toBe(first.text);
  });

  test('is one of fifty that are sent at once', async () => {
    const [body, key] = [orderOf(), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(body, key)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    expect(await stored(body)).toEqual({ orders: 1, keys: 2 });
  });

  test('under a key of another order is refused, naming the first use, and nothing is written', async () => {
    const [body, key] = [orderOf(), randomUUID()];
    await send(body, key);
    const other = orderOf();
    const answer = await send(other, key);
    expect([answer.status, answer.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(Math.abs(Date.parse(String(answer.body.firstUsedAt)) - Date.now())).toBeLessThan(60_000);
    expect(await stored(other)).toEqual({ orders: 0, keys: 0 });
    expect(counted).toEqual(['executed', 'reused']);
  });

  test('with a purchase order number that is known is the first order, or kept on hold for other content', async () => {
    const body = orderOf();
    const first = await send(body);
    const same = await send(body);
    expect([same.status, same.body.orderId, replayed(same)]).toEqual([201, first.body.orderId, false]);
    expect(same.body.receipt).toEqual(first.body.receipt);
    const held = await send({ ...body, charges: [] });
    expect(held.body).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'POSSIBLE_DUPLICATE_PO' }] });
    expect(JSON.stringify(held.body.holds)).toContain(first.body.orderId);
  });

  test('over the credit limit is kept on hold, and so answered again', async () => {
    const lines = [{ lineId: '10', item: 'BRG-6205', qty: '100', uom: 'EA' }];
    const [body, key] = [orderOf({ soldTo: 'C-1002', lines }), randomUUID()];
    const first = await send(body, key);
    expect(first.body).toMatchObject({ status: 'ON_HOLD', holds: [{ type: 'CREDIT' }] });
    expect((await send(body, key)).text).toBe(first.text);
  });

  test('of one customer with sixty others, some repeated and some not valid, is made once and each gets its own', async () => {
    const bodies = Array.from({ length: 60 }, () => orderOf());
    const keys = bodies.map(() => randomUUID());
    const wrong = orderOf({ lines: [{ lineId: '10', item: 'NOTHING', qty: '1', uom: 'EA' }] });
    const [answers, again, invalid] = await Promise.all([
      Promise.all(bodies.map((body, n) => send(body, keys[n]))),
      Promise.all(bodies.map((body, n) => send(body, keys[n]))),
      send(wrong),
    ]);
    expect(invalid.status).toBe(422);
    for (const [n, answer] of answers.entries()) {
      expect([answer.status, again[n]?.text]).toEqual([201, answer.text]);
      expect(answer.body.customerPo).toBe(bodies[n]?.customerPo);
      expect(await stored(bodies[n] ?? wrong)).toEqual({ orders: 1, keys: 2 });
    }
  });

  test('sent to two instances at once, in opposite orders, is one order each and every answer is its', async () => {
    const rival = await instanceOver(second);
    const bodies = Array.from({ length: 30 }, () => orderOf());
    const keys = bodies.map(() => randomUUID());
    const all = [...bodies.keys()];
    const [ours, theirs] = await Promise.all([
      Promise.all(all.map((n) => send(bodies[n] ?? {}, keys[n]))),
      Promise.all(all.toReversed().map((n) => send(bodies[n] ?? {}, keys[n], rival))).then((sent) => sent.toReversed()),
    ]);
    for (const n of all) {
      const texts = [ours[n], theirs[n]].filter((answer) => answer?.status === 201).map((answer) => answer?.text);
      expect(new Set(texts).size).toBe(1);
      for (const answer of [ours[n], theirs[n]])
        expect(answer?.status === 201 || answer?.body.code === 'REQUEST_IN_PROGRESS').toBe(true);
      expect(await stored(bodies[n] ?? orderOf())).toEqual({ orders: 1, keys: 2 });
      expect((await send(bodies[n] ?? {}, keys[n])).text).toBe(texts[0]);
    }
  });

  test('that meets another writer of the credit account is decided again and claimed once', async () => {
    const rival = await instanceOver(second);
    for (let round = 0; round < 6; round += 1) {
      const bodies = Array.from({ length: 8 }, () => orderOf());
      const answers = await Promise.all(bodies.map((body, n) => send(body, randomUUID(), n % 2 === 0 ? api : rival)));
      expect(answers.map(({ status, body }) => [status, body.status])).toEqual(bodies.map(() => [201, 'OPEN']));
      for (const body of bodies) expect(await stored(body)).toEqual({ orders: 1, keys: 2 });
    }
  });

  test('is answered as its own when the reply to its append is lost', async () => {
    const proxy = await startPostgresProxy(api.database.connectionString);
    const far = createPostgresLog({ connectionString: proxy.connectionString, pool: api.database.pool });
    const instance = await instanceOver(far);
    try {
      await send(orderOf(), randomUUID(), instance);
      proxy.loseEveryNthReply(2);
      for (let n = 0; n < 8; n += 1) {
        const [body, key] = [orderOf(), randomUUID()];
        const first = await send(body, key, instance);
        expect([first.status, replayed(first)]).toEqual([201, false]);
        expect((await send(body, key)).text).toBe(first.text);
        expect(await stored(body)).toEqual({ orders: 1, keys: 2 });
      }
      expect(proxy.lostReplies()).toBeGreaterThan(2);
    } finally {
      proxy.loseEveryNthReply(0);
      await far.close();
      await proxy.close();
    }
  });

  test('that died before its append left nothing, and after it everything', async () => {
    const dead = (appendClaiming: Store['appendClaiming']) =>
      instanceOver({ ...second, ...(appendClaiming && { appendClaiming }) });
    const before = await dead(() => Promise.reject(new LogUnavailable('killed before the append')));
    const [body, key] = [orderOf(), randomUUID()];
    expect((await send(body, key, before)).status).toBe(503);
    expect(await stored(body)).toEqual({ orders: 0, keys: 0 });
    const after = await dead(async (...args) => {
      await second.appendClaiming(...args);
      throw new LogUnavailable('killed after the append');
    });
    expect((await send(body, key, after)).status).toBe(503);
    expect(await stored(body)).toEqual({ orders: 1, keys: 2 });
    const again = await send(body, key);
    expect([again.status, replayed(again)]).toEqual([201, true]);
    expect(await stored(body)).toEqual({ orders: 1, keys: 2 });
  });

  test('is claimed first, as ever, where the log cannot claim', async () => {
    const { appendClaiming: _cannot, appendTogether: _neither, ...store } = second;
    const instance = await instanceOver(store);
    const [body, key] = [orderOf(), randomUUID()];
    const first = await send(body, key, instance);
    expect(first.status).toBe(201);
    expect((await send(body, key)).text).toBe(first.text);
  });
});
