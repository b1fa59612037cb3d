import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. Stream `pm-o2c.<orderId>` and other `pm-<name>.<key>`.

/** One thing the process wants done. Its id is `<causeEventId>:<step>`: re-reading history can never repeat an effect. */
export type Intent = {
  readonly intentId: string;
  readonly step: string;
  /** Intents of one lane run one after the other, in log order; lanes do not wait for each other. */
  readonly lane: string;
  /** Milliseconds after the cause before the step may run; 0 = at once. */
  readonly delayMs: number;
  readonly payload: Readonly<Record<string, unknown>>;
};

/** The process read `causeEventId` and answered with these intents; `memory` is what it will need to know later. */
export type IntentsIssued = Event<
  'IntentsIssued',
  {
    readonly process: string;
    readonly key: string;
    readonly bu: string;
    /** Of the order that it is about. Absent in events of earlier versions. */
    readonly channel?: string;
    readonly causeEventId: string;
    readonly causeType: string;
    readonly causePosition: string;
    readonly correlationId: string;
    readonly intents: readonly Intent[];
    readonly memory: Readonly<Record<string, unknown>>;
  }
>;
