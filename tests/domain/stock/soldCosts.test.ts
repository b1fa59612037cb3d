import { describe, expect, test } from '@jest/globals';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import { given, issueFor, place, receipt, reinstateFor, stateAfter } from './samples.ts';

type Correction = Extract<StockCommand, { readonly type: 'CorrectCost' }>;
type Line = { readonly lineId: string; readonly shipmentLineId: string; readonly qty: string };

const ten = receipt('10', { unitCost: '6.00', costMethod: 'MOVING_AVERAGE' });
const line = (lineId: string, qty: string): Line => ({ lineId, shipmentLineId: lineId, qty });

/** Of the goods that left for `orderId`. */
const correction = (amount: string, orderId = 'A', lines = [line('10', '7')], more: Partial<Correction> = {}) =>
  ({
    ...{ ...place, type: 'CorrectCost', reference: `INV${amount}`, amount, currency: 'USD', cause: 'FREIGHT' },
    ...{ costMethod: 'MOVING_AVERAGE', by: 'lee', limit: '1000000' },
    about: { kind: 'SHIPMENT', shipmentId: `s-${orderId}`, orderId, soldTo: 'C-1', lines },
    ...more,
  }) as const satisfies Correction;

const cost = (...history: readonly StockCommand[]) => stateAfter(history).cost?.unitCost;

describe('goods of a shipment that is voided after their cost was corrected', () => {
  test('T21 are worth what they turned out to have cost, and it is a variance no more', () => {
    const corrected = correction('700', 'A', undefined, { itemGroup: 'BEARING' });
    const { events } = given(ten, issueFor('A', '7'), corrected).when(reinstateFor('A', '7'));
    expect(events).toMatchObject([
      { type: 'StockReinstated' },
      {
        type: 'CostCorrected',
        data: {
          ...{ reference: 'void s-A 10', amount: '0', inStock: '700', variance: '-700', unitCost: '6.70' },
          ...{ cause: 'SHIPMENT_VOIDED', itemGroup: 'BEARING' },
          about: { kind: 'SHIPMENT', shipmentId: 's-A', orderId: 'A', lines: [{ lineId: '10', amount: '-700' }] },
        },
      },
    ]);
  });

  test('line by line as they were corrected, all of them together, and once', () => {
    const lines = [line('10', '2'), line('20', '1')];
    const before = [ten, issueFor('A', '3'), correction('100', 'A', lines), correction('-40', 'A', lines)];
    const { events } = given(...before).when(reinstateFor('A', '2'));
    expect(events[1]?.data).toMatchObject({ about: { lines: [{ amount: '-40' }, { amount: '-20' }] } });
    given(...before, reinstateFor('A', '2'))
      .when(reinstateFor('A', '1', { lineId: '20' }))
      .thenEvents({ type: 'StockReinstated' }, { type: 'UnitCostSet' });
    expect(cost(...before, reinstateFor('A', '2'), reinstateFor('A', '1', { lineId: '20' }))).toBe('6.06');
  });

  test('bear what is less only as far as they are worth something, and the rest with the next that are back', () => {
    const before = [ten, issueFor('A', '10'), correction('-5000', 'A', [line('10', '10')])];
    const first = reinstateFor('A', '4');
    given(...before)
      .when(first)
      .thenEvents({ type: 'StockReinstated' }, { type: 'CostCorrected', data: { inStock: '-2400', unitCost: '0.00' } });
    given(...before, first)
      .when(reinstateFor('A', '6', { lineId: '20' }))
      .thenEvents(
        { type: 'StockReinstated' },
        { type: 'UnitCostSet', data: { unitCost: '3.60' } },
        { type: 'CostCorrected', data: { inStock: '-2600', unitCost: '1.00' } },
      );
  });

  test('of another shipment, or at a standard cost, change nothing', () => {
    const corrected = correction('700');
    given(ten, issueFor('A', '7'), corrected).when(reinstateFor('B', '1')).thenEvents({ type: 'StockReinstated' });
    const standard = receipt('10', { unitCost: '6.00' });
    given(standard, issueFor('A', '7'), corrected).when(reinstateFor('A', '7')).thenEvents({ type: 'StockReinstated' });
  });

  test('and corrected in that very moment are there', () => {
    given(ten, issueFor('A', '7'), reinstateFor('A', '7'))
      .when(correction('500'))
      .thenEvents({
        type: 'CostCorrected',
        data: { inStock: '500', variance: '0', unitCost: '6.50', about: { lines: [{ amount: '0' }] } },
      });
  });
});
