import { describe, expect, test } from '@jest/globals';
import { inventoryPosition, openReservations } from './position.ts';
import {
  given,
  issueFor,
  place,
  promoteFor,
  queueFor,
  receipt,
  releaseFor,
  reserveFor,
  stateAfter,
} from './samples.ts';

describe('a reservation', () => {
  test('takes free stock and is soft', () => {
    const { thenEvents, state } = given(receipt('10')).when(reserveFor('A', '7'));
    thenEvents({
      type: 'StockReserved',
      data: { ...place, reservationId: 'r-A', qty: '7', kind: 'SOFT', cause: 'REQUEST' },
    });
    expect(inventoryPosition(state)).toMatchObject({ onHand: 10n, reserved: 7n, reservedOnHand: 7n, available: 3n });
  });

  test('is refused as an event that says what could be had', () => {
    given(receipt('10'), reserveFor('A', '7'))
      .when(reserveFor('B', '4'))
      .thenEvents({ type: 'ReservationRefused', data: { reservationId: 'r-B', qty: '4', available: '3' } });
  });

  test('leaves safety stock alone', () => {
    const safety = { ...place, type: 'SetSafetyStock', qty: '4' } as const;
    given(receipt('10'), safety)
      .when(reserveFor('A', '7'))
      .thenEvents({ type: 'ReservationRefused', data: { available: '6' } });
    given(receipt('10'), safety, { ...safety, qty: '3' })
      .when(reserveFor('A', '7'))
      .thenEvents({ type: 'StockReserved' });
  });

  test('of a line whose supply is late takes what is withheld, too, and no more than is there', () => {
    const safety = { ...place, type: 'SetSafetyStock', qty: '8' } as const;
    const late = (orderId: string, qty: string) => reserveFor(orderId, qty, { fromSafetyStock: true });
    const { thenEvents, state } = given(receipt('10'), safety).when(late('A', '7'));
    thenEvents({ type: 'StockReserved', data: { qty: '7' } });
    expect(inventoryPosition(state)).toMatchObject({ available: 0n, safetyStock: 8n, reserved: 7n });
    given(receipt('10'), safety, late('A', '7'))
      .when(late('B', '4'))
      .thenEvents({ type: 'ReservationRefused', data: { available: '3' } });
    // What comes next is withheld until the level is reached again.
    given(receipt('10'), safety, late('A', '7'), receipt('4', { reference: 'R-next' }))
      .when(reserveFor('C', '1'))
      .thenEvents({ type: 'ReservationRefused', data: { available: '0' } });
    given(receipt('10'), safety, late('A', '7'), receipt('6', { reference: 'R-next' }))
      .when(reserveFor('C', '1'))
      .thenEvents({ type: 'StockReserved' });
  });

  test('asked twice under one id is made once, also after it was given back', () => {
    given(receipt('10'), reserveFor('A', '3')).when(reserveFor('A', '3')).thenNothing();
    given(receipt('10'), reserveFor('A', '3'), releaseFor('A', '3')).when(reserveFor('A', '3')).thenNothing();
  });

  test('that was refused may be asked again when there is stock', () => {
    given(reserveFor('A', '3'), receipt('10')).when(reserveFor('A', '3')).thenEvents({ type: 'StockReserved' });
  });

  test('becomes hard once and is unknown when it was never made', () => {
    given(receipt('10'), reserveFor('A', '3'))
      .when(promoteFor('A'))
      .thenEvents({ type: 'ReservationHardened', data: { reservationId: 'r-A', qty: '3' } });
    given(receipt('10'), reserveFor('A', '3'), promoteFor('A')).when(promoteFor('A')).thenNothing();
    given(receipt('10')).when(promoteFor('A')).thenRefused('RESERVATION_UNKNOWN');
  });

  test('gives back no more than it holds, and nothing twice', () => {
    const held = [receipt('10'), reserveFor('A', '3')];
    given(...held)
      .when(releaseFor('A', '5'))
      .thenEvents({ type: 'ReservationReleased', data: { orderId: 'A', lineId: '10', qty: '3' } });
    given(...held, releaseFor('A', '5'))
      .when(releaseFor('A', '5'))
      .thenNothing();
    given(...held, issueFor('A', '3'))
      .when(releaseFor('A', '3'))
      .thenNothing();
  });
});

describe('B-07 expiry', () => {
  const cart = reserveFor('A', '6', { purpose: 'CART', expiresAt: '2026-03-02T08:15:00.000Z' });

  test('frees stock in the append of the next request when the deadline process is dead', () => {
    given(receipt('10'), cart)
      .when(reserveFor('B', '8', { at: '2026-03-02T08:15:00.000Z' }))
      .thenEvents(
        { type: 'ReservationExpired', data: { reservationId: 'r-A', orderId: 'A', qty: '6' } },
        { type: 'StockReserved', data: { reservationId: 'r-B', qty: '8' } },
      );
  });

  test('does not come a moment early', () => {
    given(receipt('10'), cart)
      .when(reserveFor('B', '8', { at: '2026-03-02T08:14:59.999Z' }))
      .thenEvents({ type: 'ReservationRefused', data: { available: '4' } });
  });

  test('happens once, whoever comes first', () => {
    const tick = { ...place, type: 'ExpireReservations', at: '2026-03-02T09:00:00.000Z' } as const;
    given(receipt('10'), cart).when(tick).thenEvents({ type: 'ReservationExpired' });
    given(receipt('10'), cart, tick).when(tick).thenNothing();
    given(receipt('10'), cart, releaseFor('A', '6')).when(tick).thenNothing();
  });

  test('does not touch what the warehouse has', () => {
    given(receipt('10'), cart, promoteFor('A'))
      .when({ ...place, type: 'ExpireReservations', at: '2026-03-03T08:00:00.000Z' })
      .thenNothing();
  });

  test('serves the queue before the newcomer that caused it', () => {
    given(receipt('10'), cart, reserveFor('C', '4'), queueFor('Q', '5'))
      .when(reserveFor('B', '2', { at: '2026-03-02T09:00:00.000Z' }))
      .thenEvents(
        { type: 'ReservationExpired', data: { reservationId: 'r-A' } },
        { type: 'StockReserved', data: { orderId: 'Q', qty: '5', cause: 'BACKORDER' } },
        { type: 'ReservationRefused', data: { reservationId: 'r-B', available: '1' } },
      );
  });

  test('of very many carts is spread over several appends', () => {
    const carts = Array.from({ length: 450 }, (_, n) =>
      reserveFor(`K${n}`, '1', { expiresAt: '2026-03-02T08:15:00.000Z' }),
    );
    const tick = { ...place, type: 'ExpireReservations', at: '2026-03-02T09:00:00.000Z' } as const;
    const first = given(receipt('450'), ...carts).when(tick);
    expect(first.events).toHaveLength(400);
    expect(given(receipt('450'), ...carts, tick).when(tick).events).toHaveLength(50);
  });
});

describe('P-17 a pick', () => {
  const pick = (qty: string, pickId = 'p1') =>
    ({ ...place, type: 'RecordPick', reservationId: 'r-A', qty, pickId }) as const;
  const hard = [receipt('10'), reserveFor('A', '6'), promoteFor('A')];

  test('counts once', () => {
    const { thenEvents, state } = given(...hard).when(pick('4'));
    thenEvents({ type: 'StockPicked', data: { reservationId: 'r-A', qty: '4', pickId: 'p1' } });
    expect(inventoryPosition(state)).toMatchObject({ allocated: 6n, picked: 4n });
    given(...hard, pick('4'))
      .when(pick('4'))
      .thenNothing();
  });

  test('counts no more than is hard reserved (Q5)', () => {
    given(...hard, pick('4'))
      .when(pick('4', 'p2'))
      .thenEvents({ type: 'StockPicked', data: { qty: '2' } });
    given(receipt('10'), reserveFor('A', '6')).when(pick('4')).thenNothing();
  });

  test('leaves with the goods', () => {
    const position = inventoryPosition(stateAfter([...hard, pick('6'), issueFor('A', '5')]));
    expect(position).toMatchObject({ onHand: 5n, allocated: 1n, picked: 1n });
  });

  test('that is partly shipped leaves the rest of it picked', () => {
    const position = inventoryPosition(stateAfter([...hard, pick('3'), issueFor('A', '2')]));
    expect(position).toMatchObject({ allocated: 4n, picked: 1n });
  });

  test('never exceeds what is left after a release', () => {
    expect(inventoryPosition(stateAfter([...hard, pick('6'), releaseFor('A', '2')]))).toMatchObject({
      allocated: 4n,
      picked: 4n,
    });
  });
});

test('a closed reservation leaves no trace among the open ones', () => {
  expect(openReservations(stateAfter([receipt('10'), reserveFor('A', '3'), issueFor('A', '3')]))).toEqual([]);
});
