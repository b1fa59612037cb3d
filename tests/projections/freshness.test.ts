import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freshnessOf } from '../../projections/asOf.ts';
import { asOf } from '../../projections/freshness.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe('how fresh an answer is', () => {
  let database: TestDatabase<never>;

  beforeAll(async () => {
    database = await createTestDatabase();
    const stands = [
      ['orders', '00000000000000000012', true, '0 seconds'],
      ['inventory', '00000000000000000009', false, '1 hour'],
      ['lineage', null, true, '0 seconds'],
    ];
    for (const stand of stands)
      await database.pool.query(
        `insert into ops.projection (name, version, live, state, position, at_head, looked_at, last_event_recorded_at)
         values ($1, 1, true, 'RUNNING', $2, $3, now(), now() - $4::interval)`,
        stand,
      );
  });

  afterAll(() => database.close());

  const hourMs = 3_600_000;

  test.each([
    [['orders'], '00000000000000000012', 0],
    [['orders', 'inventory'], '00000000000000000009', hourMs],
    [['inventory', 'orders'], '00000000000000000009', hourMs],
    [['orders', 'lineage'], '0', 0],
    [['orders', 'no_such_model'], '0', 0],
  ] as const)('is that of the oldest of %j, beside the rows as alone', async (models, asOfPosition, lagMs) => {
    const beside = await orderById.framed(database.db, freshnessOf(models), 'no-such-order');
    expect(beside.value).toBeUndefined();
    for (const known of [beside.known, await asOf(database.db, models)]) {
      expect(known?.asOfPosition).toBe(asOfPosition);
      if (lagMs === 0) expect(known?.lagMs).toBe(0);
      else expect(known?.lagMs).toBeGreaterThanOrEqual(lagMs);
    }
  });
});
