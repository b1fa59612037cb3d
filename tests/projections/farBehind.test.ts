import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { advance } from '../../projections/advance.ts';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { readCheckpoint } from '../../projections/checkpoint.ts';
import { listProjections } from '../../projections/freshness.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { ProjectionReport } from '../../projections/progressReport.ts';
import type { Projection } from '../../projections/projection.ts';
import { replayLane } from '../../projections/repair.ts';
import { catchUp, type RunnerOptions } from '../../projections/runner.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { brokenAt, failedOnes, followToHead, longHistory, ordersThat } from './farBehindRun.ts';
import type { MemoryLog } from './memoryLog.ts';
import { storeEvents } from './storedHistory.ts';
import { emptyTables, tableHashes } from './tables.ts';

const names = projections.map(({ name }) => name);
const withOrders = (instead: Projection) => projections.map((each) => (each.name === orders.name ? instead : each));

describe('read models that are far behind', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;
  let reports: readonly ProjectionReport[];

  beforeAll(() => {
    log = longHistory();
  });

  beforeEach(async () => {
    database = await createTestDatabase();
    reports = [];
  });

  afterEach(() => database.close());

  const follow = async (models: readonly Projection[], more: Partial<RunnerOptions> = {}): Promise<void> => {
    reports = await followToHead(database, log, models, more);
  };

  /** The rows that there would be, had each read model taken page after page by itself. */
  const pageByPage = async (models: readonly Projection[] = projections) => {
    await emptyTables(database.db, models);
    for (const model of models) {
      const build = await liveBuild(database.db, model);
      let checkpoint = await readCheckpoint(database.db, build);
      for (let at = 0; at < log.events.length; at += 170) {
        const events = log.events.slice(at, at + 170).map(log.decode);
        const page = {
          events,
          through: events.at(-1)?.position ?? checkpoint.position,
          atHead: at + 170 >= log.events.length,
        };
        checkpoint = await advance(database.db, build, checkpoint, page);
      }
    }
    return { hashes: await tableHashes(database.db, models), counts: await counts() };
  };

  const counts = async () =>
    (await listProjections(database.db)).map(({ name, rows, position, deadLetters }) => ({
      ...{ name, rows, position, deadLetters },
    }));

  const asNow = async (models: readonly Projection[] = projections) => ({
    hashes: await tableHashes(database.db, models),
    counts: await counts(),
  });

  test('read the log once for all of them, are seen to move, and have the rows that page by page gives', async () => {
    let events = 0;
    const readAfter: typeof log.feed.readAfter = async (position, limit) => {
      const page = await log.feed.readAfter(position, limit);
      events += page.events.length;
      return page;
    };
    await follow(projections, { feed: { ...log.feed, readAfter } });
    const together = await asNow();
    expect(failedOnes(reports)).toEqual([]);
    // Not once for each of them, however late some of them begin on a busy machine.
    expect(events).toBeLessThan((log.events.length * projections.length) / 3);
    const ofOrders = reports.flatMap((told) =>
      told.kind === 'advanced' && told.projection === 'orders' ? [told] : [],
    );
    expect(ofOrders.length).toBeGreaterThan(3);
    expect(ofOrders.reduce((sum, told) => sum + told.events, 0)).toBe(log.events.length);
    expect(together).toEqual(await pageByPage());
  });

  test('go on from the middle of the log, some of them further than others', async () => {
    for (const [index, model] of projections.entries()) {
      const part = log.events.slice(0, index % 3 === 0 ? 200 : 40 * index);
      const readAfter: typeof log.feed.readAfter = async (position, limit) => {
        const events = part.slice(position === 'start' ? 0 : Number(position)).slice(0, limit);
        return { events, throughPosition: events.at(-1)?.position ?? position };
      };
      await catchUp({ db: database.db, decode: log.decode, feed: { readAfter } }, model);
    }
    await follow(projections);
    expect(failedOnes(reports)).toEqual([]);
    const together = await asNow();
    expect(together).toEqual(await pageByPage());
  });

  test('go on without one that another worker moves meanwhile, which then takes its place from there', async () => {
    let meddled = false;
    const moved = ordersThat(async () => {
      if (meddled) return;
      meddled = true;
      await catchUp({ db: database.db, ...log }, orders);
    });
    await follow(withOrders(moved));
    expect(failedOnes(reports)).toEqual(['orders: CheckpointMoved']);
    const together = await asNow();
    expect(together).toEqual(await pageByPage());
  });

  test('set one event aside as page by page does, and its lane is replayed as ever', async () => {
    const culprit = log.events.filter(({ type }) => type === 'OrderPriced').at(20)?.position;
    await follow(withOrders(brokenAt(culprit)));
    expect(failedOnes(reports)).toEqual([]);
    const { items } = await deadLetters(database.db, { projection: 'orders' });
    expect(items).toMatchObject([{ projection: 'orders', position: culprit, errorClass: 'TypeError' }]);
    const together = await asNow();
    await replayLane({ db: database.db, ...log }, orders, items[0]?.laneKey ?? '');
    const repaired = await asNow();
    expect(together).toEqual(await pageByPage(withOrders(brokenAt(culprit))));
    expect(repaired).toEqual(await pageByPage());
  });

  test('stop before an event that a newer program wrote, with everything before it applied', async () => {
    const unknown = log.events[900]?.position;
    const decode: typeof log.decode = (recorded) => {
      if (recorded.position === unknown) throw new Error('OrderSplit version 3 is not known');
      return log.decode(recorded);
    };
    await expect(catchUp({ db: database.db, ...log, decode, eventsPerPage: 100 }, orders)).rejects.toThrow(
      'OrderSplit',
    );
    const build = await liveBuild(database.db, orders);
    expect((await readCheckpoint(database.db, build)).position).toBe(log.events[899]?.position);
  });

  test('leave one whose lease is lost, and the others go on', async () => {
    const lost = new AbortController();
    const losing = ordersThat(async (batch) => {
      if (batch.some(({ position }) => Number(position) > 500)) lost.abort();
    });
    let held = 0;
    const whileHeld: RunnerOptions['whileHeld'] = async (name, work) => {
      held += name.endsWith(':orders') ? 1 : 0;
      await work(held === 1 && name.endsWith(':orders') ? lost.signal : new AbortController().signal);
      return true;
    };
    await follow(withOrders(losing), { whileHeld });
    expect(held).toBeGreaterThan(1);
    expect(failedOnes(reports)).toEqual([]);
    const together = await asNow();
    expect(together).toEqual(await pageByPage());
  });

  test('try again when the database goes away for a moment, and nothing is half written', async () => {
    const applicationName = 'to be cut off';
    const db = createKysely<never>(createPool({ connectionString: database.connectionString, applicationName }));
    let pages = 0;
    const cutOff = ordersThat(async () => {
      pages += 1;
      if (pages !== 5) return;
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${applicationName}`.execute(
        database.db,
      );
    });
    await follow(withOrders(cutOff), { db });
    await db.destroy();
    expect(failedOnes(reports).length).toBeGreaterThan(0);
    const together = await asNow();
    expect(together).toEqual(await pageByPage());
  });

  test('killed in the middle go on from their checkpoints and end with the same rows', async () => {
    await storeEvents(database, log.events);
    const script = join(import.meta.dirname, 'killedCatchUp.script.ts');
    const child = spawn(process.execPath, [script, database.connectionString], { stdio: 'ignore' });
    const gone = once(child, 'exit');
    const places = async () => (await listProjections(database.db)).map(({ position }) => Number(position ?? 0));
    const isThere = async (): Promise<boolean> => {
      const reached = await places();
      return reached.length === names.length && reached.every((position) => position >= 300);
    };
    for (const deadline = Date.now() + 60_000; !(await isThere()); ) {
      if (Date.now() > deadline) throw new Error('the projector did not come so far');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    await gone;
    expect(Math.max(...(await places()))).toBeLessThan(log.events.length);
    await follow(projections);
    const together = await asNow();
    expect(together).toEqual(await pageByPage());
  });
});
