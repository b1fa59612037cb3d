import { describe, expect, test } from '@jest/globals';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import { at, count, given, place, receipt, reserveFor } from './samples.ts';

type Move = Extract<StockCommand, { readonly type: 'MoveTransferred' }>;

const move = (qty: string, movementId: string, more: Partial<Move> = {}): Move => ({
  ...{
    ...place,
    type: 'MoveTransferred',
    transferId: 'T1',
    movementId,
    reference: 'A1',
    from: 'DC-WEST',
    to: place.node,
  },
  ...{ qty, status: 'SELLABLE', unitCost: '9.00', cost: '900', currency: 'USD', costMethod: 'MOVING_AVERAGE' },
  ...{ at: at('10:30'), ...more },
});
const there = receipt('10', { unitCost: '6.00', costMethod: 'MOVING_AVERAGE' });

describe('goods of a transfer', () => {
  test('move once, and what comes moves the average as a receipt does; what leaves does not', () => {
    given(there)
      .when(move('5', 'E:0'))
      .thenEvents(
        { type: 'StockTransferred', data: { qty: '5' } },
        { type: 'UnitCostSet', data: { unitCost: '7.00' } },
      );
    given(there, move('5', 'E:0')).when(move('5', 'E:0')).thenNothing();
    given(there)
      .when(move('-5', 'E:0'))
      .thenEvents({ type: 'StockTransferred', data: { qty: '-5' } });
    given(there)
      .when(move('5', 'E:0', { costMethod: 'STANDARD' }))
      .thenEvents({ type: 'StockTransferred' });
  });

  test('serve who waits where they come, and leave promises short where more leaves than is free', () => {
    const waits = { orderId: 'A', lineId: '10', qty: '3', needDate: '2026-03-10' } as const;
    given({
      ...place,
      ...waits,
      type: 'QueueBackorder',
      acceptedAt: at('08:00'),
      whole: false,
    })
      .when(move('5', 'E:0'))
      .thenEvents({ type: 'StockTransferred' }, { type: 'UnitCostSet' }, { type: 'StockReserved', data: { qty: '3' } });
    given(there, reserveFor('B', '8'))
      .when(move('-4', 'E:0'))
      .thenEvents({ type: 'StockTransferred' }, { type: 'StockOvercommitted', data: { deficit: '2' } });
  });

  test('that had moved before a count and are told of after it move once', () => {
    const counted = count('15', '10', { counts: [{ status: 'SELLABLE', counted: '15', booked: '10' }] });
    given(there, counted)
      .when(move('5', 'E:0', { at: at('09:30'), costMethod: 'STANDARD' }))
      .thenEvents({ type: 'StockTransferred' }, { type: 'StockAdjusted', data: { qty: '-5', reason: 'COUNT' } });
  });

  test('are one receipt at whatever cost, which a late cost is split by', () => {
    const came = [there, move('2', 'E:0'), move('3', 'E:1', { unitCost: '8.00' })];
    const { state } = given(...came).when(receipt('1', { reference: 'R-later' }));
    const late: StockCommand = {
      ...{ ...place, type: 'CorrectCost', reference: 'INV-1', amount: '500', currency: 'USD', cause: 'FREIGHT' },
      ...{ about: { kind: 'RECEIPT', reference: 'T1/A1' }, costMethod: 'MOVING_AVERAGE', by: 'lee', limit: '100000' },
    };
    expect(state.received).toBe(16n);
    given(...came)
      .when(late)
      .thenEvents({ type: 'CostCorrected', data: { inStock: '500', variance: '0', about: { qty: '5', there: '5' } } });
    given(...came, move('-13', 'E:2'))
      .when(late)
      .thenEvents({ type: 'CostCorrected', data: { inStock: '200', variance: '300', about: { there: '2' } } });
  });
});
