import type { OrderHoldReleased } from './events.ts';
import type { FraudCheckRequested, FraudDecisionRecorded, FraudEvent, WhenUnanswered } from './fraudEvents.ts';

/**
 * How far the fraud check of an order is. `UNANSWERED` marks an order that went on, or is held, without an answer;
 * `RELEASED`: a person decided, whatever the engine says or has said.
 */
export const fraudStatuses = ['PENDING', 'CLEAR', 'REVIEW', 'REJECTED', 'UNANSWERED', 'RELEASED'] as const;
export type FraudStatus = (typeof fraudStatuses)[number];

export type FraudCheck = {
  readonly status: FraudStatus;
  readonly requestedAt: string;
  readonly answerBy: string;
  readonly whenUnanswered: WhenUnanswered;
  /** Why there was no answer in time; it stays when one comes later. */
  readonly unanswered: string | null;
  readonly answer: Pick<
    FraudDecisionRecorded['data'],
    'engine' | 'decision' | 'reference' | 'score' | 'decidedAt'
  > | null;
};

const begun = ({ requestedAt, answerBy, whenUnanswered }: FraudCheckRequested['data']): FraudCheck => ({
  ...{ status: 'PENDING', requestedAt, answerBy, whenUnanswered },
  ...{ unanswered: null, answer: null },
});

const statusAfter = { CLEAR: 'CLEAR', REVIEW: 'REVIEW', REJECT: 'REJECTED' } as const;

/** The check after one event of its order; one fold for the write side and the read model. Null: the order is not checked. */
export const fraudAfter = (check: FraudCheck | null, event: FraudEvent | OrderHoldReleased): FraudCheck | null => {
  if (event.type === 'FraudCheckRequested') return begun(event.data);
  if (check === null) return null;
  switch (event.type) {
    case 'FraudDecisionRecorded': {
      const { engine, decision, reference, score, decidedAt } = event.data;
      const status = check.status === 'RELEASED' ? check.status : statusAfter[decision];
      return { ...check, status, answer: { engine, decision, reference, score, decidedAt } };
    }
    case 'FraudCheckUnanswered':
      return { ...check, status: 'UNANSWERED', unanswered: event.data.code };
    case 'OrderHoldReleased':
      return event.data.type === 'FRAUD' && check.status !== 'CLEAR' ? { ...check, status: 'RELEASED' } : check;
  }
};

const lateAnswerHoursMax = 24;
const hourMs = 3_600_000;

/** Whether an answer is still worth asking for: nobody has decided, and not too long ago for it to matter. */
export const wantsAnswer = (check: FraudCheck | null, at: string): check is FraudCheck =>
  check !== null &&
  (check.status === 'PENDING' || check.status === 'UNANSWERED') &&
  check.answer === null &&
  Date.parse(at) < Date.parse(check.answerBy) + lateAnswerHoursMax * hourMs;
