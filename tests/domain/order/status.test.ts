import { describe, expect, test } from '@jest/globals';
import { checkEquation, emptyBuckets, type LineBuckets, type LineStatus } from '../../../domain/order/quantities.ts';
import { lineStatus, orderStatus } from '../../../domain/order/status.ts';

const b = (some: Partial<LineBuckets>): LineBuckets => ({ ...emptyBuckets, ordered: 10n, ...some });
const facts = { accepted: true, rejected: false, held: false, returnOpen: false };

describe('the status table of a line', () => {
  const rows: readonly (readonly [LineStatus, Partial<LineBuckets>, Partial<typeof facts>])[] = [
    ['REJECTED', { unsourced: 10n }, { rejected: true, accepted: false }],
    ['CANCELLED', { cancelled: 10n }, { held: true }],
    ['CLOSED', { shipped: 10n, invoiced: 10n }, { held: true }],
    ['CLOSED', { shipped: 12n, overshipped: 2n, gifted: 2n, invoiced: 10n }, {}],
    ['ON_HOLD', { allocated: 10n }, { held: true }],
    ['INVOICED', { shipped: 10n, invoiced: 10n }, { returnOpen: true }],
    ['PARTIALLY_INVOICED', { shipped: 7n, invoiced: 7n, backordered: 3n }, {}],
    ['SHIPPED', { shipped: 10n }, {}],
    ['PARTIALLY_SHIPPED', { shipped: 7n, allocated: 3n, picked: 3n }, {}],
    ['PICKED', { allocated: 7n, picked: 7n, backordered: 3n }, {}],
    ['RELEASED', { allocated: 7n, picked: 6n, backordered: 3n }, {}],
    ['RESERVED', { reserved: 8n, cancelled: 2n }, {}],
    ['PARTIALLY_RESERVED', { reserved: 7n, backordered: 3n }, {}],
    ['DROPSHIP_ORDERED', { dropship: 7n, backordered: 3n }, {}],
    ['BACKORDERED', { backordered: 3n, unsourced: 7n }, {}],
    ['SOURCING', { unsourced: 10n }, {}],
    ['PENDING', { unsourced: 10n }, { accepted: false }],
  ];
  test.each(rows)('%s', (status, some, more) => {
    expect(checkEquation(b(some))).toEqual([]);
    expect(lineStatus({ ...facts, ...more, buckets: b(some) })).toBe(status);
  });
});

describe('the status of an order', () => {
  const line = (some: Partial<LineBuckets>, more: Partial<typeof facts> = {}) => ({
    buckets: b(some),
    status: lineStatus({ ...facts, ...more, buckets: b(some) }),
  });
  const closed = line({ shipped: 10n, invoiced: 10n });
  const cancelled = line({ cancelled: 10n });
  const pending = line({ unsourced: 10n }, { accepted: false });

  test.each([
    ['PENDING', [pending, cancelled]],
    ['ON_HOLD', [line({ unsourced: 10n }, { held: true }), pending]],
    ['OPEN', [line({ backordered: 10n }), line({ unsourced: 10n })]],
    ['PARTIALLY_SHIPPED', [line({ shipped: 7n, backordered: 3n }), line({ unsourced: 10n })]],
    ['PARTIALLY_SHIPPED', [closed, line({ allocated: 10n })]],
    ['SHIPPED', [line({ shipped: 10n }), closed]],
    ['COMPLETED', [closed, cancelled]],
    ['CANCELLED', [cancelled, cancelled]],
    ['REJECTED', [line({ unsourced: 10n }, { rejected: true })]],
  ] as const)('%s', (status, lines) => expect(orderStatus(lines)).toBe(status));
});

describe('the quantity equation', () => {
  test.each([
    ['negative', { unsourced: -1n, reserved: 11n }],
    ['Q1', { unsourced: 9n }],
    ['Q2', { unsourced: 11n, overshipped: 1n }],
    ['Q3', { shipped: 10n, invoiced: 11n }],
    ['Q4: returned', { shipped: 10n, returned: 11n }],
    ['Q4: credited', { shipped: 10n, credited: 1n }],
    ['Q5', { allocated: 10n, picked: 11n }],
  ])('names what is broken: %s', (name, some) => {
    expect(checkEquation(b(some)).join('\n')).toContain(name);
  });
});
