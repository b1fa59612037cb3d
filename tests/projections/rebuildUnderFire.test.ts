import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { projections } from '../../projections/catalogue.ts';
import { orders } from '../../projections/orders/projection.ts';
import { listOrders } from '../../projections/orders/queries.ts';
import { rebuildById } from '../../projections/rebuild/queries.ts';
import { catchUp } from '../../projections/runner.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { createRebuildService, type RebuildService } from './rebuildService.ts';
import { appendEvents, storeEvents } from './storedHistory.ts';
import { tableHashes } from './tables.ts';

const history = (count: number): MemoryLog => {
  const log = createMemoryLog();
  openBooks(log);
  for (let n = 1; n <= count; n += 1) playGoldenOrder(log, `O${n}`);
  playEventfulOrders(log);
  return log;
};

const views = [
  'orders',
  'order_line',
  'stock_position',
  'shipment',
  'invoice',
  'gl_line',
  'subledger_entry',
  'lineage_edge',
  'event_index',
];

describe('a rebuild under fire', () => {
  let service: RebuildService;

  beforeEach(async () => {
    service = await createRebuildService();
  });

  afterEach(() => service.close());

  test('of every read model while orders come in: no read fails or finds nothing, no write waits for it, all are identical', async () => {
    const log = history(3);
    await storeEvents(service.database, log.events);
    for (const projection of projections) await catchUp(service.source, projection);
    const stopping = new AbortController();
    const { signal } = stopping;
    const followers = (async () => {
      while (!signal.aborted)
        for (const projection of projections)
          await catchUp(service.source, projection).catch((error: Error) => {
            if (error.name !== 'CheckpointMoved') throw error;
          });
    })();
    let written = 0;
    const writing = (async () => {
      for (let n = 0; !signal.aborted; n += 1) {
        const known = log.events.length;
        playGoldenOrder(log, `NEW${n}`);
        await appendEvents(service.log, log.events.slice(known));
        written += 1;
      }
    })();
    const failures: unknown[] = [];
    let reads = 0;
    const reading = (async () => {
      while (!signal.aborted) {
        for (const view of views) {
          const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${sql.id('rm', view)}`
            .execute(service.db)
            .catch((error: unknown) => {
              failures.push(error);
              return { rows: [] };
            });
          reads += 1;
          if (rows.length === 1 && (rows[0]?.n ?? 0) === 0) failures.push(`${view} is empty`);
        }
        await listOrders(service.db, {}).catch((error: unknown) => failures.push(error));
      }
    })();
    const stop = service.startWorker(projections);
    for (const projection of projections) await service.request(projection);
    for (const { name } of projections) await service.until(`${name}-v2`, 'SWAPPED');
    stopping.abort();
    await Promise.all([followers, writing, reading]);
    await stop();
    expect(failures).toEqual([]);
    expect(reads).toBeGreaterThan(20);
    expect(written).toBeGreaterThan(0);
    for (const { name } of projections) {
      expect((await rebuildById(service.db, `${name}-v2`))?.difference).toMatchObject({ class: 'identical' });
    }
  });

  test('killed in the middle it goes on from its checkpoint and ends with the same rows', async () => {
    await storeEvents(service.database, history(6).events);
    await catchUp(service.source, orders);
    const before = await tableHashes(service.db, [orders]);
    await service.request(orders);
    const script = join(import.meta.dirname, 'killedRebuild.script.ts');
    const child = spawn(process.execPath, [script, service.database.connectionString], { stdio: 'ignore' });
    const gone = once(child, 'exit');
    const place = async (): Promise<string | null> => {
      const { rows } = await sql<{
        position: string | null;
      }>`select position from ops.projection where name = 'orders' and version = 2`.execute(service.db);
      return rows[0]?.position ?? null;
    };
    for (const deadline = Date.now() + 40_000; Number(await place()) < 120; ) {
      if (Date.now() > deadline) throw new Error('the worker did not come so far');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill('SIGKILL');
    await gone;
    expect(Number(await place())).toBe(120);
    const stop = service.startWorker(projections);
    await service.until('orders-v2', 'SWAPPED');
    await stop();
    expect((await rebuildById(service.db, 'orders-v2'))?.difference).toMatchObject({ class: 'identical' });
    expect(await tableHashes(service.db, [orders])).toEqual(before);
  });
});
