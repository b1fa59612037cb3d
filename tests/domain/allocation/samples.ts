import { allocation } from '../../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../../domain/allocation/commands.ts';
import { none, orderId } from '../order/samples.ts';
import { scenarios } from '../order/scenario.ts';

type Command<T extends AllocationCommand['type']> = Extract<AllocationCommand, { type: T }>;

export const starting = (
  quantities: Readonly<Record<string, string>> = { '10': '10' },
  more: Partial<Command<'StartAllocation'>> = {},
): AllocationCommand => ({
  type: 'StartAllocation',
  orderId,
  bu: 'ACME',
  lines: Object.entries(quantities).map(([lineId, qty]) => ({ lineId, item: 'BRG-6204', qty })),
  shipComplete: false,
  allowSplit: true,
  requestedDate: '2026-12-01',
  acceptedAt: '2026-11-24T10:00:00.000Z',
  shipTo: { id: 'MAIN' },
  erpGate: false,
  ...more,
});

export const reserving = (
  reservationId: string,
  qty: string,
  more: Partial<Command<'RecordReservation'>> = {},
): AllocationCommand => ({
  type: 'RecordReservation',
  lineId: '10',
  reservationId,
  node: 'DC-EAST',
  qty,
  from: 'UNSOURCED',
  ...more,
});

export const backordering = (qty: string, node = 'DC-EAST', lineId = '10'): AllocationCommand => ({
  type: 'Backorder',
  lineId,
  qty,
  node,
  reason: 'STOCK_SHORT',
  expectedDate: null,
});

/** Release ids end in the node, so that a test can name them. */
export const releasing = (tag: string, ...hardened: readonly string[]): AllocationCommand => ({
  type: 'Release',
  hardened,
  ids: Object.fromEntries(
    ['DC-EAST', 'DC-WEST'].map((node) => [node, { releaseId: `${tag}-${node}`, shipmentId: `S-${tag}-${node}` }]),
  ),
});

export const east = (tag: string): string => `${tag}-DC-EAST`;
export const west = (tag: string): string => `${tag}-DC-WEST`;

export const fulfilling = (
  confirmationId: string,
  releaseId: string,
  qty: string,
  lineId = '10',
): AllocationCommand => ({
  type: 'RecordFulfilment',
  releaseId,
  confirmationId,
  lines: [{ lineId, qty }],
});

export const shorting = (shortageId: string, releaseId: string, qty: string): AllocationCommand => ({
  type: 'RecordShort',
  releaseId,
  shortageId,
  lines: [{ lineId: '10', qty, cause: 'NOT_FOUND' }],
});

export const giving = (changeId: string, qty: string, lineId = '10'): AllocationCommand => ({
  type: 'Deallocate',
  changeId,
  lines: [{ lineId, qty }],
  stopped: [],
});

export const stopped = (changeId: string, releaseId: string, qty: string): AllocationCommand => ({
  type: 'Deallocate',
  changeId,
  lines: [],
  stopped: [{ releaseId, lineId: '10', qty }],
});

export const given = scenarios(allocation);
export { none };
