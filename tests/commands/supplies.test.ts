import { describe, expect, test } from '@jest/globals';
import type { RescheduleInput, SupplyReceiptInput } from '../../commands/calls/supplyContent.ts';
import { type LateSupplyRules, usualLateSupply } from '../../domain/availability/lateSupply.ts';
import { eventsOf, line, ofType, orderAt, receive, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, openNewUnit, submit, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

inNewUnits('SP');

const place = () => ({ bu, node: 'DC-EAST', item: 'BRG-6204' });

const announce = (supplyId: string, qty: string, availableDate: string) =>
  must(
    world
      .app()
      .expectSupply({ ...place(), supplyId, type: 'PO', qty, uom: 'EA', availableDate }, world.as('warehouse')),
  );

const reschedule = (changes: Partial<RescheduleInput>, supplyId = 'PO-1') =>
  world.app().rescheduleSupply({ ...place(), supplyId, ...changes }, world.as('warehouse'));

const cancelSupply = (supplyId = 'PO-1') =>
  world.app().cancelSupply({ ...place(), supplyId, reason: 'NO' }, world.as('warehouse'));

const arrive = (qty: string, reference: string, changes: Partial<SupplyReceiptInput> = {}) => {
  const input = { ...place(), supplyId: 'PO-1', reference, qty, uom: 'EA', unitCost: '6.00', ...changes };
  return world.app().receiveSupply(input, world.as('warehouse'));
};

const order = (customerPo: string, qty: string) => submit({ customerPo, lines: [line('10', 'BRG-6204', qty)] });

const changed = async () =>
  ofType(await eventsOf(world, bu), 'PromiseChanged').map(({ data }) => [
    data.orderId,
    data.expectedBefore,
    data.expectedDate,
  ]);

describe('a supply that comes', () => {
  test('in parts and at last in excess is in stock, and serves who waits', async () => {
    const { orderId } = await order('PO-7001', '6');
    await world.settle();
    await announce('PO-1', '10', '2026-12-01');
    expect(await must(arrive('4', 'GR-1'))).toEqual({
      ...{ supplyId: 'PO-1', expected: '10', received: '4', open: '6', excess: '0', availableDate: '2026-12-01' },
    });
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 4n, backordered: 2n }]);
    expect(await must(arrive('9', 'GR-2'))).toMatchObject({ received: '13', open: '0', excess: '3' });
    await world.settle();
    expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 6n, backordered: 0n }]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 13n, available: 7n });
  });

  test('is received once for each reference, which is one with those of stock movements', async () => {
    await announce('PO-1', '10', '2026-12-01');
    const first = await arrive('4', 'GR-1');
    expect(await arrive('4', 'GR-1')).toEqual(first);
    expect(await arrive('5', 'GR-1')).toMatchObject({ refusal: { refused: 'BUSINESS_KEY_REUSED' } });
    await expect(receive(world, bu, 'DC-EAST', 'BRG-6204', '4', 'GR-1')).rejects.toThrow('BUSINESS_KEY_REUSED');
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ onHand: 4n });
  });

  test('that nobody announced is in stock all the same', async () => {
    expect(await must(arrive('4', 'GR-1'))).toMatchObject({ expected: '0', received: '4', availableDate: null });
    expect(await must(arrive('4', 'GR-2', { receivedAt: '2026-11-23T09:00:00.000Z' }))).toMatchObject({
      received: '8',
    });
    const [, second] = ofType(await eventsOf(world, bu), 'StockReceived');
    expect(second?.metadata.occurredAt).toBe('2026-11-23T09:00:00.000Z');
    expect(await arrive('4', 'GR-3', { receivedAt: '2026-12-23T09:00:00.000Z' })).toMatchObject({ kind: 'invalid' });
  });
});

describe('P-15: a supply that comes at another time', () => {
  test('changes what those were promised who wait for it, once', async () => {
    await announce('PO-1', '10', '2026-12-01');
    const { orderId } = await order('PO-7001', '10');
    await world.settle();
    const [waits] = ofType(await eventsOf(world, bu), 'LineBackordered');
    expect(waits?.data).toMatchObject({ expectedDate: '2026-12-01' });
    await must(reschedule({ availableDate: '2026-12-12' }));
    await world.settle();
    expect(await changed()).toEqual([[orderId, '2026-12-01', '2026-12-12']]);
    const [told] = ofType(await eventsOf(world, bu), 'PromiseChanged');
    // A Saturday; it leaves on the Monday.
    expect(told?.data).toMatchObject({
      qty: '10',
      shipDate: '2026-12-14',
      cause: 'SUPPLY_RESCHEDULED',
      supplyId: 'PO-1',
    });
    await must(reschedule({ availableDate: '2026-12-12' }));
    await world.settle();
    expect(await changed()).toHaveLength(1);
    expect((await orderAt(world, bu, orderId)).lines[0]?.buckets).toMatchObject({ backordered: 10n });
    expect(world.problems).toEqual([]);
  });

  test('or with less goes to who waits longest; who gets none of it is promised by the next one', async () => {
    await announce('PO-1', '10', '2026-12-01');
    await announce('PO-2', '20', '2026-12-21');
    const first = await order('PO-7001', '4');
    const second = await order('PO-7002', '6');
    await world.settle();
    await must(reschedule({ qty: '5', uom: 'EA' }));
    await world.settle();
    expect(await changed()).toEqual([[second.orderId, '2026-12-01', '2026-12-21']]);
    await must(cancelSupply('PO-2'));
    await world.settle();
    expect((await changed()).slice(1)).toEqual([[second.orderId, '2026-12-21', null]]);
    await must(cancelSupply());
    await world.settle();
    expect((await changed()).slice(2)).toEqual([[first.orderId, '2026-12-01', null]]);
    await announce('PO-3', '10', '2026-12-15');
    await world.settle();
    expect((await changed()).slice(3).sort()).toEqual(
      [first, second].map(({ orderId }) => [orderId, null, '2026-12-15']).sort(),
    );
  });
});

describe('a supply that is not open', () => {
  test('has no other date, and is cancelled once', async () => {
    expect(await reschedule({ availableDate: '2026-12-12' })).toMatchObject({ refusal: { refused: 'NOT_FOUND' } });
    expect(await cancelSupply()).toMatchObject({ refusal: { refused: 'NOT_FOUND' } });
    await announce('PO-1', '10', '2026-12-01');
    await must(arrive('4', 'GR-1'));
    expect(await must(cancelSupply())).toMatchObject({ expected: '0', received: '4', open: '0', availableDate: null });
    await must(cancelSupply());
    expect(ofType(await eventsOf(world, bu), 'SupplyCancelled')).toHaveLength(1);
    expect(await reschedule({ qty: '12', uom: 'EA' })).toMatchObject({ refusal: { refused: 'SUPPLY_NOT_OPEN' } });
  });
});

describe('a late-supply policy', () => {
  const publish = (rules: Partial<LateSupplyRules>) =>
    must(world.app().publishLateSupply({ bu, ...usualLateSupply, ...rules }, world.as('admin')));

  /** Ten are withheld at the one node, three at the other; each order waits for what is announced for December 1. */
  const waiting = async (...amounts: readonly string[]) => {
    for (const [node, qty] of [
      ['DC-EAST', '10'],
      ['DC-WEST', '3'],
    ] as const) {
      await must(world.app().setSafetyStock({ bu, node, item: 'BRG-6204', qty }, world.as('ops')));
      await receive(world, bu, node, 'BRG-6204', qty, `R-${node}`);
    }
    await announce('PO-1', '30', '2026-12-01');
    const orders: string[] = [];
    for (const qty of amounts) orders.push((await order(`PO-${orders.length}`, qty)).orderId);
    await world.settle();
    return orders;
  };

  const slip = async () => {
    await must(reschedule({ availableDate: '2026-12-12' }));
    await world.settle();
  };

  const reserved = async () =>
    ofType(await eventsOf(world, bu), 'AllocationReserved').map(({ data, metadata }) => [
      data.orderId,
      data.node,
      data.qty,
      metadata.policy,
    ]);

  test('adds days to what is promised, and the promise says by which version', async () => {
    await publish({ cushionDays: 4 });
    await waiting('4');
    const [waits] = ofType(await eventsOf(world, bu), 'LineBackordered');
    expect(waits).toMatchObject({ data: { expectedDate: '2026-12-05', shipDate: '2026-12-07' } });
    expect(waits?.metadata.policy).toEqual({ lateSupply: 1 });
    const [decided] = ofType(await eventsOf(world, bu), 'SourcingDecided');
    expect(decided?.metadata.policy).toEqual({ lateSupply: 1, sourcing: 1 });
    await slip();
    const [told] = ofType(await eventsOf(world, bu), 'PromiseChanged');
    expect(told).toMatchObject({ data: { expectedDate: '2026-12-16' }, metadata: { policy: { lateSupply: 1 } } });
  });

  test('lets a promise stand that moves back by little, and keeps from customers what they are not to be told', async () => {
    await publish({ toleranceDays: 11, tell: 'NOBODY' });
    await waiting('4');
    await slip();
    expect(await changed()).toEqual([]);
    await must(reschedule({ availableDate: '2026-12-13' }));
    await world.settle();
    const [told] = ofType(await eventsOf(world, bu), 'PromiseChanged');
    expect(told?.data).toMatchObject({ expectedBefore: '2026-12-01', expectedDate: '2026-12-13', told: false });
  });

  test('serves who would be late from what is withheld, longest waiting first, and who gets all of it', async () => {
    await publish({ lateLines: 'USE_SAFETY_STOCK' });
    const [first, second, third, last] = await waiting('6', '5', '2', '3');
    await slip();
    expect(await reserved()).toEqual([
      [first, 'DC-EAST', '6', { lateSupply: 1 }],
      [third, 'DC-EAST', '2', { lateSupply: 1 }],
      [last, 'DC-WEST', '3', { lateSupply: 1 }],
    ]);
    expect(await changed()).toEqual([[second, '2026-12-01', '2026-12-12']]);
    expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ available: 0n, backordered: 5n });
    expect(await bucketsOf(last ?? '')).toMatchObject([{ allocated: 3n, backordered: 0n }]);
    expect(world.problems).toEqual([]);
  });

  test('leaves who is not late, and what is withheld, alone; without one they wait', async () => {
    await waiting('6');
    await slip();
    expect(await reserved()).toEqual([]);
    await publish({ lateLines: 'USE_SAFETY_STOCK' });
    await must(reschedule({ availableDate: '2026-12-10' }));
    await world.settle();
    expect(await reserved()).toEqual([]);
  });

  test('serves a line once, wherever the step is killed', async () => {
    for (const [at, command] of ['reserve', 'record', 'withdraw'].entries()) {
      if (at > 0) await openNewUnit();
      await publish({ lateLines: 'USE_SAFETY_STOCK' });
      const [orderId = ''] = await waiting('6');
      let kills = 1;
      world.between.execute = (real) => async (decider, stream, said, context, options) => {
        const outcome = await real(decider, stream, said, context, options);
        const isLate = context.commandId.endsWith(`:DC-EAST:DC-EAST:${command}`);
        if (isLate && kills > 0) {
          kills -= 1;
          throw new Killed(`after ${command}`);
        }
        return outcome;
      };
      await slip();
      delete world.between.execute;
      expect({ command, kills, reserved: await reserved() }).toEqual({
        ...{ command, kills: 0 },
        reserved: [[orderId, 'DC-EAST', '6', { lateSupply: 1 }]],
      });
      expect(await bucketsOf(orderId)).toMatchObject([{ allocated: 6n, backordered: 0n }]);
      expect(await stockAt(world, bu, 'DC-EAST', 'BRG-6204')).toMatchObject({ backordered: 0n, allocated: 6n });
      expect(await changed()).toEqual([]);
    }
  });
});
