import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { toDomain } from '../../commands/codec.ts';
import type { StreamName } from '../../domain/eventLog.ts';
import { projections } from '../../projections/catalogue.ts';
import { listProjections } from '../../projections/freshness.ts';
import { journalById } from '../../projections/glStaging/queries.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { insertHistory } from '../support/history/insertHistory.ts';
import { planOrder } from '../support/history/plan.ts';

const events = 14_000;

describe('the made history that speed is measured with', () => {
  let database: TestDatabase<never>;
  let log: PostgresLog;

  beforeAll(async () => {
    database = await createTestDatabase();
    log = createPostgresLog({ connectionString: database.connectionString, pool: database.pool });
    await insertHistory(database.connectionString, events);
    const eventAt = async (stream: StreamName, revision: number) => {
      for await (const recorded of log.read(stream, revision)) return recorded;
      return undefined;
    };
    const options = { db: database.db, feed: log, decode: toDomain, eventAt };
    for (const projection of projections) await catchUp(options, projection);
  });
  afterAll(async () => {
    await log?.close();
    await database?.close();
  });

  const count = async (query: ReturnType<typeof sql<{ n: number }>>): Promise<number> =>
    (await query.execute(database.db)).rows[0]?.n ?? -1;

  test('every read model folds all of it, and nothing is set aside', async () => {
    const states = await listProjections(database.db);
    expect(states.map(({ state }) => state)).toEqual(projections.map(() => 'RUNNING'));
    // Nothing in it needs two persons or is paid in advance, nothing is held, comes back or leaves a supplier, nobody listens, draws a sample or moves to another ERP or node, and no cart holds anything.
    expect(states.filter(({ rows }) => rows === 0).map(({ name }) => name)).toEqual([
      'approvals',
      'audit_samples',
      'deposits',
      'drop_ships',
      'exceptions',
      'partner_documents',
      'pauses',
      'reconciliations',
      'reservations',
      'returns',
      'shadow_ledgers',
      'transfers',
      'webhooks',
    ]);
    expect(await count(sql`select count(*)::int as n from ops.dead_letter`)).toBe(0);
  });

  test('an order of it is completed, and its journals are acknowledged by the ERP', async () => {
    const { orderId } = planOrder(1);
    expect(await orderById(database.db, orderId)).toMatchObject({ status: 'COMPLETED', lines: [{}, {}] });
    const { rows } = await sql<{ id: string; state: string }>`select j.journal_id as id, s.state from rm.gl_journal j
      join rm.gl_journal_state s on s.journal_id = j.journal_id where j.order_id = ${orderId}`.execute(database.db);
    expect(rows.map(({ state }) => state)).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
    for (const { id } of rows) {
      expect(await journalById(database.db, id)).toMatchObject({ state: 'ACKNOWLEDGED', problems: [] });
      const graph = await lineage(database.db, { root: `gl-line:${id}:1` });
      expect(graph?.summary).toMatchObject({ complete: true });
      expect(graph?.nodes.some(({ type }) => type === 'ORDER_LINE')).toBe(true);
    }
  });

  test('one order in ten is still with the warehouse', async () => {
    expect(await orderById(database.db, planOrder(9).orderId)).toMatchObject({ status: 'OPEN' });
  });

  test('an append goes on where it ends', async () => {
    expect(Number(await log.head())).toBe(events);
    const gaps = sql<{ n: number }>`select (max(position) - count(*))::int as n from log.event`;
    expect(await count(gaps)).toBe(0);
  });

  test('it is the same every time', async () => {
    const again = await createTestDatabase();
    try {
      await insertHistory(again.connectionString, events);
      const hash = sql<{ h: string }>`select md5(string_agg(e::text, '|' order by position)) as h from log.event e`;
      const [one, two] = [await hash.execute(database.db), await hash.execute(again.db)];
      expect(two.rows).toEqual(one.rows);
    } finally {
      await again.close();
    }
  });
});
