import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { noticesOf } from '../../domain/webhook/notices.ts';
import { type ToldOrder, toldAfter } from '../../domain/webhook/toldOrder.ts';
import { consumerLags } from '../../projections/eventStream/consumerQueries.ts';
import { type StreamPlace, wholePosition } from '../../projections/eventStream/place.ts';
import { eventStream } from '../../projections/eventStream/projection.ts';
import {
  type StreamFilter,
  type StreamPage,
  streamHeldSeconds,
  streamPage,
} from '../../projections/eventStream/queries.ts';
import type { Projection } from '../../projections/projection.ts';
import { replayLane } from '../../projections/repair.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

const beginning: StreamPlace = { position: '0', place: wholePosition };

const golden = join(import.meta.dirname, '../golden/events');

/** One event of every type, as the newest version of it is written. */
const everyEvent = async (): Promise<readonly RecordedDomainEvent[]> => {
  const newest = new Map<string, { readonly version: number; readonly file: string }>();
  for (const file of await readdir(golden)) {
    const [, type = '', version = ''] = /^(\w+)\.v(\d+)\./.exec(file) ?? [];
    if (Number(version) > (newest.get(type)?.version ?? 0)) newest.set(type, { version: Number(version), file });
  }
  const read = async ({ file }: { readonly file: string }) =>
    JSON.parse(await readFile(join(golden, file), 'utf8')) as RecordedDomainEvent;
  return Promise.all([...newest.values()].map(read));
};

/** A bug that one kind of event of one order meets. */
const brokenFor = (orderId: string, type: string): Projection => ({
  ...eventStream,
  apply: async (batch, into) => {
    if (batch.some((event) => event.type === type && (event.data as { orderId?: string }).orderId === orderId))
      throw new TypeError(`cannot fold ${type}`);
    return eventStream.apply(batch, into);
  },
});

test('whatever changes an order as it is told, or is told, is followed', async () => {
  const log = createMemoryLog();
  playGoldenOrder(log, 'O1');
  const order = log.events.map(log.decode).reduce<ToldOrder | undefined>(toldAfter, undefined);
  const touching = (await everyEvent()).filter(
    (event) => toldAfter(order, event) !== order || noticesOf(order, order, event).length > 0,
  );
  expect(touching.length).toBeGreaterThan(20);
  expect(touching.map(({ type }) => type).filter((type) => !eventStream.handles.has(type))).toEqual([]);
});

describe('the stream of canonical events', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  const pages = async (filter: StreamFilter = {}, limit = 500): Promise<readonly StreamPage[]> => {
    const read: StreamPage[] = [];
    for (let after = beginning; ; ) {
      const page = await streamPage(database.db, { ...filter, after, limit });
      read.push(page);
      if (!page.more) return read;
      after = page.through;
    }
  };
  const ids = (read: readonly StreamPage[]): readonly string[] =>
    read.flatMap(({ events }) => events.map(({ eventId }) => eventId));

  beforeAll(async () => {
    database = await createTestDatabase();
    for (const orderId of ['O1', 'O2', 'O3']) playGoldenOrder(log, orderId);
  });
  afterAll(() => database.close());

  test('ends before an event that cannot be told, and goes on in order when it can be', async () => {
    const all = eventStream.fold(log.events.map(log.decode)).events.map(({ event_id }) => event_id);
    await catchUp({ db: database.db, ...log }, brokenFor('O2', 'ShipmentConfirmed'));
    const read = ids(await pages({}, 4));
    expect(read.length).toBeLessThan(all.length);
    expect(read).toEqual(all.slice(0, read.length));
    // Also where somebody sees nothing of that order.
    expect(ids(await pages({ bus: ['ACME'], customers: ['C-1001'] }))).toEqual(read);
    expect((await pages({ bus: ['OTHER'] })).at(-1)?.through).toEqual(beginning);
    expect((await pages()).at(-1)).toMatchObject({ more: false, isHeld: true });
    expect(await streamHeldSeconds(database.db)).toBeGreaterThan(0);
    await replayLane({ db: database.db, ...log }, eventStream, 'order:O2');
    expect(ids(await pages({}, 4))).toEqual(all);
    expect((await pages()).at(-1)?.isHeld).toBeUndefined();
    expect(await streamHeldSeconds(database.db)).toBe(0);
  });

  test('is looked through in bounded steps for what hardly ever happens, and no page is a giant', async () => {
    await sql`insert into rm.stream_event (place, event_id, type, order_id, sold_to, channel, occurred_at, size, data, bu, position, updated_at)
      select 0, 'X' || n, case n when 24000 then 'CREDIT_MEMO_ISSUED' else 'SHIPMENT_TRACKED' end, 'X', 'C-9', 'portal', now(),
        case when n > 24996 then 600000 else 2 end, case when n > 24996 then repeat('x', 600000) else '{}' end, 'ACME', lpad((1000 + n)::text, 20, '0'), now() - interval '1 hour'
      from generate_series(1, 25000) n`.execute(database.db);
    await sql`update ops.projection set position = lpad('26000', 20, '0') where name = 'event_stream'`.execute(
      database.db,
    );
    const rare = await pages({ types: ['CREDIT_MEMO_ISSUED'] });
    expect(ids(rare)).toEqual(['X24000']);
    expect(rare.map(({ more }) => more)).toEqual([true, true, false]);
    const after = { position: String(1000 + 24_996).padStart(20, '0'), place: 0 };
    const large = await streamPage(database.db, { after, limit: 100 });
    expect([ids([large]), large.more]).toEqual([['X24997', 'X24998'], true]);
    expect(ids(await pages({ bus: ['ACME'], customers: ['C-9'], types: ['CREDIT_MEMO_ISSUED'] }))).toEqual(['X24000']);
    // Who is registered for it and has handled nothing is seen to be behind, although the first of its events is far off.
    await sql`insert into rm.event_consumer (consumer_id, name, types, after_position, after_place, begun_revision, state, registered_by,
        registered_at, created_position, revision, bu, position, updated_at)
      values ('K', 'memos', '["CREDIT_MEMO_ISSUED"]', '0', 0, 0, 'ACTIVE', 'ops', now(), '1', 0, 'ACME', '1', now())`.execute(
      database.db,
    );
    const [lag] = await consumerLags(database.db);
    expect(lag).toMatchObject({ consumer: 'ACME/memos', waiting: 0 });
    expect(lag?.lagSeconds).toBeGreaterThanOrEqual(3_600);
  });
});
