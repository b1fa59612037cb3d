import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOutPairs } from '../../projections/glStaging/tieOutSides.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { availabilityInputs } from '../../projections/inventory/availability.ts';
import { listInventoryPositions } from '../../projections/inventory/queries.ts';
import { listSupplies } from '../../projections/inventory/supplyQueries.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { orderById, orderChange } from '../../projections/orders/queries.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import { listToldStock } from '../../projections/reconciliations/toldStock.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { catchUpAll } from './caughtUp.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog } from './memoryLog.ts';

describe('the read models when things go differently than planned', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playEventfulOrders(log);
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('no event of this history is a dead letter', async () => {
    expect((await deadLetters(database.db)).items).toEqual([]);
  });

  test('an open hold shows on the order and its line, a released one does not', async () => {
    const order = await orderById(database.db, 'HELD');
    expect(order).toMatchObject({
      status: 'ON_HOLD',
      flags: { cancelPending: false },
      lines: [{ status: 'ON_HOLD', backordered: '1', cancelled: '2', cancelPending: '0' }],
    });
    expect(order?.holds).toMatchObject([{ holdId: 'HELD-h2', type: 'MANUAL', lineId: '10', note: 'stays' }]);
    expect(order?.holds[0]?.heldAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  test('a cancellation that was partly too late is PARTIAL and says how much of what', async () => {
    expect(await orderChange(database.db, 'HELD', 'HELD-ch1')).toMatchObject({
      state: 'PARTIAL',
      lines: [{ lineId: '10', requested: '3', cancelled: '2', refused: '1', reason: 'SHIPPED' }],
    });
    expect(await orderChange(database.db, 'HELD', 'other')).toBeUndefined();
  });

  test('a shortage goes back to sourcing and an over-shipment takes from what is open on the line', async () => {
    expect(await orderById(database.db, 'SHORT')).toMatchObject({
      lines: [{ ordered: '10', unsourced: '1', backordered: '3', allocated: '0', shipped: '6', overshipped: '0' }],
      releases: [{ status: 'SHIPPED', lines: [{ lineId: '10', qty: '7', shipped: '6', shorted: '2' }] }],
    });
    expect(await shipmentById(database.db, 'SHORT-s1')).toMatchObject({
      state: 'CONFIRMED',
      freightCost: { amount: '900' },
      lines: [{ qty: '7', picked: '4', shipped: '6', overshipped: '1', shorted: '2', serials: ['S1'] }],
    });
  });

  test('stock, its reservations and its expected supply add up, and its value is stock × cost', async () => {
    const [position] = (await listInventoryPositions(database.db, { item: 'BRG-6204' })).items;
    // 20 + 15 received, 1 counted less, 6 and 7 shipped, 7 came back. Two orders hold 7 each; 7 and 3 of others wait.
    expect(position).toMatchObject({
      onHand: '28',
      unusable: '2',
      sellable: '26',
      reserved: '14',
      allocated: '0',
      picked: '0',
      safetyStock: '2',
      available: '10',
      onOrder: '25',
      inTransit: '0',
      backordered: '10',
      unitCost: '6.321429',
      value: '17700',
    });
  });

  test('a supply tells what came of it, how often it slipped and what of it never comes', async () => {
    const { items } = await listSupplies(database.db, { bu: 'ACME' });
    expect(items).toMatchObject([
      {
        ...{ supplyId: 'PO-1', status: 'OPEN', expected: '40', received: '15', open: '25', excess: '0' },
        ...{ cancelled: '0', availableDate: '2026-12-09', slips: 1 },
      },
      {
        ...{ supplyId: 'TR-1', status: 'CANCELLED', expected: '0', received: '0', open: '0', excess: '0' },
        ...{ cancelled: '5', availableDate: null, slips: 0 },
      },
    ]);
    const open = await listSupplies(database.db, { status: 'OPEN' });
    expect(open.items.map(({ supplyId }) => supplyId)).toEqual(['PO-1']);
    const first = await listSupplies(database.db, { limit: 1 });
    const second = await listSupplies(database.db, { limit: 1, cursor: first.nextCursor });
    expect([first, second].map((page) => page.items.map(({ supplyId }) => supplyId))).toEqual([['PO-1'], ['TR-1']]);
    expect(second.nextCursor).toBeNull();
    expect((await listSupplies(database.db, {}, { bus: ['OTHER'] })).items).toEqual([]);
  });

  /** Asks the database how it would answer, and nothing else. */
  const planning = () => {
    const { pool, db } = database;
    let plan = '';
    const planned: ReadHandle = {
      getExecutor: () => db.getExecutor(),
      rowsOf: async ({ sql: text }) => {
        const { rows } = await pool.query(`explain (generic_plan) ${text}`);
        plan = JSON.stringify(rows);
        return [];
      },
    };
    return { planned, plan: () => plan };
  };

  test('what nodes say of one item is found by its own index among all that they say', async () => {
    const { pool } = database;
    await pool.query(`insert into rm_reconciliations_v1.told_stock (node_key, node, item, snapshot_id, taken_at, dialect_version, said,
        figures, contradicts, bu, position, updated_at)
      select 'OLD.N-' || n % 3, 'N-' || n % 3, 'I-' || n, 'S', now(), 1, '{}', '{}', false, 'OLD', '', now() from generate_series(1, 5000) n`);
    await pool.query('analyze rm_reconciliations_v1.told_stock');
    const { planned, plan } = planning();
    await listToldStock(planned, { item: 'I-17' });
    expect(plan()).toContain('told_stock_item');
    await pool.query("delete from rm_reconciliations_v1.told_stock where bu = 'OLD'");
  });

  test('supplies that are open are found by their own index among any number that came', async () => {
    const { pool } = database;
    await pool.query(`insert into rm_inventory_v1.supply (stock_key, supply_id, node, item, type, expected, received, qty_open, available_date,
        slips, state, bu, position, updated_at)
      select 'stock-ACME.DC-EAST.OLD', 'OLD-' || n, 'DC-EAST', 'OLD', 'PO', 1, 1, 0, '2026-01-01', 0, 'RECEIVED', 'ACME', '', now()
      from generate_series(1, 5000) n`);
    await pool.query('analyze rm_inventory_v1.supply');
    const { planned, plan } = planning();
    await listSupplies(planned, { bu: 'ACME', status: 'OPEN' });
    expect(plan()).toContain('supply_awaited');
    await pool.query("delete from rm_inventory_v1.supply where item = 'OLD'");
  });

  test('the time-phased inputs hold supply on its new date and all demand', async () => {
    const { items } = await availabilityInputs(database.db, { bu: 'ACME', items: ['BRG-6204'] });
    expect(items.get('BRG-6204')?.positions[0]?.days).toEqual([
      { date: '2026-11-24', supply: '0', demand: '24' },
      { date: '2026-12-09', supply: '25', demand: '0' },
    ]);
  });

  test('a voided shipment takes its cost journal back and every tie-out stays explained', async () => {
    const { items } = await listJournals(database.db, { orderId: 'VOID' });
    expect(items.map((journal) => journal.templateId)).toEqual(['T02', 'T12']);
    expect(items[1]?.reversalOf).toBe(items[0]?.journalId);
    expect(await shipmentById(database.db, 'VOID-s1')).toMatchObject({ state: 'VOIDED', voidReason: 'WRONG_TRUCK' });
    const rows = await tieOuts(database.db, { bu: 'ACME', period: '202611' });
    expect(rows.find((row) => row.pair === 'INVENTORY')?.subledger).toBe('17700');
    expect(rows.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(tieOutPairs.map((pair) => [pair, '0']));
  });

  test('lineage stays complete through shortage, over-shipment, void and stock adjustment', async () => {
    for (const root of [
      'order:SHORT',
      'order:VOID',
      'order:HELD',
      'shipment:VOID-s1',
      'gl-batch:PRIMARY-202611-0001',
      'erp-doc:1900004711',
    ]) {
      expect((await lineage(database.db, { root }))?.gaps).toEqual([]);
    }
    const voided = await lineage(database.db, { root: 'order-line:VOID/10', direction: 'down' });
    expect(voided?.nodes.find((node) => node.id === 'reservation:VOID-r1')).toMatchObject({ qty: '0', open: '0' });
    expect(voided?.nodes.find((node) => node.id === 'order-line:VOID/10')).toMatchObject({ qty: '10', open: '10' });
    const [adjustment] = (await listJournals(database.db, { templateId: 'T15' })).items;
    const graph = await lineage(database.db, { root: `gl-journal:${adjustment?.journalId}` });
    expect(graph?.nodes.map((node) => node.type).sort()).toEqual(['GL_LINE', 'GL_LINE', 'STOCK_MOVEMENT']);
    expect(graph?.summary.complete).toBe(true);
    const freight = (await listJournals(database.db, { templateId: 'T14' })).items[0];
    expect(
      (await lineage(database.db, { root: `gl-journal:${freight?.journalId}` }))?.nodes.map((node) => node.id),
    ).toContain('order-line:SHORT/10');
  });
});
