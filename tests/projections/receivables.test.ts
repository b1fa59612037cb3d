import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { creditAccount } from '../../projections/credit/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { defineMasterData } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';

describe('B-17 the credit account', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;
  const of = { bu: 'ACME', customer: 'C-1001', currency: 'USD' } as const;
  const stream = 'credit-ACME.C-1001';

  const account = async () => {
    await catchUpAll(database.db, log);
    return creditAccount(database.db, 'ACME', 'C-1001');
  };

  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    defineMasterData(log);
  });

  afterEach(() => database.close());

  test('shows what is owed, what is still reserved and what is left of the limit, and they add up', async () => {
    const order = { ...of, orderId: 'A' };
    const invoice = { ...order, invoiceId: 'I1', amount: '5412' };
    log.append(stream, 'CreditReserved', { ...order, amount: '9000', exposure: '9000', override: false });
    const issuedAt = '2026-11-24T09:00:00.000Z';
    log.append(stream, 'ReceivableRecorded', { ...invoice, released: '5000', issuedAt, counted: true });
    expect(await account()).toMatchObject({
      openAr: '5412',
      openOrders: '4000',
      exposure: '9412',
      headroom: '499990588',
      reservations: [{ orderId: 'A', amount: '4000' }],
    });
    log.append(stream, 'ReceivableReversed', { ...invoice, reserved: '5000' });
    expect(await account()).toMatchObject({ openAr: '0', openOrders: '9000', exposure: '9000' });
    log.append(stream, 'ReceivableRecorded', { ...invoice, released: '5000', issuedAt, counted: true });
    const asOf = '2026-11-24T10:00:00.000Z';
    log.append(stream, 'ExposureSynchronised', { ...of, openAr: '700', asOf, receivables: '0' });
    expect(await account()).toMatchObject({ openAr: '700', openOrders: '4000', exposure: '4700' });
  });

  test('a figure in another currency leaves the one of the limit as it is', async () => {
    const [openAr, receivables] = ['700', '0'];
    const asOf = '2026-11-24T10:00:00.000Z';
    log.append(stream, 'ExposureSynchronised', { ...of, openAr, asOf, receivables, contains: [] });
    log.append(stream, 'ExposureSynchronised', {
      ...of,
      currency: 'EUR',
      openAr: '5',
      asOf,
      receivables,
      contains: [],
    });
    expect(await account()).toMatchObject({ currency: 'USD', openAr: '700', openArAsOf: expect.any(String) });
  });
});
