import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { watchedCases } from '../../projections/exceptions/watch.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOutItems } from '../../projections/glStaging/tieOutItems.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { creditMemoById } from '../../projections/invoices/creditMemoQueries.ts';
import { invoiceById } from '../../projections/invoices/queries.ts';
import { closeReadiness } from '../../projections/periods/readiness.ts';
import { reportPage } from '../../projections/reports/page.ts';
import { taxReport } from '../../projections/reports/tax.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { creditFirst } from './creditHistory.ts';
import { firstInvoice, invoice, secondInvoice } from './invoiceHistory.ts';
import { openBooks, openPeriod } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { acceptTax, keepTax, tellInvoice, voidWithTax } from './taxHistory.ts';

// 6.64 and 2.85 of tax were issued, by one jurisdiction.
describe('tax that its engine holds otherwise, in the books', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  let creditMemoId = '';

  const taxPair = async (validAsOf?: string) => {
    await catchUpAll(database.db, log);
    const rows = await tieOuts(database.db, { bu: 'ACME', ...(validAsOf !== undefined && { validAsOf }) });
    const row = rows.find(({ pair }) => pair === 'TAX_PAYABLE');
    const explained = (row?.explained ?? []).map(({ reason, amount }) => `${reason} ${amount}`);
    return [row?.subledger, row?.gl, explained.join(', '), row?.unexplained];
  };
  const reported = async (filter: object = {}) => {
    const asked = { filter: { bu: 'ACME', ...filter }, scope: undefined, at: undefined };
    const { items } = await reportPage(database.db, taxReport, asked);
    return items
      .map(({ jurisdiction, type, tax, engineAmount, accepted, difference }) =>
        [jurisdiction, type, tax, engineAmount, accepted, difference].join(' '),
      )
      .sort();
  };
  const blockers = async (period = '202611') => {
    await catchUpAll(database.db, log);
    const books = { bu: 'ACME', ledger: 'PRIMARY', period };
    const view = await closeReadiness(database.db, books, undefined, {});
    return (view?.blockers ?? [])
      .filter(({ class: name }) => name.startsWith('TAX_') || name === 'TIE_OUT_UNEXPLAINED')
      .map(({ class: name, must, owner, amounts }) => [name, must, owner, amounts.map(({ amount }) => amount).join()]);
  };
  const cases = async () => {
    await catchUpAll(database.db, log);
    const { breaches } = await watchedCases(database.db, 100);
    return breaches
      .filter((each) => each.class === 'TAX_MISMATCH')
      .map(({ objectKind, objectId, orderId, amount, currency }) => [objectKind, objectId, orderId, amount, currency])
      .sort();
  };
  const differenceOf = async (invoiceId: string) => {
    const { taxDifference, taxProblem, receiptOfTax } = (await invoiceById(database.db, invoiceId)) ?? {};
    const { open, accepted, parts } = taxDifference ?? {};
    return [open, accepted, parts?.length, taxProblem?.code, receiptOfTax?.committed];
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    openPeriod(log, '202612');
    invoice(log, 'O1', 1, firstInvoice);
    invoice(log, 'O1', 2, secondInvoice);
    keepTax(log, 'O1', 1, '670', { 'US-CA': '600', 'US-CA-AUBURN': '70' });
    keepTax(log, 'O1', 2, '280');
  });
  afterAll(() => database.close());

  test('is in the way of the close, a case for each document, and explains the tie-out', async () => {
    expect(await taxPair()).toEqual(['950', '949', 'TAX_COMMITTED_DIFFERENTLY 1', '0']);
    expect(await blockers()).toEqual([['TAX_MISMATCHED', true, 'finance', '11']]);
    expect(await cases()).toEqual([
      ['invoice', 'O1-i1', 'O1', '6', 'USD'],
      ['invoice', 'O1-i2', 'O1', '5', 'USD'],
    ]);
    expect(await differenceOf('O1-i1')).toEqual(['6', '0', 2, 'TAX_COMMIT_MISMATCH', false]);
    expect(await differenceOf('O1-i2')).toEqual(['-5', '0', 0, 'TAX_COMMIT_MISMATCH', false]);
    expect(await reported()).toEqual([
      '  0 -5 0 -5',
      'US-CA  0 -64 0 -64',
      'US-CA SALES 949 949 0 0',
      'US-CA-AUBURN  0 70 0 70',
    ]);
  });

  test('is over once it was accepted, one way and the other, on the day of that', async () => {
    acceptTax(log, 'O1-i1', '6', { acceptedOn: '2026-12-01' });
    expect(await blockers()).toEqual([['TAX_MISMATCHED', true, 'finance', '5']]);
    acceptTax(log, 'O1-i2', '-5');
    expect(await taxPair()).toEqual(['950', '950', '', '0']);
    expect(await taxPair('2026-11-30')).toEqual(['950', '944', 'TAX_COMMITTED_DIFFERENTLY 6', '0']);
    expect([await blockers(), await blockers('202612'), await cases()]).toEqual([[], [], []]);
    expect(await differenceOf('O1-i1')).toEqual(['0', '6', 0, undefined, true]);
    const { items } = await listJournals(database.db, { invoiceId: 'O1-i1' });
    const [journal] = items.filter(({ templateId }) => templateId === 'T23');
    expect(journal).toMatchObject({ period: '202612', documentRef: 'INV-O1-1', orderId: 'O1' });
    expect(journal?.lines.map(({ role, debit, credit }) => [role, debit, credit])).toEqual([
      ['TAX_VARIANCE', '0', '64'],
      ['TAX_PAYABLE', '64', '0'],
      ['TAX_VARIANCE', '70', '0'],
      ['TAX_PAYABLE', '0', '70'],
    ]);
    // Of one jurisdiction the second document is whole, so that one it is.
    expect(await reported()).toEqual([
      '  0 0 0 0',
      'US-CA  0 -69 -69 0',
      'US-CA SALES 949 949 0 0',
      'US-CA-AUBURN  0 70 70 0',
    ]);
    expect(await reported({ period: '202612' })).toEqual(['US-CA  0 0 -64 64', 'US-CA-AUBURN  0 0 70 -70']);
  });

  test('and a credit memo’s the other way round', async () => {
    creditMemoId = creditFirst(log, 'O1');
    const told = { type: 'RecordCreditTaxCommit', creditMemoId, engine: 'sim-tax', tax: '189' } as const;
    tellInvoice(log, 'O1-i1', told);
    expect(await taxPair()).toEqual(['761', '760', 'TAX_COMMITTED_DIFFERENTLY 1', '0']);
    expect(await cases()).toEqual([['credit-memo', creditMemoId, 'O1', '1', 'USD']]);
    expect(await blockers()).toEqual([['TAX_MISMATCHED', true, 'finance', '1']]);
    acceptTax(log, 'O1-i1', '-1', { creditMemoId });
    expect(await taxPair()).toEqual(['761', '761', '', '0']);
    expect([await blockers(), await cases()]).toEqual([[], []]);
    expect(await creditMemoById(database.db, creditMemoId)).toMatchObject({
      ...{ taxProblem: null, taxDifference: { open: '0', accepted: '-1' }, receiptOfTax: { committed: true } },
    });
    const of = { bu: 'ACME', pair: 'TAX_PAYABLE', differences: false } as const;
    const { items } = await tieOutItems(database.db, of);
    expect(items.map(({ document, subledger, gl }) => [document, subledger, gl]).sort()).toEqual([
      [creditMemoId, '-189', '-189'],
      ['O1-i1', '670', '670'],
      ['O1-i2', '280', '280'],
    ]);
  });

  test('put right at the engine after all it differs from what was accepted, until that is taken back too', async () => {
    keepTax(log, 'O1', 2, '285');
    expect(await cases()).toEqual([['invoice', 'O1-i2', 'O1', '5', 'USD']]);
    expect(await taxPair()).toEqual(['766', '761', 'TAX_COMMITTED_DIFFERENTLY 5', '0']);
    acceptTax(log, 'O1-i2', '5');
    expect(await taxPair()).toEqual(['766', '766', '', '0']);
  });

  test('T11 ends with its invoice, accepted or not, and leaves nothing behind', async () => {
    invoice(log, 'O2', 1, firstInvoice);
    keepTax(log, 'O2', 1, '670', { 'US-CA': '600', 'US-CA-AUBURN': '70' });
    acceptTax(log, 'O2-i1', '6');
    invoice(log, 'O3', 1, firstInvoice);
    keepTax(log, 'O3', 1, '666');
    expect(await cases()).toHaveLength(1);
    for (const invoiceId of ['O2-i1', 'O3-i1']) voidWithTax(log, invoiceId, '2026-12-02');
    // Until the engine has voided them too, that is what explains it.
    expect(await taxPair()).toEqual(['2102', '766', 'TAX_COMMITTED_DIFFERENTLY 1336', '0']);
    expect([await cases(), await blockers()]).toEqual([[], []]);
    for (const orderId of ['O2', 'O3']) {
      const docCode = `T-${orderId}-1`;
      tellInvoice(log, `${orderId}-i1`, { type: 'RecordTaxVoid', engine: 'sim-tax', docCode });
    }
    expect(await taxPair()).toEqual(['766', '766', '', '0']);
    const { items } = await listJournals(database.db, { invoiceId: 'O2-i1' });
    expect(items.map(({ templateId }) => templateId).sort()).toEqual(['T03', 'T11', 'T11', 'T23']);
    expect(await differenceOf('O3-i1')).toEqual([undefined, undefined, undefined, undefined, false]);
    expect((await reported()).filter((row) => !row.endsWith(' 0'))).toEqual([]);
  });
});
