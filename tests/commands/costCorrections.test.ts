import { beforeEach, describe, expect, test } from '@jest/globals';
import { costCauses } from '../../domain/stock/costEvents.ts';
import { tieOutItems } from '../../projections/glStaging/tieOutItems.ts';
import { tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { lineage } from '../../projections/lineage/queries.ts';
import { inventoryValuationReport } from '../../projections/reports/inventoryValuation.ts';
import { marginReport } from '../../projections/reports/margin.ts';
import { eventsOf, ofType, receive } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { closings, item, openBooks, readModels, refusedWith, shipped } from './returnedGoods.ts';
import { must } from './world.ts';

inNewUnits('CC');

const node = 'DC-EAST';
type Input = Parameters<ReturnType<typeof world.app>['correctCost']>[0];

let documents = 0;
const correct = (amount: string, about: Input['about'], more: Partial<Input> = {}, by = 'lee') => {
  documents += 1;
  const input = { ...{ bu, node, item, reference: `INV-${documents}`, amount, currency: 'USD' }, cause: costCauses[0] };
  return world
    .app()
    .correctCost(
      { ...input, about, ...more },
      world.as('finance', { actor: { kind: 'USER', id: by, roles: ['finance'] } }),
    );
};
const inventoryOf = async (db: Awaited<ReturnType<typeof readModels>>) =>
  (await tieOuts(db, { bu })).find(({ pair }) => pair === 'INVENTORY');

describe('T21 what goods turn out to have cost', () => {
  beforeEach(() => openBooks(bu));

  test('of a receipt of which most has left: stock, ledger, margin and valuation have it, and the tie-out ties', async () => {
    const of = await shipped();
    await receive(world, bu, node, item, '3', `R2-${bu}`);
    await world.settle();
    const receipt = { kind: 'RECEIPT', reference: `R-${bu}` } as const;
    expect(await must(correct('700', receipt))).toMatchObject({ amount: '700', inStock: '0', variance: '700' });
    const second = { kind: 'RECEIPT', reference: `R2-${bu}` } as const;
    expect(await must(correct('301', second))).toMatchObject({ inStock: '301', variance: '0', unitCost: '7.003333' });
    const shipment = { kind: 'SHIPMENT', shipmentId: of.shipmentId } as const;
    expect(await must(correct('-50', shipment))).toMatchObject({ inStock: '0', variance: '-50' });

    const db = await readModels();
    expect(await closings(db)).toMatchObject({ COGS: '4200', COGS_VARIANCE: '650', INVENTORY: '-4850' });
    const tie = await inventoryOf(db);
    expect(tie).toMatchObject({ subledger: '2101', gl: '-4850', unexplained: '0' });
    expect(tie?.explained).toEqual([
      { reason: 'LATE_COSTS_POSTED_BY_ERP', amount: '951', count: 3 },
      { reason: 'RECEIPTS_POSTED_BY_ERP', amount: '6000', count: 2 },
    ]);
    const { items } = await tieOutItems(db, { bu, pair: 'INVENTORY', limit: 50 });
    expect(items.map(({ unexplained }) => unexplained)).toEqual(items.map(() => '0'));

    const asked = { filter: { bu }, scope: undefined, at: undefined };
    const { rows: valued } = await inventoryValuationReport.rows(asked).execute(db as never);
    expect(valued).toMatchObject([
      { lateCostValue: '951', costVarianceValue: '-650', revaluedValue: '0', closingValue: '2101', closingQty: '3' },
    ]);
    const { rows } = (await marginReport.rows(asked).execute(db as never)) as {
      rows: readonly Record<string, unknown>[];
    };
    expect(rows.filter(({ template }) => template === 'T21')).toMatchObject([
      { cogsVariance: '700', margin: '-700', item, orderId: null },
      { cogsVariance: '-50', margin: '50', item, orderId: of.orderId, shipmentId: of.shipmentId, customer: 'C-1001' },
    ]);

    const graph = await lineage(db, { root: `shipment-line:${of.shipmentId}/10` });
    expect(graph?.summary).toMatchObject({ cost: '4150', complete: true });
    const [first] = ofType(await eventsOf(world, bu), 'CostCorrected');
    const late = await lineage(db, { root: `stock-movement:${first?.eventId}` });
    expect(late?.nodes.map(({ type }) => type).sort()).toEqual(['GL_LINE', 'GL_LINE', 'STOCK_MOVEMENT']);
    expect(late?.gaps).toEqual([]);
    expect(ofType(await eventsOf(world, bu), 'StockIssued')).toMatchObject([
      { data: { unitCost: '6.00', cost: '4200' } },
    ]);
  });

  test('of a shipment that is voided leaves no variance behind: the goods that are back are worth it', async () => {
    const of = await shipped();
    await must(correct('70', { kind: 'SHIPMENT', shipmentId: of.shipmentId }));
    const [invoice] = ofType(await eventsOf(world, bu), 'InvoiceIssued');
    const { invoiceId = '' } = invoice?.data ?? {};
    await must(world.app().voidInvoice({ invoiceId, reason: 'wrong customer' }, world.as('finance')));
    await must(world.app().voidShipment({ shipmentId: of.shipmentId, reason: 'never left' }, world.as('warehouse')));
    await world.settle();
    const db = await readModels();
    const books = await closings(db);
    expect(books).toMatchObject({ COGS_VARIANCE: '0', COGS: '0', DEFERRED_COGS: '0', INVENTORY: '0' });
    expect(await inventoryOf(db)).toMatchObject({ subledger: '4270', gl: '0', unexplained: '0' });
    const { items } = await tieOutItems(db, { bu, pair: 'INVENTORY', limit: 50 });
    expect(items.map(({ unexplained }) => unexplained)).toEqual(items.map(() => '0'));
    const graph = await lineage(db, { root: `shipment-line:${of.shipmentId}/10` });
    expect(graph?.summary).toMatchObject({ cost: '0', complete: true });
    expect(world.problems).toEqual([]);
  });

  test('above the limit waits for a second person, who agrees to this document alone', async () => {
    await receive(world, bu, node, item, '7', `R-${bu}`);
    const about = { kind: 'RECEIPT', reference: `R-${bu}` } as const;
    const ask = (more: Partial<Input> = {}, by = 'lee') => correct('100001', about, { reference: 'BIG', ...more }, by);
    const asked = await ask();
    expect(asked).toMatchObject({
      kind: 'refused',
      refusal: { refused: 'APPROVAL_REQUIRED', data: { requestedBy: 'lee' } },
    });
    if (asked.kind !== 'refused') throw new Error('not refused');
    const { approvalId = '', payloadSha256 = '' } = asked.refusal.data as Record<string, string>;
    const decide = (by: string) =>
      world
        .app()
        .decideApproval(
          { approvalId, payloadSha256, decision: 'GRANT', reason: 'looked at it' },
          world.as('finance', { actor: { kind: 'USER', id: by, roles: ['finance'] } }),
        );
    await refusedWith(decide('lee'), 'SOD_VIOLATION');
    await must(decide('pat'));
    await refusedWith(ask({ cause: 'DUTY' }), 'APPROVAL_REQUIRED');
    const done = await must(ask());
    expect(done).toMatchObject({ inStock: '100001', variance: '0' });
    expect(await must(ask())).toEqual(done);
    await refusedWith(ask({ cause: 'DUTY' }), 'BUSINESS_KEY_REUSED');
    expect(ofType(await eventsOf(world, bu), 'CostCorrected')).toMatchObject([
      { data: { approvalId, correctedBy: 'lee' } },
    ]);
  });

  test('what is wrong with it is said at once, and what is not known yet may come', async () => {
    const { shipmentId } = await shipped();
    const wrong = (about: Input['about'], more: Partial<Input> = {}) => correct('100', about, more);
    const receipt = { kind: 'RECEIPT', reference: `R2-${bu}` } as const;
    expect(await wrong(receipt, { node: 'NOWHERE', currency: 'EUR' })).toMatchObject({
      violations: [{ code: 'NODE_UNKNOWN' }, { pointer: '/currency', code: 'CURRENCY_MISMATCH' }],
    });
    const shipment = { kind: 'SHIPMENT', shipmentId } as const;
    const notShipped = { violations: [{ pointer: '/about/shipmentId', code: 'GOODS_NOT_SHIPPED' }] };
    expect(await wrong(shipment, { item: 'BELT-A42' })).toMatchObject(notShipped);
    expect(await wrong(shipment, { node: '3PL-SOUTH' })).toMatchObject(notShipped);
    expect(await wrong({ kind: 'SHIPMENT', shipmentId: 'S-NONE' })).toMatchObject(notShipped);
    await refusedWith(wrong(receipt, { reference: 'EARLY' }), 'RECEIPT_UNKNOWN');
    await receive(world, bu, node, item, '9', `R2-${bu}`);
    expect(await must(wrong(receipt, { reference: 'EARLY' }))).toMatchObject({ amount: '100' });
  });
});

describe('T16 scrap from stock', () => {
  beforeEach(() => openBooks(bu));

  test('by either door, taken back to the cent, under references that are one', async () => {
    await receive(world, bu, node, item, '10', `R-${bu}`);
    const [goods, warehouse] = [{ bu, node, item, uom: 'EA' }, () => world.as('warehouse')];
    const move = (qty: string, reference: string, takesBack?: string) =>
      world.app().recordStockMovement(
        {
          ...goods,
          kind: 'ADJUSTMENT',
          reason: 'SCRAP',
          qty,
          reference,
          ...(takesBack !== undefined && { takesBack }),
        },
        warehouse(),
      );
    const change = (from: 'SELLABLE' | 'SCRAPPED', to: 'DAMAGED' | 'SCRAPPED', reference: string, takesBack?: string) =>
      world
        .app()
        .changeStockStatus(
          { ...goods, qty: '2', from, to, reason: 'broken', reference, ...(takesBack !== undefined && { takesBack }) },
          warehouse(),
        );
    await must(move('-3', 'S-1'));
    await must(change('SELLABLE', 'SCRAPPED', 'S-2'));
    await refusedWith(move('-2', 'S-2'), 'BUSINESS_KEY_REUSED');
    await must(change('SELLABLE', 'SCRAPPED', 'S-2'));
    expect(await change('SCRAPPED', 'DAMAGED', 'B-0')).toMatchObject({ violations: [{ pointer: '/takesBack' }] });
    await must(change('SCRAPPED', 'DAMAGED', 'B-1', 'S-2'));
    await must(move('1', 'B-2', 'S-1'));
    await refusedWith(move('3', 'B-3', 'S-1'), 'QTY_EXCEEDS_STATUS');
    const db = await readModels();
    expect(await closings(db)).toMatchObject({ SCRAP: '1200', INVENTORY: '-1200' });
    expect(await inventoryOf(db)).toMatchObject({ subledger: '4800', unexplained: '0' });
    const adjusted = ofType(await eventsOf(world, bu), 'StockAdjusted');
    expect(adjusted.map(({ data }) => [data.qty, data.status, data.scrap])).toEqual([
      ['-3', 'SELLABLE', {}],
      ['-2', 'SELLABLE', {}],
      ['2', 'DAMAGED', { takesBack: 'S-2', takesBackPosition: adjusted[1]?.position }],
      ['1', 'SELLABLE', { takesBack: 'S-1', takesBackPosition: adjusted[0]?.position }],
    ]);
  });
});
