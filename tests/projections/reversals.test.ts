import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { batchById, listJournals, sealableJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { receive, release, ship } from './fulfilmentHistory.ts';
import { commitTax, firstInvoice, invoice, issuedInvoice } from './invoiceHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

describe('journals that the ERP refuses, and their reversals', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;
  const ledger = { bu: 'ACME', ledger: 'PRIMARY', period: '202611' } as const;
  const erpSystem = 'sim-erp';

  const readAll = async (): Promise<void> => {
    await catchUpAll(database.db, log);
  };
  const states = async (): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries((await listJournals(database.db, {})).items.map((each) => [each.templateId, each.state]));
  const idOf = async (templateId: string): Promise<string> =>
    (await listJournals(database.db, { templateId })).items[0]?.journalId ?? '';
  const sealable = () => sealableJournals(database.db, ledger);
  const offered = async () => (await sealable()).journals.map((each) => each.templateId);
  const batchKey = (no: number) => ({ bu: 'ACME', ledger: 'PRIMARY', batchId: `PRIMARY-202611-000${no}` });

  const appendSeal = ({ journals, sequence }: Awaited<ReturnType<typeof sealable>>): void => {
    const key = batchKey(sequence);
    const hashes = { controlTotals: [], merkleRoot: 'm', contentSha256: 's', throughPosition: '' };
    log.append(`glbatch-ACME.${key.batchId}`, 'GlBatchSealed', {
      ...key,
      period: '202611',
      sequence,
      journals,
      ...hashes,
    });
  };
  const seal = async (): Promise<void> => {
    appendSeal(await sealable());
    await readAll();
  };
  const answer = async (no: number, yes: readonly string[], refused: readonly string[] = []): Promise<void> => {
    const key = batchKey(no);
    const stream = `glbatch-ACME.${key.batchId}`;
    const acknowledged = yes.map((journalId, n) => ({ journalId, erpDocument: `${no}${n}` }));
    if (yes.length > 0) log.append(stream, 'GlBatchAcknowledged', { ...key, erpSystem, journals: acknowledged });
    const rejected = refused.map((journalId) => ({ journalId, code: 'ACCT_BLOCKED', detail: 'blocked' }));
    if (refused.length > 0) log.append(stream, 'GlEntriesRejected', { ...key, erpSystem, journals: rejected });
    await readAll();
  };
  const appendVoid = (): void => {
    const issued = log.events.find((event) => event.type === 'InvoiceIssued');
    if (issued === undefined) throw new Error('no invoice');
    log.append('invoice-ACME.O1-i1', 'InvoiceVoided', {
      invoiceId: 'O1-i1',
      orderId: 'O1',
      bu: 'ACME',
      number: 'INV-O1-1',
      voidDate: '2026-11-24',
      reason: 'WRONG',
      issuedEventId: issued.eventId,
      issuedPosition: issued.position,
      issued: issuedInvoice('O1', 1, firstInvoice),
    });
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    defineMasterData(log);
  });

  afterEach(() => database.close());

  const billed = async (roles?: readonly string[]): Promise<void> => {
    publishAccounts(log, roles as never);
    openPeriod(log);
    receive(log, '7', 'rcpt');
    placeOrder(log, 'O1');
    release(log, 'O1', 1, '7');
    ship(log, 'O1', 1, '7', '4200');
    invoice(log, 'O1', 1, firstInvoice);
    commitTax(log, 'O1', 1, '664');
    await readAll();
  };

  test('P-25 a refused journal goes into the next batch; the batch it left still says what became of it', async () => {
    await billed();
    await seal();
    const t03 = await idOf('T03');
    await answer(1, [await idOf('T02')], [t03]);
    expect(await offered()).toEqual(['T03']);
    await seal();
    expect((await listJournals(database.db, { templateId: 'T03' })).items).toMatchObject([
      { state: 'SEALED', batchId: batchKey(2).batchId, rejection: null },
    ]);
    const left = await batchById(database.db, batchKey(1).batchId);
    expect(left).toMatchObject({ state: 'PARTIALLY_ACKNOWLEDGED', journalCount: 2, rejectedCount: 1 });
    expect(left?.journals.find((each) => each.journalId === t03)).toMatchObject({
      state: 'REJECTED',
      code: 'ACCT_BLOCKED',
    });
    await answer(2, [t03]);
    expect(await states()).toEqual({ T02: 'ACKNOWLEDGED', T03: 'ACKNOWLEDGED' });
    expect(await batchById(database.db, batchKey(2).batchId)).toMatchObject({ state: 'ACKNOWLEDGED' });
    expect(await offered()).toEqual([]);
  });

  test('P-25 an invoice refused by the ERP and then voided ends here: neither journal is offered again', async () => {
    await billed();
    await seal();
    await answer(1, [await idOf('T02')], [await idOf('T03')]);
    appendVoid();
    await readAll();
    expect(await states()).toEqual({ T02: 'ACKNOWLEDGED', T03: 'REVERSED', T11: 'REVERSED' });
    expect(await offered()).toEqual([]);
    expect(await batchById(database.db, batchKey(1).batchId)).toMatchObject({ acknowledgedCount: 1, rejectedCount: 1 });
    const ar = (await tieOuts(database.db, { bu: 'ACME' })).find((row) => row.pair === 'AR');
    expect(ar).toMatchObject({ subledger: '0', gl: '0', unexplained: '0' });
  });

  test('an invoice voided while the ERP still works on it: refused then, both end here', async () => {
    await billed();
    await seal();
    appendVoid();
    await readAll();
    expect(await offered()).toEqual([]);
    await answer(1, [await idOf('T02')], [await idOf('T03')]);
    expect(await states()).toEqual({ T02: 'ACKNOWLEDGED', T03: 'REVERSED', T11: 'REVERSED' });
    expect(await offered()).toEqual([]);
  });

  test('an invoice voided before it was exported needs no journal in the ERP, with or without accounts', async () => {
    await billed(['DEFERRED_COGS', 'INVENTORY']);
    appendVoid();
    await readAll();
    expect(await states()).toEqual({ T02: 'READY', T03: 'REVERSED', T11: 'REVERSED' });
    expect(await offered()).toEqual(['T02']);
    const { items } = await trialBalance(database.db, { bu: 'ACME' });
    expect(items.map((row) => row.role).sort()).toEqual(['DEFERRED_COGS', 'INVENTORY']);
    const rows = await tieOuts(database.db, { bu: 'ACME' });
    expect(rows.every((row) => row.explained.every((each) => each.amount !== '0'))).toBe(true);
  });

  test('a seal that had read the invoice before it was voided takes it to the ERP, and the reversal follows', async () => {
    await billed();
    const read = await sealable();
    appendVoid();
    appendSeal(read);
    await readAll();
    expect(await states()).toEqual({ T02: 'SEALED', T03: 'SEALED', T11: 'READY' });
    expect(await offered()).toEqual([]);
    await answer(1, [await idOf('T02'), await idOf('T03')]);
    expect(await offered()).toEqual(['T11']);
  });
});
