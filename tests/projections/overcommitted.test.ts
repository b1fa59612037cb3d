import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inventory } from '../../projections/inventory/projection.ts';
import { listInventoryPositions } from '../../projections/inventory/queries.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { defineMasterData } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

let database: TestDatabase<never>;

beforeAll(async () => {
  database = await createTestDatabase();
  defineMasterData(log);
});
afterAll(() => database.close());

const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };
const stream = 'stock-ACME.DC-EAST.BRG-6204';
const log = createMemoryLog();
const goods = { ...place, status: 'SELLABLE', unitCost: '6.00', currency: 'USD' } as const;
const adjusted = (reference: string, qty: string, status: 'SELLABLE' | 'QUARANTINE' = 'SELLABLE') =>
  log.append(stream, 'StockAdjusted', { ...goods, reference, qty, status, reason: 'COUNT', cost: '0' });

const position = async () => {
  await catchUp({ db: database.db, ...log }, inventory);
  return (await listInventoryPositions(database.db, { item: 'BRG-6204' })).items[0];
};

test('what is promised beyond stock follows every fact, and no more is available than is on hand', async () => {
  log.append(stream, 'StockReceived', { ...goods, reference: 'r1', qty: '10' });
  log.append(stream, 'StockReserved', {
    ...place,
    orderId: 'O',
    lineId: '10',
    reservationId: 'R',
    qty: '10',
    needDate: '2026-12-01',
    kind: 'SOFT',
    purpose: 'ORDER',
    cause: 'REQUEST',
    expiresAt: null,
  });
  adjusted('a1', '-4');
  log.append(stream, 'StockOvercommitted', { ...place, deficit: '4', reservations: [] });
  expect(await position()).toMatchObject({ overcommitted: '4', available: '0' });
  adjusted('a2', '1');
  expect(await position()).toMatchObject({ overcommitted: '3' });
  adjusted('a3', '23');
  expect(await position()).toMatchObject({ overcommitted: '0', onHand: '30', available: '20' });
  adjusted('a4', '-15', 'QUARANTINE');
  expect(await position()).toMatchObject({ onHand: '15', sellable: '30', unusable: '-15', available: '5' });
});
