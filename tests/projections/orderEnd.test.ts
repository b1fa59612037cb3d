import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompiledQuery } from 'kysely';
import { orders } from '../../projections/orders/projection.ts';
import { orderById } from '../../projections/orders/queries.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { closedOrdersAfter } from '../../projections/reconciliations/orders.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

const bu = 'ACME';
const log = createMemoryLog();
let database: TestDatabase<never>;

const catchedUp = async (orderId: string) => {
  await catchUp({ db: database.db, ...log }, orders);
  return orderById(database.db, orderId);
};

const hold = (orderId: string): void => {
  const data = { orderId, bu, soldTo: 'C-1001', holdId: `${orderId}-h`, type: 'MANUAL', note: 'wait' } as const;
  log.append(`order-${bu}.${orderId}`, 'OrderHeld', { ...data, scope: { kind: 'ORDER' } });
};

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

describe('an order that has come to its end', () => {
  test('by cancellation shows no open hold, from the moment on at which nothing of it is left', async () => {
    placeOrder(log, 'GONE');
    hold('GONE');
    const from = { unsourced: '0', backordered: '0', reserved: '0', allocated: '0' };
    const cancelled = { orderId: 'GONE', changeId: 'ch', lineId: '10', reason: 'CUSTOMER' };
    const stream = `order-${bu}.GONE`;
    log.append(stream, 'OrderLineCancelled', { ...cancelled, cancelledQty: '7', from: { ...from, reserved: '7' } });
    expect((await catchedUp('GONE'))?.holds).toHaveLength(1);
    log.append(stream, 'OrderLineCancelled', { ...cancelled, cancelledQty: '3', from: { ...from, backordered: '3' } });
    expect(await catchedUp('GONE')).toMatchObject({ status: 'CANCELLED', holds: [], closedAt: null });
    log.append(stream, 'OrderClosed', { orderId: 'GONE', bu, soldTo: 'C-1001' });
    expect(await catchedUp('GONE')).toMatchObject({ status: 'CANCELLED', holds: [] });
  });

  test('by delivery shows no open hold; a void of a shipment opens it again, and then it is not closed', async () => {
    playGoldenOrder(log, 'DONE');
    hold('DONE');
    const closed = await catchedUp('DONE');
    expect(closed).toMatchObject({ status: 'COMPLETED', holds: [] });
    expect(closed?.closedAt).not.toBeNull();
    const shipped = log.events.find(({ stream, type }) => stream.endsWith('DONE-s2') && type === 'ShipmentConfirmed');
    const { lines, ...data } = shipped?.data as Parameters<typeof log.append<'ShipmentConfirmed'>>[2];
    const { orderId, node, shipmentId, confirmationId, currency } = data;
    log.append(`shipment-${bu}.${shipmentId}`, 'ShipmentVoided', {
      ...{ orderId, bu, node, shipmentId, currency },
      reason: 'WRONG_TRUCK',
      confirmationIds: [confirmationId],
      lines: lines.map((line) => ({ ...line, confirmationId })),
    });
    expect(await catchedUp('DONE')).toMatchObject({ closedAt: null, holds: [{ holdId: 'DONE-h' }] });
    // The order itself may not have heard of the void when it is closed.
    log.append(`order-${bu}.DONE`, 'OrderClosed', { orderId, bu, soldTo: 'C-1001' });
    const progress = { orderId, lineId: '10', shipped: '7', invoiced: '10', reference: `void:${shipmentId}` };
    log.append(`order-${bu}.DONE`, 'OrderLineProgressed', { ...progress, voids: { shipmentId } });
    expect((await catchedUp('DONE'))?.closedAt).toBeNull();
  });

  test('is found among those that were closed lately by an index of these alone', async () => {
    const asked: CompiledQuery<unknown>[] = [];
    const listening: ReadHandle = {
      getExecutor: () => database.db.getExecutor(),
      rowsOf: async (statement) => {
        asked.push(statement);
        return [];
      },
    };
    await closedOrdersAfter(listening, bu, '2026-11-01T00:00:00.000Z', '', 100);
    const client = await database.pool.connect();
    try {
      // A table of a few rows is read whole, whatever indexes there are.
      await client.query('set enable_seqscan = off');
      const plan = await client.query(`explain ${asked[0]?.sql}`, [...(asked[0]?.parameters ?? [])]);
      expect(JSON.stringify(plan.rows)).toContain('orders_closed');
    } finally {
      await client.query('reset enable_seqscan');
      client.release();
    }
  });
});
