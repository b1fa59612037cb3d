import type { Event } from '../decider.ts';

// Storage format: see `events.ts`. Nothing of a person is in it: the engine is asked by ids, and answers with a reference.

export type FraudDecision = 'CLEAR' | 'REVIEW' | 'REJECT';

/** What becomes of an order whose check nobody answers in time. */
export type WhenUnanswered = 'HOLD' | 'ACCEPT';

/** The business unit wants this order looked at before it is accepted. */
export type FraudCheckRequested = Event<
  'FraudCheckRequested',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly soldTo: string;
    readonly requestedAt: string;
    readonly answerBy: string;
    readonly whenUnanswered: WhenUnanswered;
  }
>;

/** Fact: what the engine said, and under which of its references. `score` is in its own measure; null: it gave none. */
export type FraudDecisionRecorded = Event<
  'FraudDecisionRecorded',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly soldTo: string;
    readonly engine: string;
    readonly decision: FraudDecision;
    readonly reference: string;
    readonly score: string | null;
    readonly decidedAt: string;
  }
>;

/** There was no answer in time, or the engine cannot check this order; the order goes on as `outcome` says. */
export type FraudCheckUnanswered = Event<
  'FraudCheckUnanswered',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly soldTo: string;
    readonly engine: string;
    readonly code: string;
    readonly outcome: WhenUnanswered;
  }
>;

export type FraudEvent = FraudCheckRequested | FraudDecisionRecorded | FraudCheckUnanswered;
