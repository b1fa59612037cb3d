import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createWebhookDeliveries } from '../../adapters/postgres/webhookDeliveries.ts';
import { makeAuthenticate } from '../../api/credentials.ts';
import type { Principal } from '../../api/principal.ts';
import { revealWith } from '../../api/wiring/webhooks.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { waitingDeliveries } from '../../projections/webhooks/queries.ts';
import { tablesHolding } from '../support/holding.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { call, keys } from './testApi.ts';

const portal = (customer: string): Principal => ({
  ...{ tenant: 'default', id: `portal-${customer}`, kind: 'PARTNER', roles: ['channel'] },
  ...{ businessUnits: ['ACME'], customers: [customer], nodes: 'all' },
});
const partners: Readonly<Record<string, Principal>> = {
  north: portal('C-1001'),
  south: portal('C-1002'),
  elsewhere: { ...portal('C-1001'), id: 'elsewhere', businessUnits: ['OTHER'], customers: 'all' },
};

let api: RealApi;
beforeAll(async () => {
  const byKey = makeAuthenticate({ keys });
  api = await makeRealApi({ authenticate: async (token) => partners[token] ?? byKey(token) });
});
afterAll(() => api.close());

const url = 'http://127.0.0.1:9/hooks';

const subscribe = (token: string, changes: object = {}, key: string = randomUUID()): Promise<Answered> =>
  call(api, 'POST', '/v1/webhook-subscriptions', { token, key, body: { bu: 'ACME', url, ...changes } });

const subscribed = async (token: string, changes: object = {}) => {
  const answer = await subscribe(token, changes);
  expect(answer.status).toBe(201);
  return answer.body as {
    readonly subscriptionId: string;
    readonly secret: string;
    readonly receipt: { position: string };
  };
};

const of = (id: string, noun = ''): string => `/v1/webhook-subscriptions/${id}${noun}`;

const post = (token: string, path: string): Promise<Answered> =>
  call(api, 'POST', path, { token, body: { reason: 'we upgrade' } });

/** What is seen after the last event. */
const get = async (token: string, path: string): Promise<Answered> =>
  call(api, 'GET', path, { token, headers: { 'x-min-position': String(await api.log.head()) } });

const idsOf = ({ body }: Answered, name: string): readonly unknown[] =>
  (body.items as readonly Readonly<Record<string, unknown>>[]).map((item) => item[name]);

describe('S-22 a subscription', () => {
  test('is answered with its secret, once, and shown without it ever after', async () => {
    const key = randomUUID();
    const before = await api.log.head();
    const answer = await subscribe(keys.channel, { events: ['SHIPMENT_CONFIRMED'], soldTo: 'C-1001' }, key);
    expect(answer.status).toBe(201);
    const { secret, subscriptionId } = answer.body as { readonly secret: string; readonly subscriptionId: string };
    expect(secret).toMatch(/^whsec_[\w-]{43}$/);
    expect(await api.typesSince(before)).toEqual(['WebhookSubscribed']);
    expect(answer.headers.location).toBe(of(subscriptionId));
    // Whoever lost the answer sends the same request again.
    expect((await subscribe(keys.channel, { events: ['SHIPMENT_CONFIRMED'], soldTo: 'C-1001' }, key)).text).toBe(
      answer.text,
    );

    const seen = await get(keys.channel, of(subscriptionId));
    expect(seen.body).toMatchObject({
      ...{ subscriptionId, bu: 'ACME', url, events: ['SHIPMENT_CONFIRMED'], customers: ['C-1001'], state: 'ACTIVE' },
      subscribedBy: 'key:channel',
    });
    const stream = `webhook-ACME.${subscriptionId}`;
    const others = [
      await get(keys.admin, of(subscriptionId)),
      await get(keys.auditor, `/v1/audit/events?stream=${stream}`),
      await get(keys.auditor, `/v1/audit/state?stream=${stream}`),
    ];
    for (const { status, text } of others) expect([status, text.includes(secret)]).toEqual([200, false]);
    // S-23, I-08: in no table, whoever may read it.
    expect(await tablesHolding(api.database.pool, secret)).toEqual([]);
  });

  test('has a second secret after a rotation, and what signs is what was shown', async () => {
    const { subscriptionId, secret } = await subscribed(keys.channel);
    const rotated = await post(keys.channel, of(subscriptionId, '/secrets'));
    expect(rotated.status).toBe(201);
    const newer = String(rotated.body.secret);
    expect([newer === secret, newer.startsWith('whsec_')]).toEqual([false, true]);
    expect(await tablesHolding(api.database.pool, newer)).toEqual([]);
    const seen = await get(keys.channel, of(subscriptionId));
    expect(seen.body).toMatchObject({
      secretId: rotated.body.secretId,
      previousSecretUntil: rotated.body.previousUntil,
    });
    const stored: string[] = [];
    for await (const { data } of api.log.read(`webhook-ACME.${subscriptionId}` as never))
      stored.push((data as { readonly secret: string }).secret);
    expect(await revealWith(api.vault)(stored)).toEqual([secret, newer]);
  });

  test('is paused, resumed and deleted, each recorded with its reason', async () => {
    const { subscriptionId } = await subscribed(keys.channel);
    const before = await api.log.head();
    const state = async (): Promise<unknown> => (await get(keys.ops, of(subscriptionId))).body.state;
    for (const [noun, expected] of [
      ['/pauses', 'PAUSED'],
      ['/pauses', 'PAUSED'],
      ['/resumptions', 'ACTIVE'],
      ['/deletions', 'DELETED'],
      ['/deletions', 'DELETED'],
    ] as const) {
      expect((await post(keys.channel, of(subscriptionId, noun))).status).toBe(201);
      expect(await state()).toBe(expected);
    }
    expect(await api.typesSince(before)).toEqual(['WebhookPaused', 'WebhookResumed', 'WebhookDeleted']);
    const late = await post(keys.channel, of(subscriptionId, '/pauses'));
    expect([late.status, late.body.code]).toEqual([409, 'SUBSCRIPTION_DELETED']);
  });

  test('is refused with everything that is wrong with it', async () => {
    const answer = await subscribe(keys.channel, { url: 'https://10.0.0.1/', soldTo: 'C-9999' });
    expect([answer.status, answer.body.errors]).toEqual([
      422,
      [
        expect.objectContaining({ pointer: '/url', code: 'VALUE_INVALID' }),
        expect.objectContaining({ pointer: '/soldTo', code: 'CUSTOMER_UNKNOWN' }),
      ],
    ]);
    const nowhere = await subscribe(keys.channel, { bu: 'NOWHERE' });
    expect([nowhere.status, (nowhere.body.errors as { code: string }[])[0]?.code]).toEqual([422, 'BU_UNKNOWN']);
    const noNotice = await subscribe(keys.channel, { events: ['ORDER_SUBMITTED'] });
    expect(noNotice.status).toBe(422);
  });
});

describe('S-11 who is limited to a customer', () => {
  test('is told of that customer only, and sees and steers no subscription but its own', async () => {
    const all = await subscribed(keys.channel);
    const north = await subscribed('north');
    const south = await subscribed('south', { soldTo: 'C-1002' });
    expect((await get('north', of(north.subscriptionId))).body.customers).toEqual(['C-1001']);
    const beyond = await subscribe('north', { soldTo: 'C-1002' });
    expect([beyond.status, beyond.body.code]).toEqual([403, 'PARTNER_SCOPE']);
    expect(idsOf(await get('south', '/v1/webhook-subscriptions'), 'subscriptionId')).toEqual([south.subscriptionId]);
    for (const id of [all.subscriptionId, south.subscriptionId]) {
      expect((await get('north', of(id))).status).toBe(404);
      for (const noun of ['/secrets', '/pauses', '/resumptions', '/deletions'])
        expect([noun, (await post('north', of(id, noun))).status]).toEqual([noun, 404]);
    }
    expect((await post('elsewhere', of(north.subscriptionId, '/deletions'))).status).toBe(404);
    expect((await post('north', of(north.subscriptionId, '/deletions'))).status).toBe(201);
  });
});

const made = async (
  subscriptionId: string,
  orderId: string,
  count: number,
  createdAt = new Date(),
): Promise<readonly string[]> => {
  const position = String(await api.log.head());
  const rows = Array.from({ length: count }, (_, place) => ({
    ...{ deliveryId: newUlid(), subscriptionId, bu: 'ACME', orderId, type: 'ORDER_ACCEPTED', position, place },
    body: '{}',
  }));
  await createWebhookDeliveries(api.database.db).add(rows, createdAt.toISOString());
  return rows.map(({ deliveryId }) => deliveryId);
};

describe('deliveries', () => {
  test('are listed with what became of them, page by page, to whoever may see the subscription', async () => {
    const [{ subscriptionId }, orderId] = [await subscribed('north'), newUlid()];
    const [first = '', second = '', third = ''] = await made(subscriptionId, orderId, 3);
    const at = new Date().toISOString();
    const deliveries = createWebhookDeliveries(api.database.db);
    await deliveries.settle([
      { deliveryId: first, attempts: 0, at, status: 204, error: null, dueAt: null },
      { deliveryId: second, attempts: 0, at, status: 500, error: 'REFUSED', dueAt: null },
    ]);
    const path = `/v1/webhook-deliveries?subscriptionId=${subscriptionId}`;
    const page = await get('north', `${path}&limit=2`);
    expect(page.body.items).toMatchObject([
      { deliveryId: third, state: 'PENDING', attempts: 0, nextAttemptAt: null },
      { deliveryId: second, state: 'STUCK', attempts: 1, lastStatus: 500, lastError: 'REFUSED', nextAttemptAt: null },
    ]);
    const next = await get('north', `${path}&limit=2&cursor=${String(page.body.nextCursor)}`);
    expect(next.body).toMatchObject({ items: [{ deliveryId: first, state: 'DELIVERED' }], nextCursor: null });
    expect(idsOf(await get('north', `/v1/webhook-deliveries?orderId=${orderId}&state=STUCK`), 'deliveryId')).toEqual([
      second,
    ]);
    expect(idsOf(await get('south', path), 'deliveryId')).toEqual([]);
    expect(idsOf(await get(keys.ops, `${path}&state=DELIVERED`), 'deliveryId')).toEqual([first]);
    expect((await get('north', '/v1/webhook-deliveries?cursor=abc')).body.code).toBe('CURSOR_INVALID');
  });

  test('are asked for again by an event, and by nobody who may not see them', async () => {
    const { subscriptionId } = await subscribed('south');
    const [deliveryId = ''] = await made(subscriptionId, newUlid(), 1);
    const path = `/v1/webhook-deliveries/${deliveryId}/redeliveries`;
    expect((await post('north', path)).status).toBe(404);
    expect((await post('south', `/v1/webhook-deliveries/${newUlid()}/redeliveries`)).status).toBe(404);
    const before = await api.log.head();
    expect((await post('south', path)).status).toBe(202);
    expect(await api.typesSince(before)).toEqual(['WebhookRedeliveryRequested']);
  });
});

describe('O-07 a notice that its subscriber does not take', () => {
  const sender = () => createWebhookDeliveries(api.database.db);
  const lettersOf = async (laneKey: string) =>
    (await get(keys.ops, `/v1/ops/dead-letters?consumer=webhook-deliveries&laneKey=${laneKey}`)).body.items;
  const failing = async (customer: string, createdAt: Date, dueAt: string | null) => {
    const { subscriptionId } = await subscribed(keys.channel, { soldTo: customer });
    const orderId = newUlid();
    const [first = '', ...behind] = await made(subscriptionId, orderId, 3, createdAt);
    const tried = { deliveryId: first, attempts: 0, at: new Date().toISOString(), status: 422, error: 'REFUSED' };
    await sender().settle([{ ...tried, dueAt }]);
    return { subscriptionId, first, behind, laneKey: `webhook:${subscriptionId}:${orderId}` };
  };

  test('is a dead letter, and goes on by a replay with what waits behind it', async () => {
    const { subscriptionId, first, laneKey } = await failing('C-1001', new Date(), null);
    const [letter] = (await lettersOf(laneKey)) as { readonly id: string }[];
    expect(letter).toMatchObject({
      ...{ id: `webhook:${first}`, kind: 'STUCK', eventType: 'ORDER_ACCEPTED', attempts: 1, blockedCount: 2 },
      ...{ errorClass: 'REFUSED', detail: 'The endpoint answered 422.', payloadRef: { deliveryId: first } },
    });
    const shown = await get(keys.ops, `/v1/ops/dead-letters/${letter?.id}`);
    expect(shown.body).toMatchObject({ payload: {}, payloadHidden: false });

    const replay = (body: object): Promise<Answered> =>
      call(api, 'POST', '/v1/ops/replays', { role: 'ops', body: { reason: 'they mended it', ...body } });
    const dry = await replay({ deadLetterIds: [letter?.id], dryRun: true });
    const message = { id: first, step: 'ORDER_ACCEPTED', partner: 'webhook', produced: 'UNKNOWN' };
    expect(dry.body.previews).toMatchObject([
      { waitingCount: 3, applied: 3, error: { class: 'REFUSED' }, messages: [message, {}, {}] },
    ]);
    const real = await replay({ laneKey });
    const path = String(real.headers.location);
    let answered = await get(keys.ops, path);
    for (; answered.body.state !== 'FINISHED'; answered = await get(keys.ops, path)) {
      const at = new Date().toISOString();
      for (const { deliveryId, attempts } of await sender().due([{ subscriptionId, room: 9 }], [], at))
        await sender().settle([{ deliveryId, attempts, at, status: 204, error: null, dueAt: null }]);
    }
    expect(answered.body.lanes).toMatchObject([{ laneKey, stillBlocked: 0, error: null }]);
    expect(await lettersOf(laneKey)).toEqual([]);
  });

  test('is shown while it is tried again once that lasts, and takes a person where the endpoint is gone', async () => {
    const soon = new Date(Date.now() + 600_000).toISOString();
    const fresh = await failing('C-1001', new Date(), soon);
    const old = await failing('C-1001', new Date(Date.now() - 3_600_000), soon);
    expect(await lettersOf(fresh.laneKey)).toEqual([]);
    expect(await lettersOf(old.laneKey)).toMatchObject([{ kind: 'RETRYING', blockedCount: 2 }]);
    const { ageSeconds, waiting } = await waitingDeliveries(api.database.db);
    expect([waiting >= 6, ageSeconds >= 3_600]).toEqual([true, true]);
    await api.database.pool.query(
      `update rm.webhook set state = 'PAUSED', automatic = true, state_reason = 'gone' where subscription_id = $1`,
      [fresh.subscriptionId],
    );
    expect(await lettersOf(fresh.laneKey)).toMatchObject([{ kind: 'STUCK', detail: 'gone' }]);
  });
});

test('a business unit has no more subscriptions than fifty', async () => {
  await api.database.pool.query(
    `insert into rm.webhook (subscription_id, url, state, automatic, secret_id, subscribed_by, subscribed_at, created_position, revision, bu, position, updated_at)
     select 'S' || n, 'https://hooks.example/', 'PAUSED', false, 'S', 'kim', now(), '', 0, 'ACME', '', now() from generate_series(1, 50) n`,
  );
  const answer = await subscribe(keys.channel);
  expect([answer.status, answer.body.code]).toEqual([409, 'SUBSCRIPTIONS_MAX']);
});
