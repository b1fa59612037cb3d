import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type pg from 'pg';
import { ownMasterKeys } from '../../adapters/notary/masterKeys.ts';
import { readConfig } from '../../api/config.ts';
import { seedDemonstration } from '../../api/demo/seed.ts';
import { noTracing } from '../../api/deps.ts';
import { type Database, openDatabase } from '../../api/wiring/database.ts';
import { openPersonal } from '../../api/wiring/personal.ts';
import { makeWriteSide, systemClock, type WriteSide } from '../../api/wiring/writeSide.ts';
import { newUlid } from '../../commands/eventIds.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import { withReadQuota } from '../../projections/rebuild/readQuota.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** Runs while nobody else gets a connection of the pool. */
const whileTaken = async (pool: pg.Pool, connections: number, work: () => Promise<void>): Promise<void> => {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  try {
    await work();
  } finally {
    for (const client of clients) client.release();
  }
};

const submitted = {
  ...{ bu: 'ACME', channel: 'portal', soldTo: 'C-1001', shipTo: { id: 'MAIN' }, currency: 'USD' },
  ...{
    requestedDate: new Date(Date.now() + 8 * 86_400_000).toISOString().slice(0, 10),
    shipComplete: false,
    allowSplit: true,
    allowSubstitute: false,
    charges: [],
  },
  lines: [{ lineId: '1', item: 'BRG-6204', qty: '1', uom: 'EA' }],
};

describe('reading much of the log', () => {
  let testDatabase: TestDatabase<never>;
  let dataDir: string;
  let database: Database;
  let writeSide: WriteSide;

  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'quota-'));
    const config = readConfig({
      DATABASE_URL: testDatabase.connectionString,
      KEYS_FILE: 'keys.json',
      MASTER_KEY_FILE: join(dataDir, 'master-keys'),
      DATA_DIR: dataDir,
      REBUILD_READ_CONNECTIONS: '2',
    });
    database = await openDatabase(config, quiet);
    await ownMasterKeys(join(dataDir, 'master-keys'));
    writeSide = makeWriteSide(database, await openPersonal(config, database, quiet), quiet, noTracing);
    await writeSide.catalog.ready();
    const { application } = writeSide;
    await seedDemonstration({ application, claims: database.claims, clock: systemClock });
    const head = await database.log.head();
    if (head !== 'start') await writeSide.catalog.waitFor(head);
  });
  afterAll(async () => {
    await database?.close();
    await testDatabase?.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const capture = (customerPo: string) => {
    const commandId = newUlid();
    const ids = { commandId, correlationId: commandId, causationId: commandId, occurredAt: systemClock() };
    const actor = { kind: 'USER', id: 'kim', roles: ['channel'] } as const;
    return writeSide.application.submitOrder(
      { ...submitted, customerPo },
      { ...ids, actor, source: { system: 'rest', channel: 'portal' } },
    );
  };

  test('never waits for, nor takes, a connection that commands and workers need', async () => {
    const asked: Promise<unknown>[] = [];
    let answered = 0;
    await whileTaken(database.historyPool, 2, async () => {
      asked.push(database.history.readAfter('start', 10));
      asked.push(
        database.history
          .read('order-ACME.none' as StreamName)
          [Symbol.asyncIterator]()
          .next(),
      );
      for (const each of asked) void each.then(() => (answered += 1));
      expect(await capture('PO-1')).toMatchObject({ kind: 'done' });
      expect(await database.log.readAfter('start', 10)).toMatchObject({ events: { length: 10 } });
      expect(await database.outbox.take('w', 10, 60_000)).toEqual([]);
      expect([database.historyPool.waitingCount, answered]).toEqual([2, 0]);
    });
    await Promise.all(asked);
    await whileTaken(database.pool, 10, async () => {
      expect((await database.history.readAfter('start', 10)).events).toHaveLength(10);
    });
  });

  test('has its connections and no more, whatever is asked at once', async () => {
    await Promise.all(Array.from({ length: 40 }, () => database.history.readAfter('start', 100)));
    expect(database.historyPool.totalCount).toBe(2);
    const { rows } = await testDatabase.pool.query(
      `select count(*)::int as n from pg_stat_activity where application_name = 'throughline-history' and datname = current_database()`,
    );
    expect(rows).toEqual([{ n: 2 }]);
  });

  test('rests until what was read fits the quota, whoever of its readers asks', async () => {
    const clock = { nowMs: 1_000 };
    const slept: number[] = [];
    const sleep = async (ms: number): Promise<void> => {
      slept.push(ms);
      clock.nowMs += ms;
    };
    const { readAfter, readAfterWithout, head } = database.history;
    if (readAfterWithout === undefined) throw new Error('the log in Postgres can pass over types');
    const log = { readAfter, readAfterWithout, head };
    const feed = withReadQuota(log, { eventsPerSecond: 100, now: () => clock.nowMs, sleep });
    const first = await feed.readAfter('start', 20);
    expect([first.events.length, slept]).toEqual([20, []]);
    await feed.readAfterWithout(first.throughPosition, 10, []);
    expect(slept).toEqual([200]);
    clock.nowMs += 60;
    await feed.readAfter('start', 5);
    expect(slept).toEqual([200, 40]);
    // Who did not read for a while has not saved anything up.
    clock.nowMs += 60_000;
    await feed.readAfter('start', 30);
    await feed.readAfter('start', 1);
    expect(slept).toEqual([200, 40, 300]);
    expect(withReadQuota(log, { eventsPerSecond: 0 })).toBe(log);
  });
});
