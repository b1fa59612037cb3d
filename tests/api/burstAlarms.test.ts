import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createTreeReads } from '../../adapters/postgres/evidenceTree.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import { readConfig } from '../../api/config.ts';
import { makeServiceMetrics } from '../../api/wiring/http.ts';
import type { NewOutboxItem } from '../../commands/ports.ts';
import type { Position } from '../../domain/eventLog.ts';
import { advance } from '../../projections/advance.ts';
import { liveBuild } from '../../projections/build.ts';
import { readCheckpoint } from '../../projections/checkpoint.ts';
import { orders } from '../../projections/orders/projection.ts';
import { catchUp } from '../../projections/runner.ts';
import { openBooks } from '../projections/masterDataHistory.ts';
import { createMemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { alarmNamed, alarmStates, type Scrape } from '../support/alarms.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const steady = 5;
const halfMinuteMs = 30_000;

let database: TestDatabase<never>;
let log: PostgresLog;
let metrics: ReturnType<typeof makeServiceMetrics>;
beforeAll(async () => {
  database = await createTestDatabase();
  log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
  metrics = makeServiceMetrics(readConfig({}), { readDb: database.db, log }, { tree: createTreeReads(database.db) });
});
afterAll(async () => {
  await log.close();
  await database.close();
});

/** A scraper that comes by every half minute; it is its clock that an alert's `for` goes by. */
const scraper = () => {
  const scrapes: Scrape[] = [];
  return {
    scrapes,
    scrape: async (times = 1): Promise<void> => {
      for (let n = 0; n < times; n += 1)
        scrapes.push({ atMs: scrapes.length * halfMinuteMs, text: (await metrics.expose()).text });
    },
  };
};

const burst = ['inactive', 'pending', 'pending', 'pending', 'pending', 'firing', 'inactive'];

describe('O-37 ten times as many orders as usual', () => {
  test('make a read model late: the alarm fires after its two minutes, and clears when it has followed', async () => {
    const { scrapes, scrape } = scraper();
    const history = createMemoryLog(new Date(Date.now() - 1_800_000).toISOString());
    openBooks(history);
    const follow = () => catchUp({ db: database.db, ...history }, orders);
    for (let n = 0; n < steady; n += 1) placeOrder(history, `S${n}`);
    await follow();
    await scrape();

    const before = history.events.length;
    for (let n = 0; n < steady * 10; n += 1) placeOrder(history, `B${n}`);
    // As far as it has come, while there is more.
    const build = await liveBuild(database.db, orders);
    const events = history.events.slice(before, before + steady * 5).map(history.decode);
    const through = events.at(-1)?.position ?? 'start';
    await advance(database.db, build, await readCheckpoint(database.db, build), { events, through, atHead: false });
    await scrape(5);
    await follow();
    await scrape();
    expect(alarmStates(await alarmNamed('ReadModelLate'), scrapes)).toEqual(burst);
  });

  test('leave steps waiting for their turn: the alarm fires, and clears when they were tried', async () => {
    const { scrapes, scrape } = scraper();
    const outbox = createOutbox(database.db);
    let stored = 0;
    const store = async (items: readonly Partial<NewOutboxItem>[], dueSecondsAgo = 0): Promise<void> => {
      const positionOf = (n: number): Position => String(n).padStart(20, '0') as Position;
      const from = stored === 0 ? 'start' : positionOf(stored);
      stored += 1;
      const all = items.map((item, n) => {
        const key = item.key ?? `${stored}-${n}`;
        return {
          ...{ intentId: randomUUID(), process: 'o2c', key, bu: 'ACME', step: 'allocate', lane: `order:${key}` },
          ...{ delayMs: 0, payload: {}, priority: 1, causeEventId: 'c', causePosition: '1', correlationId: 'x' },
          ...{ partner: null, node: null, channel: null },
          ...item,
        } as NewOutboxItem;
      });
      await outbox.store(all, { name: 'dispatcher', from, to: positionOf(stored) });
      const ids = all.map(({ intentId }) => intentId);
      await database.pool.query(
        `update ops.outbox set due_at = due_at - $2 * interval '1 second' where intent_id = any($1)`,
        [ids, dueSecondsAgo],
      );
    };
    const held = [{ group: 'adapter', key: 'wms' }] as const;
    const take = async () => outbox.take('w1', steady * 100, 600_000, { held });
    await database.pool.query(
      `insert into rm_pauses_v1.pause (pause_id, pause_group, pause_key, reason, paused_by, paused_at, automatic, bu, position, updated_at)
       values ('adapter:wms', 'adapter', 'wms', 'stocktaking', 'kim', now(), false, 'operations', '1', now())`,
    );
    // None of these is a backlog: a partner who is away, what waits behind that, what somebody holds, and what is not due.
    await store([{ key: 'A', partner: 'erp' }], 900);
    for (const item of await take()) await outbox.retry(item, { class: 'NETWORK', detail: 'away' }, 300_000);
    await store([{ key: 'A' }, { key: 'H', partner: 'wms' }], 900);
    await store([{ key: 'L', delayMs: 3_600_000 }]);
    await scrape();

    await store(
      Array.from({ length: steady * 10 }, () => ({})),
      61,
    );
    await scrape(5);
    const taken = await take();
    expect(taken).toHaveLength(steady * 10);
    await outbox.done(taken.map(({ intentId }) => intentId));
    await scrape();
    expect(alarmStates(await alarmNamed('StepsLate'), scrapes)).toEqual(burst);
  });

  test('is an alarm of each series: one that is over does not end another, and begins anew', () => {
    const rule = { metric: 'lag', selected: new Map(), label: 'of', above: 60, forMs: 60_000 };
    const said = (...values: readonly (readonly [of: string, value: number])[]) =>
      values.map(([of, value]) => `lag{of="${of}"} ${value}`).join('\n');
    const scrapes = [said(['a', 61]), said(['a', 60], ['b', 61]), said(['a', 61]), said(['a', 61]), said(['a', 61])];
    expect(
      alarmStates(
        rule,
        scrapes.map((text, n) => ({ atMs: n * halfMinuteMs, text })),
      ),
    ).toEqual(['pending', 'pending', 'pending', 'pending', 'firing']);
  });
});
