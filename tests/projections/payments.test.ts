import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { invoiceById } from '../../projections/invoices/queries.ts';
import { listPayments, type PaymentFilter, type PaymentsBy, paymentById } from '../../projections/payments/queries.ts';
import { encodeCursor } from '../../projections/readModel.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { payFirst } from './depositHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { firstInvoice, issuedInvoice } from './invoiceHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

describe('single payments', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();
  let before = '';

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    for (const orderId of ['O1', 'O2']) playGoldenOrder(log, orderId);
    payFirst(log, 'O1');
    before = log.events.at(-1)?.position ?? '';
    payFirst(log, 'O2');
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  const idsOf = async (filter: PaymentFilter, by?: PaymentsBy): Promise<readonly string[]> =>
    (await listPayments(database.db, filter, undefined, by)).items.map(({ paymentId }) => paymentId);

  test('are listed by the day on which they were paid, the last one first', async () => {
    expect(await idsOf({ bu: 'ACME' })).toEqual(['O2-p3', 'O1-p3', 'O2-p2', 'O1-p2', 'O2-p1', 'O1-p1']);
    const first = await listPayments(database.db, { limit: 4 });
    expect(first.items).toHaveLength(4);
    expect(await idsOf({ limit: 4, cursor: first.nextCursor })).toEqual(['O2-p1', 'O1-p1']);
  });

  test.each<readonly [PaymentFilter, readonly string[]]>([
    [{ invoiceId: 'O1-i1' }, ['O1-p3', 'O1-p2', 'O1-p1']],
    [{ reference: 'BANK-p2' }, ['O2-p2', 'O1-p2']],
    [{ soldTo: 'C-1001', from: '2026-11-25', to: '2026-11-25' }, ['O2-p2', 'O1-p2']],
    [{ from: '2026-11-26' }, ['O2-p3', 'O1-p3']],
    [{ to: '2026-11-24', bu: 'ACME' }, ['O2-p1', 'O1-p1']],
    [{ soldTo: 'C-9999' }, []],
    [{ bu: 'OTHER' }, []],
  ])('of %j', async (filter, expected) => {
    expect(await idsOf(filter)).toEqual(expected);
  });

  test('those that were known at a position, and those that were paid by a day', async () => {
    expect(await idsOf({}, { position: before })).toEqual(['O1-p3', 'O1-p2', 'O1-p1']);
    expect(await idsOf({}, { day: '2026-11-24' })).toEqual(['O2-p1', 'O1-p1']);
    expect(await paymentById(database.db, 'O2-p1', undefined, { position: before })).toBeUndefined();
  });

  test('one of them, and all of them are what the invoice says that was paid', async () => {
    expect(await paymentById(database.db, 'O1-p2')).toMatchObject({
      ...{ bu: 'ACME', invoiceId: 'O1-i1', invoiceNumber: 'INV-O1-1', orderId: 'O1', soldTo: 'C-1001' },
      ...{ currency: 'USD', amount: '-2000', reference: 'BANK-p2', recordedBy: 'key:finance' },
      ...{ paidAt: '2026-11-25T08:00:00.000Z', paidOn: '2026-11-25' },
    });
    const { items } = await listPayments(database.db, { invoiceId: 'O1-i1' });
    const paid = items.reduce((sum, { amount }) => sum + BigInt(amount), 0n).toString();
    expect(await invoiceById(database.db, 'O1-i1')).toMatchObject({ settlement: { paid } });
  });

  test('who may see one customer sees that customer’s', async () => {
    const of = (soldTo: string) => ({ bus: ['ACME'], soldTo: [soldTo] });
    expect((await listPayments(database.db, {}, of('C-1002'))).items).toEqual([]);
    expect((await listPayments(database.db, {}, of('C-1001'))).items).toHaveLength(6);
    expect(await paymentById(database.db, 'O1-p1', of('C-1002'))).toBeUndefined();
  });

  test('a cursor of somebody else is refused', async () => {
    for (const key of [['2026-11-25'], ['2026-02-30', '1'], ["2026-11-25' or true", '1']])
      await expect(listPayments(database.db, { cursor: encodeCursor(key) })).rejects.toThrow('not one of ours');
  });

  test('the day is that of the business unit, as in the books', async () => {
    const west = createMemoryLog();
    openBooks(west);
    playGoldenOrder(west, 'O1');
    const unit = west.events.find(({ type }) => type === 'BusinessUnitDefined');
    west.append('bu-ACME.profile', 'BusinessUnitDefined', {
      ...(unit?.data as Parameters<typeof west.append<'BusinessUnitDefined'>>[2]),
      ...{ version: 2, timeZone: 'America/Los_Angeles' },
    });
    const { invoiceId, number, soldTo, currency, ...sale } = issuedInvoice('O1', 1, firstInvoice);
    west.append(`invoice-ACME.${invoiceId}`, 'PaymentRecorded', {
      ...{ invoiceId, orderId: 'O1', bu: 'ACME', number, soldTo, currency },
      ...{ paymentId: 'P', reference: 'BANK-P', amount: '100', paidAt: '2026-11-24T03:00:00.000Z', recordedBy: 'kim' },
      receivable: {
        ...{ customerGroup: sale.customerGroup, node: sale.node, channel: sale.channel, shipTo: sale.shipTo },
      },
    });
    const other = await createTestDatabase<never>();
    try {
      await catchUpAll(other.db, west);
      expect(await paymentById(other.db, 'P')).toMatchObject({ paidOn: '2026-11-23' });
    } finally {
      await other.close();
    }
  });
});
