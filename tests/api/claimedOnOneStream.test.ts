import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { LogUnavailable, type StreamName } from '../../domain/eventLog.ts';
import { readAll } from '../contracts/logFixtures.ts';
import { withLogBehindProxy } from '../support/logBehindProxy.ts';
import { expiredApproval } from './claiming/requests.ts';
import { type ClaimingApi, makeClaimingApi, sendTo } from './claimingApi.ts';
import type { Answered } from './conformance.ts';
import { instanceOver, type Store } from './instances.ts';
import { samples } from './samples.ts';

let api: ClaimingApi;
let second: PostgresLog;
beforeAll(async () => {
  api = await makeClaimingApi();
  second = createPostgresLog({ connectionString: api.database.connectionString, pool: api.database.pool });
});
afterAll(async () => {
  await second.close();
  await api.close();
});

const receiptOf = (reference: string = randomUUID(), qty = '7') => ({
  path: '/v1/stock-movements',
  body: { ...samples.recordStockMovement?.body, reference, qty },
});
type Movement = ReturnType<typeof receiptOf>;

const send = (movement: Movement, key: string = randomUUID(), by: ClaimingApi = api): Promise<Answered> =>
  sendTo(by, 'recordStockMovement', movement, { key });

const replayed = ({ headers }: Answered): boolean => headers['idempotency-replayed'] === 'true';

/** How often it lies in the log, and how many keys its command has. */
const stored = async ({ body }: Movement) => {
  const { rows } = await api.database.pool.query<{ receipts: number; keys: number }>(
    `with mine as (select metadata::jsonb->>'commandId' as id from log.event
                   where type = 'StockReceived' and data::jsonb->>'reference' = $1)
     select (select count(*)::int from mine) as receipts,
       (select count(*)::int from ops.claim where command_id in (select id from mine)) as keys`,
    [body.reference],
  );
  return rows[0];
};

const once = { receipts: 1, keys: 2 };

describe('a command on a stream that others write too, whose keys are claimed by its append', () => {
  test('is written once beside a hundred of two instances, and each is answered with what lies in the log', async () => {
    const rival = await instanceOver(api, second);
    const movements = Array.from({ length: 100 }, () => receiptOf());
    const keys = movements.map(() => randomUUID());
    const by = (n: number): ClaimingApi => (n % 2 === 0 ? api : rival);
    const answers = await Promise.all(movements.map((movement, n) => send(movement, keys[n], by(n))));
    for (const [n, answer] of answers.entries()) {
      expect([answer.status, replayed(answer)]).toEqual([201, false]);
      expect(await stored(movements[n] ?? receiptOf())).toEqual(once);
      const again = await send(movements[n] ?? receiptOf(), keys[n], by(n + 1));
      expect([again.text, replayed(again)]).toEqual([answer.text, true]);
    }
    const stream = 'stock-ACME.DC-EAST.BRG-6204' as StreamName;
    const places = new Map((await readAll(second, stream)).map(({ revision, ...rest }) => [revision, rest]));
    for (const { body } of answers) {
      const { revision, position, commandId } = body.receipt as Record<string, string> & { revision: number };
      const last = places.get(revision);
      expect(last?.metadata.commandId).toBe(commandId);
      expect(String(position) >= String(last?.position)).toBe(true);
    }
  });

  test('has one effect when both instances are sent it at once, and when its reference comes under other keys', async () => {
    const rival = await instanceOver(api, second);
    const movements = Array.from({ length: 20 }, () => receiptOf());
    const keys = movements.map(() => randomUUID());
    const answers = await Promise.all(
      movements.flatMap((movement, n) => [
        send(movement, keys[n]),
        send(movement, keys[n], rival),
        send(movement),
        send(movement, randomUUID(), rival),
      ]),
    );
    for (const { status, body } of answers)
      expect(status === 201 || ['REQUEST_IN_PROGRESS', 'SERVICE_UNAVAILABLE'].includes(String(body.code))).toBe(true);
    for (const [n, movement] of movements.entries()) {
      expect((await stored(movement))?.receipts).toBe(1);
      const texts = answers.slice(4 * n, 4 * n + 4).flatMap(({ status, text }) => (status === 201 ? [text] : []));
      expect(new Set([...texts, (await send(movement)).text]).size).toBe(1);
    }
  });

  test('under a reference with other content is refused, keeps that answer, and writes nothing', async () => {
    const [reference, key] = [randomUUID(), randomUUID()];
    await send(receiptOf(reference));
    const head = await api.log.head();
    const refused = await send(receiptOf(reference, '8'), key);
    expect([refused.status, refused.body.code]).toEqual([422, 'BUSINESS_KEY_REUSED']);
    const again = await send(receiptOf(reference, '8'), key);
    expect([again.text, replayed(again)]).toEqual([refused.text, true]);
    expect(await api.log.head()).toBe(head);
  });

  test('is answered as its own when the reply to its append is lost, also to those that were written with it', async () => {
    await withLogBehindProxy(api.database, async (far, proxy) => {
      const instance = await instanceOver(api, far);
      await send(receiptOf(), randomUUID(), instance);
      proxy.loseEveryNthReply(2);
      for (let round = 0; round < 6; round += 1) {
        const movements = Array.from({ length: 5 }, () => receiptOf());
        const keys = movements.map(() => randomUUID());
        const firsts = await Promise.all(movements.map((movement, n) => send(movement, keys[n], instance)));
        for (const [n, first] of firsts.entries()) {
          expect([first.status, replayed(first)]).toEqual([201, false]);
          expect((await send(movements[n] ?? receiptOf(), keys[n])).text).toBe(first.text);
          expect(await stored(movements[n] ?? receiptOf())).toEqual(once);
        }
      }
      expect(proxy.lostReplies()).toBeGreaterThan(2);
    });
  });

  test('that died before its append left nothing, and after it everything', async () => {
    const dead = (appendClaiming: NonNullable<Store['appendClaiming']>) =>
      instanceOver(api, { ...second, appendClaiming });
    const before = await dead(() => Promise.reject(new LogUnavailable('killed before the append')));
    const [movement, key] = [receiptOf(), randomUUID()];
    expect((await send(movement, key, before)).status).toBe(503);
    expect(await stored(movement)).toEqual({ receipts: 0, keys: 0 });
    const after = await dead(async (...args) => {
      await second.appendClaiming(...args);
      throw new LogUnavailable('killed after the append');
    });
    expect((await send(movement, key, after)).status).toBe(503);
    expect(await stored(movement)).toEqual(once);
    const again = await send(movement, key);
    expect([again.status, replayed(again)]).toEqual([201, true]);
    expect(await stored(movement)).toEqual(once);
  });

  test('is claimed first, as ever, where the log cannot claim', async () => {
    const { appendClaiming: _cannot, appendTogether: _neither, ...store } = second;
    const instance = await instanceOver(api, store);
    const [movement, key] = [receiptOf(), randomUUID()];
    const first = await send(movement, key, instance);
    expect(first.status).toBe(201);
    expect((await send(movement, key)).text).toBe(first.text);
    expect(await stored(movement)).toEqual(once);
  });

  test('whose outcome is told as a refusal claims nothing by it: the refusal is what is kept', async () => {
    const [late, key] = [await expiredApproval(api), randomUUID()];
    const first = await sendTo(api, 'decideApproval', late, { key });
    expect([first.status, first.body.code]).toEqual([409, 'APPROVAL_EXPIRED']);
    const again = await sendTo(api, 'decideApproval', late, { key });
    expect([again.text, replayed(again)]).toEqual([first.text, true]);
  });
});
