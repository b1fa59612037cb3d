import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Recorded } from '../../domain/eventLog.ts';
import { advance } from '../../projections/advance.ts';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { readCheckpoint } from '../../projections/checkpoint.ts';
import { listProjections, waitForPosition } from '../../projections/freshness.ts';
import type { Projection } from '../../projections/projection.ts';
import { catchUp, type RunnerOptions, runProjections } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accrue, softClose, three } from './accrualHistory.ts';
import { catchUpAll } from './caughtUp.ts';
import { payFirst, payInAdvance } from './depositHistory.ts';
import { dropShip } from './dropShipHistory.ts';
import { exchangeDocuments } from './ediHistory.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { receive, release } from './fulfilmentHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { loseOnTheWay } from './lossHistory.ts';
import { defineMasterData, defineTrade, openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { playOperations } from './operationsHistory.ts';
import { placeOrder } from './orderHistory.ts';
import { sendBack } from './returnHistory.ts';
import { emptyTables, tableHashes } from './tables.ts';
import { moveBetween } from './transferHistory.ts';

const history = (): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  defineTrade(log);
  for (let n = 1; n <= 6; n += 1) playGoldenOrder(log, `O${n}`);
  playEventfulOrders(log);
  sendBack(log, 'O1');
  loseOnTheWay(log, 'O3');
  moveBetween(log, 'T1');
  payInAdvance(log, 'O1');
  payFirst(log, 'O1');
  dropShip(log, 'O2');
  exchangeDocuments(log, 'O2');
  playOperations(log);
  receive(log, '7', 'rcpt-open');
  placeOrder(log, 'OPEN');
  release(log, 'OPEN', 1, '7');
  softClose(log);
  accrue(log, 'OPEN', 1, three);
  return log;
};

/** The events that this read model does nothing with are no batches of their own: they go with the next one that it takes. */
const bordersOf = (
  { handles }: Projection,
  log: MemoryLog,
  size: number,
  from: number,
  to: number,
): readonly number[] => {
  const borders: number[] = [];
  let taken = 0;
  for (let at = from; at < to; at += 1) {
    if (!handles.has(log.events[at]?.type ?? '')) continue;
    taken += 1;
    if (taken % size === 0) borders.push(at + 1);
  }
  return borders.at(-1) === to ? borders : [...borders, to];
};

const inBatchesOf = async (
  database: TestDatabase<never>,
  log: MemoryLog,
  size: number,
  from = 0,
  to = log.events.length,
): Promise<void> => {
  for (const projection of projections) {
    const build = await liveBuild(database.db, projection);
    let checkpoint = await readCheckpoint(database.db, build);
    let at = from;
    for (const border of bordersOf(projection, log, size, from, to)) {
      const events = log.events.slice(at, border).map(log.decode);
      const through = events.at(-1)?.position ?? checkpoint.position;
      checkpoint = await advance(database.db, build, checkpoint, { events, through, atHead: border === to });
      at = border;
    }
  }
};

const emptyAll = async (database: TestDatabase<never>): Promise<void> => {
  await emptyTables(database.db, projections);
};

/** Rows as the checkpoints count them against rows as the tables hold them. */
const countsAgree = async (database: TestDatabase<never>): Promise<void> => {
  const counted = new Map((await listProjections(database.db)).map((each) => [each.name, each.rows]));
  for (const projection of projections) {
    let total = 0;
    const { schema } = await liveBuild(database.db, projection);
    for (const name of projection.tables) {
      const { rows } = await sql<{ count: number }>`select count(*)::int as count from ${sql.id(schema, name)}`.execute(
        database.db,
      );
      total += rows[0]?.count ?? 0;
    }
    expect({ name: projection.name, rows: counted.get(projection.name) }).toEqual({
      name: projection.name,
      rows: total,
    });
  }
};

/** Lets each process hold each lease: nothing but compare-and-swap then keeps two projectors apart. */
const withoutLeases: RunnerOptions['whileHeld'] = async (_name, work) => {
  await work(new AbortController().signal);
  return true;
};

const names = projections.map((projection) => projection.name);

describe('projections in batches', () => {
  let database: TestDatabase<never>;

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => database.close());

  test('rows are the same for batches of 1, 7 and 1000 events, and after a rebuild', async () => {
    const log = history();
    await inBatchesOf(database, log, 1000);
    const expected = await tableHashes(database.db, projections);
    expect(Object.values(expected).filter((hash) => hash === '0:')).toEqual([]);
    await countsAgree(database);
    for (const size of [1, 7]) {
      await emptyAll(database);
      await inBatchesOf(database, log, size);
      expect(await tableHashes(database.db, projections)).toEqual(expected);
      await countsAgree(database);
    }
    await emptyAll(database);
    await catchUpAll(database.db, log);
    expect(await tableHashes(database.db, projections)).toEqual(expected);
  }, 300_000);

  test('two projectors that both believe to hold the lease never apply an event twice', async () => {
    const log = history();
    const stop = new AbortController();
    const options = { db: database.db, ...log, whileHeld: withoutLeases };
    const running = [
      runProjections(options, projections, stop.signal),
      runProjections(options, projections, stop.signal),
    ];
    for (let n = 7; n <= 12; n += 1) {
      playGoldenOrder(log, `O${n}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await waitForPosition(database.db, names, log.events.at(-1)?.position ?? '', 30_000)).toBe(true);
    stop.abort();
    await Promise.all(running);
    const twice = await tableHashes(database.db, projections);
    await countsAgree(database);
    await emptyAll(database);
    await inBatchesOf(database, log, 1000);
    expect(twice).toEqual(await tableHashes(database.db, projections));
  });

  test('a rebuild of a model whose projector has nothing to do fills it again without a new event', async () => {
    const log = history();
    const stop = new AbortController();
    const running = runProjections({ db: database.db, ...log, whileHeld: withoutLeases }, projections, stop.signal);
    const head = log.events.at(-1)?.position ?? '';
    expect(await waitForPosition(database.db, names, head, 30_000)).toBe(true);
    const before = await tableHashes(database.db, projections);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await emptyAll(database);
    expect(await waitForPosition(database.db, names, head, 30_000)).toBe(true);
    stop.abort();
    await running;
    expect(await tableHashes(database.db, projections)).toEqual(before);
  });

  test('a projector killed between or within batches loses nothing and repeats nothing', async () => {
    const log = history();
    const half = Math.floor(log.events.length / 2);
    await inBatchesOf(database, log, 10, 0, half);
    const orders = projections[1];
    if (orders === undefined) throw new Error('no projection');
    const before = await tableHashes(database.db, projections);
    const build = await liveBuild(database.db, orders);
    const checkpoint = await readCheckpoint(database.db, build);
    const events = log.events.slice(half, half + 10).map(log.decode);
    const broken = {
      ...orders,
      apply: async (...args: Parameters<typeof orders.apply>) => {
        await orders.apply(...args);
        throw Object.assign(new Error('Connection terminated unexpectedly'), {});
      },
    };
    await expect(
      advance(database.db, { ...build, projection: broken }, checkpoint, {
        events,
        through: events.at(-1)?.position ?? 'start',
        atHead: false,
      }),
    ).rejects.toThrow('Connection terminated');
    expect(await tableHashes(database.db, projections)).toEqual(before);
    await catchUpAll(database.db, log);
    const resumed = await tableHashes(database.db, projections);
    await emptyAll(database);
    await inBatchesOf(database, log, 1000);
    expect(resumed).toEqual(await tableHashes(database.db, projections));
  });

  test('a checkpoint that another projector has moved refuses the batch and its rows', async () => {
    const log = history();
    const orders = projections[1];
    if (orders === undefined) throw new Error('no projection');
    const build = await liveBuild(database.db, orders);
    const stale = await readCheckpoint(database.db, build);
    await catchUp({ db: database.db, ...log }, orders);
    const before = await tableHashes(database.db, [orders]);
    const events = log.events.slice(0, 40).map(log.decode);
    await expect(
      advance(database.db, build, stale, { events, through: events.at(-1)?.position ?? 'start', atHead: false }),
    ).rejects.toThrow('the checkpoint stands at');
    expect(await tableHashes(database.db, [orders])).toEqual(before);
  });

  test('a log restored from an older copy is refused, not absorbed', async () => {
    const log = history();
    const orders = projections[1];
    if (orders === undefined) throw new Error('no projection');
    await catchUp({ db: database.db, ...log }, orders);
    const older = createMemoryLog('2026-11-23T09:00:00.000Z');
    defineMasterData(older);
    const stop = new AbortController();
    const running = runProjections({ db: database.db, ...older, whileHeld: withoutLeases }, [orders], stop.signal);
    const stopped = async () => (await listProjections(database.db)).find((each) => each.name === 'orders');
    for (let n = 0; n < 100 && (await stopped())?.state !== 'STOPPED'; n += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await stopped()).toMatchObject({ state: 'STOPPED', problem: { class: 'LogRewound' } });
    stop.abort();
    await running;
  });

  test('an event that a newer program wrote stops the projection before it, and says so', async () => {
    const log = history();
    const last = log.events.at(-1)?.position ?? '';
    log.append('order-ACME.NEW', 'OrderClosed', { orderId: 'NEW', bu: 'ACME', soldTo: 'C-1001' });
    const decode = (recorded: Recorded) => {
      if (recorded.stream === 'order-ACME.NEW') throw new Error('OrderSplit version 3 is not known');
      return log.decode(recorded);
    };
    const stop = new AbortController();
    const running = runProjections(
      { db: database.db, ...log, decode, whileHeld: withoutLeases },
      projections,
      stop.signal,
    );
    expect(await waitForPosition(database.db, names, last, 20_000)).toBe(true);
    const stopped = async () => (await listProjections(database.db)).every((each) => each.state === 'STOPPED');
    for (let n = 0; n < 200 && !(await stopped()); n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await stopped()).toBe(true);
    expect((await listProjections(database.db))[0]).toMatchObject({
      position: last,
      problem: { detail: 'OrderSplit version 3 is not known' },
    });
    stop.abort();
    await running;
  });
});
