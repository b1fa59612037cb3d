import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderById } from '../../projections/orders/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { payFirst } from './depositHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { firstInvoice, issuedInvoice } from './invoiceHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

describe('an order line of which an invoice is disputed', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  const dispute = (orderId: string, more: { readonly orderLineIds?: readonly string[] }): void => {
    const { invoiceId, number, soldTo, currency } = issuedInvoice(orderId, 1, firstInvoice);
    const of = { invoiceId, orderId, bu: 'ACME', number, soldTo, currency };
    const said = { cause: 'PRICE', reason: 'too dear', disputedBy: 'kim', invoiceLineIds: [], amount: '1' } as const;
    log.append(`invoice-ACME.${invoiceId}`, 'InvoiceDisputed', { ...of, ...said, ...more, disputeId: `D-${orderId}` });
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    for (const orderId of ['O1', 'O2', 'O3']) playGoldenOrder(log, orderId);
    payFirst(log, 'O1');
    dispute('O2', {});
    dispute('O3', { orderLineIds: ['20'] });
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  const shown = async (orderId: string) => {
    const order = await orderById(database.db, orderId);
    return [order?.flags.disputed, order?.lines.map(({ lineId, disputed }) => [lineId, disputed])];
  };

  test('says so, and so does its order, until that is resolved', async () => {
    // One dispute of it is over, the other one is not; that of O3 is of another line.
    expect(await shown('O1')).toEqual([true, [['10', true]]]);
    expect(await shown('O3')).toEqual([false, [['10', false]]]);
    log.append('invoice-ACME.O1-i1', 'DisputeResolved', {
      ...{ invoiceId: 'O1-i1', orderId: 'O1', bu: 'ACME', number: 'INV-O1-1', soldTo: 'C-1001', currency: 'USD' },
      ...{ disputeId: 'O1-d2', outcome: 'ACCEPTED', reason: 'a discount was promised', resolvedBy: 'kim' },
    });
    await catchUpAll(database.db, log);
    expect(await shown('O1')).toEqual([false, [['10', false]]]);
  });

  test('one that was recorded before it told its lines is on all that is invoiced', async () => {
    expect(await shown('O2')).toEqual([true, [['10', true]]]);
  });
});
