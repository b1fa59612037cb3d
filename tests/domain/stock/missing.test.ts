import { describe, expect, test } from '@jest/globals';
import { availableToNewcomers, deficitOf } from '../../../domain/stock/state.ts';
import { inventoryPosition } from './position.ts';
import {
  adjustment,
  given,
  issueFor,
  place,
  promoteFor,
  queueFor,
  receipt,
  reserveFor,
  stateAfter,
} from './samples.ts';

const missing = (qty: string, more: { readonly reference?: string; readonly reservationId?: string } = {}) =>
  ({
    ...place,
    type: 'RecordMissing',
    reference: 'short 1',
    reservationId: 'r-A',
    qty,
    reason: 'NOT_FOUND',
    ...more,
  }) as const;

describe('P-17 goods that the warehouse does not find', () => {
  const tenForA = [receipt('10'), reserveFor('A', '10'), promoteFor('A')];

  test('leave what can be sold and their reservation, in one append', () => {
    const { thenEvents, state } = given(...tenForA).when(missing('4'));
    thenEvents(
      { type: 'StockStatusChanged', data: { qty: '4', from: 'SELLABLE', to: 'BLOCKED', reason: 'NOT_FOUND' } },
      { type: 'ReservationReleased', data: { orderId: 'A', reservationId: 'r-A', qty: '4', cause: 'SHORT' } },
    );
    expect(inventoryPosition(state)).toMatchObject({ sellable: 6n, unusable: 4n, allocated: 6n, available: 0n });
  });

  test('are not taken away twice when a count has taken them off the books before', () => {
    const counted = [...tenForA, adjustment('-4'), issueFor('A', '6')];
    const { thenEvents, state } = given(...counted).when(missing('4'));
    thenEvents({ type: 'ReservationReleased', data: { qty: '4', cause: 'SHORT' } });
    expect(inventoryPosition(state)).toMatchObject({ onHand: 0n, sellable: 0n, unusable: 0n, allocated: 0n });
    expect(deficitOf(state)).toBe(0n);
  });

  test('are blocked as far as the count did not cover them', () => {
    const { thenEvents, state } = given(...tenForA, adjustment('-1')).when(missing('4'));
    thenEvents({ type: 'StockStatusChanged', data: { qty: '3' } }, { type: 'ReservationReleased', data: { qty: '4' } });
    expect(inventoryPosition(state)).toMatchObject({ onHand: 9n, sellable: 6n, unusable: 3n, allocated: 6n });
  });

  test('count once for each report, and are blocked also when nobody waits for them any more', () => {
    given(...tenForA, missing('4'))
      .when(missing('4'))
      .thenNothing();
    given(...tenForA, adjustment('-4'), missing('4'))
      .when(missing('4'))
      .thenNothing();
    given(receipt('10'))
      .when(missing('4'))
      .thenEvents({ type: 'StockStatusChanged', data: { qty: '4' } });
    given(...tenForA)
      .when(missing('0'))
      .thenNothing();
  });
});

describe('a change of status', () => {
  const quarantined = [receipt('6'), receipt('4', { reference: 'Q', status: 'QUARANTINE' })];
  const toSellable = (qty: string) =>
    ({
      ...place,
      type: 'ChangeStatus',
      reference: 'S',
      qty,
      from: 'QUARANTINE',
      to: 'SELLABLE',
      reason: 'OK',
    }) as const;

  test('of more than is in that status is refused: a booking makes no goods', () => {
    given(...quarantined)
      .when(toSellable('40'))
      .thenRefused('QTY_EXCEEDS_STATUS');
    given(...quarantined)
      .when(toSellable('4'))
      .thenEvents({ type: 'StockStatusChanged' });
    given(...quarantined, toSellable('4'))
      .when(toSellable('4'))
      .thenNothing();
  });

  test('after a count that left less than the status claimed cannot sell more than is there', () => {
    const state = stateAfter([receipt('10'), adjustment('-6', { status: 'QUARANTINE' }), reserveFor('A', '1')]);
    expect(inventoryPosition(state)).toMatchObject({ onHand: 4n, sellable: 10n, unusable: -6n, available: 3n });
  });
});

describe('a line that is taken only together with others', () => {
  const held = queueFor('A', '5', { whole: true, held: true });

  test('is not filled by the position and stands in nobody’s way', () => {
    given(receipt('5')).when(held).thenEvents({ type: 'BackorderQueued' });
    given(held).when(receipt('5')).thenEvents({ type: 'StockReceived' });
    const waiting = stateAfter([receipt('5'), held]);
    expect(inventoryPosition(waiting)).toMatchObject({ available: 5n, backordered: 5n, reserved: 0n });
    expect(availableToNewcomers(waiting)).toBe(5n);
    given(receipt('5'), held)
      .when(reserveFor('B', '5'))
      .thenEvents({ type: 'StockReserved', data: { orderId: 'B' } });
  });

  test('lets the lines behind it have what comes in', () => {
    given(held, queueFor('B', '3', { acceptedAt: '2026-03-02T09:00:00.000Z' }))
      .when(receipt('5'))
      .thenEvents({ type: 'StockReceived' }, { type: 'StockReserved', data: { orderId: 'B', qty: '3' } });
  });

  test('leaves the queue like any other', () => {
    const withdraw = { ...place, type: 'WithdrawBackorder', orderId: 'A', lineId: '10', qty: '5', cause: 'X' } as const;
    expect(stateAfter([held, withdraw])).toMatchObject({ queued: 0n, queuedHeld: 0n, queue: null });
  });
});
