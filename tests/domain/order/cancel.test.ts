import { describe, expect, test } from '@jest/globals';
import type { OrderCommand } from '../../../domain/order/commands.ts';
import { order } from '../../../domain/order/order.ts';
import { valueAt } from '../../../domain/stock/orderedMap.ts';
import { accepting, cancelling, given, none, progress, submitting } from './samples.ts';
import { play } from './scenario.ts';

const answer = (changeId: string, from: Partial<typeof none>, pendingQty: string, lineId = '10'): OrderCommand => {
  const all = { ...none, ...from };
  const cancelledQty = Object.values(all)
    .reduce((sum, text) => sum + BigInt(text), 0n)
    .toString();
  return {
    type: 'RecordCancel',
    changeId,
    lines: [{ lineId, cancelledQty, from: all, pendingQty, refusedReason: 'SHIPPED' }],
  };
};

describe('a cancellation before acceptance', () => {
  test('is answered in the same append', () => {
    given(submitting())
      .when(cancelling('X'))
      .then(
        { type: 'OrderLineCancelRequested', data: { requestedQty: '10' } },
        { type: 'OrderLineCancelled', data: { cancelledQty: '10', from: { ...none, unsourced: '10' } } },
      );
  });

  test('cancels what there is of a request for more', () => {
    given(submitting())
      .when(cancelling('X', [{ lineId: '10', qty: '12' }]))
      .then(
        { type: 'OrderLineCancelRequested' },
        { type: 'OrderLineCancelled', data: { cancelledQty: '10' } },
        { type: 'OrderLineCancelRefused', data: { refusedQty: '2' } },
      );
  });

  test('of everything lets the order close', () => {
    given(submitting(), cancelling('X')).when({ type: 'CloseOrder' }).then({ type: 'OrderClosed' });
  });
});

describe('a cancellation after acceptance', () => {
  const open = [submitting({ '10': '10', '20': '4' }), accepting];

  test('is first a request, for all lines that are open unless lines are named', () => {
    given(...open, progress('c', '4', '0', '20'))
      .when(cancelling('X'))
      .then({ type: 'OrderLineCancelRequested', data: { lineId: '10', requestedQty: '10' } });
    given(...open)
      .when(
        cancelling('X', [
          { lineId: '20', qty: '1' },
          { lineId: '20', qty: '2' },
        ]),
      )
      .then({ type: 'OrderLineCancelRequested', data: { lineId: '20', requestedQty: '3' } });
  });

  test('is refused for unknown lines, closed lines, and when nothing is left to stop', () => {
    given(...open)
      .when(
        cancelling('X', [
          { lineId: '98', qty: '1' },
          { lineId: '10', qty: '1' },
          { lineId: '99', qty: '1' },
        ]),
      )
      .thenRefused('LINE_UNKNOWN', { lineIds: ['98', '99'] });
    given(...open, progress('c', '4', '0', '20'))
      .when(cancelling('X', [{ lineId: '20', qty: '1' }]))
      .thenRefused('LINE_CLOSED');
    given(...open, cancelling('X'))
      .when(cancelling('Y'))
      .thenRefused('NOT_STOPPABLE');
    given(...open, cancelling('X'))
      .when(cancelling('Y', [{ lineId: '10', qty: '1' }]))
      .thenRefused('NOT_STOPPABLE');
    given(...open, progress('c', '10', '10'), progress('d', '4', '4', '20'), { type: 'CloseOrder' })
      .when(cancelling('X'))
      .thenRefused('ORDER_NOT_OPEN');
  });

  test('is the same change however often it is asked for', () =>
    given(...open, cancelling('X'))
      .when(cancelling('X'))
      .thenNothing());

  const asked = [submitting(), accepting, cancelling('X')];

  test('is answered with what was really stopped, the rest is refused', () => {
    given(...asked)
      .when(answer('X', { backordered: '3' }, '0'))
      .then(
        {
          type: 'OrderLineCancelled',
          data: { cancelledQty: '3', from: { backordered: '3', allocated: '0' }, reason: 'CUSTOMER' },
        },
        { type: 'OrderLineCancelRefused', data: { refusedQty: '7', reason: 'SHIPPED' } },
      );
  });

  test('stays pending while a warehouse is asked, and takes only what is new of its answer', () => {
    const first = answer('X', { backordered: '3' }, '7');
    given(...asked)
      .when(first)
      .then({ type: 'OrderLineCancelled', data: { cancelledQty: '3' } });
    expect(valueAt(play(order, [...asked, first]).state.lines, '10')?.cancelPending).toBe(7n);
    given(...asked, first)
      .when(answer('X', { backordered: '3', allocated: '5' }, '0'))
      .then(
        { type: 'OrderLineCancelled', data: { cancelledQty: '5', from: { ...none, allocated: '5' } } },
        { type: 'OrderLineCancelRefused', data: { refusedQty: '2' } },
      );
  });

  test('an answer that is repeated, or older, adds nothing', () => {
    const last = answer('X', { backordered: '3', allocated: '5' }, '0');
    given(...asked, last)
      .when(last)
      .thenNothing();
    given(...asked, last)
      .when(answer('X', { backordered: '3' }, '0'))
      .thenNothing();
  });

  test('keeps the order open until it is answered', () => {
    const shipped = [...asked, progress('c', '10', '10')];
    given(...shipped)
      .when({ type: 'CloseOrder' })
      .thenNothing();
    given(...shipped, answer('X', {}, '0'))
      .when({ type: 'CloseOrder' })
      .then({ type: 'OrderClosed' });
  });

  test('answers must name a change and a line of it', () => {
    given(...open)
      .when(answer('X', {}, '0'))
      .thenRefused('NOT_FOUND');
    given(...asked)
      .when(answer('X', {}, '0', '99'))
      .thenRefused('LINE_UNKNOWN');
  });
});
