import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. Stream: stockadvice-<bu>.<partner>.

/**
 * A partner is to be told of stock (846): of all that it lists (`ALL`), once for each `slot`, or of what changed behind the
 * position `changedAfter` (`CHANGED`). The quantities are those of the moment in which the document is made. `through`: the
 * position that stock had been folded to when this was asked for; what changes later is told by the next one.
 */
export type StockAdviceRequested = Event<
  'StockAdviceRequested',
  {
    readonly bu: string;
    readonly partner: string;
    readonly soldTo: string;
    readonly scope: 'ALL' | 'CHANGED';
    /** When the stretch of time began that this one is for; null: it is for changes. */
    readonly slot: string | null;
    readonly changedAfter: string | null;
    readonly through: string;
    readonly requestedAt: string;
  }
>;
