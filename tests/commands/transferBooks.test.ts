import { beforeEach, describe, expect, test } from '@jest/globals';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import { projections } from '../../projections/catalogue.ts';
import { slaBoard } from '../../projections/exceptions/slas.ts';
import { tieOutItems } from '../../projections/glStaging/tieOutItems.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { inventoryValuationReport } from '../../projections/reports/inventoryValuation.ts';
import { catchUp } from '../../projections/runner.ts';
import { transferById } from '../../projections/transfers/queries.ts';
import { eventsOf, ofType, receive } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { at, closings, item, openBooks, readModels } from './returnedGoods.ts';
import { must } from './world.ts';

inNewUnits('TB');

const [from, to] = ['DC-EAST', 'DC-WEST'];

const books = async () => {
  const db = await readModels();
  const own = projections.filter(({ name }) => name === 'transfers');
  for (const projection of own)
    await catchUp({ db: createKysely<never>(world.pool), feed: world.log, decode: toDomain }, projection);
  const rows = await tieOuts(db, { bu });
  expect(rows.map(({ pair, unexplained }) => [pair, unexplained])).toEqual(rows.map(({ pair }) => [pair, '0']));
  const { items } = await tieOutItems(db, { bu, pair: 'INVENTORY_IN_TRANSIT', limit: 50 });
  expect(items.map(({ unexplained }) => unexplained)).toEqual(items.map(() => '0'));
  const asked = { filter: { bu }, scope: undefined, at: undefined };
  const { rows: valued } = await inventoryValuationReport.rows(asked).execute(db as never);
  const byNode = new Map((valued as { readonly node: string }[]).map((row) => [row.node, row]));
  return {
    ...{ db, between: rows.find(({ pair }) => pair === 'INVENTORY_IN_TRANSIT') },
    ...{ source: byNode.get(from), destination: byNode.get(to) },
  };
};

const differences = async (db: Awaited<ReturnType<typeof readModels>>) =>
  (await slaBoard(db, bu)).find(({ sla }) => sla === 'TRANSFER_DIFFERENCE')?.running;

const order = async () => {
  const expectedOn = '2026-12-01';
  const input = { bu, reference: 'TO-1', from, to, expectedOn, lines: [{ item, qty: '10' }] };
  return (await must(world.app().orderTransfer(input, world.as('warehouse')))).transferId;
};
const ship = async (transferId: string, qty: string) => {
  const input = { transferId, shippingId: `S-${qty}`, shippedAt: at, lines: [{ item, qty }] };
  await must(world.app().shipTransfer(input, world.as('warehouse')));
  await world.settle();
};
const arrive = async (transferId: string, qty: string, complete = false) => {
  const input = { transferId, receiptId: `A-${qty}`, receivedAt: at, complete, lines: [{ item, qty }] };
  await must(world.app().receiveTransfer(input, world.as('warehouse')));
  await world.settle();
};
const close = (transferId: string) =>
  must(world.app().closeTransfer({ transferId, reason: 'counted' }, world.as('ops')));

describe('T17 goods between two nodes', () => {
  beforeEach(async () => {
    await openBooks(bu);
    await receive(world, bu, from, item, '10', `R-${bu}`);
  });

  test('are in INVENTORY_IN_TRANSIT, in parts, short, lost and found: tie-outs, valuation and trial balance agree', async () => {
    const transferId = await order();
    await ship(transferId, '10');
    const left = await books();
    expect(await closings(left.db)).toMatchObject({ INVENTORY: '-6000', INVENTORY_IN_TRANSIT: '6000' });
    expect(left.between).toMatchObject({ subledger: '6000', gl: '6000' });
    expect(left.source).toMatchObject({ transferredQty: '-10', transferredValue: '-6000', closingQty: '0' });
    expect(left.destination).toMatchObject({ closingQty: '0', inTransitQty: '10', inTransitValue: '6000' });

    await arrive(transferId, '4');
    await arrive(transferId, '3', true);
    const short = await books();
    expect(await closings(short.db)).toMatchObject({ INVENTORY: '-1800', INVENTORY_IN_TRANSIT: '1800' });
    expect(short.destination).toMatchObject({ transferredQty: '7', closingValue: '4200', inTransitQty: '3' });
    expect(await transferById(short.db, transferId)).toMatchObject({
      ...{ state: 'DIFFERENCE', lines: [{ item, ordered: '10', shipped: '10', received: '7', open: '3' }] },
    });
    expect(await differences(short.db)).toBe(1);

    await close(transferId);
    const lost = await books();
    expect(await closings(lost.db)).toMatchObject({ INVENTORY: '-1800', INVENTORY_IN_TRANSIT: '0', SHRINKAGE: '1800' });
    expect(lost.destination).toMatchObject({ closingQty: '7', inTransitQty: '0', inTransitValue: '0' });
    expect(await differences(lost.db)).toBe(0);

    await arrive(transferId, '2');
    const found = await books();
    expect(await closings(found.db)).toMatchObject({ INVENTORY: '-600', INVENTORY_IN_TRANSIT: '0', SHRINKAGE: '600' });
    expect(await transferById(found.db, transferId)).toMatchObject({
      ...{ state: 'CLOSED', lines: [{ received: '9', open: '0', writtenOff: '1' }] },
    });
    const [closed] = ofType(await eventsOf(world, bu), 'TransferClosed');
    const moved = ofType(await eventsOf(world, bu), 'StockTransferred');
    for (const event of [closed, ...moved]) {
      const graph = await lineage(found.db, { root: `stock-movement:${event?.eventId}` });
      expect(graph?.nodes.map(({ type }) => type).sort()).toEqual(['GL_LINE', 'GL_LINE', 'STOCK_MOVEMENT']);
      expect(graph?.gaps).toEqual([]);
    }
    expect(world.problems).toEqual([]);
  });

  test('that came and are not known to have left are below nothing between them, until they are found', async () => {
    const transferId = await order();
    await arrive(transferId, '4', true);
    const came = await books();
    expect(came.destination).toMatchObject({ closingQty: '4', inTransitQty: '-4', inTransitValue: '-2400' });
    await close(transferId);
    expect(await closings((await books()).db)).toMatchObject({ INVENTORY_IN_TRANSIT: '0', SHRINKAGE: '-2400' });
    await ship(transferId, '4');
    const told = await books();
    expect(await closings(told.db)).toMatchObject({ INVENTORY: '0', INVENTORY_IN_TRANSIT: '0', SHRINKAGE: '0' });
    expect(told.source).toMatchObject({ closingQty: '6', closingValue: '3600' });
  });

  test('T21 what they turn out to have cost is a variance where they left, and in stock where they came', async () => {
    const transferId = await order();
    await ship(transferId, '10');
    await arrive(transferId, '4');
    let documents = 0;
    const correct = (node: string, reference: string, amount: string) => {
      documents += 1;
      const input = {
        bu,
        node,
        item,
        reference: `INV-${documents}`,
        amount,
        currency: 'USD',
        cause: 'FREIGHT',
      } as const;
      return must(world.app().correctCost({ ...input, about: { kind: 'RECEIPT', reference } }, world.as('finance')));
    };
    expect(await correct(from, `R-${bu}`, '500')).toMatchObject({ inStock: '0', variance: '500' });
    expect(await correct(to, `${transferId}/A-4`, '100')).toMatchObject({ inStock: '100', unitCost: '6.25' });
    await arrive(transferId, '6');
    expect(await correct(to, `${transferId}/A-6`, '60')).toMatchObject({ inStock: '60' });
    await receive(world, bu, to, item, '1', `R2-${bu}`);
    const { destination, between } = await books();
    expect(between).toMatchObject({ subledger: '0', gl: '0' });
    expect(destination).toMatchObject({ transferredValue: '6000', lateCostValue: '160', costVarianceValue: '0' });
  });
});
