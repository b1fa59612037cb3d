import { describe, expect, test } from '@jest/globals';
import {
  type QueueAtNode,
  queueDates,
  stillOnOrder,
  type WaitingGoods,
} from '../../../domain/availability/queueDates.ts';
import type { QueuedBackorder } from '../../../domain/stock/state.ts';
import { at, east, west } from './samples.ts';

const item = 'BRG-6204';

/** Waits since that minute. */
const waits = (orderId: string, minute: number, qty: bigint, more: Partial<QueuedBackorder> = {}): QueuedBackorder => ({
  ...{ orderId, lineId: '10', qty, needDate: '2026-03-10', whole: false, held: false },
  acceptedAt: `2026-03-02T07:0${minute}:00.000Z`,
  ...more,
});

const queueAt = (node: QueueAtNode['node'], more: Partial<QueueAtNode> = {}): QueueAtNode => ({
  ...{ item, node, free: 0n, supplies: [], queue: [] },
  ...more,
});

const coming = (qty: bigint, availableDate: string) => ({ qty, availableDate });

const dateOf = (rows: readonly QueueAtNode[], orderId: string, more: Partial<WaitingGoods> = {}, lead?: number) => {
  const goods = { orderId, lineId: '10', node: 'DC-EAST', items: [item], isKit: false, isBound: false, ...more };
  const found = queueDates(at, rows, () => lead ?? null)(goods);
  return found === undefined ? undefined : (found?.date ?? null);
};

const supplies = [coming(4n, '2026-03-10'), coming(6n, '2026-03-20')];

describe('the date of a line that waits', () => {
  test('is that of the supply which serves it behind all who wait longer, and nobody else', () => {
    const rows = [queueAt(east, { supplies, queue: [waits('A', 1, 3n), waits('B', 2, 3n), waits('C', 3, 9n)] })];
    expect(['A', 'B', 'C'].map((orderId) => dateOf(rows, orderId))).toEqual(['2026-03-10', '2026-03-20', null]);
  });

  test('comes sooner by what is free, and later by what is promised beyond stock', () => {
    const queue = [waits('A', 1, 6n)];
    expect(dateOf([queueAt(east, { supplies, queue, free: 2n })], 'A')).toBe('2026-03-10');
    expect(dateOf([queueAt(east, { supplies, queue, free: -5n })], 'A')).toBeNull();
  });

  test('is not put off by lines that are taken only together with others', () => {
    const queue = [waits('A', 1, 9n, { held: true }), waits('B', 2, 4n)];
    expect(dateOf([queueAt(east, { supplies, queue })], 'B')).toBe('2026-03-10');
  });

  test('may be that of a supply to another node, unless the line is bound to its own', () => {
    const rows = [queueAt(east, { queue: [waits('A', 1, 3n)] }), queueAt(west, { supplies })];
    expect(dateOf(rows, 'A')).toBe('2026-03-10');
    expect(dateOf(rows, 'A', { isBound: true })).toBeNull();
  });

  test('counts a line once that waits at two nodes', () => {
    const rows = [
      queueAt(east, { queue: [waits('A', 1, 2n), waits('B', 2, 3n)] }),
      queueAt(west, { queue: [waits('A', 1, 2n)], supplies: [coming(7n, '2026-03-10')] }),
    ];
    expect(dateOf(rows, 'B')).toBe('2026-03-10');
  });

  test('is that of the lead time where this is sooner', () => {
    const rows = [queueAt(east, { supplies, queue: [waits('A', 1, 9n)] })];
    expect([dateOf(rows, 'A', {}, 3), dateOf(rows, 'A', {}, 90)]).toEqual(['2026-03-05', '2026-03-20']);
  });

  test('of a kit is that of the component which comes last', () => {
    const kit = { items: [item, 'GREASE-50'], isKit: true, isBound: true };
    const queue = [waits('A', 1, 4n, { held: true })];
    const grease = queueAt(east, { item: 'GREASE-50', queue, supplies: [coming(9n, '2026-03-15')] });
    expect(dateOf([queueAt(east, { supplies, queue }), grease], 'A', kit)).toBe('2026-03-15');
    expect(dateOf([queueAt(east, { supplies, queue }), { ...grease, supplies: [] }], 'A', kit)).toBeNull();
    // What it needs of the grease is on the shelf, whatever comes of it and however long its maker takes.
    const onShelf = [queueAt(east, { supplies, queue }), { ...grease, free: 4n, supplies: [] }];
    expect(dateOf(onShelf, 'A', kit)).toBe('2026-03-10');
    expect(dateOf(onShelf, 'A', kit, 90)).toBe('2026-03-10');
  });

  test('is nobody’s who does not wait there', () => {
    expect(dateOf([queueAt(east, { supplies })], 'A')).toBeUndefined();
  });
});

test('what was promised by the lead time is on order until its day is over, and comes sooner when it can', () => {
  const found = { date: '2026-03-20', leadTimeDays: null };
  const promised = { expectedDate: '2026-03-12', leadTimeDays: 9 };
  expect(stillOnOrder(found, promised, '2026-03-12')).toEqual({ date: '2026-03-12', leadTimeDays: 9 });
  expect(stillOnOrder(null, promised, '2026-03-12')).toEqual({ date: '2026-03-12', leadTimeDays: 9 });
  expect(stillOnOrder(found, promised, '2026-03-13')).toBe(found);
  expect(stillOnOrder({ ...found, date: '2026-03-05' }, promised, '2026-03-03')).toMatchObject({ date: '2026-03-05' });
  expect(stillOnOrder(found, { ...promised, leadTimeDays: undefined }, '2026-03-12')).toBe(found);
});
