import type { RecordedOf } from '../events.ts';
import { sizeOf } from '../stock/orderedMap.ts';
import type { OrderToCashState } from './memory.ts';
import type { Answer } from './onceEach.ts';
import type { Issue } from './process.ts';

/** The engine is asked beside everything else that an order waits for; the wait ends by itself, however long that takes. */
export const onFraudCheckRequested = ({ data }: RecordedOf<'FraudCheckRequested'>): Answer => {
  const { orderId, bu, soldTo, requestedAt, answerBy } = data;
  const payload = { orderId, bu };
  const delayMs = Math.max(0, Date.parse(answerBy) - Date.parse(requestedAt));
  return {
    intents: [
      { step: 'checkFraud', lane: `${orderId}:fraud`, payload },
      { step: 'endFraudWait', lane: `${orderId}:fraud-wait`, delayMs, payload },
    ],
    memory: { soldTo },
  };
};

const mayAccept = (state: OrderToCashState, orderId: string, bu: string): readonly Issue[] =>
  state.accepted || sizeOf(state.holds) > 0
    ? []
    : [{ step: 'accept', lane: orderId, payload: { orderId, bu, overrideCredit: state.overrideCredit } }];

/** What an answer holds, frees or cancels is told by events of its own; a clear one alone may be all that was waited for. */
export const onFraudDecision = (state: OrderToCashState, { data }: RecordedOf<'FraudDecisionRecorded'>): Answer => ({
  intents: data.decision === 'CLEAR' ? mayAccept(state, data.orderId, data.bu) : [],
  memory: {},
});

export const onFraudUnanswered = (state: OrderToCashState, { data }: RecordedOf<'FraudCheckUnanswered'>): Answer => ({
  intents: data.outcome === 'ACCEPT' ? mayAccept(state, data.orderId, data.bu) : [],
  memory: {},
});
