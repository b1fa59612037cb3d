import { describe, expect, test } from '@jest/globals';
import { inventoryPosition } from './position.ts';
import {
  adjustment,
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

describe('a fact that breaks a promise', () => {
  test('is recorded, and a second event names who can no longer be served, newest soft first', () => {
    given(receipt('10'), reserveFor('A', '4'), promoteFor('A'), reserveFor('B', '3'), reserveFor('C', '3'))
      .when(adjustment('-5'))
      .thenEvents(
        { type: 'StockAdjusted', data: { qty: '-5' } },
        {
          type: 'StockOvercommitted',
          data: {
            deficit: '5',
            reservations: [
              { orderId: 'C', lineId: '10', reservationId: 'r-C', qty: '3', kind: 'SOFT' },
              { orderId: 'B', lineId: '10', reservationId: 'r-B', qty: '2', kind: 'SOFT' },
            ],
          },
        },
      );
  });

  test('says nothing when stock still covers every promise', () => {
    given(receipt('10'), reserveFor('A', '4')).when(adjustment('-6')).thenEvents({ type: 'StockAdjusted' });
  });

  test('reaches hard reservations only after the soft ones', () => {
    given(receipt('5'), reserveFor('A', '3'), promoteFor('A'), reserveFor('B', '2'))
      .when({
        ...place,
        type: 'ChangeStatus',
        reference: 'x',
        qty: '4',
        from: 'SELLABLE',
        to: 'DAMAGED',
        reason: 'FORKLIFT',
      })
      .thenEvents(
        { type: 'StockStatusChanged' },
        {
          type: 'StockOvercommitted',
          data: {
            deficit: '4',
            reservations: [
              { reservationId: 'r-B', qty: '2' },
              { reservationId: 'r-A', qty: '2', kind: 'HARD' },
            ],
          },
        },
      );
  });

  test('is said again only when it gets worse, and is over when stock covers the promises', () => {
    const broken = [receipt('10'), reserveFor('A', '10'), adjustment('-4')];
    expect(stateAfter(broken).overcommitted).toBe(true);
    given(...broken)
      .when(receipt('1'))
      .thenEvents({ type: 'StockReceived' });
    given(...broken)
      .when(adjustment('-1'))
      .thenEvents({ type: 'StockAdjusted' }, { type: 'StockOvercommitted', data: { deficit: '5' } });
    expect(stateAfter([...broken, receipt('4')]).overcommitted).toBe(false);
    expect(stateAfter([...broken, releaseFor('A', '4')]).overcommitted).toBe(false);
  });
});

describe('goods that leave', () => {
  const hard = [receipt('10'), reserveFor('A', '6'), promoteFor('A')];

  test('reduce stock and the reservation, and say what it covered', () => {
    const { thenEvents, state } = given(...hard).when(issueFor('A', '4', { cost: '2400' }));
    thenEvents({ type: 'StockIssued', data: { qty: '4', fromReservation: '4', unitCost: '6.00', cost: '2400' } });
    expect(inventoryPosition(state)).toMatchObject({ onHand: 6n, allocated: 2n, available: 4n });
  });

  test('beyond the reservation come out of free stock', () => {
    const { thenEvents, state } = given(...hard).when(issueFor('A', '8'));
    thenEvents({ type: 'StockIssued', data: { qty: '8', fromReservation: '6' } });
    expect(inventoryPosition(state)).toMatchObject({ onHand: 2n, allocated: 0n, available: 2n });
  });

  test('that were promised to others leave an overcommitment behind', () => {
    given(...hard, reserveFor('B', '4'))
      .when(issueFor('A', '8'))
      .thenEvents(
        { type: 'StockIssued' },
        { type: 'StockOvercommitted', data: { deficit: '2', reservations: [{ reservationId: 'r-B', qty: '2' }] } },
      );
  });

  test('that the books did not have are recorded below zero', () => {
    const { thenEvents, state } = given(receipt('3')).when(issueFor('A', '5'));
    thenEvents(
      { type: 'StockIssued', data: { fromReservation: '0' } },
      { type: 'StockOvercommitted', data: { deficit: '2', reservations: [] } },
    );
    expect(inventoryPosition(state)).toMatchObject({ onHand: -2n, sellable: -2n, available: 0n });
  });

  test('once are not counted twice', () => {
    given(...hard, issueFor('A', '4'))
      .when(issueFor('A', '4'))
      .thenNothing();
    given(...hard, issueFor('A', '4'))
      .when(issueFor('A', '1', { confirmationId: 'c-2' }))
      .thenEvents({ type: 'StockIssued' });
  });
});

test('an issue that takes goods the queue was waiting for leaves the queue in place', () => {
  const state = stateAfter([receipt('2'), queueFor('A', '5', { whole: true }), issueFor('X', '2')]);
  expect(inventoryPosition(state)).toMatchObject({ onHand: 0n, backordered: 5n });
});
