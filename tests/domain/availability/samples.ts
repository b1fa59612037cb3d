import type { AtpInput } from '../../../domain/availability/atp.ts';
import { atpBuckets } from '../../../domain/availability/atp.ts';
import type { ItemAvailability, NodeAvailability } from '../../../domain/availability/offers.ts';
import type { NodeDefined } from '../../../domain/masterData/events.ts';

/** A Monday, 09:00 in New York. */
export const at = '2026-03-02T14:00:00.000Z';
export const today = '2026-03-02';

export const node = (id: string, priority: number, more: Partial<NodeDefined['data']> = {}): NodeDefined['data'] => ({
  bu: 'ACME',
  version: 1,
  node: id,
  name: id,
  kind: 'DC',
  priority,
  region: 'EAST',
  timeZone: 'America/New_York',
  cutOff: '15:00',
  workingDays: [1, 2, 3, 4, 5],
  handlingDays: 1,
  transitDays: 2,
  inboundDays: 1,
  active: true,
  ...more,
});

export const east = node('DC-EAST', 1);
export const west = node('DC-WEST', 2);
export const supplier = node('SUP-NORD', 0, { kind: 'SUPPLIER' });

export const availability = (nodeId: string, more: Partial<AtpInput> = {}, stale = false): NodeAvailability => {
  const input: AtpInput = {
    today,
    sellable: 0n,
    allocated: 0n,
    supplies: [],
    softReservations: [],
    backorders: [],
    safetyStock: 0n,
    ...more,
  };
  const free = input.sellable - input.allocated - input.safetyStock;
  return {
    node: nodeId,
    available: free > 0n ? free : 0n,
    stale,
    safetyStock: input.safetyStock,
    buckets: atpBuckets(input),
  };
};

/** What there is of the bearing that everybody asks for. */
export const bearing = (nodes: readonly NodeAvailability[], leadTimeDays: number | null = null): ItemAvailability => ({
  item: 'BRG-6204',
  leadTimeDays,
  nodes,
});
