import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { noticesOf } from '../../domain/webhook/notices.ts';
import { type ToldOrder, toldAfter } from '../../domain/webhook/toldOrder.ts';
import { orders } from '../../projections/orders/projection.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { randomHistory } from './randomHistory.ts';

const orderIdOf = ({ data }: RecordedDomainEvent): string | undefined =>
  (data as { readonly orderId?: string }).orderId;

/** The order and its lines after each of its events, as its read model has them and as its customer is told. */
const compareAll = (log: MemoryLog): number => {
  const events = log.events.map(log.decode);
  let compared = 0;
  for (const orderId of new Set(events.flatMap((event) => orderIdOf(event) ?? []))) {
    const own = events.filter((event) => orderIdOf(event) === orderId && orders.handles.has(event.type));
    let told: ToldOrder | undefined;
    const heard = new Map<string, string>();
    for (const [index, event] of own.entries()) {
      const before = told;
      told = toldAfter(told, event);
      for (const { type, lines } of noticesOf(before, told, event))
        for (const { lineId, status, was } of type === 'ORDER_LINES_CHANGED' ? lines : []) {
          // Who puts the changes after each other has no gap.
          expect([lineId, was]).toEqual([lineId, heard.get(lineId) ?? 'PENDING']);
          heard.set(lineId, status);
        }
      const rows = orders.fold(own.slice(0, index + 1));
      const lines = rows.lines.map(({ line_id, status }) => [line_id, status]);
      expect({ type: event.type, lines, status: rows.orders[0]?.status }).toEqual({
        type: event.type,
        lines: [...(told?.lines.values() ?? [])].map(({ lineId, status }) => [lineId, status]),
        status: told?.status,
      });
      for (const [lineId, status] of heard) expect(told?.lines.get(lineId)?.status).toBe(status);
      compared += 1;
    }
  }
  return compared;
};

describe('S-22 what a customer is told of an order', () => {
  test('is after each event what the read model says, and each change of a status is told once', () => {
    const log = createMemoryLog();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    playEventfulOrders(log);
    expect(compareAll(log)).toBeGreaterThan(50);
  });

  test('also where orders go any way that they can', () => {
    fc.assert(
      fc.property(randomHistory(createMemoryLog, ['A', 'B']), ({ log }) => {
        compareAll(log);
      }),
      { numRuns: 20 },
    );
  });
});
