import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { creditAccount } from '../../projections/credit/queries.ts';
import { depositById, listDeposits } from '../../projections/deposits/queries.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { invoiceById } from '../../projections/invoices/queries.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { reportPage } from '../../projections/reports/page.ts';
import { receivablesReport } from '../../projections/reports/receivables.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { payFirst, payInAdvance } from './depositHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

describe('B-17 deposits in the books', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  let depositId = '';

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    const billed = { bu: 'ACME', customer: 'C-1001', currency: 'USD', invoiceId: 'O1-i2', orderId: 'O1' };
    const recorded = { ...billed, amount: '3735', released: '0', issuedAt: '2026-11-23T10:00:00.000Z', counted: true };
    log.append('credit-ACME.C-1001', 'ReceivableRecorded', recorded);
    depositId = payInAdvance(log, 'O1');
    log.append('credit-ACME.C-1001', 'ReceivableSettled', {
      ...billed,
      settlementId: 'S1',
      cause: 'DEPOSIT',
      amount: '2000',
    });
    const first = { ...billed, invoiceId: 'O1-i1' };
    log.append('credit-ACME.C-1001', 'ReceivableRecorded', { ...recorded, ...first, amount: '10214' });
    payFirst(log, 'O1');
    const paid = { ...first, settlementId: 'S2', cause: 'PAYMENT', amount: '3100' } as const;
    log.append('credit-ACME.C-1001', 'ReceivableSettled', paid);
    log.append('credit-ACME.C-1001', 'ReceivableSettled', { ...paid, cause: 'WRITE_OFF', amount: '200' });
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('what became of one', async () => {
    const found = await depositById(database.db, depositId);
    expect(found).toMatchObject({
      ...{ orderId: 'O1', state: 'HELD', amount: '5000', applied: '2000', refunded: '1000', open: '2000', revision: 3 },
      applications: [{ invoiceId: 'O1-i2', number: 'INV-O1-2', amount: '2000' }],
      refunds: [{ amount: '1000', cause: 'ON_REQUEST', refundedOn: '2026-11-25' }],
    });
    expect((await listDeposits(database.db, { orderId: 'O1', state: 'HELD' })).items).toEqual([found]);
    expect((await listDeposits(database.db, { orderId: 'O1', state: 'CLEARED' })).items).toEqual([]);
    expect(await invoiceById(database.db, 'O1-i2')).toMatchObject({
      ...{ settlement: { deposits: '2000', paid: '0', writtenOff: '0', dispute: null }, openAmount: '1735' },
    });
    expect(await creditAccount(database.db, 'ACME', 'C-1001')).toMatchObject({ deposits: '2000' });
  });

  test('what was paid and written off of an invoice, less what came back', async () => {
    expect(await invoiceById(database.db, 'O1-i1')).toMatchObject({
      ...{
        openAmount: '6914',
        settlement: { deposits: '0', paid: '3100', writtenOff: '200', dispute: { disputeId: 'O1-d2', amount: '5000' } },
      },
    });
  });

  test('receivables and deposits tie out; payments are posted by the ERP', async () => {
    const rows = await tieOuts(database.db, { bu: 'ACME', period: '202611' });
    expect(rows.map(({ pair, subledger, gl, unexplained }) => [pair, subledger, gl, unexplained])).toEqual(
      expect.arrayContaining([
        ['AR', '8649', '11749', '0'],
        ['CUSTOMER_DEPOSIT', '2000', '2000', '0'],
      ]),
    );
    expect(rows.find(({ pair }) => pair === 'AR')?.explained).toEqual([
      { reason: 'PAYMENTS_POSTED_BY_ERP', amount: '-3100', count: 3 },
    ]);
  });

  test('R03 shows what an invoice has of them, and what is left of it', async () => {
    const asked = { filter: { bu: 'ACME' }, scope: undefined, at: undefined };
    const { items } = await reportPage(database.db, receivablesReport, asked);
    expect(items.find(({ invoiceId }) => invoiceId === 'O1-i2')).toMatchObject({
      ...{ original: '3735', deposits: '2000', paid: '0', open: '1735' },
    });
    expect(items.find(({ invoiceId }) => invoiceId === 'O1-i1')).toMatchObject({
      ...{ original: '10214', deposits: '0', paid: '3100', writtenOff: '200', open: '6914', disputed: '5000' },
    });
    expect(items.find(({ invoiceId }) => invoiceId === null)).toBeUndefined();
  });

  test('O-05 its GL lines lead back to the order, and name the deposit', async () => {
    const { items } = await listJournals(database.db, { orderId: 'O1' });
    const posted = items.filter(({ templateId }) => templateId === 'T01' || templateId === 'T05');
    expect(posted).toHaveLength(4);
    const [received] = posted.filter(({ templateId }) => templateId === 'T01');
    expect(received).toMatchObject({ declaredSource: `deposit:${depositId}`, documentRef: depositId });
    const graph = await lineage(database.db, { root: 'order:O1', direction: 'down' });
    expect(graph?.gaps).toEqual([]);
    const roles = graph?.nodes.flatMap((node) => (node.type === 'GL_LINE' ? [node.role] : []));
    expect(roles).toEqual(expect.arrayContaining(['CASH_CLEARING', 'CUSTOMER_DEPOSIT', 'AR_TRADE']));
  });
});
