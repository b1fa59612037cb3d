import { describe, expect, test } from '@jest/globals';
import { confirm, eventsOf, line, ofType, orderAt, receive, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, releases, submit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('TO');

const bearings = (node: string) => stockAt(world, bu, node, 'BRG-6204');

const short = (shipmentId: string, orderId: string, qty: string) =>
  must(
    world
      .app()
      .reportShortage(
        { shipmentId, lines: [{ orderId, lineId: '10', qty, cause: 'NOT_FOUND' }] },
        world.as('warehouse'),
      ),
  );

describe('S-07: a line that may not be split', () => {
  test('takes what the best node has and waits there for the rest, whatever another node has', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '6', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '4', 'R2');
    const { orderId } = await submit({ allowSplit: false });
    await world.settle();
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '20', 'R3');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 6n, backordered: 4n }]);
    expect(await bearings('DC-WEST')).toMatchObject({ available: 24n, backordered: 0n });
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '4', 'R4');
    await world.settle();
    expect((await releases()).map(({ node, lines }) => [node, lines[0]?.qty])).toEqual([
      ['DC-EAST', '6'],
      ['DC-EAST', '4'],
    ]);
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n }]);
    expect(world.problems).toEqual([]);
  });

  test('moves to another node only whole', async () => {
    const { orderId } = await submit({ allowSplit: false });
    await world.settle();
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '3', 'R1');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n, allocated: 0n }]);
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '7', 'R2');
    await world.settle();
    expect((await releases()).map(({ node, lines }) => [node, lines[0]?.qty])).toEqual([['DC-WEST', '10']]);
    expect(await bearings('DC-EAST')).toMatchObject({ backordered: 0n });
  });

  test('waits where the rest of it left from when the warehouse finds less', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '10', 'R2');
    const { orderId } = await submit({ allowSplit: false });
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }]));
    await world.settle();
    await short(shipmentId, orderId, '4');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ shipped: 6n, backordered: 4n, allocated: 0n }]);
    expect(await bearings('DC-WEST')).toMatchObject({ available: 10n });
  });

  test('is tried whole at another node when the warehouse refuses all of it', async () => {
    world.partners.behaviour.refusingNodes.add('DC-EAST');
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '6', 'R1');
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '4', 'R2');
    const { orderId } = await submit({ allowSplit: false });
    await world.settle();
    await receive(world, bu, 'DC-WEST', 'BRG-6204', '6', 'R3');
    await world.settle();
    const nodes = new Set((await releases()).filter(({ node }) => node !== 'DC-EAST').map(({ node }) => node));
    expect([...nodes]).toEqual(['DC-WEST']);
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, backordered: 0n }]);
  });
});

describe('goods that do not leave with their shipment', () => {
  test('are where they were when the shipment is voided: sellable, and sourced again', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }]));
    await world.settle();
    const invoiceId = ofType(await eventsOf(world, bu), 'InvoiceIssued')[0]?.data.invoiceId ?? '';
    await must(world.app().voidInvoice({ invoiceId, reason: 'WRONG' }, world.as('finance')));
    await must(world.app().voidShipment({ shipmentId, reason: 'WRONG' }, world.as('warehouse')));
    await world.settle();
    expect(await bearings('DC-EAST')).toMatchObject({ onHand: 10n, sellable: 10n, allocated: 10n });
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n, shipped: 0n }]);
    expect(world.problems).toEqual([]);
  });

  test('are not taken off the books a second time after a count; what comes in fills the line', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '10', 'R1');
    const { orderId } = await submit();
    await world.settle();
    const place = { bu, node: 'DC-EAST', item: 'BRG-6204', uom: 'EA' };
    const count = { ...place, kind: 'ADJUSTMENT', qty: '-4', reason: 'COUNT', reference: 'A1' } as const;
    await must(world.app().recordStockMovement(count, world.as('warehouse')));
    await world.settle();
    const [{ shipmentId } = { shipmentId: '' }] = await releases();
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }]));
    await world.settle();
    await short(shipmentId, orderId, '4');
    await world.settle();
    expect(await bearings('DC-EAST')).toMatchObject({ onHand: 0n, sellable: 0n, allocated: 0n, backordered: 4n });
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '4', 'R2');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ shipped: 6n, allocated: 4n }]);
    expect(await bearings('DC-EAST')).toMatchObject({ onHand: 4n, sellable: 4n, allocated: 4n });
    expect(world.problems).toEqual([]);
  });
});

describe('S-07: an order of several lines that ships complete', () => {
  const lines = [line('10', 'BRG-6204', '5'), line('20', 'BELT-A42', '5')];
  const both = async (orderId: string) =>
    (await bucketsOf(orderId)).map(({ reserved, allocated, backordered }) => [reserved, allocated, backordered]);

  test('takes nothing while a line is missing, and a newcomer may have what it would leave lying', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '5', 'R1');
    const { orderId } = await submit({ shipComplete: true, lines });
    await world.settle();
    const nothing = [
      [0n, 0n, 5n],
      [0n, 0n, 5n],
    ];
    expect(await both(orderId)).toEqual(nothing);
    expect(await bearings('DC-EAST')).toMatchObject({ available: 5n, reserved: 0n, backordered: 5n });
    const newcomer = await submit({ customerPo: 'NEW', lines: [line('10', 'BRG-6204', '5')] });
    await world.settle();
    expect(await bucketsOf(newcomer.orderId)).toMatchObject([{ allocated: 5n }]);
    await receive(world, bu, 'DC-EAST', 'BELT-A42', '5', 'R2');
    await world.settle();
    expect(await both(orderId)).toEqual(nothing);
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '5', 'R3');
    await world.settle();
    expect(await both(orderId)).toEqual([
      [0n, 5n, 0n],
      [0n, 5n, 0n],
    ]);
    expect(await bearings('DC-EAST')).toMatchObject({ allocated: 10n, backordered: 0n, available: 0n });
    expect(world.problems).toEqual([]);
  });

  test('takes all of it wherever the last of it arrives, also when several nodes are needed', async () => {
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '5', 'R1');
    const { orderId } = await submit({ shipComplete: true, lines });
    await world.settle();
    await receive(world, bu, 'DC-WEST', 'BELT-A42', '5', 'R2');
    await world.settle();
    expect((await releases()).map(({ node }) => node).sort()).toEqual(['DC-EAST', 'DC-WEST']);
    expect(await both(orderId)).toEqual([
      [0n, 5n, 0n],
      [0n, 5n, 0n],
    ]);
  });

  test('gives everything back when a reservation of it is lost before it leaves', async () => {
    world.partners.behaviour.down.add('erp');
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '5', 'R1');
    await receive(world, bu, 'DC-EAST', 'BELT-A42', '5', 'R2');
    const { orderId } = await submit({ shipComplete: true, lines });
    await world.settle(4);
    expect(await both(orderId)).toEqual([
      [5n, 0n, 0n],
      [5n, 0n, 0n],
    ]);
    const place = { bu, node: 'DC-EAST', item: 'BRG-6204', uom: 'EA' };
    const loss = { ...place, kind: 'ADJUSTMENT', qty: '-2', reason: 'COUNT', reference: 'A1' } as const;
    await must(world.app().recordStockMovement(loss, world.as('warehouse')));
    await world.settle(8);
    expect(await both(orderId)).toEqual([
      [0n, 0n, 5n],
      [0n, 0n, 5n],
    ]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BELT-A42')).toMatchObject({ available: 5n, reserved: 0n });
    world.partners.behaviour.down.clear();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '2', 'R3');
    await world.settle();
    expect(await both(orderId)).toEqual([
      [0n, 5n, 0n],
      [0n, 5n, 0n],
    ]);
  });

  test('gets all or nothing when many want the same goods at once, and nothing goes round in circles', async () => {
    const orders = await Promise.all(
      Array.from({ length: 6 }, (_, n) => submit({ shipComplete: true, customerPo: `P${n}`, lines })),
    );
    await world.settle();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '12', 'R1');
    await receive(world, bu, 'DC-WEST', 'BELT-A42', '12', 'R2');
    await world.settle();
    const taken = await Promise.all(
      orders.map(async ({ orderId }) => (await bucketsOf(orderId)).map((b) => b.allocated)),
    );
    expect(taken.filter(([a, b]) => a === 5n && b === 5n)).toHaveLength(2);
    expect(taken.filter(([a, b]) => a === 0n && b === 0n)).toHaveLength(4);
    expect(await bearings('DC-EAST')).toMatchObject({ available: 2n, reserved: 0n });
    expect(world.problems).toEqual([]);
  });

  test('is cancelled without leaving anything in a queue', async () => {
    const { orderId } = await submit({ shipComplete: true, lines });
    await world.settle();
    await must(world.app().cancelOrder({ orderId, reason: 'CHANGED_MIND' }, world.as('channel')));
    await world.settle();
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'CANCELLED' });
    expect(await bearings('DC-EAST')).toMatchObject({ backordered: 0n });
  });

  test('of one line only is kept by its position and filled whole, as ever', async () => {
    const { orderId } = await submit({ shipComplete: true });
    await world.settle();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '9', 'R1');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ backordered: 10n }]);
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '1', 'R2');
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 10n }]);
  });
});

describe('what the books refuse', () => {
  test('a change of status of more than there is', async () => {
    const place = { bu, node: 'DC-EAST', item: 'BRG-6204', uom: 'EA' };
    const receipt = { ...place, kind: 'RECEIPT', qty: '4', status: 'QUARANTINE', reference: 'Q1' } as const;
    await must(world.app().recordStockMovement(receipt, world.as('warehouse')));
    const change = { ...place, qty: '40', from: 'QUARANTINE', to: 'SELLABLE', reason: 'OK', reference: 'S1' } as const;
    expect(await world.app().changeStockStatus(change, world.as('warehouse'))).toMatchObject({
      kind: 'refused',
      refusal: { refused: 'QTY_EXCEEDS_STATUS', data: { onHand: '4' } },
    });
    expect(await bearings('DC-EAST')).toMatchObject({ onHand: 4n, sellable: 0n });
  });

  test('anything at a node of a supplier, which keeps no stock', async () => {
    const receipt = { bu, node: 'SUP-NORD', item: 'BRG-6204', uom: 'EA', kind: 'RECEIPT', qty: '4', reference: 'R' };
    expect(await world.app().recordStockMovement(receipt as never, world.as('warehouse'))).toMatchObject({
      kind: 'invalid',
      violations: [{ pointer: '/node', code: 'NODE_KEEPS_NO_STOCK' }],
    });
  });
});
