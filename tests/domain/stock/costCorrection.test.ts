import { describe, expect, test } from '@jest/globals';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import { recall } from '../../../domain/stock/recent.ts';
import { adjustment, given, issueFor, place, receipt, stateAfter } from './samples.ts';

type Correction = Extract<StockCommand, { readonly type: 'CorrectCost' }>;

const moving = { costMethod: 'MOVING_AVERAGE' } as const;
const ten = receipt('10', { unitCost: '6.00', ...moving });

let documents = 0;
const correction = (amount: string, more: Partial<Correction> = {}): Correction => {
  documents += 1;
  return {
    ...{ ...place, type: 'CorrectCost', reference: `INV-${documents}`, amount, currency: 'USD' },
    ...{ costMethod: 'MOVING_AVERAGE', cause: 'SUPPLIER_INVOICE', by: 'lee', limit: '100000' },
    about: { kind: 'RECEIPT', reference: 'R-10' },
    ...more,
  };
};

const cost = (state: ReturnType<typeof stateAfter>) => state.cost?.unitCost;

describe('T21 a late cost of a receipt', () => {
  test('raises what is there and is a variance of what has left, whose cost stays', () => {
    given(ten, issueFor('A', '7'))
      .when(correction('1000', { itemGroup: 'BEARING' }))
      .thenEvents({
        type: 'CostCorrected',
        data: {
          ...{ amount: '1000', inStock: '300', variance: '700', unitCost: '7.00', method: 'MOVING_AVERAGE' },
          ...{ about: { kind: 'RECEIPT', reference: 'R-10', qty: '10', there: '3' }, itemGroup: 'BEARING' },
        },
      });
  });

  test('that is lower takes as much off, and what nothing is left of is all variance', () => {
    given(ten, issueFor('A', '7'))
      .when(correction('-1000'))
      .thenEvents({ type: 'CostCorrected', data: { inStock: '-300', variance: '-700', unitCost: '5.00' } });
    const { events } = given(ten, issueFor('A', '12')).when(correction('1000'));
    expect(events).toMatchObject([{ data: { inStock: '0', variance: '1000', about: { there: '0' } } }]);
    expect(events[0]?.data).not.toHaveProperty('unitCost');
  });

  test('is spread over all that is on hand: they have one cost', () => {
    const later = receipt('10', { reference: 'R-later', unitCost: '6.00', ...moving });
    expect(cost(stateAfter([ten, later, correction('1000')]))).toBe('6.50');
  });

  test('what leaves, leaves from the oldest, and what comes back had not left', () => {
    const later = receipt('5', { reference: 'R-5', unitCost: '6.00', ...moving });
    const thereOf = (...history: readonly StockCommand[]) =>
      given(...history)
        .when(correction('1000'))
        .events.map(({ data }) => (data as { about: object }).about);
    expect(thereOf(ten, later, issueFor('A', '7'))).toMatchObject([{ there: '3' }]);
    expect(thereOf(ten, issueFor('A', '7'), later)).toMatchObject([{ there: '3' }]);
    expect(thereOf(ten, issueFor('A', '7'), adjustment('2'))).toMatchObject([{ there: '5' }]);
    expect(thereOf(ten, issueFor('A', '12'), later)).toMatchObject([{ there: '0' }]);
  });

  test('R6 many corrections come to what one of their sum would have come to', () => {
    const seven = [ten, issueFor('A', '7')];
    const variances = (...amounts: readonly string[]) => {
      const commands = amounts.map((amount) => correction(amount));
      const { corrections } = stateAfter([...seven, ...commands]);
      return commands.map(({ reference }) => Number(recall(corrections, reference)?.variance));
    };
    expect(variances('10')).toEqual([7]);
    expect(variances(...Array.from({ length: 10 }, () => '1'))).toEqual([1, 0, 1, 1, 1, 0, 1, 1, 0, 1]);
    expect(variances('5', '5', '-10')).toEqual([4, 3, -7]);
    expect(variances('333', '334', '333').reduce((sum, each) => sum + each)).toBe(700);
  });

  test('of a standard cost is all variance', () => {
    given(receipt('10', { unitCost: '6.00' }))
      .when(correction('1000', { costMethod: 'STANDARD' }))
      .thenEvents({ type: 'CostCorrected', data: { inStock: '0', variance: '1000', method: 'STANDARD' } });
  });

  test('leaves nothing worth less than nothing: what the goods cannot bear is variance, too', () => {
    given(ten, issueFor('A', '7'))
      .when(correction('-9000'))
      .thenEvents({ type: 'CostCorrected', data: { inStock: '-1800', variance: '-7200', unitCost: '0.00' } });
  });

  test('counts once for its reference, and waits for a receipt that is not recorded', () => {
    const once = correction('1000');
    given(ten, once).when(once).thenNothing();
    given(ten)
      .when(correction('1000', { about: { kind: 'RECEIPT', reference: 'R-other' } }))
      .thenRefused('RECEIPT_UNKNOWN');
  });

  test('above the limit takes a second person, and several small ones are a large one', () => {
    const limit = '1500';
    given(ten).when(correction('1501', { limit })).thenRefused('APPROVAL_REQUIRED');
    const first = correction('1000', { limit });
    given(ten, first).when(correction('-500', { limit })).thenEvents({ type: 'CostCorrected' });
    given(ten, first).when(correction('-501', { limit })).thenRefused('APPROVAL_REQUIRED');
    given(ten, first)
      .when(correction('501', { limit, approvalId: 'A1' }))
      .thenEvents({ type: 'CostCorrected', data: { approvalId: 'A1' } });
    const other = receipt('4', { unitCost: '6.00', ...moving });
    given(ten, first, other)
      .when(correction('1500', { limit, about: { kind: 'RECEIPT', reference: 'R-4' } }))
      .thenEvents({ type: 'CostCorrected' });
  });
});

test('T21 of a shipment all of it is a variance, each line with its part of it', () => {
  const lines = [
    { lineId: '10', shipmentLineId: '10', qty: '2' },
    { lineId: '20', shipmentLineId: '20', qty: '1' },
  ];
  const about = { kind: 'SHIPMENT', shipmentId: 'S', orderId: 'O', soldTo: 'C-1001', lines } as const;
  given(ten, issueFor('A', '3'))
    .when(correction('100', { about }))
    .thenEvents({
      type: 'CostCorrected',
      data: {
        ...{ inStock: '0', variance: '100' },
        about: { kind: 'SHIPMENT', shipmentId: 'S', orderId: 'O', lines: [{ amount: '67' }, { amount: '33' }] },
      },
    });
});
