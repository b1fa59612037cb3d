import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { streamName } from '../../domain/eventLog.ts';
import { minQty } from '../../domain/quantity.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { openOf } from '../../domain/shipment/state.ts';
import { confirm, eventsOf, ofType, orderAt, orderInput, receive, stockAt } from './facts.ts';
import { bu, inNewUnits, openNewUnit, world } from './newUnits.ts';
import { must } from './world.ts';

inNewUnits('BU');

/** One release of line 10 out of two reservations, 7 and 3: stock came in twice while the ERP was away. */
const releaseOfTwo = async () => {
  world.partners.behaviour.down.add('erp');
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '7', 'R1');
  const { orderId } = await must(world.app().submitOrder(orderInput(bu, { charges: [] }), world.as('channel')));
  await world.settle(4);
  await receive(world, bu, 'DC-EAST', 'BRG-6204', '3', 'R2');
  await world.settle(4);
  world.partners.behaviour.down.delete('erp');
  let released = ofType(await eventsOf(world, bu), 'AllocationReleased');
  for (let tries = 0; released.length === 0 && tries < 2_000; tries += 1) {
    await new Promise((resolve) => setTimeout(resolve, 3));
    await world.settle(4);
    released = ofType(await eventsOf(world, bu), 'AllocationReleased');
  }
  world.problems.length = 0;
  expect(released.map(({ data }) => data.lines.map(({ lineId, qty }) => [lineId, qty]))).toEqual([
    expect.arrayContaining([
      ['10', '7'],
      ['10', '3'],
    ]),
  ]);
  return { orderId, shipmentId: released[0]?.data.shipmentId ?? '' };
};

const stock = () => stockAt(world, bu, 'DC-EAST', 'BRG-6204');
const line = async (orderId: string) => (await orderAt(world, bu, orderId)).lines[0]?.buckets;

const openOfShipment = async (shipmentId: string) => {
  const { state } = await world.executor().load(shipmentDecider, streamName('shipment', bu, shipmentId));
  return state.lines.reduce((sum, each) => sum + openOf(each), 0n);
};

const cancel = (orderId: string, qty: string) =>
  must(world.app().cancelOrder({ orderId, reason: 'LESS', lines: [{ lineId: '10', qty }] }, world.as('channel')));

const short = (orderId: string, shipmentId: string, qty: string) =>
  world
    .app()
    .reportShortage({ shipmentId, lines: [{ orderId, lineId: '10', qty, cause: 'NOT_FOUND' }] }, world.as('warehouse'));

describe('an order line that leaves one node out of two reservations', () => {
  test('cancelled in part and shipped for the rest leaves nothing allocated', async () => {
    const { orderId, shipmentId } = await releaseOfTwo();
    await cancel(orderId, '5');
    await world.settle();
    expect(await stock()).toMatchObject({ onHand: 10n, allocated: 5n, available: 5n });
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '5' }]));
    await world.settle();
    expect(await stock()).toMatchObject({ onHand: 5n, allocated: 0n, reserved: 0n, available: 5n });
    expect(await line(orderId)).toMatchObject({ shipped: 5n, cancelled: 5n, allocated: 0n, overshipped: 0n });
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(world.problems).toEqual([]);
  });

  test('cancelled, shipped and short, each in part: stock holds exactly what is left of it', async () => {
    const { orderId, shipmentId } = await releaseOfTwo();
    await cancel(orderId, '2');
    await world.settle();
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '4' }]));
    await world.settle();
    await must(short(orderId, shipmentId, '3'));
    await world.settle();
    // 1 is still with the warehouse, 2 are free again and taken by what was short, 3 are blocked.
    expect(await stock()).toMatchObject({ onHand: 6n, sellable: 3n, allocated: 3n, available: 0n, backordered: 1n });
    expect(await line(orderId)).toMatchObject({ shipped: 4n, cancelled: 2n, allocated: 3n, backordered: 1n });
    await must(world.app().cancelOrder({ orderId, reason: 'ENOUGH' }, world.as('channel')));
    await world.settle();
    expect(await stock()).toMatchObject({ onHand: 6n, sellable: 3n, allocated: 0n, reserved: 0n, available: 3n });
    expect(await orderAt(world, bu, orderId)).toMatchObject({ status: 'COMPLETED', closed: true });
    expect(world.problems).toEqual([]);
  });

  test('refused by the warehouse after a part was confirmed by hand frees the rest', async () => {
    world.partners.behaviour.down.add('wms');
    const { orderId, shipmentId } = await releaseOfTwo();
    await must(confirm(world, shipmentId, orderId, 'C1', [{ lineId: '10', qty: '5' }]));
    await world.settle(4);
    world.partners.behaviour.refusingNodes.add('DC-EAST');
    world.partners.behaviour.down.clear();
    const refusals = async () => ofType(await eventsOf(world, bu), 'WarehouseRefused').length;
    for (let tries = 0; (await refusals()) === 0 && tries < 2_000; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 3));
      await world.settle(4);
    }
    await must(world.app().cancelOrder({ orderId, reason: 'ENOUGH' }, world.as('channel')));
    await world.settle();
    expect(await refusals()).toBeGreaterThan(0);
    expect(await stock()).toMatchObject({ onHand: 5n, allocated: 0n, reserved: 0n, available: 5n });
  });

  const steps = fc.array(
    fc.record({
      what: fc.constantFrom('cancel' as const, 'confirm' as const, 'short' as const, 'pick' as const),
      qty: fc.integer({ min: 1, max: 6 }).map(String),
      settled: fc.boolean(),
    }),
    { maxLength: 6 },
  );

  test('ends with clean stock whatever happens in which order', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        await openNewUnit();
        const { orderId, shipmentId } = await releaseOfTwo();
        let [left, missing] = [0n, 0n];
        for (const [n, { what, qty, settled }] of history.entries()) {
          if (what === 'cancel')
            await world
              .app()
              .cancelOrder({ orderId, reason: 'LESS', lines: [{ lineId: '10', qty }] }, world.as('channel'));
          if (what === 'confirm') {
            // More than that would be an over-shipment, which is another story.
            const amount = minQty(BigInt(qty), await openOfShipment(shipmentId));
            const lines = [{ lineId: '10', qty: amount.toString() }];
            if (amount > 0n) await must(confirm(world, shipmentId, orderId, `C${n}`, lines));
            left += amount;
          }
          if (what === 'short') {
            const done = await short(orderId, shipmentId, qty);
            if (done.kind === 'done') missing += BigInt(qty);
          }
          if (what === 'pick')
            await world
              .app()
              .recordPick(
                { shipmentId, pickId: `P${n}`, lines: [{ orderId, lineId: '10', qty }] },
                world.as('warehouse'),
              );
          if (settled) await world.settle();
        }
        await world.settle();
        await world.app().cancelOrder({ orderId, reason: 'ENOUGH' }, world.as('channel'));
        await world.settle();
        const after = await stock();
        expect(after).toMatchObject({ onHand: 10n - left, allocated: 0n, reserved: 0n, picked: 0n, backordered: 0n });
        expect(after.available).toBe(10n - left - missing);
        expect(await line(orderId)).toMatchObject({ shipped: left, allocated: 0n, unsourced: 0n, reserved: 0n });
        expect(world.problems).toEqual([]);
      }),
      { numRuns: 8 },
    );
  });
});
