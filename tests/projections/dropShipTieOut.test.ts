import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const [orderId, poId, shipmentId] = ['O1', 'O1-po', 'O1-po-s'];
const goods = { lineId: '10', item: 'BRG-6204', itemGroup: 'BEARING' };

/** Two pieces leave the supplier at 5.50; one of them is billed, at 6.00. */
const shipAndBill = (log: MemoryLog): void => {
  const line = { ...goods, shipmentLineId: '10', reservationId: 'R1', excess: '0', unitPrice: '12.50', discounts: [] };
  log.append(`shipment-${bu}.${shipmentId}`, 'ShipmentConfirmed', {
    ...{ orderId, bu, shipmentId, node: 'SUP-NORD', kind: 'DROPSHIP', releaseId: poId, soldTo: 'C-1001' },
    ...{ confirmationId: 'ASN-1', contentSha256: 'x', shippedAt: '2026-11-24T10:00:00.000Z', tracking: [] },
    ...{ currency: 'USD', lines: [{ ...line, qty: '2', lots: [], serials: [], unitCost: '5.50', cost: '1100' }] },
  });
  const amounts = { billed: '600', accrued: '550', variance: '50' };
  log.append(`dropship-${bu}.${poId}`, 'SupplierBillMatched', {
    ...{ poId, bu, orderId, supplier: 'SUP-NORD', shipmentId, billId: 'B-1', contentSha256: 'x' },
    ...{ billDate: '2026-11-25', currency: 'USD', ...amounts, lines: [{ ...goods, qty: '1', ...amounts }] },
  });
};

describe('S-08 what suppliers have yet to bill', () => {
  let database: TestDatabase<never>;

  beforeAll(async () => {
    database = await createTestDatabase();
    const log = createMemoryLog();
    openBooks(log);
    shipAndBill(log);
    await catchUpAll(database.db, log);
  });
  afterAll(() => database.close());

  const accrued = async (validAsOf?: string) => {
    const rows = await tieOuts(database.db, { bu, period: '202611', ...(validAsOf !== undefined && { validAsOf }) });
    return rows.find(({ pair }) => pair === 'DROPSHIP_ACCRUAL');
  };

  test('is what left of them less what they billed, and what the ledger accrued', async () => {
    expect(await accrued()).toMatchObject({ subledger: '550', gl: '550', unexplained: '0' });
    expect(await accrued('2026-11-24')).toMatchObject({ subledger: '1100', gl: '1100', unexplained: '0' });
  });

  test('goods of a supplier move no stock of ours', async () => {
    const rows = await tieOuts(database.db, { bu, period: '202611' });
    expect(rows.find(({ pair }) => pair === 'INVENTORY')).toMatchObject({ gl: '0', unexplained: '0' });
    expect(rows.find(({ pair }) => pair === 'DEFERRED_COGS')).toMatchObject({ subledger: '1100', gl: '1100' });
  });
});
