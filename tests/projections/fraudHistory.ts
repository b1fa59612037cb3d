import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';

export const requestFraudCheck = (log: MemoryLog, orderId: string): void => {
  log.append(`order-${bu}.${orderId}`, 'FraudCheckRequested', {
    ...{ orderId, bu, soldTo: 'C-1001', requestedAt: '2026-11-23T08:00:00.000Z', answerBy: '2026-11-23T08:01:00.000Z' },
    whenUnanswered: 'HOLD',
  });
};

/** Asked about, not answered in time, held for it, answered after all, and released by a person. */
export const checkForFraud = (log: MemoryLog, orderId: string): void => {
  const stream = `order-${bu}.${orderId}`;
  const order = { orderId, bu, soldTo: 'C-1001' };
  const hold = { ...order, holdId: `${orderId}-f1`, type: 'FRAUD' } as const;
  requestFraudCheck(log, orderId);
  log.append(stream, 'FraudCheckUnanswered', { ...order, engine: 'signifyd', code: 'NO_ANSWER', outcome: 'HOLD' });
  log.append(stream, 'OrderHeld', { ...hold, scope: { kind: 'ORDER' }, note: 'nobody answered' });
  log.append(stream, 'FraudDecisionRecorded', {
    ...{ ...order, engine: 'signifyd', decision: 'REVIEW', reference: '90210', score: '431' },
    decidedAt: '2026-11-23T08:02:00.000Z',
  });
  log.append(stream, 'OrderHoldReleased', { ...hold, reason: 'KNOWN_CUSTOMER' });
};
