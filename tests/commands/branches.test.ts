import { describe, expect, test } from '@jest/globals';
import { demoNodes } from '../../domain/masterData/demo.ts';
import { confirm, eventsOf, exposure, line, ofType, orderAt, receive, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('BU');

const confirmAll = async (confirmationId: string) => {
  for (const { shipmentId, orderId, lines } of await releases()) {
    const parts = lines.map(({ lineId, qty }) => ({ lineId, qty }));
    await must(confirm(world, shipmentId, orderId, `${confirmationId}-${shipmentId}`, parts));
  }
};

describe('sourcing', () => {
  test('S-07: splits over two nodes by priority when it may', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '6', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '4', 'R2');
    const { orderId } = await submit();
    await world.settle();
    expect((await releases()).map(({ node, lines }) => [node, lines[0]?.qty]).sort()).toEqual([
      ['DC-EAST', '6'],
      ['DC-WEST', '4'],
    ]);
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n }]);
  });

  test('P-11: a node that is preferred from now on gives the goods, and the decision names the version that says so', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '20', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '20', 'R2');
    await submit();
    await world.settle();
    const west = demoNodes.find(({ node }) => node === 'DC-WEST');
    if (west === undefined) throw new Error('the demonstration has it');
    await must(world.app().defineNode({ ...west, bu, priority: 0 }, world.as('admin')));
    await submit({ customerPo: 'LATER' });
    await world.settle();
    const decided = ofType(await eventsOf(world, bu), 'SourcingDecided');
    expect(decided.map(({ data }) => data.picks.map(({ node }) => node))).toEqual([['DC-EAST'], ['DC-WEST']]);
    const scored = expect.arrayContaining([
      expect.objectContaining({ node: 'DC-EAST', priority: 1, nodeVersion: 1 }),
      expect.objectContaining({ node: 'DC-WEST', priority: 0, nodeVersion: 2 }),
    ]);
    expect(decided[1]).toMatchObject({
      data: { policyVersion: 1, candidates: scored },
      metadata: { policy: { sourcing: 1 } },
    });
  });

  test('S-07: an order that ships complete takes nothing until all of it can be had, then leaves whole', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const lines = [line('10', 'BRG-6204', '4'), line('20', 'BELT-A42', '5')];
    const { orderId } = await submit({ shipComplete: true, lines });
    await world.settle();
    expect(await releases()).toEqual([]);
    expect((await bucketsOf(orderId)).map(({ reserved, backordered }) => reserved + backordered)).toEqual([4n, 5n]);
    await receive(world, bu, 'DC-EAST', 'BELT-A42', '5', 'R2');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 4n }, { allocated: 5n }]);
    expect(world.problems).toEqual([]);
  });

  test('200 orders of 1 for 50 units at once: 50 taken, 150 backordered, and receipts go to them in order of acceptance', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '50', 'R1');
    const orders = await Promise.all(
      Array.from({ length: 200 }, (_, n) => submit({ customerPo: `PO-${n}`, lines: [line('10', 'BRG-6204', '1')] })),
    );
    await world.settle();
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({
      allocated: 50n,
      backordered: 150n,
      available: 0n,
    });
    const open = (await Promise.all(orders.map(({ orderId }) => bucketsOf(orderId)))).flat();
    expect(open.filter(({ allocated }) => allocated === 1n)).toHaveLength(50);
    expect(open.filter(({ backordered }) => backordered === 1n)).toHaveLength(150);
    // Accepted at one instant, so the order of their ids decides.
    const waiting = orders
      .map(({ orderId }) => orderId)
      .filter((_id, n) => open[n]?.backordered === 1n)
      .sort();
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '30', 'R2');
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '20', 'R3');
    await world.settle();
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ allocated: 70n, available: 0n });
    expect(await stockAt(world, bu, 'DC-WEST', 'BRG-6204')).toMatchObject({ allocated: 30n, available: 0n });
    const now = await Promise.all(waiting.map(async (orderId) => (await bucketsOf(orderId))[0]?.allocated));
    expect(now).toEqual(waiting.map((_id, place) => (place < 50 ? 1n : 0n)));
    expect(ofType(await eventsOf(world, bu), 'StockOvercommitted')).toEqual([]);
    expect(world.problems).toEqual([]);
  });
});

describe('a warehouse', () => {
  test('that refuses a release gives the goods back to sourcing, which tries another node', async () => {
    world.partners.behaviour.refusingNodes.add('DC-EAST');
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '10', 'R2');
    const { orderId } = await submit();
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, unsourced: 0n }]);
    expect((await releases()).map(({ node }) => node)).toEqual(['DC-EAST', 'DC-WEST']);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ allocated: 0n, available: 10n });
  });

  test('that is away blocks nothing but itself: goods confirmed by hand are shipped, billed and not asked for again', async () => {
    world.partners.behaviour.down.add('wms');
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle(6);
    await confirmAll('C');
    await world.settle(6);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    const before = world.partners.seen.releases.size;
    world.partners.behaviour.down.clear();
    await world.settle();
    expect(world.partners.seen.releases.size).toBe(before);
  });

  test('P-17: that does not find goods takes them out of what may be promised, and the order is sourced elsewhere', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '5', 'R2');
    const { orderId } = await submit();
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    const lines = [{ orderId, lineId: '10', qty: '4', cause: 'NOT_FOUND' }];
    await must(world.app().reportShortage({ shipmentId, lines }, world.as('warehouse')));
    await world.settle();
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({
      onHand: 10n,
      sellable: 6n,
      allocated: 6n,
      available: 0n,
    });
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n }]);
    expect((await releases()).map(({ node }) => node)).toEqual(['DC-EAST', 'DC-WEST']);
  });

  test('that picks moves the count on the shipment and on the stock position, once', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    const pick = { shipmentId, pickId: 'P1', lines: [{ orderId, lineId: '10', qty: '4' }] };
    for (let time = 0; time < 2; time += 1) await must(world.app().recordPick(pick, world.as('warehouse')));
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ picked: 4n });
  });
});

describe('cancelling', () => {
  test('before release gives everything back at once and closes the order', async () => {
    const { orderId } = await submit();
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n }]);
    await must(world.app().cancelOrder({ orderId, reason: 'CHANGED_MIND' }, world.as('channel')));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED', closed: true });
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 0n });
    expect(await exposure(world, bu, 'C-1001')).toBe(0n);
  });

  test('after release stops what the warehouse can still stop; goods that left meanwhile have won', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    world.partners.behaviour.down.add('wms');
    await must(world.app().cancelOrder({ orderId, reason: 'CHANGED_MIND' }, world.as('channel')));
    await world.settle(4);
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '7' }]));
    world.partners.behaviour.down.clear();
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([
      { shipped: 7n, cancelled: 3n, allocated: 0n, overshipped: 0n, invoiced: 7n },
    ]);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 3n, available: 3n, allocated: 0n });
  });
});

describe('over-shipment', () => {
  test('first absorbs what is still open of the line; only the rest is over-shipped and not billed', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '11' }]));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ shipped: 11n, overshipped: 1n, backordered: 0n, invoiced: 10n }]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 0n, allocated: 0n });
    expect(world.problems).toEqual([]);
  });
});

describe('ERP and tax engine', () => {
  test('I-11: with the ERP away the order waits reserved, and leaves by itself when the ERP is back', async () => {
    world.partners.behaviour.down.add('erp');
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle(5);
    expect(await bucketsOf(orderId)).toMatchObject([{ reserved: 10n, allocated: 0n }]);
    world.partners.behaviour.down.clear();
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ reserved: 0n, allocated: 10n }]);
    expect(world.partners.seen.orders.get(orderId)).toBe(1);
  });

  test('S-17: with the tax engine away the invoice is AWAITING_TAX, the shipment unaffected, and it issues itself afterwards', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    await submit();
    await world.settle();
    world.partners.behaviour.down.add('tax');
    await confirmAll('C');
    await world.settle(5);
    const events = await eventsOf(world, bu);
    expect(ofType(events, 'TaxCalculationFailed').map(({ data }) => data.code)).toEqual(['TAX_UNAVAILABLE']);
    expect(ofType(events, 'InvoiceIssued')).toEqual([]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 0n });
    world.partners.behaviour.down.clear();
    await world.settle();
    expect(ofType(await eventsOf(world, bu), 'InvoiceIssued')).toHaveLength(1);
    expect(ofType(await eventsOf(world, bu), 'TaxCommitted')).toHaveLength(1);
  });
});

describe('voids', () => {
  test('a shipment is not voided while its invoice stands; after both voids the goods are sourced and billed again', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    await confirmAll('C');
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    const standing = await world.app().voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, world.as('warehouse'));
    expect(standing).toMatchObject({ kind: 'refused', refusal: { refused: 'SHIPMENT_INVOICED' } });
    const invoiceId = ofType(await eventsOf(world, bu), 'InvoiceIssued')[0]?.data.invoiceId ?? '';
    await must(world.app().voidInvoice({ invoiceId, reason: 'WRONG_ADDRESS' }, world.as('finance')));
    await must(world.app().voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, world.as('warehouse')));
    await world.settle();
    expect(world.partners.committed.has(invoiceId)).toBe(false);
    const [, second] = await releases();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, shipped: 0n, invoiced: 0n }]);
    await must(confirm(world, second?.shipmentId ?? '', orderId, 'C-again', [{ lineId: '10', qty: '10' }]));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    const issued = ofType(await eventsOf(world, bu), 'InvoiceIssued').map(({ data }) => data.totals.total);
    expect(new Set(issued).size).toBe(1);
    expect(issued).toHaveLength(2);
    expect(world.problems).toEqual([]);
  });
});

describe('a second void', () => {
  test('of an invoice or a shipment is refused; one that is sent again under its command id is answered as before', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    await submit();
    await world.settle();
    await confirmAll('C');
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    const invoiceId = ofType(await eventsOf(world, bu), 'InvoiceIssued')[0]?.data.invoiceId ?? '';
    const [finance, warehouse] = [world.as('finance'), world.as('warehouse')];
    const voidInvoice = (as = finance) => world.app().voidInvoice({ invoiceId, reason: 'WRONG_ADDRESS' }, as);
    const voidShipment = (as = warehouse) => world.app().voidShipment({ shipmentId, reason: 'WRONG_ADDRESS' }, as);
    const first = [await voidInvoice(), await voidShipment()];
    expect(first.map(({ kind }) => kind)).toEqual(['done', 'done']);
    await world.settle();
    world.restart();
    expect([await voidInvoice(), await voidShipment()]).toEqual(first);
    expect(await voidInvoice(world.as('finance'))).toMatchObject({ refusal: { refused: 'INVOICE_NOT_VOIDABLE' } });
    expect(await voidShipment(world.as('warehouse'))).toMatchObject({ refusal: { refused: 'SHIPMENT_VOIDED' } });
    const events = await eventsOf(world, bu);
    expect([ofType(events, 'InvoiceVoided').length, ofType(events, 'ShipmentVoided').length]).toEqual([1, 1]);
  });
});

describe('stock that turns out to be missing', () => {
  test('soft reservations that cannot be met go back to their orders, and everything adds up', async () => {
    world.partners.behaviour.down.add('erp');
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle(4);
    const loss = {
      bu,
      node: 'DC-EAST',
      item: 'BRG-6204',
      kind: 'ADJUSTMENT',
      qty: '-4',
      uom: 'EA',
      reason: 'COUNT',
      reference: 'A1',
    } as const;
    await must(world.app().recordStockMovement(loss, world.as('warehouse')));
    await world.settle(8);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({
      sellable: 6n,
      reserved: 6n,
      backordered: 4n,
    });
    expect(await bucketsOf(orderId)).toMatchObject([{ reserved: 6n, backordered: 4n }]);
  });
});
