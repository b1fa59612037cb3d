import { describe, expect, test } from '@jest/globals';
import { movingAverage } from '../../../domain/stock/cost.ts';
import { inventoryPosition } from './position.ts';
import { adjustment, given, issueFor, place, receipt, stateAfter } from './samples.ts';

const moving = { costMethod: 'MOVING_AVERAGE' } as const;

describe('a receipt', () => {
  test('with the first cost sets it', () => {
    given()
      .when(receipt('7', { unitCost: '6.00' }))
      .thenEvents(
        {
          type: 'StockReceived',
          data: { ...place, reference: 'R-7', qty: '7', status: 'SELLABLE', unitCost: '6.00', currency: 'USD' },
        },
        { type: 'UnitCostSet', data: { unitCost: '6.00', currency: 'USD', method: 'STANDARD', source: 'receipt R-7' } },
      );
  });

  test('leaves a standard cost alone, whatever was paid', () => {
    given(receipt('7', { unitCost: '6.00' }))
      .when(receipt('3', { unitCost: '9.00' }))
      .thenEvents({ type: 'StockReceived', data: { unitCost: '9.00' } });
  });

  test('moves a moving average, over sellable and unusable stock, to six decimals', () => {
    given(receipt('7', { unitCost: '6.00', ...moving }), receipt('2', { status: 'DAMAGED', ...moving }))
      .when(receipt('3', { unitCost: '7.00', ...moving }))
      .thenEvents(
        { type: 'StockReceived' },
        { type: 'UnitCostSet', data: { unitCost: '6.25', method: 'MOVING_AVERAGE' } },
      );
    given(receipt('2', { unitCost: '1.00', ...moving }))
      .when(receipt('1', { unitCost: '2.00', ...moving }))
      .thenEvents({ type: 'StockReceived' }, { type: 'UnitCostSet', data: { unitCost: '1.333333' } });
  });

  test('at the present cost says nothing of cost', () => {
    given(receipt('7', { unitCost: '6.00', ...moving }))
      .when(receipt('3', { unitCost: '6.000', ...moving }))
      .thenEvents({ type: 'StockReceived' });
    given(receipt('7', { unitCost: '6.00', ...moving }))
      .when(receipt('3', moving))
      .thenEvents({ type: 'StockReceived', data: { unitCost: '6.00' } });
  });

  test('under one reference counts once', () => {
    given(receipt('7', { unitCost: '6.00' }))
      .when(receipt('7', { unitCost: '6.00' }))
      .thenNothing();
  });

  test('that is not sellable frees nothing', () => {
    expect(inventoryPosition(stateAfter([receipt('7', { status: 'QUARANTINE' })]))).toMatchObject({
      onHand: 7n,
      unusable: 7n,
      available: 0n,
    });
  });
});

describe('R9 moving average', () => {
  test('rounds half away from zero at the sixth decimal', () => {
    expect(movingAverage(1n, '0.000001', 1n, '0.000002')).toBe('0.000002');
    expect(movingAverage(3n, '1', 1n, '1.000002')).toBe('1.000001');
  });

  test('starts anew when the books show nothing to average with', () => {
    expect(movingAverage(0n, '6', 5n, '7.5')).toBe('7.50');
    expect(movingAverage(-3n, '6', 5n, '7.5')).toBe('7.50');
  });
});

describe('T15 an adjustment', () => {
  test('carries the amount that is posted, at the present cost', () => {
    const stock = receipt('7', { unitCost: '6.005' });
    given(stock)
      .when(adjustment('-3', { itemGroup: 'BEARING' }))
      .thenEvents({
        type: 'StockAdjusted',
        data: { qty: '-3', unitCost: '6.005', cost: '1802', reason: 'COUNT', itemGroup: 'BEARING' },
      });
    given(stock)
      .when(adjustment('3', { unitCost: '9.00' }))
      .thenEvents({ type: 'StockAdjusted', data: { qty: '3', unitCost: '6.005', cost: '1802' } });
  });

  test('that misses goods takes them at the moving average, whatever cost was named', () => {
    given(receipt('6', { unitCost: '6.00', ...moving }))
      .when(adjustment('-2', { unitCost: '10.00' }))
      .thenEvents({ type: 'StockAdjusted', data: { unitCost: '6.00', cost: '1200' } });
  });

  test('that finds goods at another cost moves a moving average', () => {
    given(receipt('6', { unitCost: '6.00', ...moving }))
      .when(adjustment('2', { unitCost: '10.00' }))
      .thenEvents(
        { type: 'StockAdjusted', data: { unitCost: '10.00', cost: '2000' } },
        { type: 'UnitCostSet', data: { unitCost: '7.00' } },
      );
  });

  test('below nothing is recorded all the same', () => {
    expect(inventoryPosition(stateAfter([receipt('2'), adjustment('-5')]))).toMatchObject({
      onHand: -3n,
      available: 0n,
    });
  });

  test('under one reference counts once, also beside a receipt of that reference', () => {
    given(receipt('5', { reference: 'X' }))
      .when(adjustment('2', { reference: 'X' }))
      .thenEvents({ type: 'StockAdjusted' });
    given(receipt('5'), adjustment('2', { reference: 'X' }))
      .when(adjustment('2', { reference: 'X' }))
      .thenNothing();
    given(receipt('5')).when(adjustment('0')).thenNothing();
  });
});

describe('a change of condition', () => {
  const change = {
    ...place,
    type: 'ChangeStatus',
    reference: 'S',
    qty: '2',
    from: 'SELLABLE',
    to: 'QUARANTINE',
    reason: 'CHECK',
  } as const;

  test('moves goods without changing what is on hand', () => {
    expect(inventoryPosition(stateAfter([receipt('5'), change]))).toMatchObject({
      onHand: 5n,
      sellable: 3n,
      unusable: 2n,
    });
  });

  test('counts once and means nothing from a condition to itself', () => {
    given(receipt('5'), change).when(change).thenNothing();
    given(receipt('5'))
      .when({ ...change, to: 'SELLABLE' })
      .thenNothing();
  });
});

describe('a voided shipment', () => {
  const back = {
    ...place,
    type: 'Reinstate',
    shipmentId: 's-1',
    lineId: '10',
    qty: '2',
    unitCost: '6.00',
    cost: '1200',
    currency: 'USD',
  } as const;

  test('puts goods back at the cost they left with', () => {
    given(
      receipt('10', { unitCost: '6.00', ...moving }),
      issueFor('A', '2'),
      receipt('8', { unitCost: '8.00', ...moving }),
    )
      .when(back)
      .thenEvents(
        { type: 'StockReinstated', data: { qty: '2', unitCost: '6.00', cost: '1200' } },
        { type: 'UnitCostSet', data: { unitCost: '6.888889' } },
      );
  });

  test('puts each line back once', () => {
    given(back).when(back).thenNothing();
    given(receipt('10', { unitCost: '6.00' }), back)
      .when({ ...back, lineId: '20' })
      .thenEvents({ type: 'StockReinstated' });
  });
});
