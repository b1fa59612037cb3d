import { beforeEach, describe, expect, test } from '@jest/globals';
import { confirm, eventsOf, line, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { type Execute, must } from './world.ts';

inNewUnits('CR');

beforeEach(() => {
  delete world.between.execute;
});

const events = async <T extends Parameters<typeof ofType>[1]>(type: T) => ofType(await eventsOf(world, bu), type);

/** 6 of 10 are with the warehouse, the other 4 wait for stock; further lines as they are given. */
const released = async (...more: ReturnType<typeof line>[]) => {
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '6', 'R1');
  const lines = [line('10', 'BRG-6204', '10'), ...more];
  const { orderId } = await must(world.app().submitOrder(orderInput(bu, { lines }), world.as('channel')));
  await world.settle();
  const shipmentId = (await events('AllocationReleased'))[0]?.data.shipmentId ?? '';
  return { orderId, shipmentId };
};

const cancel = async (orderId: string, qty: string) =>
  must(world.app().cancelOrder({ orderId, reason: 'NO_NEED', lines: [{ lineId: '10', qty }] }, world.as('channel')));

/** Does `act` once, in the moment before a step's command is executed, and lets the processes hear of it. */
const justBefore = (type: string, act: () => Promise<unknown>, isMeant: (command: never) => boolean = () => true) => {
  let isDone = false;
  world.between.execute =
    (real): Execute =>
    async (decider, stream, command, context, options) => {
      const isIt = (command as { readonly type?: string }).type === type && isMeant(command as never);
      if (!isDone && isIt) {
        isDone = true;
        await act();
        await world.think();
      }
      return real(decider, stream, command, context, options);
    };
};

const bucketsOf = async (orderId: string) => (await orderAt(world, bu, orderId)).lines[0]?.buckets;
const billed = async () =>
  (await events('InvoiceIssued')).map(({ data }) => data.lines.map(({ fromQty, qty, cost }) => [fromQty, qty, cost]));

describe('goods that leave while their cancellation is on its way', () => {
  test.each([
    'Deallocate',
    'RecordCancel',
  ])('beyond what the order still wants are over-shipped and not billed (before %s)', async (type) => {
    const { orderId, shipmentId } = await released();
    await cancel(orderId, '4');
    justBefore(type, () => must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '8' }])));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject({
      ...{ cancelled: 4n, shipped: 8n, overshipped: 2n, invoiced: 6n, backordered: 0n },
    });
    expect(await billed()).toEqual([[['0', '6', '3600']]]);
    expect(world.problems).toEqual([]);
  });

  test('within what the order still wants are billed', async () => {
    const { orderId, shipmentId } = await released();
    await cancel(orderId, '2');
    justBefore('RecordCancel', () => must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '8' }])));
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject({ cancelled: 2n, shipped: 8n, overshipped: 0n, invoiced: 8n });
    expect(await billed()).toEqual([[['0', '8', '4800']]]);
  });

  test('although the warehouse had stopped them are over-shipped when the order has given them up', async () => {
    const { orderId, shipmentId } = await released();
    await cancel(orderId, '8');
    const shipsAll = () => must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }]));
    justBefore('RecordCancel', shipsAll, ({ lines }: { readonly lines: readonly { readonly pendingQty: string }[] }) =>
      lines.every(({ pendingQty }) => pendingQty === '0'),
    );
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject({ cancelled: 8n, shipped: 6n, overshipped: 4n, invoiced: 2n });
    expect(await billed()).toEqual([[['0', '2', '1200']]]);
  });

  test('although the shipment was reduced by them are over-shipped before the allocation hears of either', async () => {
    const { orderId, shipmentId } = await released();
    await cancel(orderId, '8');
    const shipsAll = () => must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }]));
    justBefore('Deallocate', shipsAll, ({ stopped }: { readonly stopped: readonly unknown[] }) => stopped.length > 0);
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject({ cancelled: 8n, shipped: 6n, overshipped: 4n, invoiced: 2n });
    // The shipment itself, which decides between the two, says the same.
    expect((await events('ShipmentOvershipped')).map(({ data }) => data.excess)).toEqual(['4']);
    expect(await billed()).toEqual([[['0', '2', '1200']]]);
  });

  test('although the warehouse had stopped them win while the order has not given them up', async () => {
    const { orderId, shipmentId } = await released();
    await cancel(orderId, '8');
    const shipsAll = async () => {
      await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }]));
    };
    justBefore('Reduce', shipsAll);
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject({ cancelled: 4n, shipped: 6n, overshipped: 0n, invoiced: 6n });
    expect(await billed()).toEqual([[['0', '6', '3600']]]);
    const refused = (await events('OrderLineCancelRefused')).map(({ data }) => [data.refusedQty, data.reason]);
    expect(refused).toEqual([['4', 'SHIPPED_OR_NOT_STOPPABLE']]);
  });
});

test('charges go on the next invoice when nothing of the first confirmation is billed', async () => {
  await receive(world, bu, 'DC-EAST', 'BELT-A42', '5', 'R0');
  const { orderId, shipmentId } = await released(line('20', 'BELT-A42', '5'));
  await cancel(orderId, '10');
  justBefore(
    'RecordCancel',
    () => must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '6' }])),
    ({ lines }: { readonly lines: readonly { readonly pendingQty: string }[] }) =>
      lines.every(({ pendingQty }) => pendingQty === '0'),
  );
  await world.settle();
  expect(await events('InvoiceDrafted')).toEqual([]);
  await must(confirm(world, shipmentId, orderId, 'C2', [{ lineId: '20', qty: '5' }]));
  await world.settle();
  expect((await events('InvoiceIssued')).map(({ data }) => [data.lines.length, data.totals.charges])).toEqual([
    [1, '1500'],
  ]);
  expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 0n, allocated: 0n });
});

test('what was over-shipped leaves room for what is shipped in place of a voided shipment', async () => {
  const { orderId, shipmentId } = await released();
  await cancel(orderId, '4');
  justBefore('RecordCancel', () => must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '8' }])));
  await world.settle();
  const [
    {
      data: { invoiceId },
    } = { data: { invoiceId: '' } },
  ] = await events('InvoiceIssued');
  await must(world.app().voidInvoice({ invoiceId, reason: 'WRONG' }, world.as('finance')));
  await must(world.app().voidShipment({ shipmentId, reason: 'WRONG' }, world.as('warehouse')));
  await world.settle();
  const second = (await events('AllocationReleased'))[1]?.data;
  expect(second?.lines.map(({ qty }) => qty)).toEqual(['6']);
  await must(confirm(world, second?.shipmentId ?? '', orderId, 'C2', [{ lineId: '10', qty: '6' }]));
  await world.settle();
  expect(await bucketsOf(orderId)).toMatchObject({ cancelled: 4n, shipped: 6n, overshipped: 0n, invoiced: 6n });
  expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
});
