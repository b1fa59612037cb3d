import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { acknowledgedLines } from '../../../domain/edi/acknowledged.ts';
import type { RecordedDomainEvent } from '../../../domain/events.ts';
import type { AcceptedLine } from '../../../domain/order/events.ts';

const line: AcceptedLine = { lineId: '10', item: 'B', qty: '10', baseUom: 'EA', unitPrice: '1', discounts: [] };
const metadata = { occurredAt: '2026-11-23T15:00:00.000Z' };

const reserved = (qty: number, shipDate: string, from = 'UNSOURCED') =>
  ({
    type: 'AllocationReserved',
    metadata,
    data: { lineId: '10', reservationId: `R${shipDate}${qty}`, node: 'N', qty: `${qty}`, from, shipDate },
  }) as unknown as RecordedDomainEvent;

const backordered = (qty: number, expectedDate: string | null) =>
  ({
    type: 'LineBackordered',
    metadata,
    data: { lineId: '10', node: 'N', qty: `${qty}`, expectedDate },
  }) as unknown as RecordedDomainEvent;

const told = (events: readonly RecordedDomainEvent[], cancelled = 0n) => {
  const { lines, isSourced } = acknowledgedLines([line], () => cancelled, events);
  return { isSourced, parts: lines[0]?.parts.map(({ outcome, qty, shipDate }) => [outcome, qty, shipDate]) };
};

describe('what of an order is acknowledged', () => {
  test('goods by the day on which they leave, backorders by the day on which they are expected', () => {
    const events = [
      reserved(4, '2026-11-24'),
      reserved(2, '2026-11-26'),
      reserved(1, '2026-11-24'),
      backordered(3, null),
    ];
    expect(told(events)).toEqual({
      isSourced: true,
      parts: [
        ['SHIPS', '5', '2026-11-24'],
        ['SHIPS', '2', '2026-11-26'],
        ['BACKORDERED', '3', null],
      ],
    });
  });

  test('a backorder that was filled meanwhile ships', () => {
    const events = [backordered(10, '2026-12-01'), reserved(6, '2026-11-24', 'BACKORDERED')];
    expect(told(events).parts).toEqual([
      ['SHIPS', '6', '2026-11-24'],
      ['BACKORDERED', '4', '2026-12-01'],
    ]);
  });

  test('what was cancelled is rejected, and what nothing was decided about is accepted without a day', () => {
    expect(told([reserved(3, '2026-11-24')], 2n)).toEqual({
      isSourced: false,
      parts: [
        ['SHIPS', '3', '2026-11-24'],
        ['SHIPS', '5', null],
        ['REJECTED', '2', null],
      ],
    });
  });

  test('whatever happened, the parts of a line are all of it', () => {
    const day = fc.constantFrom('2026-11-24', '2026-11-25');
    const event = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 12 }), day, fc.constantFrom('UNSOURCED', 'BACKORDERED'))
        .map((args) => reserved(...args)),
      fc.tuple(fc.integer({ min: 1, max: 12 }), day).map((args) => backordered(...args)),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.bigInt({ min: 0n, max: 12n }), (events, cancelled) => {
        const parts = told(events, cancelled).parts ?? [];
        expect(parts.reduce((sum, [, qty]) => sum + Number(qty), 0)).toBe(10);
        expect(parts.every(([, qty]) => Number(qty) > 0)).toBe(true);
      }),
    );
  });
});
