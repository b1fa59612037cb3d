import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { CheckpointMoved, lockCheckpoint, readCheckpoint } from '../../projections/checkpoint.ts';
import type { LogPage } from '../../projections/logReader.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import { catchUp } from '../../projections/runner.ts';
import { shipments } from '../../projections/shipments/projection.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { timeline } from '../../projections/timeline/projection.ts';
import { applyTogether, createCompany, type Wanted } from '../../projections/together.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { emptyTables, tableHashes } from './tables.ts';

const three = [orders, shipments, timeline];

const pageOf = (log: MemoryLog, from = 0, to = log.events.length): LogPage => {
  const events = log.events.slice(from, to).map(log.decode);
  return { events, through: events.at(-1)?.position ?? 'start', atHead: to === log.events.length };
};

describe('read models at the same place of the log', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;

  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    openBooks(log);
    for (let n = 1; n <= 3; n += 1) playGoldenOrder(log, `O${n}`);
  });

  afterEach(() => database.close());

  const wantedBy = async (models: readonly Projection[], page: LogPage): Promise<readonly Wanted[]> => {
    const wanted: Wanted[] = [];
    for (const model of models) {
      const build = await liveBuild(database.db, model);
      wanted.push({ build, ours: await readCheckpoint(database.db, build), page });
    }
    return wanted;
  };

  /** What became of each: where it stands now, or what kept it. */
  const inCompany = (wanted: readonly Wanted[]) => {
    const company = createCompany(database.db);
    return Promise.allSettled(wanted.map(({ build, ours, page }) => company.advance(build, ours, page)));
  };

  const committed = async (): Promise<number> => {
    const { rows } = await sql<{ ids: string }>`select count(distinct xmin::text)::text as ids from ops.projection
      where name = any(${projections.map(({ name }) => name)}::text[]) and position is not null`.execute(database.db);
    return Number(rows[0]?.ids);
  };

  const alone = async (models: readonly Projection[] = projections) => {
    const together = await tableHashes(database.db, models);
    await emptyTables(database.db, models);
    for (const model of models) await catchUp({ db: database.db, ...log }, model);
    return { together, alone: await tableHashes(database.db, models) };
  };

  test('take a page in one transaction, with the rows that each would have written alone', async () => {
    const half = Math.floor(log.events.length / 2);
    const first = pageOf(log, 0, half);
    for (const page of [first, pageOf(log, half)]) {
      const outcomes = await inCompany(await wantedBy(projections, page));
      expect(outcomes.map(({ status }) => status)).toEqual(projections.map(() => 'fulfilled'));
      expect(await committed()).toBe(1);
    }
    const hashes = await alone();
    expect(hashes.together).toEqual(hashes.alone);
  });

  test('go on when one of them cannot apply an event, whose lane then waits as it always does', async () => {
    const broken: Projection = {
      ...orders,
      apply: async (batch, into) => {
        const added = await orders.apply(batch, into);
        const isCulprit = ({ type, data }: (typeof batch)[number]) =>
          type === 'OrderAccepted' && (data as { orderId?: string }).orderId === 'O2';
        if (batch.some(isCulprit)) throw new TypeError('cannot fold it');
        return added;
      },
    };
    const outcomes = await inCompany(await wantedBy([broken, shipments, timeline], pageOf(log)));
    const blocked = outcomes.map((each) => (each.status === 'fulfilled' ? each.value.blockedLanes : each.reason));
    expect(blocked).toEqual([1, 0, 0]);
    const { items } = await deadLetters(database.db);
    expect(items).toMatchObject([{ projection: 'orders', laneKey: 'order:O2', eventType: 'OrderAccepted' }]);
    expect(items[0]?.blockedCount).toBeGreaterThan(0);
    const hashes = await alone([shipments, timeline]);
    expect(hashes.together).toEqual(hashes.alone);
  });

  test('go on without one that another worker has moved meanwhile', async () => {
    const page = pageOf(log);
    const wanted = await wantedBy(three, page);
    await catchUp({ db: database.db, ...log }, shipments);
    const outcomes = await inCompany(wanted);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(CheckpointMoved) });
    const hashes = await alone(three);
    expect(hashes.together).toEqual(hashes.alone);
  });

  test('do not wait for one whose checkpoint somebody holds, as the replay of a lane does', async () => {
    const wanted = await wantedBy(three, pageOf(log));
    const [, ofShipments] = wanted as [Wanted, Wanted, Wanted];
    const held = await database.db.startTransaction().execute();
    await lockCheckpoint(held, ofShipments.build);
    const moved = await applyTogether(database.db, wanted);
    expect([...moved.keys()].sort()).toEqual(['orders', 'timeline']);
    const waits = inCompany([ofShipments]);
    await held.rollback().execute();
    expect(await waits).toMatchObject([{ status: 'fulfilled' }]);
    const hashes = await alone(three);
    expect(hashes.together).toEqual(hashes.alone);
  });

  test('have written all of a page or nothing of it when the database ends the transaction half-way', async () => {
    const dying: Projection = {
      ...timeline,
      apply: async (batch, into) => {
        const added = await timeline.apply(batch, into);
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(into.tx);
        return added;
      },
    };
    const page = pageOf(log);
    await expect(applyTogether(database.db, await wantedBy([orders, shipments, dying], page))).rejects.toThrow();
    for (const { ours } of await wantedBy(three, page)) expect(ours.position).toBe('start');
    const { rows } = await sql<{ count: string }>`select count(*)::text as count from rm.orders`.execute(database.db);
    expect(rows).toEqual([{ count: '0' }]);
    await inCompany(await wantedBy(three, page));
    const hashes = await alone(three);
    expect(hashes.together).toEqual(hashes.alone);
  });
});
