import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { addDays } from '../../domain/calendar.ts';
import type { Position } from '../../domain/eventLog.ts';
import type { Answered } from './conformance.ts';
import { makeRealApi, type RealApi } from './realApi.ts';
import { type CallOptions, call } from './testApi.ts';

const messagesMax = 4;

let api: RealApi;
beforeAll(async () => {
  api = await makeRealApi({ replayMessagesMax: messagesMax });
  // The bug: no row of such an order can be written. Dropping the trigger is the fix.
  await sql
    .raw(
      `create function poison() returns trigger language plpgsql as $$ begin raise exception 'cannot take %', new.customer_po; end $$`,
    )
    .execute(api.database.db);
});
afterAll(() => api.close());

const setBug = async (on: boolean): Promise<void> => {
  const when = `when (new.customer_po like 'POISON%')`;
  const make = `create or replace trigger poison before insert or update on rm_orders_v1.orders for each row ${when} execute function poison()`;
  await sql.raw(on ? make : 'drop trigger if exists poison on rm_orders_v1.orders').execute(api.database.db);
};

const submit = async (customerPo: string): Promise<string> => {
  const answer = await call(api, 'POST', '/v1/orders', {
    body: {
      ...{ bu: 'ACME', channel: 'portal', customerPo, soldTo: 'C-1001', shipTo: { id: 'MAIN' }, currency: 'USD' },
      requestedDate: addDays(new Date().toISOString().slice(0, 10), 8),
      lines: [{ lineId: '10', item: 'BRG-6204', qty: '1', uom: 'EA' }],
    },
  });
  expect(answer.status).toBe(201);
  return (answer.body as { readonly orderId: string }).orderId;
};

const until = async <T>(ask: () => Promise<T>, isThere: (found: T) => boolean): Promise<T> => {
  for (let tries = 0; tries < 4_000; tries += 1) {
    const found = await ask();
    if (isThere(found)) return found;
    await delay(25);
  }
  throw new Error('it did not happen');
};

type Letter = {
  readonly id: string;
  readonly consumer: string;
  readonly laneKey: string;
  readonly blockedCount: number;
};

/** The dead letter of this order in the order status, when so much waits behind it. */
const stuckLetter = async (orderId: string, waiting = 0): Promise<Letter> => {
  const letters = await until(
    async () => {
      const path = `/v1/ops/dead-letters?consumer=orders&laneKey=order:${orderId}`;
      return (await call(api, 'GET', path, { role: 'ops' })).body.items as Letter[];
    },
    ([found]) => found !== undefined && found.blockedCount >= waiting,
  );
  return letters[0] as Letter;
};

const replay = (body: object, options: CallOptions = {}): Promise<Answered> =>
  call(api, 'POST', '/v1/ops/replays', { role: 'ops', body: { reason: 'the fold is corrected', ...body }, ...options });

const finished = (answer: Answered): Promise<Answered> =>
  until(
    () => call(api, 'GET', answer.headers.location as string, { role: 'ops' }),
    ({ body }) => body.state === 'FINISHED',
  );

type Preview = {
  readonly applied: number;
  readonly error: { readonly class: string } | null;
  readonly rows: readonly {
    readonly table: string;
    readonly key: Readonly<Record<string, string>>;
    readonly before: unknown;
    readonly after: Readonly<Record<string, string | null>> | null;
    readonly hidden: boolean;
  }[];
};

const previewOf = (answer: Answered): Preview => (answer.body.previews as Preview[])[0] as Preview;

const typesOf = async (from: Position | 'start'): Promise<readonly string[]> =>
  (await api.typesSince(from)).filter((type) => type.startsWith('Replay'));

describe('O-07 a replay over HTTP', () => {
  test('dry first: the rows it would write are then exactly those that it writes, and the log says who did it and why', async () => {
    const head = await api.log.head();
    await setBug(true);
    const poisoned = await submit(`POISON-${randomUUID()}`);
    const other = await submit(`PO-${randomUUID()}`);
    const letter = await stuckLetter(poisoned, 2);
    await until(
      () => call(api, 'GET', `/v1/orders/${other}`, { role: 'ops' }),
      ({ body }) => body.status === 'OPEN',
    );
    expect((await call(api, 'GET', `/v1/orders/${poisoned}`, { role: 'ops' })).status).toBe(404);

    const path = `/v1/ops/dead-letters/${letter.id}`;
    const seen = await call(api, 'GET', path, { role: 'ops' });
    expect(seen.body).toMatchObject({ payloadHidden: false, attempts: 1, payload: { orderId: poisoned, bu: 'ACME' } });

    const tooEarly = await replay({ deadLetterIds: [letter.id], dryRun: true });
    expect([tooEarly.status, previewOf(tooEarly).applied]).toEqual([202, 0]);
    expect(previewOf(tooEarly).error?.class).toContain('P0001');

    await setBug(false);
    const dry = await replay({ deadLetterIds: [letter.id], dryRun: true });
    expect(dry.status).toBe(202);
    const preview = previewOf(dry);
    expect(preview).toMatchObject({ error: null });
    expect(preview.rows.length).toBeGreaterThan(1);
    expect((await call(api, 'GET', `/v1/orders/${poisoned}`, { role: 'ops' })).status).toBe(404);
    expect((await call(api, 'GET', dry.headers.location as string, { role: 'ops' })).body.previews).toEqual(
      dry.body.previews,
    );

    const real = await replay({ deadLetterIds: [letter.id] });
    expect(real.status).toBe(202);
    const done = await finished(real);
    expect(done.body.lanes).toEqual([
      { consumer: 'orders', laneKey: `order:${poisoned}`, replayed: preview.applied, stillBlocked: 0, error: null },
    ]);
    for (const { table, key, before, after } of preview.rows) {
      const where = sql.join(
        Object.entries(key).map(([column, value]) => sql`t.${sql.id(column)}::text = ${value}`),
        sql` and `,
      );
      const { rows } =
        await sql`select (select json_object_agg(c.key, c.value) from jsonb_each_text(to_jsonb(t)) c) as row
        from ${sql.id('rm_orders_v1', table)} t where ${where}`.execute(api.database.db);
      expect({ table, before, rows }).toEqual({ table, before: null, rows: [{ row: after }] });
    }
    expect((await call(api, 'GET', `/v1/orders/${poisoned}`, { role: 'ops' })).body.status).toBe('OPEN');
    expect(await typesOf(head)).toEqual(['ReplayPreviewed', 'ReplayPreviewed', 'ReplayRequested', 'ReplayFinished']);
  });

  test('one dry run over a read model and a process shows the rows and the messages to partners', async () => {
    await setBug(true);
    const poisoned = await submit(`POISON-${randomUUID()}`);
    const letter = await stuckLetter(poisoned, 2);
    await setBug(false);
    const { events } = await api.log.readAfter('start', 5_000, { categories: ['order'] });
    const accepted = events.find(({ type, stream }) => type === 'OrderAccepted' && stream.endsWith(poisoned));
    if (accepted === undefined) throw new Error('the order was not accepted');
    const { eventId: item, type: what, stream, revision, position } = accepted;
    await createStuckBoard(api.database.db).post(
      'process:o2c',
      [poisoned],
      [
        {
          ...{ laneKey: poisoned, item, kind: 'STUCK', what, position, payloadRef: { stream, revision } },
          ...{ errorClass: 'TypeError', detail: 'cannot decide', attempts: 1, blockedCount: 0 },
        },
      ],
    );
    const path = `/v1/ops/dead-letters?consumer=process:o2c&laneKey=${poisoned}`;
    const [held] = (await call(api, 'GET', path, { role: 'ops' })).body.items as Letter[];
    const dry = await replay({ deadLetterIds: [letter.id, held?.id], dryRun: true });
    expect(dry.status).toBe(202);
    const previews = dry.body.previews as (Preview & { readonly messages: readonly unknown[] })[];
    expect(previews.find(({ rows }) => rows.length > 1)?.error).toBeNull();
    expect(previews.flatMap(({ messages }) => messages)).toContainEqual(
      expect.objectContaining({ step: 'registerErp', partner: 'erp', produced: 'NO', document: null }),
    );
    await createStuckBoard(api.database.db).post('process:o2c', [poisoned], []);
    await finished(await replay({ deadLetterIds: [letter.id] }));
  });

  test('O-34 above the limit of messages a second person has to agree, and then the very same request is taken', async () => {
    await setBug(true);
    const orders: string[] = [];
    for (let n = 0; n < 2; n += 1) orders.push(await submit(`POISON-${randomUUID()}`));
    const letters: Letter[] = [];
    for (const orderId of orders) letters.push(await stuckLetter(orderId, 2));
    await setBug(false);
    const body = { deadLetterIds: letters.map(({ id }) => id) };
    const key = randomUUID();
    const refused = await replay(body, { key });
    expect([refused.status, refused.body.code]).toEqual([409, 'APPROVAL_REQUIRED']);
    const { approvalId, payloadSha256 } = refused.body as { approvalId: string; payloadSha256: string };
    const decision = { decision: 'GRANT', payloadSha256, reason: 'looked at it' };
    const path = `/v1/approvals/${approvalId}/decisions`;
    expect((await call(api, 'POST', path, { role: 'ops', body: decision })).body.code).toBe('SOD_VIOLATION');
    expect((await replay(body, { key })).body.code).toBe('APPROVAL_REQUIRED');
    expect((await call(api, 'POST', path, { role: 'admin', body: decision })).status).toBe(201);
    const taken = await replay(body, { key });
    expect([taken.status, taken.body.approvalId]).toEqual([202, approvalId]);
    const { lanes } = (await finished(taken)).body as { lanes: { replayed: number; stillBlocked: number }[] };
    expect(lanes.map(({ stillBlocked }) => stillBlocked)).toEqual([0, 0]);
    for (const orderId of orders)
      expect((await call(api, 'GET', `/v1/orders/${orderId}`, { role: 'ops' })).body.status).toBe('OPEN');
  });

  test('twice at once, beside the running projector, applies every event once', async () => {
    await setBug(true);
    const poisoned = await submit(`POISON-${randomUUID()}`);
    const letter = await stuckLetter(poisoned, 2);
    await setBug(false);
    const answers = await Promise.all([replay({ deadLetterIds: [letter.id] }), replay({ laneKey: letter.laneKey })]);
    const lanes = (await Promise.all(answers.map(finished))).flatMap(
      ({ body }) => body.lanes as { consumer: string; replayed: number; stillBlocked: number }[],
    );
    const ofOrders = lanes.filter(({ consumer }) => consumer === 'orders');
    expect(ofOrders.reduce((sum, { replayed }) => sum + replayed, 0)).toBe(letter.blockedCount + 1);
    expect(ofOrders.every(({ stillBlocked }) => stillBlocked === 0)).toBe(true);
  });

  test('asked for again under the same key it is one replay, and what is not blocked is 404', async () => {
    await setBug(true);
    const letter = await stuckLetter(await submit(`POISON-${randomUUID()}`));
    const key = randomUUID();
    const first = await replay({ deadLetterIds: [letter.id] }, { key });
    const again = await replay({ deadLetterIds: [letter.id] }, { key });
    expect(again.text).toBe(first.text);
    const still = (await finished(first)).body as { lanes: { replayed: number; error: string | null }[] };
    expect(still.lanes[0]).toMatchObject({ replayed: 0, error: expect.stringContaining('cannot take POISON') });
    await setBug(false);
    await finished(await replay({ deadLetterIds: [letter.id] }));
    expect((await replay({ deadLetterIds: [letter.id] })).status).toBe(404);
    expect((await replay({ laneKey: 'order:nobody' })).status).toBe(404);
  });

  test('needs a reason, a lane, and the duty', async () => {
    expect((await replay({ reason: ' ', laneKey: 'order:X' })).status).toBe(422);
    expect((await replay({})).status).toBe(422);
    expect((await replay({ laneKey: 'order:X', deadLetterIds: ['1'] })).status).toBe(422);
    expect((await replay({ laneKey: 'order:X' }, { role: 'auditor' })).status).toBe(403);
  });
});
