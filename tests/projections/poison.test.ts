import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DataOf } from '../../domain/events.ts';
import { listProjections } from '../../projections/freshness.ts';
import { glStaging } from '../../projections/glStaging/projection.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { orders } from '../../projections/orders/projection.ts';
import { orderById } from '../../projections/orders/queries.ts';
import type { Projection } from '../../projections/projection.ts';
import { replayLane } from '../../projections/repair.ts';
import { catchUp } from '../../projections/runner.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { emptyTables, tableHashes } from './tables.ts';

/** A bug that one kind of event of one order meets. */
const brokenFor = (projection: Projection, orderId: string, type: string): Projection => ({
  ...projection,
  apply: async (batch, into) => {
    if (batch.some((event) => event.type === type && (event.data as { orderId?: string }).orderId === orderId))
      throw new TypeError(`cannot fold ${type}`);
    return projection.apply(batch, into);
  },
});

describe('a poison event', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;

  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    openBooks(log);
    for (let n = 1; n <= 5; n += 1) playGoldenOrder(log, `O${n}`);
  });

  afterEach(() => database.close());

  test('blocks only its lane, is visible, and later events of the lane wait behind it', async () => {
    await catchUp({ db: database.db, ...log }, brokenFor(orders, 'O3', 'OrderAccepted'));
    for (const id of ['O1', 'O2', 'O4', 'O5'])
      expect(await orderById(database.db, id)).toMatchObject({ status: 'COMPLETED' });
    expect(await orderById(database.db, 'O3')).toMatchObject({ status: 'PENDING', revision: 2 });
    const { items } = await deadLetters(database.db);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      projection: 'orders',
      laneKey: 'order:O3',
      eventType: 'OrderAccepted',
      errorClass: 'TypeError',
      detail: 'cannot fold OrderAccepted',
      attempts: 1,
    });
    const later = log.events.filter(
      (event) =>
        orders.handles.has(event.type) &&
        (event.data as { orderId?: string }).orderId === 'O3' &&
        event.position > (items[0]?.position ?? ''),
    );
    expect(items[0]?.blockedCount).toBe(later.length);
    expect((await listProjections(database.db))[0]).toMatchObject({
      name: 'orders',
      state: 'RUNNING',
      deadLetters: 1,
      position: log.events.at(-1)?.position,
    });
  });

  test('replays in order after the fix and leaves the rows that there would have been without it', async () => {
    const broken = brokenFor(orders, 'O3', 'OrderAccepted');
    await catchUp({ db: database.db, ...log }, broken);
    const still = await replayLane({ db: database.db, ...log }, broken, 'order:O3');
    expect(still).toMatchObject({ replayed: 0, error: 'cannot fold OrderAccepted' });
    expect((await deadLetters(database.db)).items[0]).toMatchObject({ attempts: 2 });
    const outcome = await replayLane({ db: database.db, ...log }, orders, 'order:O3');
    expect(outcome).toMatchObject({ stillBlocked: 0, error: null });
    expect((await deadLetters(database.db)).items).toEqual([]);
    expect((await listProjections(database.db))[0]).toMatchObject({ deadLetters: 0 });
    const repaired = await tableHashes(database.db, [orders]);
    await emptyTables(database.db, [orders]);
    await catchUp({ db: database.db, ...log }, orders);
    expect(await tableHashes(database.db, [orders])).toEqual(repaired);
  });

  test('a second culprit in the same lane takes the head of the lane when it is met', async () => {
    const twice = brokenFor(brokenFor(orders, 'O3', 'OrderAccepted'), 'O3', 'ShipmentConfirmed');
    await catchUp({ db: database.db, ...log }, twice);
    const outcome = await replayLane(
      { db: database.db, ...log },
      brokenFor(orders, 'O3', 'ShipmentConfirmed'),
      'order:O3',
    );
    expect(outcome.replayed).toBeGreaterThan(0);
    expect(outcome.stillBlocked).toBeGreaterThan(0);
    expect((await deadLetters(database.db)).items[0]).toMatchObject({
      eventType: 'ShipmentConfirmed',
      laneKey: 'order:O3',
    });
    expect(await orderById(database.db, 'O3')).toMatchObject({ status: 'OPEN' });
  });

  test('an event that contradicts itself never becomes a journal, and the other orders are posted', async () => {
    log.append('shipment-ACME.O9-s1', 'ShipmentConfirmed', {
      orderId: 'O9',
      bu: 'ACME',
      node: 'DC-EAST',
      shipmentId: 'O9-s1',
      confirmationId: 'c',
      contentSha256: 'x',
      releaseId: 'r',
      soldTo: 'C-1001',
      shippedAt: 'not an instant',
      tracking: [],
      currency: 'USD',
      lines: [
        {
          lineId: '10',
          shipmentLineId: '10',
          item: 'BRG-6204',
          reservationId: 'r',
          qty: '1',
          excess: '0',
          lots: [],
          serials: [],
          unitCost: '6.00',
          cost: '600',
        },
      ],
    } satisfies DataOf<'ShipmentConfirmed'>);
    await catchUp({ db: database.db, ...log }, glStaging);
    expect((await listJournals(database.db, { limit: 500 })).items).toHaveLength(20);
    expect((await deadLetters(database.db, { projection: 'gl_staging' })).items).toMatchObject([
      { laneKey: 'order:O9', blockedCount: 0 },
    ]);
  });

  test('while the accounts of a business unit cannot be read, its postings wait instead of being posted without them', async () => {
    const broken: Projection = {
      ...glStaging,
      apply: async (batch, into) => {
        if (batch.some((event) => event.type === 'AccountMapPublished'))
          throw new TypeError('cannot fold AccountMapPublished');
        return glStaging.apply(batch, into);
      },
    };
    await catchUp({ db: database.db, ...log }, broken);
    expect((await listJournals(database.db, {})).items).toEqual([]);
    expect((await deadLetters(database.db)).items).toMatchObject([{ laneKey: 'policy:ACME', blockedCount: 21 }]);
    await replayLane({ db: database.db, ...log }, glStaging, 'policy:ACME');
    const { items } = await listJournals(database.db, { limit: 500 });
    expect(items).toHaveLength(20);
    expect(items.every((journal) => journal.state === 'READY')).toBe(true);
  });
});
