import { describe, expect, test } from '@jest/globals';
import type { DataOf, EventType, RecordedDomainEvent } from '../../../domain/events.ts';
import { promisedLine } from '../../../domain/order/explainPromised.ts';
import { bucketMoves } from '../../../domain/order/moves.ts';
import { fitted, promisedDateOf } from '../../../domain/order/promiseFit.ts';
import { nothingPromised, promiseMoves } from '../../../domain/order/promiseParts.ts';
import { emptyBuckets } from '../../../domain/order/quantities.ts';

type Told = { readonly type: EventType; readonly data: unknown };

const told = <T extends EventType>(type: T, data: Partial<DataOf<T>>): Told => ({ type, data: { ...key, ...data } });

const key = { orderId: 'O1', bu: 'ACME', lineId: '10', item: 'BRG-6204' };
const shipTo = { id: 'MAIN' };

const ordered = (qty: string) => told('OrderSubmitted', { lines: [{ ...key, qty }] } as never);
const decided = (...picks: (readonly [node: string, qty: string, shipDate: string])[]) =>
  told('SourcingDecided', { picks: picks.map(([node, qty, shipDate]) => ({ node, qty, shipDate, peg: 'ON_HAND' })) });
const reserved = (node: string, qty: string, more: Partial<DataOf<'AllocationReserved'>> = {}) =>
  told('AllocationReserved', { node, qty, reservationId: `r-${node}`, from: 'UNSOURCED', ...more });
const backordered = (qty: string, expectedDate: string | null, more: Partial<DataOf<'LineBackordered'>> = {}) =>
  told('LineBackordered', { qty, node: 'DC-EAST', reason: 'SHORT', expectedDate, ...more });
const repromised = (expectedDate: string | null, more: Partial<DataOf<'PromiseChanged'>> = {}) =>
  told('PromiseChanged', { node: 'DC-EAST', qty: '3', expectedDate, ...more });
const released = (node: string, qty: string, reservationId = `r-${node}`) =>
  told('AllocationReleased', {
    node,
    releaseId: `rel-${reservationId}`,
    shipmentId: `s-${reservationId}`,
    shipTo,
    lines: [{ ...key, qty, reservationId }],
  });
const shipped = (qty: string, reservationId: string, excess = '0') =>
  told('ShipmentConfirmed', {
    shipmentId: `s-${reservationId}`,
    lines: [{ ...key, qty, excess, reservationId }] as never,
  });

/** The line's promise after these events, as a read model would fold them. */
const given = (...events: readonly Told[]) => {
  let [parts, buckets] = [nothingPromised, emptyBuckets];
  for (const [index, event] of events.entries()) {
    const recorded = {
      ...event,
      metadata: { occurredAt: `2026-11-23T10:00:0${index % 10}.000Z` },
    } as unknown as RecordedDomainEvent;
    for (const { apply } of bucketMoves(recorded)) buckets = apply(buckets);
    for (const { apply } of promiseMoves(recorded)) parts = apply(parts);
    parts = fitted(parts, buckets);
  }
  return { promisedDate: promisedDateOf(parts), ...promisedLine(parts, buckets) };
};

const sevenOfTen = [ordered('10'), decided(['DC-EAST', '7', '2026-11-24']), reserved('DC-EAST', '7')];
const filled = reserved('DC-EAST', '3', { reservationId: 'fill', from: 'BACKORDERED', shipDate: '2026-11-27' });

describe('what an order line is promised', () => {
  test('changes with what is known to come to the node where it waits, and nowhere else', () => {
    const waiting = [...sevenOfTen, backordered('3', '2026-12-01', { shipDate: '2026-12-01' })];
    expect(given(...waiting).promisedDate).toBe('2026-12-01');
    expect(given(...waiting, repromised('2026-12-12', { shipDate: '2026-12-14' })).promisedDate).toBe('2026-12-14');
    expect(given(...waiting, repromised('2026-12-12')).promisedDate).toBe('2026-12-12');
    expect(given(...waiting, repromised('2026-12-12', { node: 'DC-WEST' })).promisedDate).toBe('2026-12-01');
    expect(given(...waiting, repromised(null))).toMatchObject({ promisedDate: '2026-11-24', undated: '3' });
  });

  test('B-09 is the date of the part that has one; the part without is told apart', () => {
    expect(given(...sevenOfTen, backordered('3', null), released('DC-EAST', '7'))).toMatchObject({
      promisedDate: '2026-11-24',
      shortage: '3',
      undated: '3',
      explanation: [
        'DC-EAST gives 7 from stock, leaving on 2026-11-24.',
        '3 waits at DC-EAST, and no announced supply covers it yet.',
        '3 of 10 has no date; the date is that of the rest.',
      ],
    });
  });

  test('is nothing only when no part has a date', () => {
    expect(given(ordered('10'))).toMatchObject({ promisedDate: null, undated: '10', shortage: '10' });
    expect(given(ordered('10'), backordered('10', null))).toMatchObject({ promisedDate: null, undated: '10' });
  });

  test('takes in the supply that a backorder waits for, and the lead time it is promised by', () => {
    const bySupply = given(...sevenOfTen, backordered('3', '2026-12-05', { shipDate: '2026-12-07' }));
    expect(bySupply).toMatchObject({ promisedDate: '2026-12-07', undated: '0', shortage: '3' });
    const more = { shipDate: '2026-12-14', leadTimeDays: 21 };
    const byLeadTime = given(...sevenOfTen, backordered('3', '2026-12-14', more));
    expect(byLeadTime.explanation[1]).toBe(
      '3 waits at DC-EAST, to be had by the lead time of 21 days on 2026-12-14, leaving on 2026-12-14.',
    );
  });

  test('follows a backorder that is filled, shipped and done, and no sentence speaks of waiting any more', () => {
    const history = [
      ...sevenOfTen,
      backordered('3', null),
      released('DC-EAST', '7'),
      shipped('7', 'r-DC-EAST'),
      filled,
    ];
    expect(given(...history)).toMatchObject({ promisedDate: '2026-11-27', undated: '0', shortage: '0' });
    expect(given(...history, released('DC-EAST', '3', 'fill'), shipped('3', 'fill'))).toMatchObject({
      promisedDate: '2026-11-27',
      picks: [
        { node: 'DC-EAST', qty: '7', shipDate: '2026-11-24', state: 'SHIPPED' },
        { node: 'DC-EAST', qty: '3', shipDate: '2026-11-27', state: 'SHIPPED' },
      ],
      waiting: [],
      explanation: ['7 left DC-EAST, promised for 2026-11-24.', '3 left DC-EAST, promised for 2026-11-27.'],
    });
  });

  test('adds up the picks of all decisions that still count', () => {
    const later = [decided(['DC-WEST', '4', '2026-11-25']), reserved('DC-WEST', '4')];
    const { picks, promisedDate } = given(
      ordered('10'),
      decided(['DC-EAST', '6', '2026-11-24']),
      reserved('DC-EAST', '6'),
      ...later,
    );
    expect(promisedDate).toBe('2026-11-25');
    expect(picks).toMatchObject([
      { node: 'DC-EAST', qty: '6', shipDate: '2026-11-24' },
      { node: 'DC-WEST', qty: '4', shipDate: '2026-11-25' },
    ]);
  });

  test('is taken back when the goods are not found and nothing else covers them', () => {
    const short = told('AllocationShorted', { reservationId: 'r-DC-EAST', node: 'DC-EAST', shortQty: '7' });
    const history = [ordered('7'), ...sevenOfTen.slice(1), released('DC-EAST', '7'), short];
    expect(given(...history)).toMatchObject({ promisedDate: null, undated: '7' });
    expect(given(...history, backordered('7', null))).toMatchObject({ promisedDate: null, picks: [], undated: '7' });
    const part = told('AllocationShorted', { reservationId: 'r-DC-EAST', node: 'DC-EAST', shortQty: '2' });
    expect(given(...history.slice(0, -1), part).picks).toMatchObject([{ qty: '5' }]);
  });

  test('ends with a lost reservation, a refused release and a cancellation', () => {
    const lost = told('AllocationReservationLost', {
      reservationId: 'r-DC-EAST',
      node: 'DC-EAST',
      qty: '7',
      from: 'RESERVED',
    });
    expect(given(...sevenOfTen, lost)).toMatchObject({ promisedDate: null, picks: [] });
    const refused = told('WarehouseRefused', { lines: [{ ...key, qty: '7', reservationId: 'r-DC-EAST' }] });
    expect(given(...sevenOfTen, released('DC-EAST', '7'), refused)).toMatchObject({ promisedDate: null, picks: [] });
    const reservations = [{ reservationId: 'r-DC-EAST', node: 'DC-EAST', qty: '7' }];
    const queued = [{ node: 'DC-EAST', qty: '3' }];
    const cancelled = given(
      ...sevenOfTen,
      backordered('3', '2026-12-05'),
      told('AllocationReleasedBack', { reservations, queued }),
      told('OrderLineCancelled', { from: { unsourced: '0', backordered: '3', reserved: '7', allocated: '0' } }),
    );
    expect(cancelled).toMatchObject({ promisedDate: null, picks: [], waiting: [], explanation: ['10 was cancelled.'] });
  });

  test('starts anew for goods that come back with a voided shipment', () => {
    const voided = told('ShipmentVoided', { shipmentId: 's-r-DC-EAST', lines: [{ ...key, qty: '7' }] as never });
    const back = given(...sevenOfTen, released('DC-EAST', '7'), shipped('7', 'r-DC-EAST'), voided);
    expect(back).toMatchObject({ promisedDate: null, picks: [], undated: '10' });
  });

  test('never speaks of more than is left when goods leave beyond their own release', () => {
    const all = given(
      ...sevenOfTen,
      backordered('3', '2026-12-05'),
      released('DC-EAST', '7'),
      shipped('10', 'r-DC-EAST', '3'),
    );
    expect(all).toMatchObject({ promisedDate: '2026-11-24', waiting: [], undated: '0', shortage: '0' });
  });

  test('falls back for events without a date: to that of their decision, else to the day goods were there', () => {
    expect(given(...sevenOfTen).promisedDate).toBe('2026-11-24');
    const fill = reserved('DC-EAST', '3', { reservationId: 'fill', from: 'BACKORDERED' });
    expect(given(ordered('3'), backordered('3', null), fill).promisedDate).toBe('2026-11-23');
    expect(given(ordered('3'), backordered('3', '2026-12-05')).promisedDate).toBe('2026-12-05');
  });
});
