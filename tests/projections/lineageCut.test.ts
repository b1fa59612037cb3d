import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type pg from 'pg';
import { lineage } from '../../projections/lineage/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

const lines = 6_000;
const shownMax = 5_000;

const reflects = `'ACME', lpad(n::text, 20, '0'), now()`;
const eventId = `'00000000-0000-4000-8000-000000000001'::uuid`;
const [order, orderLine, invoice] = [`'order:LARGE'`, `'order-line:LARGE/' || n`, `'invoice:LARGE'`];
const each = `generate_series(1, ${lines}) n`;
const one = 'generate_series(0, 0) n';

const node = (id: string, type: string, key: string): string =>
  `select ${id}, '${type}', ${id}, ${key}, now(), '{}'::jsonb, 'LARGE', 'large', ${eventId}, ${reflects}`;

const flow = (from: string, to: string, kind: string): string =>
  `select ${from}, ${to}, '${kind}', ${eventId}, ${reflects} from ${each}`;

/** An order of many lines, and one invoice of all of them. */
const insertGoods = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`insert into rm_lineage_v1.lineage_node (id, type, label, business_key, at, detail, order_id, correlation,
      event_id, bu, position, updated_at)
    ${node(order, 'ORDER', 'null')} from ${one} union all ${node(invoice, 'INVOICE', `'LARGE'`)} from ${one}
    union all ${node(orderLine, 'ORDER_LINE', 'null')} from ${each}`);
  await pool.query(`insert into rm_lineage_v1.lineage_edge (from_id, to_id, kind, event_id, bu, position, updated_at)
    ${flow(order, orderLine, 'CREATED')} union all ${flow(orderLine, invoice, 'INVOICED_BY')}`);
};

/** A journal that is there already once more, posted for that invoice as a whole. */
const insertJournal = async (pool: pg.Pool): Promise<void> => {
  const changed: Readonly<Record<string, string>> = {
    ...{ journal_id: `'large'`, order_id: `'LARGE'`, shipment_id: 'null', shipment_line_id: 'null' },
    ...{ invoice_id: `'LARGE'`, invoice_line_id: 'null' },
  };
  const copies: string[] = [];
  for (const table of ['gl_journal', 'gl_line', 'gl_journal_state']) {
    const { rows } = await pool.query<{ name: string }>(
      `select column_name as name from information_schema.columns
       where table_schema = 'rm_gl_staging_v1' and table_name = $1 and is_generated = 'NEVER'`,
      [table],
    );
    const names = rows.map(({ name }) => name);
    copies.push(`insert into rm_gl_staging_v1.${table} (${names}) select ${names.map((name) => changed[name] ?? name)}
      from rm_gl_staging_v1.${table} where journal_id = (select min(journal_id) from rm_gl_staging_v1.gl_journal)`);
  }
  // One simple query is one transaction: a journal and its lines are checked when it commits.
  await pool.query(copies.join(';'));
};

let database: TestDatabase<never>;

beforeAll(async () => {
  database = await createTestDatabase();
  const log = createMemoryLog();
  openBooks(log);
  playGoldenOrder(log, 'O1');
  await catchUpAll(database.db, log);
  await insertGoods(database.pool);
  await insertJournal(database.pool);
});

afterAll(() => database.close());

test.each([
  ['order:LARGE', 'down'],
  ['order:LARGE', 'both'],
  ['invoice:LARGE', 'up'],
  ['gl-line:large:1', 'up'],
  ['gl-journal:large', 'both'],
] as const)('%s %s: of more nodes than a graph shows as many as it may, and it says so', async (root, direction) => {
  const found = await lineage(database.db, { root, direction });
  expect(found?.truncated).toBe(true);
  const shown = new Set(found?.nodes.map(({ id }) => id));
  expect(shown.size).toBe(shownMax);
  expect(found?.edges.length).toBeGreaterThan(shownMax / 2);
  expect(found?.edges.filter(({ from, to }) => !shown.has(from) || !shown.has(to))).toEqual([]);
});

test('a graph that was cut is not called complete, because nobody looked at the rest', async () => {
  const movement = node(`'stock-movement:' || n`, 'STOCK_MOVEMENT', 'null').replace(`'large'`, `'moved'`);
  await database.pool.query(`insert into rm_lineage_v1.lineage_node (id, type, label, business_key, at, detail, order_id, correlation,
      event_id, bu, position, updated_at) ${movement} from ${each}`);
  const found = await lineage(database.db, { root: 'correlation:moved' });
  expect(found).toMatchObject({ truncated: true, gaps: [], summary: { complete: false } });
  const whole = await lineage(database.db, { root: 'stock-movement:7' });
  expect(whole).toMatchObject({ truncated: false, gaps: [], summary: { complete: true } });
});

test('what is not cut does not say so, though it stands beside what would be', async () => {
  const found = await lineage(database.db, { root: 'order-line:LARGE/17', direction: 'up' });
  expect(found?.nodes.map(({ id }) => id)).toEqual(['order:LARGE', 'order-line:LARGE/17']);
  expect(found?.truncated).toBe(false);
});
