import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { projections } from '../../projections/catalogue.ts';
import { creditAccount } from '../../projections/credit/queries.ts';
import { asOf, listProjections } from '../../projections/freshness.ts';
import { availabilityInputs } from '../../projections/inventory/availability.ts';
import { listInventoryPositions } from '../../projections/inventory/queries.ts';
import { listInvoices } from '../../projections/invoices/queries.ts';
import { orderPromise } from '../../projections/orders/promise.ts';
import { listOrders, orderById } from '../../projections/orders/queries.ts';
import { listShipments } from '../../projections/shipments/queries.ts';
import { orderTimeline } from '../../projections/timeline/queries.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { addedAndRaised } from './changeHistory.ts';
import { receive, release } from './fulfilmentHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';

describe('the read models of the worked example', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    receive(log, '7', 'rcpt-o2');
    placeOrder(log, 'O2');
    release(log, 'O2', 1, '7');
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('every event of the history was applied and no lane is blocked', async () => {
    const all = await listProjections(database.db);
    expect(all.map((each) => each.name).sort()).toEqual(projections.map((each) => each.name).sort());
    for (const each of all) expect(each).toMatchObject({ state: 'RUNNING', deadLetters: 0, problem: null });
    // Nobody follows this log any more, so that each model last looked when it was caught up, the first one long ago.
    await sql`update ops.projection set looked_at = clock_timestamp() + interval '1 hour'`.execute(database.db);
    const { asOfPosition, lagMs } = await asOf(
      database.db,
      all.map((each) => each.name),
    );
    expect(asOfPosition).toBe(log.events.at(-1)?.position);
    expect(lagMs).toBe(0);
  });

  test('the order shows all buckets of the quantity equation, its releases and its totals', async () => {
    const order = await orderById(database.db, 'O2');
    expect(order).toMatchObject({
      orderId: 'O2',
      bu: 'ACME',
      status: 'OPEN',
      revision: 4,
      customerPo: 'PO-7001',
      soldTo: 'C-1001',
      currency: 'USD',
      erpNumber: 'SO-100045',
      promisedDate: '2026-11-24',
      totals: { gross: '12500', discount: '1000', charges: '1500', net: '13000' },
      holds: [],
      lines: [
        {
          lineId: '10',
          item: 'BRG-6204',
          uom: 'EA',
          status: 'RELEASED',
          unitPrice: '12.50',
          promisedDate: '2026-11-24',
          ordered: '10',
          unsourced: '0',
          backordered: '3',
          reserved: '0',
          allocated: '7',
          picked: '0',
          dropship: '0',
          shipped: '0',
          overshipped: '0',
          cancelled: '0',
          invoiced: '0',
          returned: '0',
          credited: '0',
        },
      ],
      releases: [
        {
          releaseId: 'O2-rel1',
          shipmentId: 'O2-s1',
          node: 'DC-EAST',
          status: 'RELEASED',
          lines: [{ lineId: '10', qty: '7' }],
        },
      ],
    });
    expect(await orderById(database.db, 'O1')).toMatchObject({
      status: 'COMPLETED',
      lines: [{ status: 'CLOSED', shipped: '10', invoiced: '10' }],
    });
  });

  test('O-32 a partner sees its own orders and no others', async () => {
    expect(await orderById(database.db, 'O2', { bus: ['ACME'], soldTo: ['C-1001'] })).toBeDefined();
    expect(await orderById(database.db, 'O2', { bus: ['ACME'], soldTo: ['C-1002'] })).toBeUndefined();
    expect(await orderById(database.db, 'O2', { bus: ['OTHER'] })).toBeUndefined();
    expect(await orderTimeline(database.db, 'O2', {}, { bus: ['ACME'], soldTo: ['C-1002'] })).toBeUndefined();
    expect((await listShipments(database.db, {}, { bus: ['ACME'], soldTo: ['C-1002'] })).items).toEqual([]);
  });

  test('lists page backwards through time by a cursor', async () => {
    const first = await listOrders(database.db, { bu: 'ACME', item: 'BRG-6204', limit: 1 });
    expect(first.items.map((order) => order.orderId)).toEqual(['O2']);
    const second = await listOrders(database.db, { bu: 'ACME', limit: 1, cursor: first.nextCursor });
    expect(second.items.map((order) => order.orderId)).toEqual(['O1']);
    expect(second.nextCursor).toBeNull();
    expect(
      (await listOrders(database.db, { status: 'OPEN', customerPo: 'PO-7001', soldTo: 'C-1001' })).items,
    ).toHaveLength(1);
  });

  test('the timeline tells every event of the order as a sentence', async () => {
    const timeline = await orderTimeline(database.db, 'O1', { limit: 500 });
    const texts = timeline?.items.map((entry) => entry.text);
    expect(texts).toContain('Invoice INV-O1-1 over 102.14 USD issued, due 2026-12-23.');
    expect(texts).toContain('Line 10: 7 from DC-EAST, 3 short.');
    const spoken = log.events.filter((event) => (event.data as { orderId?: string }).orderId === 'O1');
    expect(timeline?.items).toHaveLength(spoken.length);
  });

  test('the promise says from where and why', async () => {
    expect(await orderPromise(database.db, 'O2')).toMatchObject({
      promisedDate: '2026-11-24',
      lines: [
        {
          lineId: '10',
          promisedDate: '2026-11-24',
          shortage: '3',
          undated: '3',
          picks: [{ node: 'DC-EAST', qty: '7', shipDate: '2026-11-24', state: 'OPEN' }],
          waiting: [{ node: 'DC-EAST', qty: '3', expectedDate: null, shipDate: null, leadTimeDays: null }],
          explanation: [
            'DC-EAST gives 7 from stock, leaving on 2026-11-24.',
            '3 waits at DC-EAST, and no announced supply covers it yet.',
            '3 of 10 has no date; the date is that of the rest.',
          ],
          policyVersion: 14,
          decisions: [{ policyVersion: 14, explanation: ['DC-EAST has 7.'] }],
        },
      ],
    });
  });

  test('B-09 the promise follows the backorder that was filled and shipped, and nothing waits any more', async () => {
    expect(await orderById(database.db, 'O1')).toMatchObject({
      promisedDate: '2026-11-24',
      lines: [{ promisedDate: '2026-11-24' }],
      flags: { unbilled: false },
    });
    expect(await orderPromise(database.db, 'O1')).toMatchObject({
      promisedDate: '2026-11-24',
      lines: [
        {
          shortage: '0',
          undated: '0',
          waiting: [],
          explanation: ['7 left DC-EAST, promised for 2026-11-24.', '3 left DC-EAST, promised for 2026-11-23.'],
        },
      ],
    });
  });

  test('B-05 the inventory position keeps the identity of stock, and its value is stock × cost', async () => {
    const { items } = await listInventoryPositions(database.db, { bu: 'ACME', node: 'DC-EAST' });
    expect(items).toEqual([
      expect.objectContaining({
        onHand: '7',
        sellable: '7',
        unusable: '0',
        allocated: '7',
        reserved: '0',
        available: '0',
        backordered: '3',
        unitCost: '6.00',
        value: '4200',
        stale: false,
      }),
    ]);
  });

  test('an availability question of many items is one answer, with supply and demand by day', async () => {
    const { items, ...shared } = await availabilityInputs(database.db, { bu: 'ACME', items: ['BRG-6204', 'NO-SUCH'] });
    expect(shared).toMatchObject({ buKnown: true, sites: [{ node: 'DC-EAST' }] });
    expect([...items.keys()]).toEqual(['BRG-6204']);
    expect(items.get('BRG-6204')).toMatchObject({
      item: 'BRG-6204',
      baseUom: 'EA',
      positions: [
        {
          node: 'DC-EAST',
          sellable: '7',
          allocated: '7',
          available: '0',
          days: [{ date: '2026-11-24', supply: '0', demand: '3' }],
        },
      ],
    });
  });

  test('P-21 invoices bill what was shipped and add up to one full invoice', async () => {
    const { items } = await listInvoices(database.db, { orderId: 'O1' });
    expect(items.map((each) => each.totals.total)).toEqual(['3735', '10214']);
    expect(items[1]).toMatchObject({
      state: 'TAX_COMMITTED',
      number: 'INV-O1-1',
      openAmount: '10214',
      receiptOfTax: { engine: 'sim-tax', docCode: 'T-O1-1', committed: true },
      lines: [{ qty: '7', net: '8050', tax: '664', cost: '4200' }],
    });
  });

  test('shipments show what was planned and what left', async () => {
    const { items } = await listShipments(database.db, { orderId: 'O1' });
    expect(items.map((each) => each.state)).toEqual(['CONFIRMED', 'CONFIRMED']);
    expect(items[1]).toMatchObject({
      shipmentId: 'O1-s1',
      carrier: 'UPS',
      tracking: ['1Z'],
      lines: [{ lineId: '10', qty: '7', shipped: '7', lots: ['L7'], cost: '4200' }],
    });
  });

  test('credit exposure counts what is reserved for open orders', async () => {
    expect(await creditAccount(database.db, 'ACME', 'C-1001')).toMatchObject({
      limit: '500000000',
      openOrders: '13000',
      exposure: '13000',
      headroom: '499987000',
      reservations: [{ orderId: 'O2', amount: '13000' }],
    });
  });

  test('by an item an order is found once, whenever its lines came to it, page by page', async () => {
    placeOrder(log, 'O3');
    placeOrder(log, 'O4');
    addedAndRaised(log, 'O3');
    await catchUpAll(database.db, log);
    const found: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listOrders(database.db, { bu: 'ACME', item: 'BRG-6204', limit: 3, cursor: cursor ?? null });
      found.push(...page.items.map(({ orderId }) => orderId));
      cursor = page.nextCursor;
    } while (cursor !== null && found.length < 9);
    expect(found).toEqual(['O4', 'O3', 'O2', 'O1']);
    expect((await listOrders(database.db, { item: 'BRG-6204', status: 'CLOSED' })).items).toEqual([]);
    expect((await listOrders(database.db, { item: 'NO-SUCH' })).items).toEqual([]);
  });
});
