import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { listJournals, sealableJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { accrue, softClose, three } from './accrualHistory.ts';
import { catchUpAll } from './caughtUp.ts';
import { fillBackorder, receive, release, ship } from './fulfilmentHistory.ts';
import { commitTax, draftInvoice, firstInvoice, invoice, issuedInvoice, secondInvoice } from './invoiceHistory.ts';
import { openBooks, openPeriod } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

describe('the accrual of the worked example', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  const of = { bu: 'ACME', ledger: 'PRIMARY' } as const;

  const closing = async (period: string) => {
    const { items } = await trialBalance(database.db, { ...of, period });
    return Object.fromEntries(items.map((each) => [each.role, each.closing]));
  };
  const ties = async (period?: string) =>
    (await tieOuts(database.db, { bu: 'ACME', ...(period === undefined ? {} : { period }) }))
      .filter(({ pair }) => pair === 'DEFERRED_COGS' || pair === 'UNBILLED_RECEIVABLE')
      .map(({ pair, subledger, gl, explained, unexplained }) => ({ pair, subledger, gl, explained, unexplained }));
  const states = async () =>
    Object.fromEntries(
      (await listJournals(database.db, { orderId: 'O1' })).items.map(({ templateId, state, period }) => [
        `${templateId} ${period}`,
        state,
      ]),
    );

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    receive(log, '7', 'rcpt-1');
    placeOrder(log, 'O1');
    release(log, 'O1', 1, '7');
    ship(log, 'O1', 1, '7', '4200');
    invoice(log, 'O1', 1, firstInvoice);
    fillBackorder(log, 'O1');
    release(log, 'O1', 2, '3');
    ship(log, 'O1', 2, '3', '1800');
    draftInvoice(log, 'O1', 2, secondInvoice);
    softClose(log);
    accrue(log, 'O1', 2, three);
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('at the period end nothing shipped is deferred and the net is receivable', async () => {
    expect(await closing('202611')).toMatchObject({
      ...{ UNBILLED_RECEIVABLE: '3450', DEFERRED_COGS: '0', COGS: '6000' },
      ...{ REVENUE_PRODUCT: '-12500', SALES_DISCOUNT: '1000' },
    });
  });

  test('the accrual list ties to the ledger, and so does deferred cost of goods', async () => {
    const tied = { explained: [], unexplained: '0' };
    expect(await ties('202611')).toEqual([
      { pair: 'DEFERRED_COGS', subledger: '0', gl: '0', ...tied },
      { pair: 'UNBILLED_RECEIVABLE', subledger: '3450', gl: '3450', ...tied },
    ]);
    expect(await ties()).toEqual([
      { pair: 'DEFERRED_COGS', subledger: '1800', gl: '1800', ...tied },
      { pair: 'UNBILLED_RECEIVABLE', subledger: '0', gl: '0', ...tied },
    ]);
  });

  test('the reversal is HELD until the next period is opened, and is sealed after the ERP has the accrual', async () => {
    expect(await states()).toMatchObject({ 'T07 202611': 'READY', 'T07R 202612': 'HELD' });
    openPeriod(log, '202612');
    await catchUpAll(database.db, log);
    expect(await states()).toMatchObject({ 'T07 202611': 'READY', 'T07R 202612': 'READY' });
    const next = await sealableJournals(database.db, { ...of, period: '202612' });
    expect(next.journals).toEqual([]);
    const now = await sealableJournals(database.db, { ...of, period: '202611' });
    expect(now.journals.map(({ templateId }) => templateId)).toContain('T07');
  });

  test('the lineage of every line of an accrual leads back to its order line, and the line is summed up once', async () => {
    const { items } = await listJournals(database.db, { templateId: 'T07' });
    for (const line of items.flatMap(({ journalId, lines }) => lines.map(({ lineNo }) => `${journalId}:${lineNo}`))) {
      const graph = await lineage(database.db, { root: `gl-line:${line}`, direction: 'both' });
      expect(graph?.gaps).toEqual([]);
      expect(graph?.nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(['order-line:O1/10']));
    }
  });

  test('with the late invoice everything ends where one invoice without accrual ends', async () => {
    const late = { ...issuedInvoice('O1', 2, secondInvoice), issueDate: '2026-12-02' };
    log.append('invoice-ACME.O1-i2', 'InvoiceIssued', late);
    commitTax(log, 'O1', 1, '664');
    commitTax(log, 'O1', 2, '285');
    await catchUpAll(database.db, log);
    expect(await closing('202612')).toMatchObject({
      ...{ UNBILLED_RECEIVABLE: '0', DEFERRED_COGS: '0', COGS: '6000', AR_TRADE: '13949' },
      ...{ REVENUE_PRODUCT: '-12500', SALES_DISCOUNT: '1000', TAX_PAYABLE: '-949' },
    });
    for (const tie of await tieOuts(database.db, { bu: 'ACME' })) expect(tie.unexplained).toBe('0');
  });
});

describe('an accrual and the ERP', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  const key = { bu: 'ACME', ledger: 'PRIMARY', batchId: 'PRIMARY-202611-0001' };

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    openPeriod(log, '202612');
    softClose(log);
    accrue(log, 'O1', 2, three);
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('an accrual that the ERP refused goes into the next batch; its reversal does not end it', async () => {
    const { journals } = await sealableJournals(database.db, { ...key, period: '202611' });
    const hashes = { controlTotals: [], merkleRoot: 'm', contentSha256: 's', throughPosition: '' };
    const stream = `glbatch-ACME.${key.batchId}`;
    log.append(stream, 'GlBatchSealed', { ...key, period: '202611', sequence: 1, journals, ...hashes });
    const refused = journals.map(({ journalId }) => ({ journalId, code: 'ACCT_BLOCKED', detail: 'blocked' }));
    log.append(stream, 'GlEntriesRejected', { ...key, erpSystem: 'sim-erp', journals: refused });
    await catchUpAll(database.db, log);
    const { items } = await listJournals(database.db, { bu: 'ACME' });
    expect(items.map(({ templateId, state }) => [templateId, state])).toEqual([
      ['T07', 'REJECTED'],
      ['T07R', 'READY'],
    ]);
    const again = await sealableJournals(database.db, { ...key, period: '202611' });
    expect(again.journals.map(({ templateId }) => templateId)).toEqual(['T07']);
  });
});
