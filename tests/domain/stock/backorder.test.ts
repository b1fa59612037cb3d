import { describe, expect, test } from '@jest/globals';
import { queuedBackorders } from '../../../domain/stock/state.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { inventoryPosition } from './position.ts';
import { adjustment, given, place, queueFor, receipt, releaseFor, reserveFor, stateAfter } from './samples.ts';

const at = (minute: number): string => `2026-03-02T08:${String(minute).padStart(2, '0')}:00.000Z`;

describe('B-09 the queue of backorders', () => {
  test('is served by a receipt in the same append, in order of acceptance', () => {
    given(queueFor('LATE', '3', { acceptedAt: at(9) }), queueFor('EARLY', '4', { acceptedAt: at(1) }))
      .when(receipt('5'))
      .thenEvents(
        { type: 'StockReceived' },
        {
          type: 'StockReserved',
          data: { orderId: 'EARLY', qty: '4', cause: 'BACKORDER', kind: 'SOFT', expiresAt: null },
        },
        { type: 'StockReserved', data: { orderId: 'LATE', qty: '1', cause: 'BACKORDER' } },
      );
  });

  test('breaks ties by order, then line', () => {
    const { events } = given(queueFor('B', '1'), queueFor('A', '1', { lineId: '20' }), queueFor('A', '1')).when(
      receipt('3'),
    );
    expect(events.slice(1).map((event) => event.data)).toMatchObject([
      { orderId: 'A', lineId: '10' },
      { orderId: 'A', lineId: '20' },
      { orderId: 'B', lineId: '10' },
    ]);
  });

  test('passes over a line that needs its full quantity, which keeps its place', () => {
    const waiting = [
      queueFor('WHOLE', '5', { acceptedAt: at(1), whole: true }),
      queueFor('PART', '2', { acceptedAt: at(2) }),
    ];
    given(...waiting)
      .when(receipt('4'))
      .thenEvents({ type: 'StockReceived' }, { type: 'StockReserved', data: { orderId: 'PART', qty: '2' } });
    given(...waiting, receipt('4'))
      .when(receipt('3'))
      .thenEvents({ type: 'StockReceived' }, { type: 'StockReserved', data: { orderId: 'WHOLE', qty: '5' } });
  });

  test.each([
    ['a release', releaseFor('A', '2')],
    ['a found surplus', adjustment('2')],
    ['an expiry', { ...place, type: 'ExpireReservations', at: '2026-03-02T10:00:00.000Z' } as const],
    ['less safety stock', { ...place, type: 'SetSafetyStock', qty: '0' } as const],
    [
      'goods that became sellable',
      {
        ...place,
        type: 'ChangeStatus',
        reference: 'S',
        qty: '2',
        from: 'QUARANTINE',
        to: 'SELLABLE',
        reason: 'OK',
      } as const,
    ],
    [
      'a voided shipment',
      {
        ...place,
        type: 'Reinstate',
        shipmentId: 's-1',
        qty: '2',
        unitCost: '6.00',
        cost: '1200',
        currency: 'USD',
      } as const,
    ],
  ])('is served by %s', (_name, command) => {
    const { events } = given(
      receipt('10'),
      { ...place, type: 'SetSafetyStock', qty: '2' },
      receipt('2', { reference: 'Q', status: 'QUARANTINE' }),
      reserveFor('A', '8', { expiresAt: '2026-03-02T09:00:00.000Z' }),
      queueFor('Q', '2'),
    ).when(command);
    expect(events.at(-1)).toMatchObject({
      type: 'StockReserved',
      data: { orderId: 'Q', qty: '2', cause: 'BACKORDER' },
    });
  });

  test('is never overtaken by a newcomer', () => {
    given(receipt('4'), queueFor('WHOLE', '5', { whole: true }))
      .when(reserveFor('NEW', '1'))
      .thenEvents({ type: 'ReservationRefused', data: { available: '0' } });
  });

  test('does not hold a line when stock is free', () => {
    const { thenEvents, state } = given(receipt('4')).when(queueFor('A', '6'));
    thenEvents(
      { type: 'BackorderQueued', data: { qty: '6' } },
      { type: 'StockReserved', data: { qty: '4', cause: 'BACKORDER' } },
    );
    expect(inventoryPosition(state)).toMatchObject({ available: 0n, backordered: 2n, reserved: 4n });
  });

  test('adds up what one line waits for, in its first place', () => {
    const state = stateAfter([
      queueFor('A', '3', { acceptedAt: at(1) }),
      queueFor('B', '1', { acceptedAt: at(2) }),
      queueFor('A', '2', { acceptedAt: at(3) }),
    ]);
    expect(queuedBackorders(state)).toMatchObject([
      { orderId: 'A', qty: 5n },
      { orderId: 'B', qty: 1n },
    ]);
  });

  test('lets a line go, no more than it waits for', () => {
    const withdraw = {
      ...place,
      type: 'WithdrawBackorder',
      orderId: 'A',
      lineId: '10',
      qty: '9',
      cause: 'CANCEL',
    } as const;
    given(queueFor('A', '3'))
      .when(withdraw)
      .thenEvents({ type: 'BackorderWithdrawn', data: { qty: '3' } });
    given(queueFor('A', '3'), withdraw).when(withdraw).thenNothing();
  });

  test('gives to others what a withdrawn line stood in the way of', () => {
    given(queueFor('A', '5', { whole: true }), receipt('4'))
      .when({ ...place, type: 'WithdrawBackorder', orderId: 'A', lineId: '10', qty: '1', cause: 'CANCEL' })
      .thenEvents({ type: 'BackorderWithdrawn' }, { type: 'StockReserved', data: { orderId: 'A', qty: '4' } });
  });

  test('gives every fill an id of its own that a retry composes again', () => {
    const history = [queueFor('A', '5'), receipt('2')];
    const ids = (events: readonly { data: object }[]) =>
      events.flatMap(({ data }) => ('reservationId' in data ? [data.reservationId] : []));
    const first = ids(given(queueFor('A', '5')).when(receipt('2')).events);
    const second = ids(given(...history).when(receipt('3')).events);
    expect(first).toEqual(['bo:A:10:DC-EAST:1']);
    expect(ids(given(queueFor('A', '1'), queueFor('B', '1')).when(receipt('2')).events)).toEqual([
      'bo:A:10:DC-EAST:1',
      'bo:B:10:DC-EAST:2',
    ]);
    expect(second).toEqual(['bo:A:10:DC-EAST:2']);
    expect(ids(given(...history).when(receipt('3')).events)).toEqual(second);
  });

  test('of very many lines is served over several appends, the next command taking up the rest', () => {
    const lines = Array.from({ length: 900 }, (_, n) => queueFor(`O${n}`, '1', { acceptedAt: at(n % 60) }));
    const history = [...lines, receipt('1000')];
    const state = stateAfter(history);
    expect(inventoryPosition(state)).toMatchObject({ reserved: 400n, backordered: 500n });
    const promote = { ...place, type: 'Promote', reservationId: 'bo:O0:10:DC-EAST:1' } as const;
    expect(given(...history).when(promote).events).toHaveLength(401);
    given(...history)
      .when(reserveFor('NEW', '101'))
      .thenEvents(...Array(400).fill({ type: 'StockReserved' }), {
        type: 'ReservationRefused',
        data: { available: '100' },
      });
  });
});

test('S-10 two hundred orders of one for fifty units: exactly fifty are taken, the rest waits in order', () => {
  let state = stateAfter([receipt('50')]);
  let refused = 0;
  for (let n = 0; n < 200; n += 1) {
    const outcome = stockDecider.decide(reserveFor(`O${n}`, '1'), state);
    if ('refused' in outcome) throw new Error('a request for stock is answered by events');
    state = outcome.reduce(stockDecider.evolve, state);
    if (outcome.at(-1)?.type !== 'ReservationRefused') continue;
    refused += 1;
    const queued = stockDecider.decide(
      queueFor(`O${n}`, '1', { acceptedAt: new Date(1_772_000_000_000 + n).toISOString() }),
      state,
    );
    if ('refused' in queued) throw new Error('a backorder is never refused');
    state = queued.reduce(stockDecider.evolve, state);
  }
  expect(refused).toBe(150);
  expect(inventoryPosition(state)).toMatchObject({ reserved: 50n, available: 0n, backordered: 150n });
  expect(queuedBackorders(state)[0]).toMatchObject({ orderId: 'O50' });
});
