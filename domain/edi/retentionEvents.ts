import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. Stream: retention-<bu>.payloads.

/** A message of a partner of which nothing but the hash is left. */
export type RemovedPayload = { readonly sha256: string; readonly soldTo: string; readonly storedAt: string };

/** The bytes of messages are removed, because they had been kept for as long as was agreed: those stored before an instant. */
export type PayloadsRemoved = Event<
  'PayloadsRemoved',
  {
    readonly bu: string;
    readonly storedBefore: string;
    /** Of all of them, as they came. */
    readonly bytes: number;
    readonly payloads: readonly RemovedPayload[];
  }
>;
