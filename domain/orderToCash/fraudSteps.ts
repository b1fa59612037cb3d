import type { OfOrder } from './stepPayloads.ts';

export type FraudStep =
  /**
   * External. Asks the engine about the order, then RecordFraudDecision; what it cannot check: RecordFraudUnanswered. Of a
   * rejected order the goods that were set aside for it before are freed. Decided, over or asked for too long: nothing.
   */
  | { readonly step: 'checkFraud'; readonly payload: OfOrder }
  /** RecordFraudUnanswered. */
  | { readonly step: 'endFraudWait'; readonly payload: OfOrder };
