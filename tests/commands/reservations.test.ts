import { describe, expect, test } from '@jest/globals';
import { expireDue } from '../../commands/reservations/deadlines.ts';
import { reservationCalls } from '../../commands/reservations/reservationCalls.ts';
import type { ReservationInput } from '../../commands/reservations/reservationContent.ts';
import { eventsOf, line, ofType, orderInput, receive, stockAt } from './facts.ts';
import { bu, bucketsOf, inNewUnits, openNewUnit, submit, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

inNewUnits('RS');

const item = 'BRG-6204';

const cart = (changes: Partial<ReservationInput> = {}): ReservationInput => ({
  ...{ bu, channel: 'portal', soldTo: 'C-1001', kind: 'CART', allowPartial: false, allowSplit: true },
  lines: [line('10', item, '6')],
  ...changes,
});

const reserve = (changes: Partial<ReservationInput> = {}, context = world.as('channel')) =>
  world.app().reserve(cart(changes), context);

const east = () => stockAt(world, bu, 'DC-EAST', item);
const west = () => stockAt(world, bu, 'DC-WEST', item);

describe('a channel that reserves before there is an order', () => {
  test('has the goods of several lines set aside from where orders are sourced', async () => {
    await receive(world, bu, 'DC-EAST', item, '7', 'R1');
    await receive(world, bu, 'DC-WEST', item, '5', 'R2');
    await receive(world, bu, 'DC-WEST', 'BELT-A42', '5', 'R3');
    const made = await must(
      reserve({ lines: [line('10', item, '10'), { ...line('20', 'BELT-A42', '2'), node: 'DC-WEST' }] }),
    );
    expect(made).toMatchObject({
      ...{ channel: 'portal', soldTo: 'C-1001', purpose: 'CART', expiresAt: '2026-11-23T15:15:00.000Z' },
      lines: [
        {
          ...{ lineId: '10', qty: '10', fullQtyDate: null },
          parts: [
            { node: 'DC-EAST', qty: '7' },
            { node: 'DC-WEST', qty: '3' },
          ],
        },
        { lineId: '20', parts: [{ node: 'DC-WEST', qty: '2' }] },
      ],
    });
    expect([await east(), await west()]).toMatchObject([
      { reserved: 7n, available: 0n },
      { reserved: 3n, available: 2n },
    ]);
    expect(ofType(await eventsOf(world, bu), 'ChannelReservationMade')).toHaveLength(1);
  });

  test('has all of it or nothing, and is told what could be had and when the rest comes', async () => {
    await receive(world, bu, 'DC-EAST', item, '4', 'R1');
    const supply = { bu, node: 'DC-EAST', item, supplyId: 'PO-1', type: 'PO', qty: '9', uom: 'EA' } as const;
    await must(world.app().expectSupply({ ...supply, availableDate: '2026-11-30' }, world.as('warehouse')));
    const lines = [line('5', 'BELT-A42', '1'), line('10', item, '6')];
    await receive(world, bu, 'DC-EAST', 'BELT-A42', '1', 'R2');
    expect(await reserve({ lines })).toMatchObject({
      kind: 'refused',
      refusal: {
        refused: 'ATP_SHORT',
        data: { lines: [{ lineId: '10', item, qty: '6', availableNow: '4', fullQtyDate: '2026-11-30' }] },
      },
    });
    expect(await east()).toMatchObject({ reserved: 0n, available: 4n });
    expect(await must(reserve({ lines, allowPartial: true }))).toMatchObject({
      lines: [
        { lineId: '5', parts: [{ qty: '1' }], fullQtyDate: null },
        { lineId: '10', parts: [{ qty: '4' }], fullQtyDate: '2026-11-30' },
      ],
    });
    expect(await reserve({ allowPartial: true })).toMatchObject({ refusal: { refused: 'ATP_SHORT' } });
  });

  test('S-10 200 checkouts at once for 50 units at two nodes: 50 are reserved, 150 are told when there is more', async () => {
    await receive(world, bu, 'DC-EAST', item, '30', 'R1');
    await receive(world, bu, 'DC-WEST', item, '20', 'R2');
    const supply = { bu, node: 'DC-EAST', item, supplyId: 'PO-1', type: 'PO', qty: '500', uom: 'EA' } as const;
    await must(world.app().expectSupply({ ...supply, availableDate: '2026-11-30' }, world.as('warehouse')));
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => reserve({ lines: [line('10', item, '1')] })));
    const short = outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? [outcome.refusal] : []));
    expect([outcomes.filter(({ kind }) => kind === 'done').length, short.length]).toEqual([50, 150]);
    for (const refusal of short)
      expect(refusal).toMatchObject({ refused: 'ATP_SHORT', data: { lines: [{ fullQtyDate: '2026-11-30' }] } });
    expect([await east(), await west()]).toMatchObject([
      { reserved: 30n, available: 0n },
      { reserved: 20n, available: 0n },
    ]);
  });

  test('that is asked again after a kill anywhere holds everything once', async () => {
    const lines = [line('10', item, '10'), line('20', item, '2')];
    const commands = 4;
    await receive(world, bu, 'DC-WEST', item, '90', 'R1');
    for (let kill = 1; kill <= commands; kill += 1) {
      await receive(world, bu, 'DC-EAST', item, '7', `E${kill}`);
      const [context, real] = [world.as('channel'), world.executor()];
      let left = kill;
      const execute: typeof real.execute = async (...args) => {
        const answer = await real.execute(...args);
        left -= 1;
        if (left === 0) throw new Killed('after a command');
        return answer;
      };
      const dying = reservationCalls({ ...world, executor: { ...real, execute } });
      await expect(dying.reserve(cart({ lines }), context)).rejects.toThrow(Killed);
      world.restart();
      const made = await must(reserve({ lines }, context));
      expect(made.lines.map(({ parts }) => parts.reduce((sum, { qty }) => sum + Number(qty), 0))).toEqual([10, 2]);
      expect(await must(reserve({ lines }, context))).toEqual(made);
      expect((await east()).reserved + (await west()).reserved).toBe(BigInt(kill * 12));
    }
    expect(ofType(await eventsOf(world, bu), 'ChannelReservationMade')).toHaveLength(commands);
  });

  test('is told everything that is wrong with what it asks', async () => {
    const lines = [
      { ...line('10', 'NONE', '1'), node: 'NOWHERE' },
      { ...line('20', item, '1'), node: 'SUP-NORD', uom: 'PALLET' },
    ];
    const wrong = await reserve({ soldTo: 'C-1003', minutes: 121, requestedDate: '2026-11-22', lines });
    expect(wrong).toMatchObject({ kind: 'invalid' });
    expect(wrong.kind === 'invalid' ? wrong.violations.map(({ pointer, code }) => `${pointer} ${code}`) : []).toEqual([
      '/soldTo CUSTOMER_INACTIVE',
      '/requestedDate DATE_IN_PAST',
      '/minutes MINUTES_TOO_MANY',
      '/lines/0/item ITEM_UNKNOWN',
      '/lines/1/uom UOM_UNKNOWN',
      '/lines/0/node NODE_UNKNOWN',
      '/lines/1/node SUPPLIER_NODE',
    ]);
  });
});

describe('a reservation of a channel', () => {
  test('is extended and given back, each once', async () => {
    await receive(world, bu, 'DC-EAST', item, '7', 'R1');
    const { reservationId } = await must(reserve({ lines: [line('10', item, '4'), line('20', item, '3')] }));
    const context = world.as('channel');
    const extend = () => world.app().extendReservation({ reservationId, minutes: 60 }, context);
    const extended = await must(extend());
    expect(extended).toMatchObject({ expiresAt: '2026-11-23T16:00:00.000Z', lines: [{ qty: '4' }, { qty: '3' }] });
    expect(await must(extend())).toEqual(extended);
    const release = (lineIds?: readonly string[]) =>
      world
        .app()
        .releaseReservation({ reservationId, reason: 'CHANGED', ...(lineIds && { lineIds }) }, world.as('channel'));
    expect(await must(release(['20']))).toEqual({ lines: [{ lineId: '20', item, qty: '3' }] });
    expect(await east()).toMatchObject({ reserved: 4n, available: 3n });
    expect(await must(release())).toMatchObject({
      lines: [
        { lineId: '10', qty: '4' },
        { lineId: '20', qty: '0' },
      ],
    });
    expect(await must(release())).toMatchObject({ lines: [{ qty: '0' }, { qty: '0' }] });
    expect(await east()).toMatchObject({ reserved: 0n, available: 7n });
    expect(await extendAgain(reservationId)).toMatchObject({ refusal: { refused: 'RESERVATION_UNKNOWN' } });
    expect(ofType(await eventsOf(world, bu), 'ReservationExtended')).toHaveLength(2);
  });

  test('gives up what is missing at its position', async () => {
    await receive(world, bu, 'DC-EAST', item, '6', 'R1');
    const { reservationId } = await must(reserve());
    const found = { bu, node: 'DC-EAST', item, kind: 'ADJUSTMENT', qty: '-4', uom: 'EA', reference: 'COUNT' } as const;
    await must(world.app().recordStockMovement(found, world.as('warehouse')));
    await world.settle();
    expect(await east()).toMatchObject({ onHand: 2n, reserved: 2n, available: 0n });
    expect(ofType(await eventsOf(world, bu), 'ReservationReleased')).toMatchObject([
      { data: { orderId: reservationId, qty: '4', cause: 'STOCK_MISSING', purpose: 'CART' } },
    ]);
    expect(world.problems).toEqual([]);
  });

  test('that is stale, unknown or of no such line is left alone', async () => {
    await receive(world, bu, 'DC-EAST', item, '7', 'R1');
    const { reservationId } = await must(reserve());
    const app = world.app();
    expect([
      await app.extendReservation({ reservationId, minutes: 9, ifMatch: 3 }, world.as('channel')),
      await app.extendReservation({ reservationId: 'NONE', minutes: 9 }, world.as('channel')),
      await app.releaseReservation({ reservationId, reason: 'OTHER', lineIds: ['11', '12'] }, world.as('channel')),
    ]).toMatchObject([
      { refusal: { refused: 'REVISION_MISMATCH' } },
      { refusal: { refused: 'NOT_FOUND' } },
      { refusal: { refused: 'LINE_UNKNOWN', data: { lineIds: ['11', '12'] } } },
    ]);
    expect(await app.reservationOwner(reservationId)).toEqual({ bu, soldTo: 'C-1001' });
  });

  const extendAgain = (reservationId: string) =>
    world.app().extendReservation({ reservationId, minutes: 9 }, world.as('channel'));
});

describe('an order that names reservations', () => {
  const order = (qty: string, reservationIds: readonly string[], changes: object = {}) =>
    submit({ lines: [line('1', item, qty)], reservationIds, ...changes });
  const reserved = async () => ofType(await eventsOf(world, bu), 'AllocationReserved').map(({ data }) => data);
  const explained = async () =>
    ofType(await eventsOf(world, bu), 'SourcingDecided').flatMap(({ data }) => data.explanation);

  test('has exactly those goods, whoever else wants some, and frees the rest', async () => {
    await receive(world, bu, 'DC-WEST', item, '8', 'R1');
    const { reservationId } = await must(reserve({ lines: [line('10', item, '6'), line('20', item, '2')] }));
    await receive(world, bu, 'DC-EAST', item, '50', 'R2');
    const { orderId } = await order('7', [reservationId]);
    await world.settle();
    expect(await reserved()).toMatchObject([
      { orderId, lineId: '1', node: 'DC-WEST', qty: '6', from: 'UNSOURCED' },
      { orderId, lineId: '1', node: 'DC-WEST', qty: '1', from: 'UNSOURCED' },
    ]);
    expect(await west()).toMatchObject({ allocated: 7n, reserved: 0n, available: 1n });
    expect(await explained()).toEqual([]);
    expect(await bucketsOf(orderId)).toMatchObject([{ ordered: 7n, allocated: 7n }]);
    expect(world.problems).toEqual([]);
  });

  test('is one of two that gets it, and the other is sourced like any and says why', async () => {
    await receive(world, bu, 'DC-EAST', item, '6', 'R1');
    await receive(world, bu, 'DC-WEST', item, '6', 'R2');
    const { reservationId } = await must(reserve());
    const orders = await Promise.all(['A', 'B'].map((customerPo) => order('6', [reservationId], { customerPo })));
    await world.settle();
    expect((await reserved()).map(({ node, qty }) => [node, qty]).sort()).toEqual([
      ['DC-EAST', '6'],
      ['DC-WEST', '6'],
    ]);
    expect(new Set((await reserved()).map(({ orderId }) => orderId))).toEqual(
      new Set(orders.map(({ orderId }) => orderId)),
    );
    expect((await explained())[0]).toContain(`Reservation ${reservationId} holds nothing at DC-EAST any more`);
  });

  test('keeps the goods from its capture on, and what expired before is sourced with the reason', async () => {
    await receive(world, bu, 'DC-EAST', item, '12', 'R1');
    const [kept, gone] = [await must(reserve()), await must(reserve())];
    const due = async () => [{ bu, node: 'DC-EAST', item }];
    await order('6', [kept.reservationId]);
    const at = (instant: string) => expireDue({ executor: world.executor(), due, clock: () => instant });
    expect([await at('2026-11-23T15:14:59.999Z'), await at('2026-11-23T15:15:00.000Z')]).toEqual([0, 2]);
    expect(await at('2026-11-23T15:15:00.001Z')).toBe(0);
    expect(await east()).toMatchObject({ reserved: 0n, available: 12n });
    await order('6', [gone.reservationId], { customerPo: 'LATE' });
    await world.settle();
    expect((await explained()).filter((text) => text.startsWith('Reservation'))).toHaveLength(2);
    expect(await east()).toMatchObject({ allocated: 12n, available: 0n });
  });

  test('that is held for credit leaves them where they are', async () => {
    await receive(world, bu, 'DC-EAST', item, '40', 'R1');
    const { reservationId } = await must(reserve({ soldTo: 'C-1002', lines: [line('10', item, '40')] }));
    const held = await order('40', [reservationId], { soldTo: 'C-1002' });
    await world.settle();
    expect(held.status).toBe('ON_HOLD');
    expect(await east()).toMatchObject({ reserved: 40n, available: 0n });
  });

  test('of another customer is not taken', async () => {
    await receive(world, bu, 'DC-EAST', item, '6', 'R1');
    const { reservationId } = await must(reserve({ soldTo: 'C-1002' }));
    const outcome = world
      .app()
      .submitOrder(
        { ...orderInput(bu), reservationIds: ['01M857E61SN6JW7G3NBEM916T4', reservationId] },
        world.as('channel'),
      );
    expect(await outcome).toMatchObject({
      kind: 'invalid',
      violations: [
        { pointer: '/reservationIds/0', code: 'RESERVATION_UNKNOWN' },
        { pointer: '/reservationIds/1', code: 'RESERVATION_UNKNOWN' },
      ],
    });
  });

  test('and is killed after any command of its allocation ends as one that was not', async () => {
    const input = { lines: [line('1', item, '5'), line('2', item, '6')] };
    const play = async (kill: number) => {
      await receive(world, bu, 'DC-EAST', item, '7', `E${kill}`);
      await receive(world, bu, 'DC-WEST', item, '8', `W${kill}`);
      const { reservationId } = await must(reserve({ lines: [line('10', item, '7'), line('20', item, '5')] }));
      let left = kill;
      world.between.execute =
        (real) =>
        async (...args) => {
          const answer = await real(...args);
          left -= 1;
          if (left === 0) throw new Killed('after a command');
          return answer;
        };
      const { orderId } = await order('5', [reservationId], { ...input, customerPo: `K${kill}` });
      await world.settle();
      delete world.between.execute;
      const parts = (await reserved())
        .filter((data) => data.orderId === orderId)
        .map(({ lineId, node, qty }) => `${lineId} ${qty} ${node}`);
      return { left, parts, stock: [await east(), await west()], buckets: await bucketsOf(orderId) };
    };
    const { left, parts, buckets } = await play(1_000);
    expect(parts).toEqual(['1 5 DC-EAST', '2 2 DC-EAST', '2 4 DC-WEST']);
    const commands = 1_000 - left;
    for (let kill = 1; kill <= commands; kill += 3) {
      await openNewUnit();
      const killed = await play(kill);
      expect({ kill, parts: killed.parts, buckets: killed.buckets }).toEqual({ kill, parts, buckets });
      expect(killed.stock).toMatchObject([
        { reserved: 0n, allocated: 7n },
        { reserved: 0n, allocated: 4n },
      ]);
    }
  });
});
