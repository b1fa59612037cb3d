import { expect, test } from '@jest/globals';
import type { NodeStock, SourcingInput } from '../../../domain/availability/sourcing.ts';
import { sourceOrder } from '../../../domain/availability/sourcing.ts';
import { at, east, west } from './samples.ts';

const stock = (node: string, free: bigint): NodeStock => ({
  item: 'BRG-6204',
  node,
  free,
  queuedBackorders: 0n,
  supplies: [],
});

const rest = (free: { readonly east: bigint; readonly west: bigint }, more: Partial<SourcingInput> = {}) =>
  sourceOrder({
    at,
    lines: [{ lineId: '10', item: 'BRG-6204', demand: 4n, onlyFrom: 'DC-EAST' }],
    shipComplete: false,
    allowSplit: false,
    requestedDate: '2026-03-20',
    nodes: [west, east],
    stock: [stock('DC-EAST', free.east), stock('DC-WEST', free.west)],
    leadTimes: [],
    policyVersion: 1,
    ...more,
  })[0];

test('the rest of a line that may not be split comes from the node that has part of it, or waits there', () => {
  expect(rest({ east: 0n, west: 9n })).toMatchObject({
    picks: [],
    shortage: '4',
    queueNode: 'DC-EAST',
    candidates: [
      { node: 'DC-EAST', rejectedBy: 'NO_STOCK' },
      { node: 'DC-WEST', rejectedBy: 'OTHER_NODE_HAS_PART' },
    ],
  });
  expect(rest({ east: 0n, west: 9n })?.explanation[0]).toBe(
    'The line may not be split and DC-EAST has part of it, so the rest comes from there.',
  );
  expect(rest({ east: 3n, west: 9n })).toMatchObject({ picks: [{ node: 'DC-EAST', qty: '3' }], shortage: '1' });
  expect(rest({ east: 9n, west: 9n })).toMatchObject({ picks: [{ node: 'DC-EAST', qty: '4' }], shortage: '0' });
});

test('also when the order ships complete, and supply to other nodes promises nothing then', () => {
  expect(rest({ east: 0n, west: 9n }, { shipComplete: true })).toMatchObject({ picks: [], queueNode: 'DC-EAST' });
  const supplies = [{ qty: 9n, availableDate: '2026-03-09' }];
  const coming = { stock: [stock('DC-EAST', 0n), { ...stock('DC-WEST', 0n), supplies }] };
  expect(rest({ east: 0n, west: 0n }, coming)).toMatchObject({ shortage: '4', expected: null });
});
