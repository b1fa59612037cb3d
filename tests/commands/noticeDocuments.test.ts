import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deliveryOf } from '../../commands/webhooks/noticeTaking.ts';
import { noticesOf, noticeTypes } from '../../domain/webhook/notices.ts';
import { type ToldOrder, toldAfter } from '../../domain/webhook/toldOrder.ts';
import { playEventfulOrders } from '../projections/eventfulHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { loseOnTheWay } from '../projections/lossHistory.ts';
import { openBooks } from '../projections/masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { randomHistory } from '../projections/randomHistory.ts';
import { sendBack } from '../projections/returnHistory.ts';
import { departures } from '../support/publishedSchemas.ts';

/** Every body that somebody would be sent who listens to all of it. */
const bodiesOf = (log: MemoryLog): readonly Readonly<Record<'type', string>>[] => {
  const orders = new Map<string, ToldOrder>();
  return log.events.map(log.decode).flatMap((event) => {
    const { orderId } = event.data as { readonly orderId?: string };
    if (orderId === undefined) return [];
    const before = orders.get(orderId);
    const after = toldAfter(before, event);
    if (after === undefined) return [];
    orders.set(orderId, after);
    return noticesOf(before, after, event).map((notice, place) =>
      JSON.parse(deliveryOf(event, notice, place, after, 'S').body),
    );
  });
};

/** What the other histories leave out: goods that arrive and that are lost, and an order of which everything is cancelled. */
const playTheRest = (log: MemoryLog): void => {
  sendBack(log, 'VOID', 'RMA');
  playGoldenOrder(log, 'O1');
  loseOnTheWay(log, 'O1');
  placeOrder(log, 'GONE');
  const from = { unsourced: '0', backordered: '3', reserved: '7', allocated: '0' };
  const cancelled = { orderId: 'GONE', changeId: 'ch', lineId: '10', reason: 'CUSTOMER', cancelledQty: '10', from };
  log.append('order-ACME.GONE', 'OrderLineCancelled', cancelled);
  log.append('allocation-ACME.HELD', 'PromiseChanged', {
    ...{ orderId: 'HELD', bu: 'ACME', lineId: '10', item: 'BRG-6204', node: 'DC-EAST', qty: '3' },
    ...{ expectedBefore: '2026-12-01', expectedDate: null, cause: 'SUPPLY_CANCELLED', supplyId: 'PO-1' },
  });
};

describe('O-23 what a webhook is sent', () => {
  test('B-01 is the published document, whatever it tells', () => {
    const seen = new Set<string>();
    const check = (log: MemoryLog): void => {
      for (const body of bodiesOf(log)) {
        seen.add(body.type);
        expect({ body, departures: departures('webhook-notice', body) }).toEqual({ body, departures: [] });
      }
    };
    const log = createMemoryLog();
    openBooks(log);
    playEventfulOrders(log);
    playTheRest(log);
    check(log);
    fc.assert(
      fc.property(randomHistory(createMemoryLog, ['A', 'B']), (history) => check(history.log)),
      { numRuns: 30, seed: 7 },
    );
    expect([...seen].sort()).toEqual([...noticeTypes].sort());
  });

  test('is not, where a field is missing or of another form', () => {
    const log = createMemoryLog();
    placeOrder(log, 'O1');
    const [body] = bodiesOf(log);
    expect(departures('webhook-notice', body)).toEqual([]);
    for (const change of [
      { orderId: undefined },
      { type: 'ORDER_PAINTED' },
      { lines: [{}] },
      // An invoice without one.
      { type: 'INVOICE_ISSUED' },
    ])
      expect([change, departures('webhook-notice', { ...body, ...change })]).not.toEqual([change, []]);
  });
});
