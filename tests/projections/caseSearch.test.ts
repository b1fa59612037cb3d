import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CaseView } from '../../projections/exceptions/queries.ts';
import { listCases } from '../../projections/exceptions/queries.ts';
import { listOrders } from '../../projections/orders/queries.ts';
import { listShipments } from '../../projections/shipments/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { receive, release } from './fulfilmentHistory.ts';
import { defineMasterData } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

let database: TestDatabase<never>;
const log = createMemoryLog();

const open = (caseId: string, orderId: string, node: string, soldTo: string): void => {
  log.append(`case-ACME.${caseId}`, 'CaseOpened', {
    ...{ caseId, bu: 'ACME', class: 'WAREHOUSE_SILENT', object: { kind: 'shipment', id: `${orderId}-s1` }, orderId },
    ...{ soldTo, node, since: '2026-11-23T08:00:00.000Z', dueAt: '2026-11-23T12:00:00.000Z', moneyAtRisk: null },
  });
};

beforeAll(async () => {
  database = await createTestDatabase();
  defineMasterData(log);
  receive(log, '7', 'R1');
  placeOrder(log, 'LATE');
  release(log, 'LATE', 1, '7');
  open('CASE-1', 'LATE', 'DC-EAST', 'C-1001');
  open('CASE-2', 'OTHER', 'DC-WEST', 'C-1002');
  await catchUpAll(database.db, log);
});
afterAll(() => database.close());

test('O-11: an order number, a customer account or a warehouse finds the order and its open exceptions, and no others', async () => {
  const cases = async (search: string): Promise<readonly CaseView['caseId'][]> =>
    (await listCases(database.db, { search })).items.map(({ caseId }) => caseId);
  const [late] = (await listOrders(database.db, { soldTo: 'C-1001' })).items;
  const customerPo = late?.customerPo ?? '';
  expect(late).toMatchObject({ orderId: 'LATE', soldTo: 'C-1001' });
  expect((await listOrders(database.db, { customerPo })).items.map(({ orderId }) => orderId)).toEqual(['LATE']);
  expect((await listShipments(database.db, { node: 'DC-EAST' })).items.map(({ orderId }) => orderId)).toEqual(['LATE']);
  for (const search of ['LATE', customerPo, 'C-1001', 'DC-EAST'])
    expect({ search, found: await cases(search) }).toEqual({ search, found: ['CASE-1'] });
  for (const search of ['OTHER', 'C-1002', 'DC-WEST'])
    expect({ search, found: await cases(search) }).toEqual({ search, found: ['CASE-2'] });
  expect(await cases('NOBODY')).toEqual([]);
});
