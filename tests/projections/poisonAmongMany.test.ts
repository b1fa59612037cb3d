import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { listProjections } from '../../projections/freshness.ts';
import { previewLane } from '../../projections/lanePreview.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import { replayLane } from '../../projections/repair.ts';
import type { RowChange } from '../../projections/rowChanges.ts';
import { catchUp } from '../../projections/runner.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { defineMasterData } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const ordersCount = 10_000;
const poisoned = 'O5000';

const broken: Projection = {
  ...orders,
  apply: async (batch, into) => {
    const culprit = batch.some(
      ({ type, data }) => type === 'OrderPriced' && (data as { orderId: string }).orderId === poisoned,
    );
    if (culprit) throw new TypeError('cannot fold it');
    return orders.apply(batch, into);
  },
};

const asText = async (database: TestDatabase<never>, { table, key }: RowChange) => {
  const where = sql.join(
    Object.entries(key).map(([column, value]) => sql`t.${sql.id(column)}::text = ${value}`),
    sql` and `,
  );
  const { rows } = await sql<{ row: RowChange['after'] }>`select
    (select json_object_agg(c.key, c.value) from jsonb_each_text(to_jsonb(t)) c) as row
    from ${sql.id('rm_orders_v1', table)} t where ${where}`.execute(database.db);
  return rows.map(({ row }) => row);
};

const counted = async (database: TestDatabase<never>, status: string): Promise<number> => {
  const { rows } = await sql<{
    count: number;
  }>`select count(*)::int as count from rm.orders where status = ${status}`.execute(database.db);
  return rows[0]?.count ?? 0;
};

describe('I-07 one poison order among 10,000', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;

  beforeAll(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    defineMasterData(log);
    for (let n = 1; n <= ordersCount; n += 1) placeOrder(log, `O${n}`);
  });

  afterAll(() => database.close());

  test('leaves 9,999 on time, waits with what follows in order, and is replayed as the preview said', async () => {
    const options = { db: database.db, ...log };
    await catchUp(options, broken);
    expect(await counted(database, 'OPEN')).toBe(ordersCount - 1);
    expect((await listProjections(database.db))[0]).toMatchObject({
      state: 'RUNNING',
      position: log.events.at(-1)?.position,
      deadLetters: 1,
    });
    const { items } = await deadLetters(database.db);
    const own = log.events.filter(
      ({ type, data }) => orders.handles.has(type) && (data as { orderId?: string }).orderId === poisoned,
    );
    const behind = own.filter(({ position }) => position > (items[0]?.position ?? ''));
    expect(items).toMatchObject([
      { laneKey: `order:${poisoned}`, errorClass: 'TypeError', attempts: 1, blockedCount: behind.length },
    ]);
    expect(behind.length).toBeGreaterThan(0);

    const preview = await previewLane(options, orders, `order:${poisoned}`);
    expect(preview).toMatchObject({ applied: behind.length + 1, error: null });
    expect(preview?.waiting.slice(1).map(({ position }) => position)).toEqual(behind.map(({ position }) => position));
    expect(await counted(database, 'OPEN')).toBe(ordersCount - 1);

    await replayLane(options, orders, `order:${poisoned}`);
    expect(await counted(database, 'OPEN')).toBe(ordersCount);
    const foreseen = preview?.rows ?? [];
    expect(foreseen.length).toBeGreaterThan(1);
    for (const row of foreseen)
      expect({ table: row.table, rows: await asText(database, row) }).toEqual({ table: row.table, rows: [row.after] });
    const touched = new Set(own.map(({ position }) => position));
    const { rows } = await sql<{
      position: string;
    }>`select position from rm.orders where order_id = ${poisoned}`.execute(database.db);
    expect(rows.every(({ position }) => touched.has(position as never))).toBe(true);
  });
});
