import { describe, expect, test } from '@jest/globals';
import { inventoryPosition, openReservations } from './position.ts';
import {
  adjustment,
  cartOf,
  extendFor,
  given,
  place,
  promoteFor,
  queueFor,
  receipt,
  releaseFor,
  reserveFor,
  takeOverFor,
} from './samples.ts';

const later = (minutes: number): string =>
  new Date(Date.parse('2026-03-02T08:10:00.000Z') + minutes * 60_000).toISOString();

describe('goods that a channel set aside', () => {
  const cart = [receipt('10'), cartOf('K', '6')];

  test('stay for longer when their holder asks in time', () => {
    const { thenEvents, state } = given(...cart).when(extendFor('K', later(15)));
    thenEvents({
      type: 'ReservationExtended',
      data: { ...place, orderId: 'K', reservationId: 'r-K', purpose: 'CART', expiresAt: later(15), times: 1 },
    });
    expect(inventoryPosition(state)).toMatchObject({ reserved: 6n, available: 4n });
  });

  test('are not given more time when it is over, and never less', () => {
    given(...cart)
      .when(extendFor('K', later(30), { at: '2026-03-02T08:15:00.000Z' }))
      .thenRefused('RESERVATION_EXPIRED');
    given(...cart)
      .when(extendFor('K', '2026-03-02T08:14:00.000Z'))
      .thenNothing();
  });

  test('are extended three times, and once more for an order that names them', () => {
    const often = [1, 2, 3].map((n) => extendFor('K', later(15 + n)));
    given(...cart, ...often)
      .when(extendFor('K', later(60)))
      .thenRefused('RESERVATION_EXTENDED_OFTEN');
    given(...cart, ...often)
      .when(extendFor('K', later(60), { forOrder: true }))
      .thenEvents({ type: 'ReservationExtended', data: { expiresAt: later(60), times: 3 } });
  });

  test('expire when the extended time has come, and say whose they were', () => {
    const tick = (at: string) => ({ ...place, type: 'ExpireReservations', at }) as const;
    given(...cart, extendFor('K', later(15)))
      .when(tick(later(14)))
      .thenNothing();
    given(...cart, extendFor('K', later(15)))
      .when(tick(later(15)))
      .thenEvents({ type: 'ReservationExpired', data: { reservationId: 'r-K', qty: '6', purpose: 'CART' } });
    given(receipt('10'), cartOf('K', '6', { purpose: 'QUOTE' }))
      .when(releaseFor('K', '6'))
      .thenEvents({ type: 'ReservationReleased', data: { purpose: 'QUOTE' } });
  });

  test('are nothing that an order has, and nothing that is gone', () => {
    given(receipt('10'), reserveFor('A', '6'))
      .when(extendFor('A', later(15)))
      .thenRefused('RESERVATION_UNKNOWN');
    given(...cart, releaseFor('K', '6'))
      .when(extendFor('K', later(15)))
      .thenRefused('RESERVATION_UNKNOWN');
  });
});

describe('an order that takes a reservation over', () => {
  const cart = [receipt('10'), cartOf('K', '6')];

  test('has the goods in the append in which the cart gives them up', () => {
    const { thenEvents, state } = given(...cart, reserveFor('B', '4')).when(takeOverFor('O', '6', 'K'));
    thenEvents(
      { type: 'ReservationReleased', data: { reservationId: 'r-K', qty: '6', cause: 'TAKEN_OVER', purpose: 'CART' } },
      {
        type: 'StockReserved',
        data: { orderId: 'O', reservationId: 'r-O', qty: '6', purpose: 'ORDER', expiresAt: null, takenFrom: 'r-K' },
      },
    );
    expect(inventoryPosition(state)).toMatchObject({ reserved: 10n, available: 0n });
  });

  test('overtakes nobody who waits, and nobody overtakes it', () => {
    const { events, state } = given(...cart, reserveFor('B', '4'), queueFor('Q', '5')).when(takeOverFor('O', '6', 'K'));
    expect(events).toHaveLength(2);
    expect(inventoryPosition(state)).toMatchObject({ reserved: 10n, backordered: 5n });
  });

  test('leaves what it does not want where it is', () => {
    const { state } = given(...cart).when(takeOverFor('O', '4', 'K'));
    expect(openReservations(state)).toMatchObject([
      { reservationId: 'r-K', qty: 2n },
      { reservationId: 'r-O', qty: 4n },
    ]);
  });

  test('comes once, whoever asks again, and one order of two gets it', () => {
    const first = takeOverFor('O', '6', 'K');
    given(...cart, first)
      .when(first)
      .thenNothing();
    given(...cart, first, promoteFor('O'), releaseFor('O', '6'))
      .when(first)
      .thenNothing();
    given(...cart, first)
      .when(takeOverFor('P', '6', 'K'))
      .thenRefused('RESERVATION_UNKNOWN');
  });

  test('is not handed goods that are missing', () => {
    given(...cart, adjustment('-5'))
      .when(takeOverFor('O', '6', 'K'))
      .thenRefused('ATP_SHORT');
  });

  test('comes too late when the time was over as the order was accepted', () => {
    given(...cart)
      .when(takeOverFor('O', '6', 'K', { at: '2026-03-02T08:15:00.000Z' }))
      .thenRefused('RESERVATION_EXPIRED');
  });
});
