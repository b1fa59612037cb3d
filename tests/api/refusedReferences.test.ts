import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { confirmation, planned } from './claiming/requests.ts';
import { byService, type ClaimingApi, makeClaimingApi, sendTo } from './claimingApi.ts';
import type { Answered } from './conformance.ts';
import { instanceOver } from './instances.ts';
import { samples } from './samples.ts';

let api: ClaimingApi;
let second: PostgresLog;
beforeAll(async () => {
  api = await makeClaimingApi();
  const body = samples.defineItem?.body ?? {};
  for (let n = 0; n < 40; n += 1) await sendTo(api, 'defineItem', { path: `/v1/items/ACME/REF-${n}`, body });
  second = createPostgresLog({ connectionString: api.database.connectionString, pool: api.database.pool });
});
afterAll(async () => {
  await second.close();
  await api.close();
});

const items = Array.from({ length: 40 }, (_, n) => `REF-${n}`).values();
/** An item of its own, so that nobody else moves its stock; every instance knows it from its start. */
const newItem = (): string => items.next().value ?? '';

const receive = async (item: string, qty: string): Promise<Answered> => {
  const body = { ...samples.recordStockMovement?.body, item, qty, reference: randomUUID() };
  return sendTo(api, 'recordStockMovement', { path: '/v1/stock-movements', body });
};

type Change = { readonly item: string; readonly reference: string; readonly qty: string };

const change = (
  { item, reference, qty }: Change,
  by: ClaimingApi = api,
  options: { readonly key?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answered> => {
  const body = { ...samples.changeStockStatus?.body, item, reference, qty };
  return sendTo(by, 'changeStockStatus', { path: '/v1/stock-status-changes', body }, options);
};

/** How often the reference is in the log, and how often it is claimed. */
const stored = async (reference: string) => {
  const { rows } = await api.database.pool.query<{ events: number; keys: number; answered: number }>(
    `select (select count(*)::int from log.event
             where type = 'StockStatusChanged' and data::jsonb->>'reference' = $1) as events,
       count(*)::int as keys, count(answered_at)::int as answered from ops.claim where forever and key = $1`,
    [reference],
  );
  return rows[0];
};

const nothing = { events: 0, keys: 0, answered: 0 };
const once = { events: 1, keys: 1, answered: 1 };

const without = () => {
  const { appendClaiming: _cannot, appendTogether: _neither, ...store } = second;
  return instanceOver(api, store);
};

describe.each([
  ['that can claim', () => instanceOver(api, second)],
  ['that cannot claim', without],
] as const)('the reference of a refused change of status, on a log %s', (_log, open) => {
  test('is free for the corrected request, and is kept by that one', async () => {
    const [instance, item, reference] = [await open(), newItem(), randomUUID()];
    await receive(item, '5');
    const refused = await change({ item, reference, qty: '6' }, instance);
    expect([refused.status, refused.body.code]).toEqual([409, 'QTY_EXCEEDS_STATUS']);
    expect(await stored(reference)).toEqual(nothing);
    const corrected = await change({ item, reference, qty: '5' }, instance);
    expect([corrected.status, corrected.text]).toEqual([201, corrected.text]);
    expect(await stored(reference)).toEqual(once);
    expect((await change({ item, reference, qty: '5' }, instance)).body).toEqual(corrected.body);
    const other = await change({ item, reference, qty: '6' }, instance);
    expect([other.status, other.body.code]).toEqual([422, 'BUSINESS_KEY_REUSED']);
    expect(await stored(reference)).toEqual(once);
  });

  test('is free for the same request when the goods are there', async () => {
    const [instance, item, reference] = [await open(), newItem(), randomUUID()];
    expect((await change({ item, reference, qty: '6' }, instance)).status).toBe(409);
    await receive(item, '6');
    expect((await change({ item, reference, qty: '6' }, instance)).status).toBe(201);
    expect(await stored(reference)).toEqual(once);
  });

  test('is free when another revision had been seen, and a repetition is not asked for one', async () => {
    const [instance, item, reference] = [await open(), newItem(), randomUUID()];
    await receive(item, '5');
    const seen = async (revision: number) =>
      change({ item, reference, qty: '2' }, instance, { headers: { 'if-match': `"${revision}"` } });
    const stale = await seen(9_999);
    expect([stale.status, await stored(reference)]).toEqual([412, nothing]);
    const { currentRevision } = stale.body as { readonly currentRevision: number };
    const taken = await seen(currentRevision);
    expect([taken.status, await stored(reference)]).toEqual([201, once]);
    expect((await seen(currentRevision)).body).toEqual(taken.body);
  });

  test('is told of the change that used it, although the goods for a second one are missing by now', async () => {
    const [instance, item, reference] = [await open(), newItem(), randomUUID()];
    await receive(item, '5');
    const first = await change({ item, reference, qty: '5' }, instance);
    const again = await change({ item, reference, qty: '5' }, instance);
    expect([again.status, again.body]).toEqual([201, first.body]);
    const elsewhere = await change({ item: newItem(), reference, qty: '5' }, instance);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'BUSINESS_KEY_REUSED']);
  });

  test('is accepted once when two instances are sent it at once with different content', async () => {
    const rival = await open();
    for (let round = 0; round < 10; round += 1) {
      const [item, reference] = [newItem(), randomUUID()];
      await receive(item, '5');
      // The first is always too much, the others can be had one at a time.
      const answers = await Promise.all(
        ['6', '5', '4', '5', '4'].map((qty, n) => change({ item, reference, qty }, n % 2 === 0 ? api : rival)),
      );
      const accepted = answers.filter(({ status }) => status === 201);
      expect(new Set(accepted.map(({ text }) => text)).size).toBe(1);
      const codes = answers.flatMap(({ status, body }) => (status === 201 ? [] : [String(body.code)]));
      expect(['BUSINESS_KEY_REUSED', 'QTY_EXCEEDS_STATUS']).toEqual(expect.arrayContaining(codes));
      expect(await stored(reference)).toEqual(once);
    }
  });
});

describe('a reference whose key is claimed by the append, although the request’s own was claimed before', () => {
  const input = async () => {
    const item = newItem();
    await receive(item, '5');
    const { body } = samples.changeStockStatus ?? {};
    return { ...(body as object), item, reference: randomUUID(), qty: '5' } as never as Parameters<
      ClaimingApi['deps']['application']['changeStockStatus']
    >[0];
  };
  const context = (commandId = newUlid()) => ({ ...byService(), commandId });

  test('is in the log and kept together, whichever moment the instance dies at', async () => {
    const sent = await input();
    const { reference } = sent;
    const dead = (appendClaiming: PostgresLog['appendClaiming']) => instanceOver(api, { ...second, appendClaiming });
    const before = await dead(() => Promise.reject(new LogUnavailable('killed before the append')));
    const under = context();
    await expect(before.deps.application.changeStockStatus(sent, under)).rejects.toThrow(LogUnavailable);
    expect(await stored(reference)).toEqual(nothing);
    const after = await dead(async (...args) => {
      await second.appendClaiming(...args);
      throw new LogUnavailable('killed after the append');
    });
    await expect(after.deps.application.changeStockStatus(sent, under)).rejects.toThrow(LogUnavailable);
    expect(await stored(reference)).toEqual(once);
    const resumed = await api.deps.application.changeStockStatus(sent, under);
    expect(resumed).toMatchObject({ kind: 'done', value: { qty: '5' }, receipt: { commandId: under.commandId } });
    expect(await api.deps.application.changeStockStatus(sent, context())).toEqual(resumed);
    expect(await stored(reference)).toEqual(once);
  });

  test('has one effect when it is sent twenty times at once to two instances', async () => {
    const rival = await instanceOver(api, second);
    const sent = await input();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? api : rival).deps.application.changeStockStatus(sent, context()),
      ),
    );
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ kind: 'done' });
    expect(await stored(sent.reference)).toEqual(once);
  });
});

describe('a confirmation that the warehouse told wrongly', () => {
  test('keeps its id free for the corrected message', async () => {
    const { shipmentId, lines } = await planned(api);
    const messageOf = (lineId: string, messageId: string) => ({
      ...{ kind: 'SHIPPED' as const, messageId, shipmentId, confirmationId: `C-${shipmentId}` },
      ...{ shippedAt: new Date().toISOString(), tracking: [] },
      lines: lines.map(({ qty }) => ({ lineId, qty, lots: [], serials: [] })),
    });
    const take = (lineId: string) => {
      const messageId = newUlid();
      const under = { ...byService(), commandId: messageId };
      return api.deps.application.takeWarehouseMessage('ACME', messageOf(lineId, messageId), under, undefined);
    };
    expect(await take('77')).toMatchObject({ kind: 'refused', refusal: { refused: 'LINE_UNKNOWN' } });
    expect(await take('10')).toMatchObject({ kind: 'done' });
  });
});

test('a confirmation whose freight no rate is known for is refused, and its id is free for the corrected one', async () => {
  const { path, body } = await confirmation(api);
  const sent = (currency: string) =>
    sendTo(api, 'confirmShipment', { path, body: { ...body, freightCost: { amount: '1200', currency } } });
  const foreign = await sent('CAD');
  expect([foreign.status, foreign.body.errors]).toMatchObject([
    422,
    [{ pointer: '/freightCost/currency', code: 'CURRENCY_MISMATCH' }],
  ]);
  expect((await sent('USD')).status).toBe(201);
});
