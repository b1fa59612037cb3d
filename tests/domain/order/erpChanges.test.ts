import { describe, test } from '@jest/globals';
import type { OrderCommand } from '../../../domain/order/commands.ts';
import { accepting, cancelling, given, progress, submitting } from './samples.ts';

const registering: OrderCommand = { type: 'RegisterErpOrder', erpSystem: 'ERP', erpNumber: 'SO-1' };
const told = (changes: number): OrderCommand => ({ type: 'RecordErpChange', erpSystem: 'ERP', changes });
const refused = (changes: number, holdId = 'E1'): OrderCommand => ({
  ...{ type: 'RefuseErpChange', erpSystem: 'ERP', changes, code: 'LOCKED', detail: 'somebody works on it', holdId },
});
const one = [{ lineId: '10', qty: '1' }];
const stopped = (changeId: string): OrderCommand => ({
  type: 'RecordCancel',
  changeId,
  lines: [
    {
      ...{ lineId: '10', cancelledQty: '1', refusedReason: '' },
      from: { unsourced: '1', backordered: '0', reserved: '0', allocated: '0' },
    },
  ],
});
const less = (changeId: string) => [cancelling(changeId, one), stopped(changeId)];

const known = [submitting(), accepting, registering];

describe('what the ERP was told of an order that changed', () => {
  test('is recorded once, and an older answer says nothing', () => {
    given(...known, ...less('A'), ...less('B'))
      .when(told(2))
      .then({ type: 'ErpOrderChanged', data: { erpNumber: 'SO-1', changes: 2 } });
    given(...known, ...less('A'), ...less('B'), told(2))
      .when(told(1))
      .thenNothing();
    given(submitting(), accepting, ...less('A'))
      .when(told(1))
      .thenRefused('ORDER_NOT_OPEN');
  });

  test('is somebody\u2019s work when it refuses, once, until it takes a later state', () => {
    given(...known, ...less('A'))
      .when(refused(1))
      .then({ type: 'ErpOrderRefused' }, { type: 'OrderHeld', data: { type: 'ERP_REFUSED', holdId: 'E1' } });
    given(...known, ...less('A'), refused(1))
      .when(refused(1, 'E2'))
      .thenNothing();
    given(...known, ...less('A'), refused(1), ...less('B'))
      .when(told(2))
      .then({ type: 'ErpOrderChanged' }, { type: 'OrderHoldReleased', data: { holdId: 'E1' } });
    given(...known, ...less('A'), told(1))
      .when(refused(1))
      .thenNothing();
  });

  test('holds nothing of an order that is closed', () => {
    given(...known, ...less('A'), progress('c', '9', '9'), { type: 'CloseOrder' })
      .when(refused(1))
      .then({ type: 'ErpOrderRefused' });
  });
});
