import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { orderById } from '../../projections/orders/queries.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { receive } from './fulfilmentHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const [bu, node, item, orderId] = ['ACME', 'DC-EAST', 'BRG-6204', 'TWO'] as const;
const [shipmentId, releaseId] = [`${orderId}-s1`, `${orderId}-rel1`];
const key = { orderId, bu, node };

const part = (n: number, qty: string) => ({ lineId: '10', item, reservationId: `${orderId}-r${n}`, qty });

/** Line 10 leaves out of two reservations, 7 and 3; 1 is not found, 2 are stopped, 7 leave. */
const play = (log: MemoryLog): void => {
  receive(log, '20', 'rcpt-two');
  placeOrder(log, orderId);
  const shipment = `shipment-${bu}.${shipmentId}`;
  const reserved = {
    ...key,
    lineId: '10',
    item,
    reservationId: `${orderId}-r2`,
    qty: '3',
    from: 'BACKORDERED',
  } as const;
  log.append(`allocation-${bu}.${orderId}`, 'AllocationReserved', reserved);
  const lines = [part(1, '7'), part(2, '3')];
  const shipTo = { id: 'MAIN' };
  log.append(`allocation-${bu}.${orderId}`, 'AllocationReleased', { ...key, releaseId, shipmentId, lines, shipTo });
  const head = { ...key, shipmentId };
  log.append(shipment, 'ShipmentPlanned', { ...head, kind: 'WAREHOUSE', releaseId, shipTo, lines });
  log.append(shipment, 'ItemsPicked', { ...head, pickId: 'p1', lines: [part(1, '7'), part(2, '1')] });
  const short = [{ ...part(2, '1'), cause: 'NOT_FOUND' }];
  log.append(shipment, 'ShipmentShorted', { ...head, shortageId: 'sh1', releaseId, lines: short });
  log.append(shipment, 'ShipmentReduced', { ...head, changeId: 'x1', lines: [part(2, '2')] });
  log.append(shipment, 'ShipmentConfirmed', {
    ...head,
    confirmationId: 'c1',
    contentSha256: 'x',
    releaseId,
    soldTo: 'C-1001',
    shippedAt: '2026-11-23T12:00:00.000Z',
    tracking: [],
    currency: 'USD',
    lines: [
      { ...part(1, '7'), shipmentLineId: '10', excess: '0', lots: [], serials: [], unitCost: '6.00', cost: '4200' },
    ],
  });
};

describe('a release of one order line out of two reservations', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    play(log);
    await catchUpAll(database.db, log);
  });
  afterAll(() => database.close());

  test('is two lines of its shipment, each with its own quantities', async () => {
    expect((await deadLetters(database.db)).items).toEqual([]);
    expect(await shipmentById(database.db, shipmentId)).toMatchObject({
      state: 'CONFIRMED',
      lines: [
        {
          shipmentLineId: '10',
          lineId: '10',
          reservationId: 'TWO-r1',
          qty: '7',
          picked: '7',
          shipped: '7',
          cost: '4200',
        },
        {
          shipmentLineId: '10.2',
          lineId: '10',
          reservationId: 'TWO-r2',
          qty: '3',
          picked: '1',
          shorted: '1',
          stopped: '2',
        },
      ],
    });
  });

  test('is one line of its release, which is shipped when nothing more can leave', async () => {
    expect((await orderById(database.db, orderId))?.releases).toMatchObject([
      { status: 'SHIPPED', lines: [{ lineId: '10', qty: '10', shipped: '7', shorted: '1', stopped: '2' }] },
    ]);
  });
});
