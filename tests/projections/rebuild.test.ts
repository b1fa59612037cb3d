import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { listProjections } from '../../projections/freshness.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { orders } from '../../projections/orders/projection.ts';
import { orderById } from '../../projections/orders/queries.ts';
import type { Projection } from '../../projections/projection.ts';
import { rebuildById } from '../../projections/rebuild/queries.ts';
import { catchUp } from '../../projections/runner.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { contextFor, createRebuildService, type RebuildService } from './rebuildService.ts';
import { appendEvents, storeEvents } from './storedHistory.ts';
import { tableHashes } from './tables.ts';

const history = (count: number): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  for (let n = 1; n <= count; n += 1) playGoldenOrder(log, `O${n}`);
  playEventfulOrders(log);
  return log;
};

describe('a rebuild beside the live build', () => {
  let service: RebuildService;
  let stop: () => Promise<void>;

  const filledBy = async (live: readonly Projection[], log: MemoryLog): Promise<void> => {
    await storeEvents(service.database, log.events);
    for (const projection of live) await catchUp(service.source, projection);
  };

  beforeEach(async () => {
    service = await createRebuildService();
    stop = async () => {};
  });

  afterEach(async () => {
    await stop();
    await service.close();
  });

  test('of every read model is identical and swaps by itself, with the same rows behind the same views', async () => {
    await filledBy(projections, history(4));
    const before = await tableHashes(service.db, projections);
    stop = service.startWorker(projections);
    for (const projection of projections) expect(await service.request(projection)).toMatchObject({ kind: 'done' });
    for (const { name } of projections) await service.until(`${name}-v2`, 'SWAPPED');
    // The index of events has the rebuilds' own events by now.
    const { event_index: _, ...rows } = await tableHashes(service.db, projections);
    expect(before).toMatchObject(rows);
    for (const projection of projections) {
      expect(await liveBuild(service.db, projection)).toMatchObject({ number: 2 });
      const view = await rebuildById(service.db, `${projection.name}-v2`);
      expect(view).toMatchObject({ state: 'SWAPPED', difference: { class: 'identical', money: [] } });
    }
    const inBuild = await sql<{ n: number }>`select count(*)::int as n from rm_orders_v2.orders`.execute(service.db);
    const seen = await sql<{ n: number }>`select count(*)::int as n from rm.orders`.execute(service.db);
    expect(seen.rows).toEqual(inBuild.rows);
    expect(service.problems).toEqual([]);
  });

  test('leaves the new tables with every key, index, guard and figure that the old ones had', async () => {
    await filledBy([glStaging], history(1));
    stop = service.startWorker(projections);
    await service.request(glStaging);
    await service.until('gl_staging-v2', 'SWAPPED');
    const shapeOf = async (schema: string) => {
      const { rows } = await sql<{ what: string }>`
        select replace(pg_get_indexdef(i.indexrelid), ${schema}, 'S') as what from pg_index i where i.indrelid::regclass::text like ${`${schema}.%`}
        union all select conname || replace(pg_get_constraintdef(oid), ${schema}, 'S') from pg_constraint where conrelid::regclass::text like ${`${schema}.%`}
        union all select replace(pg_get_triggerdef(oid), ${schema}, 'S') from pg_trigger where not tgisinternal and tgrelid::regclass::text like ${`${schema}.%`}
        order by 1`.execute(service.db);
      return rows.map(({ what }) => what);
    };
    const made = await shapeOf('rm_gl_staging_v2');
    expect(made).toEqual(await shapeOf('rm_gl_staging_v1'));
    expect(made.length).toBeGreaterThan(30);
    await expect(sql`delete from rm_gl_staging_v2.gl_journal`.execute(service.db)).rejects.toThrow('insert-only');
  });

  test('two at once on one read model are refused, and the next may follow the first', async () => {
    await filledBy([orders], history(1));
    expect(await service.request(orders)).toMatchObject({ kind: 'done', value: { rebuildId: 'orders-v2' } });
    expect(await service.request(orders)).toMatchObject({ kind: 'refused', refusal: { refused: 'REBUILD_RUNNING' } });
    stop = service.startWorker(projections);
    await service.until('orders-v2', 'SWAPPED');
    expect(await service.request(orders)).toMatchObject({ kind: 'done', value: { fromVersion: 2, toVersion: 3 } });
    await service.until('orders-v3', 'SWAPPED');
    const { rows } = await sql<{
      name: string;
    }>`select nspname as name from pg_namespace where nspname like 'rm_orders%' order by 1`.execute(service.db);
    expect(rows.map(({ name }) => name)).toEqual(['rm_orders_v2', 'rm_orders_v3']);
  });

  test('one call rolls back, and what happened since the swap is in the rows that come back', async () => {
    const log = history(2);
    await filledBy([orders], log);
    stop = service.startWorker(projections);
    await service.request(orders);
    await service.until('orders-v2', 'SWAPPED');
    const known = log.events.length;
    playGoldenOrder(log, 'LATER');
    await appendEvents(service.log, log.events.slice(known));
    await catchUp(service.source, orders);
    const head = await service.log.head();
    const before = await tableHashes(service.db, [orders]);
    const rolled = await service.calls.rollBackRebuild(
      { rebuildId: 'orders-v2', reason: 'not good' },
      contextFor('kim'),
    );
    expect(rolled).toMatchObject({ kind: 'done' });
    await service.until('orders-v2', 'ROLLED_BACK');
    expect(await liveBuild(service.db, orders)).toMatchObject({ number: 1 });
    const live = (await listProjections(service.db)).find((each) => each.name === 'orders' && each.live);
    expect(live?.position && live.position >= head).toBe(true);
    expect(await tableHashes(service.db, [orders])).toEqual(before);
    expect(await orderById(service.db, 'LATER')).toMatchObject({ status: 'COMPLETED' });
  });

  test('an aborted one leaves nothing behind and can be followed by another', async () => {
    await filledBy([orders], history(1));
    await service.request(orders);
    await service.calls.abortRebuild({ rebuildId: 'orders-v2', reason: 'by mistake' }, contextFor('kim'));
    stop = service.startWorker(projections);
    expect(await service.request(orders)).toMatchObject({ kind: 'done', value: { rebuildId: 'orders-v3' } });
    await service.until('orders-v3', 'SWAPPED');
    const { rows } = await sql`select from pg_namespace where nspname = 'rm_orders_v2'`.execute(service.db);
    expect(rows).toEqual([]);
  });

  test('one whose rows break a rule fails, also when the log is away as that is to be told', async () => {
    await filledBy([orders], history(1));
    const unsound: Projection = {
      ...orders,
      check: async () => {
        throw Object.assign(new Error('an order lacks its lines'), { code: '23514' });
      },
    };
    let isAway = true;
    stop = service.startWorker([unsound], ({ type }) => {
      if (type !== 'RecordFailure' || !isAway) return;
      isAway = false;
      throw new LogUnavailable('the log is away');
    });
    await service.request(orders);
    expect(await service.until('orders-v2', 'FAILED', 'SWAPPED')).toBe('FAILED');
    expect(await rebuildById(service.db, 'orders-v2')).toMatchObject({
      state: 'FAILED',
      problem: 'Error: an order lacks its lines',
    });
    const { rows } = await sql`select from pg_namespace where nspname = 'rm_orders_v2'`.execute(service.db);
    expect(rows).toEqual([]);
  });
});
