import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { invoiceById } from '../../projections/invoices/queries.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { reportPage } from '../../projections/reports/page.ts';
import { receivablesReport } from '../../projections/reports/receivables.ts';
import type { Report } from '../../projections/reports/report.ts';
import { revenueReport } from '../../projections/reports/revenue.ts';
import { taxReport } from '../../projections/reports/tax.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { creditFirst } from './creditHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

// Of the worked example two of the first seven come back, and 5.00 of the freight.
describe('B-11 a credit memo in the books', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  let creditMemoId = '';

  const rowsOf = async (report: Report) =>
    (await reportPage(database.db, report, { filter: { bu: 'ACME' }, scope: undefined, at: undefined })).items;

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    creditMemoId = creditFirst(log, 'O1');
    const owed = { bu: 'ACME', customer: 'C-1001', currency: 'USD', invoiceId: 'O1-i1', orderId: 'O1' };
    const issuedAt = '2026-11-23T10:00:00.000Z';
    const recorded = { ...owed, amount: '10214', released: '0', issuedAt, counted: true };
    log.append('credit-ACME.C-1001', 'ReceivableRecorded', recorded);
    log.append('credit-ACME.C-1001', 'ReceivableCredited', { ...owed, creditMemoId, amount: '2990' });
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('the worked example: T08 posts it, and the invoice names it', async () => {
    const { items } = await listJournals(database.db, { invoiceId: 'O1-i1' });
    const [journal] = items.filter(({ templateId }) => templateId === 'T08');
    expect(journal?.lines.map(({ role, debit, credit }) => [role, debit, credit])).toEqual([
      ['SALES_RETURNS', '2500', '0'],
      ['REVENUE_FREIGHT', '500', '0'],
      ['TAX_PAYABLE', '190', '0'],
      ['SALES_DISCOUNT', '0', '200'],
      ['AR_TRADE', '0', '2990'],
    ]);
    expect(await invoiceById(database.db, 'O1-i1')).toMatchObject({ credited: '2990', openAmount: '7224' });
    const { lines = [] } = (await orderById(database.db, 'O1')) ?? {};
    expect(lines).toMatchObject([{ lineId: '10', invoiced: '10', credited: '2' }]);
  });

  test('receivables and tax tie out, and the trial balance balances', async () => {
    const rows = await tieOuts(database.db, { bu: 'ACME', period: '202611' });
    expect(rows.map(({ pair, subledger, gl, unexplained }) => [pair, subledger, gl, unexplained])).toEqual(
      expect.arrayContaining([
        ['AR', '10959', '10959', '0'],
        ['TAX_PAYABLE', '759', '759', '0'],
      ]),
    );
    const { totalDebit, totalCredit } = await trialBalance(database.db, { bu: 'ACME', ledger: 'PRIMARY' });
    expect(totalDebit).toBe(totalCredit);
  });

  test('R01, R03 and R13 count it', async () => {
    const revenue = (await rowsOf(revenueReport)).filter(({ template }) => template === 'T08');
    const sum = (name: string) => revenue.reduce((total, row) => total + BigInt(String(row[name])), 0n).toString();
    expect(['returns', 'lineDiscount', 'freight', 'tax', 'netRevenue'].map(sum)).toEqual([
      ...['2500', '-200', '-500', '-190', '-2800'],
    ]);
    // The invoice that is credited is the row's; the memo is its document.
    expect(revenue.map(({ invoice, line, document }) => [invoice, line, document])).toContainEqual([
      ...['INV-O1-1', '1', 'CM-O1'],
    ]);
    const [aged] = (await rowsOf(receivablesReport)).filter(({ invoiceId }) => invoiceId === 'O1-i1');
    expect(aged).toMatchObject({ original: '10214', credited: '2990' });
    // All of 72.24 that is owed: the other invoice, which is newer, is paid last.
    expect(aged).toMatchObject({ paid: '3735', open: '3489' });
    const tax = await rowsOf(taxReport);
    expect(tax.find(({ jurisdiction }) => jurisdiction === 'US-CA')).toMatchObject({
      ...{ taxable: '9200', tax: '759', engineAmount: '759', difference: '0', documents: 2, credited: 1 },
    });
  });

  test('O-05 its GL lines lead back to the order line, and it follows from the invoice line', async () => {
    const graph = await lineage(database.db, { root: 'order-line:O1/10', direction: 'down' });
    expect(graph?.gaps).toEqual([]);
    expect(graph?.edges).toContainEqual(
      expect.objectContaining({
        ...{ from: 'invoice-line:O1-i1/1', to: `credit-memo:${creditMemoId}`, kind: 'CREDITED_BY', qty: '2' },
      }),
    );
    expect(graph?.nodes).toContainEqual(expect.objectContaining({ type: 'GL_LINE', role: 'SALES_RETURNS' }));
    expect(graph?.summary).toMatchObject({
      ...{ revenue: '12500', discount: '800', credited: '2500', cost: '6000', margin: '3200' },
    });
  });
});
