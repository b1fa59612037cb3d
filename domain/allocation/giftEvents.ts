import type { Event } from '../decider.ts';
import type { OpenBuckets } from '../order/events.ts';

// Storage format: see `domain/order/events.ts`.

/**
 * Goods beyond the order were given away, so none of them stands for what the line still wants. `reopened`: what they had been
 * taken for in the meantime, which is to be sourced again. Moves no bucket by itself: `OvershipmentResolved` does.
 */
export type OvershipmentGifted = Event<
  'OvershipmentGifted',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly resolutionId: string;
    readonly shipmentId: string;
    readonly lineId: string;
    readonly item: string;
    readonly qty: string;
    readonly reopened: string;
    /** What is open of the line afterwards; absent: what was. */
    readonly open?: OpenBuckets;
  }
>;
