import { describe, expect, test } from '@jest/globals';
import {
  duplicateHold,
  duplicatesOf,
  goodsOf,
  likeness,
  type SightedOrder,
  usualRadar,
} from '../../../domain/order/duplicates.ts';

const goods = (quantities: Readonly<Record<string, string>>) =>
  goodsOf(Object.entries(quantities).map(([item, qty]) => ({ item, qty })));

const sighted = (position: string, changes: Partial<SightedOrder> = {}): SightedOrder => ({
  ...{ orderId: `O-${position}`, position, acceptedAt: '2026-11-23T10:00:00.000Z' },
  ...{ channel: 'edi', customerPo: `PO-${position}`, occasion: 'C-1001 MAIN 2026-12-01' },
  ...{ content: `all of ${position}`, goods: goods({ BELT: '10' }) },
  ...changes,
});

const second = sighted('5', { channel: 'portal', acceptedAt: '2026-11-24T10:00:00.000Z' });
const idsOf = (...others: readonly SightedOrder[]) =>
  duplicatesOf(second, others, usualRadar).map(({ first, rule, scorePct }) => [first.orderId, rule, scorePct]);

describe('the goods of an order', () => {
  test('are by item, whatever lines they are on', () => {
    const lines = [
      { item: 'SEAL', qty: '2' },
      { item: 'BELT', qty: '10' },
      { item: 'SEAL', qty: '3' },
    ];
    expect(goodsOf(lines)).toEqual([
      { item: 'BELT', qty: '10' },
      { item: 'SEAL', qty: '5' },
    ]);
  });
});

describe('how much alike two orders are', () => {
  test.each([
    ['the same lines', { BELT: '10', SEAL: '5' }, { SEAL: '5', BELT: '10' }, 'SAME_LINES', 100],
    ['three of four lines', { A: '1', B: '2', C: '3' }, { A: '1', B: '2', C: '3', D: '9' }, 'LINES_CONTAINED', 75],
    ['one of three lines', { A: '1' }, { A: '1', B: '2', C: '3' }, 'LINES_CONTAINED', 33],
    ['nine for ten', { BELT: '9' }, { BELT: '10' }, 'OTHER_QUANTITIES', 90],
    [
      'one for a million, and the same',
      { BELT: '1', SEAL: '5' },
      { BELT: '1000000', SEAL: '5' },
      'OTHER_QUANTITIES',
      50,
    ],
  ] as const)('%s, whichever came first', (_what, one, other, rule, scorePct) => {
    expect(likeness(goods(one), goods(other))).toEqual({ rule, scorePct });
    expect(likeness(goods(other), goods(one))).toEqual({ rule, scorePct });
  });

  test('is not asked of orders that each have something of their own, or of a part in other quantities', () => {
    expect(likeness(goods({ A: '1', B: '2' }), goods({ A: '1', C: '2' }))).toBeUndefined();
    expect(likeness(goods({ A: '1' }), goods({ A: '2', B: '2' }))).toBeUndefined();
  });
});

describe('an order may repeat', () => {
  test('one of another channel that was accepted up to a window before, not later, and not itself', () => {
    expect(idsOf(sighted('1'))).toEqual([['O-1', 'SAME_LINES', 100]]);
    expect(idsOf(sighted('1', { acceptedAt: '2026-11-23T09:59:59.999Z' }))).toEqual([]);
    expect(idsOf(sighted('6'))).toEqual([]);
    expect(idsOf(second)).toEqual([]);
  });

  test('none of its own channel, of another day or place, or under the same purchase order number', () => {
    expect(idsOf(sighted('1', { channel: 'portal' }))).toEqual([]);
    expect(idsOf(sighted('1', { occasion: 'C-1001 MAIN 2026-12-02' }))).toEqual([]);
    expect(idsOf(sighted('1', { customerPo: second.customerPo }))).toEqual([]);
  });

  test('the most alike rather than others, of equal ones the earliest, and none below the score', () => {
    const nine = sighted('2', { goods: goods({ BELT: '9' }) });
    const seven = sighted('3', { goods: goods({ BELT: '7' }) });
    expect(idsOf(seven, nine, sighted('4'), sighted('1'))).toEqual([
      ['O-1', 'SAME_LINES', 100],
      ['O-4', 'SAME_LINES', 100],
      ['O-2', 'OTHER_QUANTITIES', 90],
    ]);
  });

  test('one of too many items to compare only when all of it is the same', () => {
    const huge = sighted('1', { goods: null });
    expect(idsOf(huge)).toEqual([]);
    expect(idsOf({ ...huge, content: second.content })).toEqual([['O-1', 'SAME_LINES', 100]]);
  });

  test('and the hold says which, through which channel, and why', () => {
    const [duplicate] = duplicatesOf(second, [sighted('2', { goods: goods({ BELT: '9' }) })], usualRadar);
    if (duplicate === undefined) throw new Error('none was found');
    expect(duplicateHold(duplicate)).toEqual({
      note: 'Order O-2, accepted from edi at 2026-11-23T10:00:00.000Z, is for the same ship-to and date: the same items in other quantities, 90 % alike.',
      data: {
        ...{ firstOrderId: 'O-2', firstChannel: 'edi', firstAcceptedAt: '2026-11-23T10:00:00.000Z' },
        ...{ rule: 'OTHER_QUANTITIES', scorePct: '90' },
      },
    });
  });
});
