import type { StockEvent } from './events.ts';

const moveValue: ReadonlySet<StockEvent['type']> = new Set([
  'StockReceived',
  'StockAdjusted',
  'StockIssued',
  'StockReinstated',
  'StockReturned',
  'StockScrapped',
  'UnitCostSet',
  'CostCorrected',
]);

/** Whatever moves value says whose: the owner's books have it (T24). */
export const ownedBy = (owner: string | undefined, events: readonly StockEvent[]): readonly StockEvent[] =>
  owner === undefined
    ? events
    : events.map((event) =>
        moveValue.has(event.type) ? ({ ...event, data: { ...event.data, owner } } as StockEvent) : event,
      );
