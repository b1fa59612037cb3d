import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Position } from '../../domain/eventLog.ts';
import { batchById, journalById, listJournals, sealableJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { receive, release, ship } from './fulfilmentHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { commitTax, firstInvoice, invoice, issuedInvoice } from './invoiceHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

describe('GL batches and reversals in the staging ledger', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;

  const readAll = async (): Promise<void> => {
    await catchUpAll(database.db, log);
  };

  const key = { bu: 'ACME', ledger: 'PRIMARY', batchId: 'PRIMARY-202611-0001' } as const;
  const stream = 'glbatch-ACME.PRIMARY-202611-0001';

  const acknowledge = (batchId: string, ids: readonly string[]) =>
    log.append(`glbatch-ACME.${batchId}`, 'GlBatchAcknowledged', {
      ...key,
      batchId,
      erpSystem: 'sim-erp',
      journals: ids.map((journalId, n) => ({ journalId, erpDocument: `1${n}` })),
    });

  const sealable = async (): Promise<readonly string[]> =>
    (await sealableJournals(database.db, { bu: 'ACME', ledger: 'PRIMARY', period: '202611' })).journals.map(
      (journal) => journal.journalId,
    );

  const seal = async (no = 1): Promise<readonly string[]> => {
    const batchId = `PRIMARY-202611-000${no}`;
    const { journals, sequence } = await sealableJournals(database.db, {
      bu: 'ACME',
      ledger: 'PRIMARY',
      period: '202611',
    });
    log.append(`glbatch-ACME.${batchId}`, 'GlBatchSealed', {
      ...key,
      batchId,
      period: '202611',
      sequence,
      journals,
      controlTotals: [],
      merkleRoot: 'm',
      contentSha256: 's',
      throughPosition: log.events.at(-1)?.position ?? '',
    });
    return journals.map((journal) => journal.journalId);
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    defineMasterData(log);
  });

  afterEach(() => database.close());

  test('P-25 a sealed batch ends with an ERP document or a reason per journal, and what was refused is offered again', async () => {
    publishAccounts(log);
    openPeriod(log);
    playGoldenOrder(log, 'O1');
    await readAll();
    const ids = await seal();
    const [first = '', second = '', ...rest] = ids;
    log.append(stream, 'GlBatchExported', { ...key, erpSystem: 'sim-erp', fileSha256: 'f' });
    log.append(stream, 'GlBatchAcknowledged', {
      ...key,
      erpSystem: 'sim-erp',
      journals: [first, ...rest].map((journalId, n) => ({ journalId, erpDocument: `19000047${n}` })),
    });
    log.append(stream, 'GlEntriesRejected', {
      ...key,
      erpSystem: 'sim-erp',
      journals: [{ journalId: second, code: 'ACCT_BLOCKED', detail: 'blocked' }],
    });
    await readAll();
    expect(await batchById(database.db, key.batchId, 'ACME')).toMatchObject({
      state: 'PARTIALLY_ACKNOWLEDGED',
      journalCount: 4,
      acknowledgedCount: 3,
      rejectedCount: 1,
      sha256: 's',
      fileSha256: 'f',
    });
    expect(await journalById(database.db, first)).toMatchObject({
      state: 'ACKNOWLEDGED',
      erpDocument: '190000470',
      batchId: key.batchId,
    });
    expect(await journalById(database.db, second)).toMatchObject({
      state: 'REJECTED',
      rejection: { code: 'ACCT_BLOCKED', detail: 'blocked' },
    });
    const next = await sealableJournals(database.db, { bu: 'ACME', ledger: 'PRIMARY', period: '202611' });
    expect(next).toMatchObject({ sequence: 2, journals: [{ journalId: second }] });
  });

  test('a batch that seals what is not READY blocks its own lane and nothing else', async () => {
    publishAccounts(log);
    openPeriod(log);
    playGoldenOrder(log, 'O1');
    await readAll();
    const { journals } = await sealableJournals(database.db, { bu: 'ACME', ledger: 'PRIMARY', period: '202611' });
    await seal();
    log.append('glbatch-ACME.PRIMARY-202611-0002', 'GlBatchSealed', {
      ...key,
      batchId: 'PRIMARY-202611-0002',
      period: '202611',
      sequence: 2,
      journals,
      controlTotals: [],
      merkleRoot: 'm',
      contentSha256: 's',
      throughPosition: '',
    });
    await readAll();
    expect(await batchById(database.db, 'PRIMARY-202611-0002')).toBeUndefined();
    expect(
      (await listJournals(database.db, { state: 'SEALED' })).items.every((journal) => journal.batchId === key.batchId),
    ).toBe(true);
  });

  test('a voided invoice takes its journal back and ties out again; the reversal waits for its original, and once both are in the ERP the original counts as reversed', async () => {
    publishAccounts(log);
    openPeriod(log);
    receive(log, '7', 'rcpt');
    placeOrder(log, 'O1');
    release(log, 'O1', 1, '7');
    ship(log, 'O1', 1, '7', '4200');
    invoice(log, 'O1', 1, firstInvoice);
    commitTax(log, 'O1', 1, '664');
    await readAll();
    const originals = await seal();
    publishAccounts(log, undefined, 2, '-NEW');
    const issuedEvent = log.events.find((event) => event.type === 'InvoiceIssued');
    log.append('invoice-ACME.O1-i1', 'InvoiceVoided', {
      invoiceId: 'O1-i1',
      orderId: 'O1',
      bu: 'ACME',
      number: 'INV-O1-1',
      voidDate: '2026-11-24',
      reason: 'WRONG',
      issuedEventId: issuedEvent?.eventId ?? '',
      issuedPosition: issuedEvent?.position ?? ('' as Position),
      issued: issuedInvoice('O1', 1, firstInvoice),
    });
    log.append('invoice-ACME.O1-i1', 'TaxVoided', {
      invoiceId: 'O1-i1',
      orderId: 'O1',
      bu: 'ACME',
      engine: 'sim-tax',
      docCode: 'T-O1-1',
    });
    await readAll();
    const [t02, t03, t11] = (await listJournals(database.db, { orderId: 'O1' })).items;
    expect(t11).toMatchObject({ templateId: 'T11', reversalOf: t03?.journalId, state: 'READY' });
    // The reversal clears the accounts that the original used, not those that a later map names.
    const accountsOf = (journal: typeof t03) => journal?.lines.map((line) => line.account).sort();
    expect(accountsOf(t11)).toEqual(accountsOf(t03));
    for (const row of await tieOuts(database.db, { bu: 'ACME' })) expect(row.unexplained).toBe('0');
    // As long as the ERP has not said whether it took the original, its reversal is not offered.
    expect(await sealable()).toEqual([]);
    acknowledge(key.batchId, originals);
    await readAll();
    expect(await sealable()).toEqual([t11?.journalId]);
    acknowledge('PRIMARY-202611-0002', await seal(2));
    await readAll();
    expect(await journalById(database.db, t03?.journalId ?? '')).toMatchObject({
      state: 'REVERSED',
      erpDocument: '11',
      reversedBy: t11?.journalId,
    });
    expect(await journalById(database.db, t02?.journalId ?? '')).toMatchObject({ state: 'ACKNOWLEDGED' });
    expect(await batchById(database.db, key.batchId)).toMatchObject({ state: 'ACKNOWLEDGED', acknowledgedCount: 2 });
  });
});
