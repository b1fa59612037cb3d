import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import { onHandMoves } from '../../../domain/stock/moves.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { choice, commandAt } from './randomHistory.ts';
import { at, costly, count, given, place, queueFor, reserveFor } from './samples.ts';

describe('a count', () => {
  test('adjusts the books by what differs from them, with both figures and at the present cost', () => {
    given(costly)
      .when(count('95', '100', { itemGroup: 'BEARING' }))
      .thenEvents(
        { type: 'StockCounted', data: { countId: 'CC-1', counts: [{ counted: '95', booked: '100' }] } },
        {
          type: 'StockAdjusted',
          data: {
            ...{ reference: 'CC-1', qty: '-5', status: 'SELLABLE', reason: 'COUNT', itemGroup: 'BEARING' },
            ...{ unitCost: '6.00', cost: '3000', count: { countId: 'CC-1', counted: '95', booked: '100' } },
          },
        },
      );
  });

  test('that agrees is recorded and adjusts nothing', () => {
    given(costly).when(count('100', '100')).thenEvents({ type: 'StockCounted' });
  });

  test('is recorded once', () => {
    given(costly, count('95', '100')).when(count('95', '100')).thenNothing();
  });

  test('says of each status by itself what there is', () => {
    const counts = [
      { status: 'SELLABLE', counted: '90', booked: '100' },
      { status: 'DAMAGED', counted: '10', booked: '0', believed: '10' },
    ] as const;
    given(costly)
      .when(count('', '', { counts }))
      .thenEvents(
        { type: 'StockCounted' },
        { type: 'StockAdjusted', data: { status: 'SELLABLE', qty: '-10' } },
        { type: 'StockAdjusted', data: { status: 'DAMAGED', qty: '10' } },
      );
  });

  test('of an earlier instant than the last one adjusts nothing', () => {
    const earlier = count('90', '100', { countId: 'CC-2', countedAt: at('09:00') });
    given(costly, count('95', '100'))
      .when(earlier)
      .thenEvents({ type: 'StockCounted', data: { counts: [{ superseded: true }] } });
  });

  test('leaves its id free as the reference of an adjustment', () => {
    const adjusted = { ...place, type: 'RecordAdjustment', status: 'SELLABLE', reason: 'X', currency: 'USD' } as const;
    given(costly, count('95', '100'))
      .when({ ...adjusted, reference: 'CC-1', qty: '-1' })
      .thenEvents({ type: 'StockAdjusted', data: { qty: '-1' } });
  });

  test('that finds less than is promised says which promises cannot be met', () => {
    given(costly, reserveFor('A', '60'), reserveFor('B', '40'))
      .when(count('95', '100'))
      .thenEvents(
        { type: 'StockCounted' },
        { type: 'StockAdjusted' },
        { type: 'StockOvercommitted', data: { deficit: '5', reservations: [{ orderId: 'B', qty: '5' }] } },
      );
  });

  test('that finds more serves who waits', () => {
    given(costly, reserveFor('A', '100'), queueFor('B', '3'))
      .when(count('105', '100'))
      .thenEvents(
        { type: 'StockCounted' },
        { type: 'StockAdjusted', data: { qty: '5' } },
        { type: 'StockReserved', data: { orderId: 'B', qty: '3', cause: 'BACKORDER' } },
      );
  });
});

test('moves tell of every event what it does to the goods that are there', () => {
  fc.assert(
    fc.property(fc.array(choice, { minLength: 50, maxLength: 120 }), (choices) => {
      let state = stockDecider.initial;
      const there: Record<string, bigint> = {};
      for (const [step, pick] of choices.entries()) {
        const outcome = stockDecider.decide(commandAt(state, pick, step), state);
        if (isRefusal(outcome)) continue;
        for (const { status, qty } of outcome.flatMap(onHandMoves)) there[status] = (there[status] ?? 0n) + qty;
        state = fold(stockDecider, state, outcome);
        for (const [status, qty] of Object.entries(state.onHand))
          expect([status, there[status] ?? 0n]).toEqual([status, qty]);
      }
    }),
    { numRuns: 60 },
  );
});
