import { refuse } from '../decider.ts';
import { requestCancel } from './cancelDecisions.ts';
import type { OrderEvent, OrderSubmitted } from './events.ts';
import type { FraudCheck } from './fraudCheck.ts';
import { isOver, type OrderState, openHolds } from './state.ts';
import { type Decision, type Of, placeHold, releaseHold } from './submitDecisions.ts';

/** Why the lines of a rejected order were cancelled. */
const fraudRejected = 'FRAUD_REJECTED';

type Submitted = OrderSubmitted['data'];

const hold = (holdId: string, note: string, submitted: Submitted, state: OrderState): readonly OrderEvent[] => {
  const command = { type: 'PlaceHold', holdId, holdType: 'FRAUD', scope: { kind: 'ORDER' }, note } as const;
  const decided = placeHold(command, submitted, state);
  return 'refused' in decided ? [] : decided;
};

/** What waited for the answer goes on; what a person holds for another reason does not. */
const clear = (submitted: Submitted, state: OrderState): readonly OrderEvent[] =>
  openHolds(state)
    .filter(({ type }) => type === 'FRAUD')
    .flatMap(({ holdId }) => {
      const command = { type: 'ReleaseHold', holdId, reason: 'FRAUD_CLEAR', releasedBy: 'process:o2c' } as const;
      const decided = releaseHold(command, submitted, state);
      return 'refused' in decided ? [] : decided;
    });

const reject = (changeId: string, submitted: Submitted, state: OrderState): readonly OrderEvent[] => {
  const decided = requestCancel({ type: 'RequestCancel', changeId, reason: fraudRejected }, submitted, state);
  return 'refused' in decided ? [] : decided;
};

/** Of an order that is over, or that a person has decided about, an answer is a fact and nothing else. */
const consequences = (
  { decision, holdId, changeId }: Of<'RecordFraudDecision'>,
  check: FraudCheck,
  submitted: Submitted,
  state: OrderState,
): readonly OrderEvent[] => {
  if (check.status === 'RELEASED' || isOver(state)) return [];
  switch (decision) {
    case 'CLEAR':
      return clear(submitted, state);
    case 'REVIEW':
      return hold(holdId, 'The fraud check wants a person to look at the order.', submitted, state);
    case 'REJECT':
      return reject(changeId, submitted, state);
  }
};

/** The first answer stands. */
export const recordFraudDecision = (
  command: Of<'RecordFraudDecision'>,
  submitted: Submitted,
  state: OrderState,
): Decision => {
  const { orderId, bu, soldTo } = submitted;
  const { fraud } = state;
  if (fraud === null) return refuse('NOT_FOUND', `Order ${orderId} has no fraud check.`);
  if (fraud.answer !== null) return [];
  const { engine, decision, reference, score, decidedAt } = command;
  const data = { orderId, bu, soldTo, engine, decision, reference, score, decidedAt };
  return [{ type: 'FraudDecisionRecorded', data }, ...consequences(command, fraud, submitted, state)];
};

/** Nobody waits any longer; what the business unit wanted for this case happens. An answer that comes later still counts. */
export const recordFraudUnanswered = (
  { engine, code, holdId }: Of<'RecordFraudUnanswered'>,
  submitted: Submitted,
  state: OrderState,
): Decision => {
  const { fraud } = state;
  if (fraud?.status !== 'PENDING' || isOver(state)) return [];
  const { orderId, bu, soldTo } = submitted;
  const { whenUnanswered: outcome } = fraud;
  const note = 'The fraud check was not answered in time.';
  return [
    { type: 'FraudCheckUnanswered', data: { orderId, bu, soldTo, engine, code, outcome } },
    ...(outcome === 'HOLD' ? hold(holdId, note, submitted, state) : []),
  ];
};
