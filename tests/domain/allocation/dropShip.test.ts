import { describe, expect, test } from '@jest/globals';
import { allocation } from '../../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
import { lineOf } from '../../../domain/allocation/state.ts';
import { play } from '../order/scenario.ts';
import { given, reserving, starting } from './samples.ts';

const routing = (qty: string, poId = 'PO-1'): AllocationCommand => ({
  ...{ type: 'RouteToDropShip', poId, shipmentId: 'SH-1', supplier: 'SUP-NORD', currency: 'USD' },
  lines: [
    {
      ...{ lineId: '10', qty, unitCost: '140.00', explanation: ['It is sent straight to the customer.'] },
      margin: { net: '18900', cost: '14000', marginPct: '25.93' },
    },
  ],
});

const refusing = (qty: string, refusalId = 'A1'): AllocationCommand => ({
  ...{ type: 'RecordDropShipRefused', poId: 'PO-1', refusalId, lines: [{ lineId: '10', qty, code: 'DISCONTINUED' }] },
});

const fulfilling = (qty: string, confirmationId: string): AllocationCommand => ({
  ...{ type: 'RecordFulfilment', releaseId: 'PO-1', confirmationId, lines: [{ lineId: '10', qty }] },
});

const cancelling = (qty: string, stopped: string): AllocationCommand => ({
  ...{ type: 'Deallocate', changeId: 'CH-1', lines: [{ lineId: '10', qty }] },
  stopped: [{ releaseId: 'PO-1', lineId: '10', qty: stopped }],
});

const lineAfter = (...history: readonly AllocationCommand[]) => lineOf(play(allocation, history).state, '10');

describe('goods of a supplier', () => {
  test('are no more than is unsourced, once per purchase order', () => {
    given(starting(), reserving('R1', '7'))
      .when(routing('5'))
      .then({ type: 'LineRoutedToDropShip', data: { qty: '3', supplier: 'SUP-NORD', item: 'BRG-6204' } });
    given(starting(), routing('4')).when(routing('6')).thenNothing();
  });

  test('that it refuses are unsourced again, once, and no more than it still has', () => {
    given(starting(), routing('10'), fulfilling('4', 'ASN-1'))
      .when(refusing('9'))
      .then({ type: 'LineReturnedFromDropShip', data: { qty: '6', code: 'DISCONTINUED' } });
    given(starting(), routing('10'), refusing('2')).when(refusing('2')).thenNothing();
    expect(lineAfter(starting(), routing('10'), refusing('2'))).toMatchObject({ dropship: 8n, unsourced: 2n });
  });

  test('that left take from their purchase order first, then from what is open, and the rest is over-shipped', () => {
    expect(lineAfter(starting(), routing('6'), fulfilling('8', 'ASN-1'))).toMatchObject({
      ...{ dropship: 0n, unsourced: 2n, shipped: 8n, overshipped: 0n },
    });
    expect(lineAfter(starting(), routing('10'), fulfilling('12', 'ASN-1'))).toMatchObject({
      ...{ dropship: 0n, shipped: 12n, overshipped: 2n },
    });
  });

  test('are given up for a cancellation as far as they were stopped', () => {
    const line = lineAfter(starting(), routing('10'), cancelling('4', '3'));
    expect(line).toMatchObject({ dropship: 7n, cancelled: 3n, unsourced: 0n });
  });
});
