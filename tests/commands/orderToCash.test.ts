import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerCause } from '../../commands/processes.ts';
import { orderToCash } from '../../domain/orderToCash/orderToCash.ts';
import { confirm, eventsOf, exposure, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { createWorld, must, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
});

afterAll(() => world.close());

describe('the golden example on the write side', () => {
  test('P-21: ships 7 and 3 of 10, bills both, closes the order and gives the credit back', async () => {
    const bu = 'GOLD';
    await world.newBusinessUnit(bu);
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'R1');
    const { orderId, status, lines } = await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
    expect(status).toBe('OPEN');
    expect(lines[0]?.buckets).toMatchObject({ ordered: 10n, unsourced: 10n });
    await world.settle();
    expect((await orderAt(world, bu, orderId)).lines[0]?.buckets).toMatchObject({ allocated: 7n, backordered: 3n });
    const [released] = ofType(await eventsOf(world, bu), 'AllocationReleased');
    const first = released?.data.shipmentId ?? '';
    expect(await must(confirm(world, first, orderId, 'C1', [{ lineId: '10', qty: '7' }]))).toEqual({
      shipmentId: first,
      orderId,
    });
    await world.settle();
    await receive(world, bu, 'DC-EAST', 'BRG-6204', '3', 'R2');
    await world.settle();
    const second = ofType(await eventsOf(world, bu), 'AllocationReleased')[1]?.data.shipmentId ?? '';
    await must(confirm(world, second, orderId, 'C2', [{ lineId: '10', qty: '3' }]));
    await world.settle();

    const events = await eventsOf(world, bu);
    const invoices = ofType(events, 'InvoiceIssued').map(({ data }) => data);
    expect(invoices.map(({ totals }) => totals.total)).toEqual(['10214', '3735']);
    expect(invoices.map(({ number }) => number)).toEqual(['INV-000001', 'INV-000002']);
    expect(invoices.map(({ lines: billed }) => billed[0]?.cost)).toEqual(['4200', '1800']);
    expect(ofType(events, 'TaxCommitted')).toHaveLength(2);
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({
      onHand: 0n,
      allocated: 0n,
      reserved: 0n,
      backordered: 0n,
    });
    // Billed and not paid yet.
    expect(await exposure(world, bu, 'C-1001')).toBe(13_949n);
    expect(world.problems).toEqual([]);
  });
});

describe('B-17 credit', () => {
  test('counts what a customer was billed and has not paid when the next order comes', async () => {
    const bu = 'OWED';
    await world.newBusinessUnit(bu);
    await receive(world, bu, 'DC-EAST', 'BELT-A42', '100', 'R1');
    const nine = (customerPo: string) =>
      must(
        world
          .app()
          .submitOrder(
            orderInput(bu, { customerPo, soldTo: 'C-1002', charges: [], lines: [line('10', 'BELT-A42', '9')] }),
            world.as('channel'),
          ),
      );
    const first = await nine('PO-1');
    await world.settle();
    const shipmentId = ofType(await eventsOf(world, bu), 'AllocationReleased')[0]?.data.shipmentId ?? '';
    await must(confirm(world, shipmentId, first.orderId, 'C1', [{ lineId: '10', qty: '9' }]));
    await world.settle();
    expect(await orderAt(world, bu, first.orderId)).toMatchObject({ status: 'COMPLETED' });
    const [invoice] = ofType(await eventsOf(world, bu), 'InvoiceIssued');
    expect(await exposure(world, bu, 'C-1002')).toBe(BigInt(invoice?.data.totals.total ?? '0'));
    expect(await nine('PO-2')).toMatchObject({ status: 'ON_HOLD' });
    await must(
      world.app().voidInvoice({ invoiceId: invoice?.data.invoiceId ?? '', reason: 'WRONG' }, world.as('finance')),
    );
    await world.settle();
    // The goods are gone and not billed any more: they count as uninvoiced shipment.
    expect(await exposure(world, bu, 'C-1002')).toBe(8_991n);
  });
});

describe('the end of a capture', () => {
  const issued = async (bu: string) =>
    ofType(await eventsOf(world, bu), 'IntentsIssued').flatMap(({ data }) => data.intents.map(({ step }) => step));

  test('is nobody else’s task when the order was accepted with it', async () => {
    const bu = 'ATONCE';
    await world.newBusinessUnit(bu);
    await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
    await world.think();
    expect(await issued(bu)).toEqual(['registerErp', 'allocate']);
  });

  test('is seen to later when the acceptance is not there yet, and is not repeated when it comes', async () => {
    const bu = 'LATER';
    await world.newBusinessUnit(bu);
    const { orderId } = await must(world.app().submitOrder(orderInput(bu), world.as('channel')));
    const ofOrder = (await eventsOf(world, bu)).filter((event) => event.stream.endsWith(orderId));
    const priced = ofOrder.find(({ type }) => type === 'OrderPriced');
    if (priced === undefined) throw new Error('the order has no price');
    // One page ends between the two.
    await answerCause(orderToCash, world.executor(), orderId, priced);
    await world.think();
    expect(await issued(bu)).toEqual(['capture', 'registerErp', 'allocate']);
    await world.settle();
    expect((await eventsOf(world, bu)).filter(({ type }) => type === 'OrderAccepted')).toHaveLength(1);
    expect(world.problems).toEqual([]);
  });
});
