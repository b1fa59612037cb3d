import { expect, test } from '@jest/globals';
import type { DomainEvent } from '../../../domain/events.ts';
import { emptyBuckets } from '../../../domain/order/quantities.ts';
import { noticesOf } from '../../../domain/webhook/notices.ts';
import { type ToldOrder, toldAfter } from '../../../domain/webhook/toldOrder.ts';

const line = { lineId: '10', item: 'BRG-6204', uom: 'EA', status: 'BACKORDERED' } as const;

const order: ToldOrder = {
  ...{ orderId: 'O1', bu: 'ACME', channel: 'portal', customerPo: 'PO-1', soldTo: 'C-1001', accepted: true },
  ...{ holds: new Map(), status: 'OPEN' },
  lines: new Map([['10', { ...line, buckets: { ...emptyBuckets, ordered: 3n, backordered: 3n } }]]),
};

test('who is told of an order is told of a promise that changed, and of nothing else by it', () => {
  const event: DomainEvent = {
    type: 'PromiseChanged',
    data: {
      ...{ orderId: 'O1', bu: 'ACME', lineId: '10', item: 'BRG-6204', node: 'DC-EAST', qty: '3' },
      ...{ expectedBefore: '2026-12-01', expectedDate: '2026-12-12', shipDate: '2026-12-14' },
      ...{ cause: 'SUPPLY_RESCHEDULED', supplyId: 'PO-1' },
    },
  };
  const after = toldAfter(order, event);
  expect(after).toBe(order);
  const kept: DomainEvent = { ...event, data: { ...event.data, told: false } };
  expect(noticesOf(order, after, kept)).toEqual([]);
  expect(noticesOf(order, after, event)).toEqual([
    {
      type: 'PROMISE_CHANGED',
      promise: {
        ...{ node: 'DC-EAST', qty: '3', expectedDate: '2026-12-12' },
        ...{ expectedBefore: '2026-12-01', shipDate: '2026-12-14' },
      },
      lines: [{ ...line, ordered: '3', backordered: '3', shipped: '0', cancelled: '0', invoiced: '0' }],
    },
  ]);
});
