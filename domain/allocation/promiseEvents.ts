import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`.

/** What was announced anew, or will not come. */
export type PromiseCause = 'SUPPLY_EXPECTED' | 'SUPPLY_RESCHEDULED' | 'SUPPLY_CANCELLED';

/**
 * What waits at a node can be expected at another date than before. Dates as in `LineBackordered`; null: nothing that is
 * known covers it. `qty`: what waits there. `supplyId`: the supply that it follows from.
 */
export type PromiseChanged = Event<
  'PromiseChanged',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly lineId: string;
    readonly item: string;
    readonly node: string;
    readonly qty: string;
    readonly expectedBefore: string | null;
    readonly expectedDate: string | null;
    readonly shipDate?: string;
    readonly leadTimeDays?: number;
    readonly cause: PromiseCause;
    readonly supplyId: string;
    /** Absent: whoever asked to be told is. False: the late-supply policy keeps it from customers. */
    readonly told?: false;
  }
>;
