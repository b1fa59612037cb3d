import { describe, expect, test } from '@jest/globals';
import { openSupplies } from '../../../domain/stock/state.ts';
import { inventoryPosition } from './position.ts';
import { given, place, receipt, stateAfter, supply } from './samples.ts';

describe('expected supply', () => {
  test('is announced, moved and cancelled once each', () => {
    given()
      .when(supply('PO-1', '10'))
      .thenEvents({
        type: 'SupplyExpected',
        data: { supplyId: 'PO-1', type: 'PO', qty: '10', availableDate: '2026-03-20' },
      });
    given(supply('PO-1', '10')).when(supply('PO-1', '10')).thenNothing();
    given(supply('PO-1', '10'))
      .when(supply('PO-1', '10', '2026-03-25'))
      .thenEvents({ type: 'SupplyRescheduled', data: { availableDate: '2026-03-25' } });
    const cancel = { ...place, type: 'CancelSupply', supplyId: 'PO-1', reason: 'NO' } as const;
    given(supply('PO-1', '10')).when(cancel).thenEvents({ type: 'SupplyCancelled' });
    given(supply('PO-1', '10'), cancel).when(cancel).thenNothing();
    given(supply('PO-1', '10'), cancel)
      .when(supply('PO-1', '4'))
      .thenEvents({ type: 'SupplyExpected', data: { qty: '4' } });
  });

  test('is what was announced less what came in under its id', () => {
    const history = [supply('PO-1', '10'), receipt('4', { supplyId: 'PO-1' })];
    expect(inventoryPosition(stateAfter(history))).toMatchObject({ onOrder: 6n, inTransit: 0n, onHand: 4n });
    expect(openSupplies(stateAfter([...history, supply('PO-1', '12')]))).toMatchObject([{ qty: 8n }]);
    given(...history)
      .when(supply('PO-1', '10'))
      .thenNothing();
  });

  test('is over when all came in; a repeated announcement does not open it again', () => {
    const history = [supply('PO-1', '10'), receipt('12', { supplyId: 'PO-1' })];
    expect(openSupplies(stateAfter(history))).toEqual([]);
    given(...history)
      .when(supply('PO-1', '10'))
      .thenNothing();
    expect(openSupplies(stateAfter([...history, supply('PO-1', '15')]))).toMatchObject([{ qty: 3n }]);
  });

  test('that comes in before it is announced is not expected again', () => {
    expect(inventoryPosition(stateAfter([receipt('10', { supplyId: 'PO-1' }), supply('PO-1', '10')]))).toMatchObject({
      onOrder: 0n,
    });
  });

  test('on its way counts apart from what is only ordered', () => {
    const asn = { ...supply('ASN-1', '3'), supplyType: 'ASN' } as const;
    const transfer = { ...supply('T-1', '2'), supplyType: 'TRANSFER' } as const;
    expect(inventoryPosition(stateAfter([supply('PO-1', '10'), asn, transfer]))).toMatchObject({
      onOrder: 10n,
      inTransit: 5n,
    });
  });
});

describe('an announced supply', () => {
  const reschedule = (changes: object) =>
    ({ ...place, type: 'RescheduleSupply', supplyId: 'PO-1', ...changes }) as const;
  const cancel = { ...place, type: 'CancelSupply', supplyId: 'PO-1', reason: 'NO' } as const;
  const all = receipt('10', { supplyId: 'PO-1' });

  test('takes another date, another total or both, and keeps what is not said', () => {
    given(supply('PO-1', '10'))
      .when(reschedule({ availableDate: '2026-03-25' }))
      .thenEvents({ type: 'SupplyRescheduled', data: { type: 'PO', qty: '10', availableDate: '2026-03-25' } });
    given(supply('PO-1', '10'))
      .when(reschedule({ qty: '6' }))
      .thenEvents({ type: 'SupplyRescheduled', data: { qty: '6', availableDate: '2026-03-20' } });
    given(supply('PO-1', '10'))
      .when(reschedule({ qty: '10', availableDate: '2026-03-20' }))
      .thenNothing();
    expect(openSupplies(stateAfter([supply('PO-1', '10'), reschedule({ qty: '6' })]))).toMatchObject([{ qty: 6n }]);
  });

  test('can come to less than is here, and to more again', () => {
    const less = [supply('PO-1', '10'), receipt('4', { supplyId: 'PO-1' }), reschedule({ qty: '3' })];
    expect(openSupplies(stateAfter(less))).toEqual([]);
    given(...less)
      .when(reschedule({ qty: '12' }))
      .thenEvents({ type: 'SupplyRescheduled', data: { qty: '12' } });
  });

  test('that nobody knows, that was cancelled or is all here has no other date', () => {
    const later = reschedule({ availableDate: '2026-03-25' });
    given().when(later).thenRefused('NOT_FOUND');
    given(supply('PO-1', '10'), cancel).when(later).thenRefused('SUPPLY_NOT_OPEN');
    given(supply('PO-1', '10'), all).when(later).thenRefused('SUPPLY_NOT_OPEN');
  });

  test('that nobody knows is not cancelled, and one of which nothing is to come needs not be', () => {
    given().when(cancel).thenRefused('NOT_FOUND');
    given(supply('PO-1', '10'), all).when(cancel).thenNothing();
  });
});

describe('settings', () => {
  test('of safety stock and cost are recorded when they change', () => {
    const safety = { ...place, type: 'SetSafetyStock', qty: '3' } as const;
    given()
      .when(safety)
      .thenEvents({ type: 'SafetyStockSet', data: { qty: '3' } });
    given(safety).when(safety).thenNothing();
    const none = { ...safety, qty: '0' };
    given()
      .when(none)
      .thenEvents({ type: 'SafetyStockSet', data: { qty: '0' } });
    given(none).when(none).thenNothing();
    const cost = {
      ...place,
      type: 'SetCost',
      unitCost: '6.10',
      currency: 'USD',
      method: 'STANDARD',
      source: 'ERP',
    } as const;
    given()
      .when(cost)
      .thenEvents({ type: 'UnitCostSet', data: { unitCost: '6.10', source: 'ERP' } });
    given(cost)
      .when({ ...cost, unitCost: '6.1' })
      .thenNothing();
  });
});
