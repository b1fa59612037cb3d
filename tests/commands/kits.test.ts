import { beforeEach, describe, expect, test } from '@jest/globals';
import { inParallel } from '../../commands/inParallel.ts';
import { trialBalance } from '../../projections/glStaging/balances.ts';
import { listJournals } from '../../projections/glStaging/queries.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { orderById } from '../../projections/orders/queries.ts';
import { shipmentById } from '../../projections/shipments/queries.ts';
import { eventsOf, line, ofType, orderInput, receive, stockAt } from './facts.ts';
import { countingKills } from './kills.ts';
import { confirm, kitLine, openBooks, positions, readModels, stock, submit } from './kitOrders.ts';
import { kitsThatStay } from './kitsThatStay.ts';
import { bu, bucketsOf, inNewUnits, releases, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('KIT');

describe('P-14 an order for kits', () => {
  beforeEach(() => openBooks(bu));

  test('reserves what they are made of, bills the kits, and costs their components', async () => {
    await stock('DC-EAST', '9', '6');
    const orderId = await submit({ lines: [kitLine('3')] });
    expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 3n, allocated: 3n }]);
    expect(await positions('DC-EAST')).toMatchObject({ rings: { allocated: 6n }, grease: { allocated: 3n } });
    const [release] = await releases();
    const picked = { orderId, lineId: '10', item: 'SEAL-RING', qty: '5', uom: 'EA' };
    const pick = {
      shipmentId: release?.shipmentId ?? '',
      pickId: 'P1',
      lines: [picked, { ...picked, item: 'GREASE-50' }],
    };
    await must(world.app().recordPick(pick, world.as('warehouse')));
    expect(await positions('DC-EAST')).toMatchObject({ rings: { picked: 5n }, grease: { picked: 3n } });
    const shipmentId = await confirm(orderId, 'C1', { qty: '3' });
    const db = await readModels();
    expect(await orderById(db, orderId)).toMatchObject({
      status: 'COMPLETED',
      lines: [{ item: 'KIT-SEAL', status: 'CLOSED', unitPrice: '11.50', shipped: '3', invoiced: '3', allocated: '0' }],
    });
    expect(await positions('DC-EAST')).toMatchObject({
      rings: { onHand: 3n, allocated: 0n, reserved: 0n },
      grease: { onHand: 3n, allocated: 0n },
    });
    const { items } = await trialBalance(db, { bu, ledger: 'PRIMARY', period: '202611' });
    // Nine pieces at 6.00 each.
    expect(Object.fromEntries(items.map(({ role, closing }) => [role, closing]))).toMatchObject({
      COGS: '5400',
      DEFERRED_COGS: '0',
      INVENTORY: '-5400',
      REVENUE_PRODUCT: '-3450',
    });
    const ties = await tieOuts(db, { bu });
    expect(ties.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(ties.map(({ pair }) => [pair, '0']));
    const { items: journals } = await listJournals(db, { orderId });
    const lines = journals.flatMap((journal) => journal.lines);
    expect(lines.every(({ lineage: of }) => of.orderId === orderId)).toBe(true);
    expect(
      lines
        .filter(({ role }) => role === 'DEFERRED_COGS')
        .map(({ dimensions, debit, credit }) => [dimensions.item, debit, credit]),
    ).toEqual(
      expect.arrayContaining([
        ['SEAL-RING', '3600', '0'],
        ['GREASE-50', '1800', '0'],
        ['SEAL-RING', '0', '3600'],
        ['GREASE-50', '0', '1800'],
      ]),
    );
    const costed = lines.find(({ role, dimensions }) => role === 'COGS' && dimensions.item === 'GREASE-50');
    expect(costed?.lineage).toMatchObject({ orderLineId: '10', shipmentId, shipmentLineId: '10' });
    const graph = await lineage(db, { root: `order:${orderId}` });
    expect(graph?.summary).toMatchObject({ complete: true });
    expect(graph?.edges.filter(({ kind }) => kind === 'KIT_COMPONENT').map(({ qty }) => qty)).toEqual(['3', '6']);
  });

  test('keeps what left open until a kit is whole, and bills whole kits only', async () => {
    await stock('DC-EAST', '9', '6');
    const orderId = await submit({ lines: [kitLine('2')] });
    const shipmentId = await confirm(orderId, 'C1', { item: 'SEAL-RING', qty: '3' });
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 2n, shipped: 0n, invoiced: 0n }]);
    expect(await positions('DC-EAST')).toMatchObject({ rings: { onHand: 6n, allocated: 1n } });
    const loose = await tieOuts(await readModels(), { bu });
    expect(loose.find(({ pair }) => pair === 'DEFERRED_COGS')).toMatchObject({ gl: '1800', difference: '0' });
    expect(await shipmentById(await readModels(), shipmentId)).toMatchObject({
      state: 'PARTIALLY_CONFIRMED',
      lines: [
        {
          components: [
            { item: 'SEAL-RING', per: '2', qty: '4', shipped: '3' },
            { item: 'GREASE-50', per: '1', qty: '2', shipped: '0' },
          ],
        },
      ],
    });
    await confirm(orderId, 'C2', { item: 'GREASE-50', qty: '2' });
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 1n, shipped: 1n, invoiced: 1n }]);
    await confirm(orderId, 'C3', { item: 'SEAL-RING', qty: '1' });
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 0n, shipped: 2n, invoiced: 2n }]);
    const { items } = await trialBalance(await readModels(), { bu, ledger: 'PRIMARY', period: '202611' });
    expect(Object.fromEntries(items.map(({ role, closing }) => [role, closing]))).toMatchObject({
      COGS: '3600',
      DEFERRED_COGS: '0',
      REVENUE_PRODUCT: '-2300',
    });
  });
});

describe('kits of which not everything is there', () => {
  test('wait whole, and leave when the last component comes, wherever that is', async () => {
    await stock('DC-EAST', '4', '1');
    const orderId = await submit({ lines: [kitLine('3')] });
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 1n, backordered: 2n }]);
    expect(await positions('DC-EAST')).toMatchObject({
      rings: { allocated: 2n, reserved: 0n, backordered: 4n },
      grease: { allocated: 1n, backordered: 2n },
    });
    await receive(world, bu, 'DC-EAST', 'GREASE-50', '1', 'G2');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 2n, backordered: 1n }]);
    await stock('DC-WEST', '2', '1');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 3n, backordered: 0n }]);
    expect((await releases()).map(({ node, lines }) => [node, lines.map((one) => one.qty)])).toEqual([
      ['DC-EAST', ['1']],
      ['DC-EAST', ['1']],
      ['DC-WEST', ['1']],
    ]);
    expect(await positions('DC-EAST')).toMatchObject({ rings: { backordered: 0n }, grease: { backordered: 0n } });
    expect(world.problems).toEqual([]);
  });

  test('share their components with the other lines of the order', async () => {
    await stock('DC-EAST', '5', '5');
    const orderId = await submit({ lines: [line('5', 'SEAL-RING', '2'), kitLine('2'), line('20', 'SEAL-RING', '2')] });
    expect(await bucketsOf(orderId)).toMatchObject([
      { allocated: 2n },
      { allocated: 1n, backordered: 1n },
      { allocated: 1n, backordered: 1n },
    ]);
  });

  test.each([
    'BILL',
    'GIFT',
  ] as const)('beyond the order: what becomes of them (%s) leaves nothing of any component', async (outcome) => {
    for (const [part, qty, unitCost] of [
      ['SEAL-RING', '8', '0.102'],
      ['GREASE-50', '4', '0.115'],
    ] as const) {
      const goods = { bu, node: 'DC-EAST', item: part, kind: 'RECEIPT', qty, uom: 'EA', unitCost } as const;
      await must(world.app().recordStockMovement({ ...goods, reference: `R-${bu}-${part}` }, world.as('warehouse')));
    }
    const orderId = await submit({ lines: [kitLine('3')] });
    const shipmentId = await confirm(orderId, 'C1', { qty: '4' });
    const about = { shipmentId, confirmationId: 'C1', lineId: '10', consent: 'MAIL-1', reason: 'told by phone' };
    await must(world.app().resolveOvershipment({ ...about, outcome }, world.as('finance')));
    await world.settle();
    const journals = (await listJournals(await readModels(), { orderId })).items.flatMap(({ lines }) => lines);
    const left = (part: string) =>
      journals
        .filter(({ role, dimensions }) => role === 'DEFERRED_COGS' && dimensions.item === part)
        .reduce((sum, { debit, credit }) => sum + BigInt(debit) - BigInt(credit), 0n);
    expect([left('SEAL-RING'), left('GREASE-50')]).toEqual([0n, 0n]);
    expect(journals.filter(({ role }) => role === 'GOODWILL')).toHaveLength(outcome === 'GIFT' ? 2 : 0);
    expect(world.problems).toEqual([]);
  });

  test('that two orders want at once are had by one of them', async () => {
    await stock('DC-EAST', '2', '1');
    await inParallel(['PO-1', 'PO-2'], 2, async (customerPo) => {
      const input = orderInput(bu, { customerPo, charges: [], lines: [kitLine('1')] });
      await must(world.app().submitOrder(input, world.as('channel')));
    });
    const orders = ofType(await eventsOf(world, bu), 'OrderSubmitted').map(({ data }) => data.orderId);
    await world.settle();
    const buckets = await Promise.all(orders.map(bucketsOf));
    expect(
      buckets
        .flat()
        .map(({ allocated }) => allocated)
        .sort(),
    ).toEqual([0n, 1n]);
    expect(await positions('DC-EAST')).toMatchObject({ rings: { allocated: 2n }, grease: { allocated: 1n } });
  });
});

test('killed after any command of its steps, an order for kits ends as if nothing had happened', async () => {
  const { executed, execute, unitsKilledAfterEach } = countingKills();
  const play = async (units: readonly string[]): Promise<void> => {
    await inParallel(units, 10, async (unit) => {
      await world.newBusinessUnit(unit);
      await stock('DC-EAST', '4', '1', unit);
    });
    await world.settle();
    world.between.execute = execute;
    await inParallel(units, 10, async (unit) => {
      const input = orderInput(unit, { charges: [], lines: [kitLine('2')] });
      await must(world.app().submitOrder(input, world.as('channel')));
    });
    await world.settle(units.length * 12);
    delete world.between.execute;
  };
  const endState = async (unit: string) => {
    const [submitted] = ofType(await eventsOf(world, unit), 'OrderSubmitted');
    const stocks = await Promise.all(['SEAL-RING', 'GREASE-50'].map((item) => stockAt(world, unit, 'DC-EAST', item)));
    return { ordered: submitted?.data.lines.length, stocks };
  };
  await play(['KQUIET']);
  const expected = await endState('KQUIET');
  expect(expected.stocks).toMatchObject([
    { allocated: 2n, backordered: 2n },
    { allocated: 1n, backordered: 1n },
  ]);
  const units = unitsKilledAfterEach(executed.get('KQUIET') ?? 0);
  await play(units);
  for (const unit of units) expect({ unit, ...(await endState(unit)) }).toEqual({ unit, ...expected });
}, 240_000);

kitsThatStay();
