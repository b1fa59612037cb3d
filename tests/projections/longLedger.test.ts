import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { batchById, sealableJournals } from '../../projections/glStaging/queries.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

const othersCount = 3_000;
const tables = ['gl_journal', 'gl_journal_state', 'gl_journal_state_change'] as const;

describe('a ledger with many journals', () => {
  let database: TestDatabase<never>;
  /** One connection, so that what it has read can be told. */
  let db: Kysely<never>;
  const log = createMemoryLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    db = createKysely<never>(createPool({ connectionString: database.connectionString, connectionsMax: 1 }));
    openBooks(log);
    playGoldenOrder(log, 'O1');
    await catchUp({ db, ...log }, glStaging);
  });
  afterAll(async () => {
    await db.destroy();
    await database.close();
  });

  const columnsOf = async (tx: Kysely<never>, table: string): Promise<readonly string[]> => {
    const { rows } = await sql<{ name: string }>`select column_name as name from information_schema.columns
      where table_schema = 'rm_gl_staging_v1' and table_name = ${table} and is_generated = 'NEVER'`.execute(tx);
    return rows.map(({ name }) => name);
  };

  /** The rows of one journal again and again, under other ids, posted long ago in batches of a hundred. */
  const fill = async (tx: Kysely<never>, table: string, journalId: string): Promise<void> => {
    const inBatch = { state: sql`'ACKNOWLEDGED'`, batch_id: sql`'PRIMARY-202510-' || n / 100` };
    const others = { journal_id: sql`'other-' || n`, ...(table.startsWith('gl_journal_state') && inBatch) };
    const same = (await columnsOf(tx, table)).filter((name) => !(name in others)).map((name) => sql.ref(name));
    const names = Object.keys(others).map((name) => sql.ref(name));
    await sql`insert into ${sql.table(`rm_gl_staging_v1.${table}`)} (${sql.join([...names, ...same])})
      select ${sql.join([...Object.values(others), ...same])}
      from (select * from ${sql.table(`rm_gl_staging_v1.${table}`)} where journal_id = ${journalId}) its,
        generate_series(1, ${othersCount}::int) n`.execute(tx);
  };

  const rowsRead = async (): Promise<number> => {
    await sql`select pg_stat_force_next_flush()`.execute(db);
    const { rows } = await sql<{ n: number }>`select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as n
      from pg_stat_user_tables where schemaname = 'rm_gl_staging_v1' and relname = any(${[...tables]}::text[])`.execute(
      db,
    );
    return rows[0]?.n ?? 0;
  };

  test('P-25 what happens to a batch looks at the journals of this batch', async () => {
    const { journals, sequence } = await sealableJournals(db, { bu: 'ACME', ledger: 'PRIMARY', period: '202611' });
    const [sample] = journals;
    await db.transaction().execute(async (tx) => {
      for (const table of ['gl_line', ...tables]) await fill(tx, table, sample?.journalId ?? '');
    });
    // As autovacuum does it to a table that has grown.
    for (const table of tables) await sql`analyze ${sql.table(`rm_gl_staging_v1.${table}`)}`.execute(db);
    const before = await rowsRead();

    const batchId = 'PRIMARY-202611-0001';
    const stream = `glbatch-ACME.${batchId}`;
    const key = { bu: 'ACME', ledger: 'PRIMARY', batchId } as const;
    const erpSystem = 'sim-erp';
    log.append(stream, 'GlBatchSealed', {
      ...{ ...key, period: '202611', sequence, journals, controlTotals: [], merkleRoot: 'm', contentSha256: 's' },
      throughPosition: log.events.at(-1)?.position ?? '',
    });
    log.append(stream, 'GlBatchExported', { ...key, erpSystem, fileSha256: 'f' });
    const [refused, ...posted] = journals.map(({ journalId }) => journalId);
    log.append(stream, 'GlBatchAcknowledged', {
      ...{ ...key, erpSystem, journals: posted.map((journalId, n) => ({ journalId, erpDocument: `1${n}` })) },
    });
    log.append(stream, 'GlEntriesRejected', {
      ...{ ...key, erpSystem, journals: [{ journalId: refused ?? '', code: 'ACCT_BLOCKED', detail: 'blocked' }] },
    });
    await catchUp({ db, ...log }, glStaging);

    expect((await rowsRead()) - before).toBeLessThan(300);
    expect(await batchById(db, batchId, 'ACME')).toMatchObject({
      ...{ state: 'PARTIALLY_ACKNOWLEDGED', acknowledgedCount: posted.length, rejectedCount: 1 },
    });
  });
});
