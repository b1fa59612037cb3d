import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { listJournals, sealableJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';

describe('the GL staging ledger', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;

  const readAll = async (): Promise<void> => {
    await catchUpAll(database.db, log);
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    defineMasterData(log);
  });

  afterEach(() => database.close());

  test('B-12 the database itself refuses a journal that does not balance', async () => {
    const insert = (debit: string, lines: number, functionalDebit = '100') =>
      database.db.transaction().execute(async (tx) => {
        await sql`insert into rm_gl_staging_v1.gl_journal (journal_id, ledger, accounting_date, original_date, period, original_period, template_id, rule_set_version, account_map_version,
          source_event_id, source_type, source_position, document_ref, late_posting, currency, functional_currency, line_count, bu, position, updated_at)
        values ('j1', 'PRIMARY', '2026-11-23', '2026-11-23', '202611', '202611', 'T02', 1, 1, gen_random_uuid(), 'ShipmentConfirmed', '1', 'd', false, 'USD', 'USD', ${lines}, 'ACME', '1', now())`.execute(
          tx,
        );
        for (const [no, d, c] of [
          [1, debit, '0'],
          [2, '0', '100'],
        ] as const) {
          await sql`insert into rm_gl_staging_v1.gl_line (journal_id, line_no, line_count, ledger, period, role, account, debit, credit, functional_debit, functional_credit, currency, dimensions, source_event_id, bu, position, updated_at)
          values ('j1', ${no}, ${lines}, 'PRIMARY', '202611', 'COGS', '5', ${d}, ${c}, ${no === 1 ? functionalDebit : '0'}, ${c}, 'USD', '{}', gen_random_uuid(), 'ACME', '1', now())`.execute(
            tx,
          );
        }
      });
    await expect(insert('101', 2)).rejects.toThrow('journal j1 does not balance');
    await expect(insert('100', 2, '99')).rejects.toThrow('journal j1 does not balance');
    await expect(insert('100', 3)).rejects.toThrow('journal j1 has 2 lines, 3 expected');
    await insert('100', 2);
    await expect(insert('100', 2)).rejects.toThrow('duplicate key');
    await expect(sql`update rm_gl_staging_v1.gl_line set debit = 1`.execute(database.db)).rejects.toThrow(
      'insert-only',
    );
    await expect(sql`delete from rm_gl_staging_v1.gl_journal`.execute(database.db)).rejects.toThrow('insert-only');
    const addLine = (
      lineNo: number,
      lineCount: number,
    ) => sql`insert into rm_gl_staging_v1.gl_line (journal_id, line_no, line_count, ledger, period, role, account, debit, credit, functional_debit, functional_credit, currency, dimensions, source_event_id, bu, position, updated_at)
      values ('j1', ${lineNo}, ${lineCount}, 'PRIMARY', '202611', 'COGS', '5', 1, 0, 1, 0, 'USD', '{}', gen_random_uuid(), 'ACME', '1', now())`;
    await expect(addLine(2, 2).execute(database.db)).rejects.toThrow('duplicate key');
    await expect(addLine(3, 2).execute(database.db)).rejects.toThrow('check constraint');
    await expect(addLine(3, 3).execute(database.db)).rejects.toThrow('foreign key');
  });

  test('B-14 a role without an account stops its journal in UNMAPPED, out of every balance and explained by the tie-out', async () => {
    publishAccounts(log, [
      'DEFERRED_COGS',
      'INVENTORY',
      'SALES_DISCOUNT',
      'COGS',
      'REVENUE_PRODUCT',
      'REVENUE_FREIGHT',
      'TAX_PAYABLE',
    ]);
    openPeriod(log);
    playGoldenOrder(log, 'O1');
    await readAll();
    const { items } = await listJournals(database.db, { state: 'UNMAPPED' });
    expect(items.map((journal) => journal.templateId)).toEqual(['T03', 'T03']);
    expect(items[0]).toMatchObject({ problems: [{ code: 'ACCOUNT_UNMAPPED', role: 'AR_TRADE' }] });
    expect(items[0]?.lines.find((line) => line.role === 'AR_TRADE')?.account).toBeNull();
    const balance = await trialBalance(database.db, { bu: 'ACME' });
    expect(balance.items.map((each) => each.role).sort()).toEqual(['DEFERRED_COGS', 'INVENTORY']);
    const ar = (await tieOuts(database.db, { bu: 'ACME' })).find((each) => each.pair === 'AR');
    expect(ar).toMatchObject({
      subledger: '13949',
      gl: '0',
      explained: [{ reason: 'JOURNALS_UNMAPPED', amount: '13949', count: 2 }],
      unexplained: '0',
    });
    expect(
      (await sealableJournals(database.db, { bu: 'ACME', ledger: 'PRIMARY', period: '202611' })).journals,
    ).toHaveLength(2);
  });

  test('a later account map changes nothing that was staged before it', async () => {
    publishAccounts(log, ['DEFERRED_COGS']);
    openPeriod(log);
    playGoldenOrder(log, 'O1');
    publishAccounts(log, undefined, 2);
    playGoldenOrder(log, 'O2');
    await readAll();
    expect(
      (await listJournals(database.db, { orderId: 'O1' })).items.every(
        (journal) => journal.state === 'UNMAPPED' && journal.accountMapVersion === 1,
      ),
    ).toBe(true);
    expect(
      (await listJournals(database.db, { orderId: 'O2' })).items.every(
        (journal) => journal.state === 'READY' && journal.accountMapVersion === 2,
      ),
    ).toBe(true);
  });

  test('journals of a period that is not open yet are HELD and become READY when it is opened', async () => {
    publishAccounts(log);
    playGoldenOrder(log, 'O1');
    await readAll();
    expect((await listJournals(database.db, { state: 'HELD' })).items).toHaveLength(4);
    openPeriod(log);
    await readAll();
    expect((await listJournals(database.db, { state: 'READY' })).items).toHaveLength(4);
  });
});
