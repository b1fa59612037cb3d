import { describe, expect, test } from '@jest/globals';
import { orderToCash } from '../../../domain/orderToCash/orderToCash.ts';
import { acceptedOrder, feed, freed, held, priced, recorded } from './samples.ts';

const run = (...events: Parameters<typeof feed>[1]) => feed(orderToCash, events);
const requested = () =>
  recorded('FraudCheckRequested', {
    ...{ soldTo: 'C-1001', requestedAt: '2026-11-24T10:00:00.000Z', answerBy: '2026-11-24T10:01:00.000Z' },
  });
const decided = (decision: 'CLEAR' | 'REVIEW' | 'REJECT') => recorded('FraudDecisionRecorded', { decision });
const unanswered = (outcome: 'HOLD' | 'ACCEPT') => recorded('FraudCheckUnanswered', { outcome });

describe('P-08 the fraud check', () => {
  test('is asked for in a lane of its own, and its wait ends in another one', () => {
    const { last } = run(priced(), requested());
    expect(last).toMatchObject([
      { step: 'checkFraud', lane: expect.stringMatching(/:fraud$/), delayMs: 0 },
      { step: 'endFraudWait', lane: expect.stringMatching(/:fraud-wait$/), delayMs: 60_000 },
    ]);
  });

  test('that is clear, or goes on without an answer, brings acceptance when nothing else holds the order', () => {
    const accept = [{ step: 'accept', payload: { overrideCredit: false } }];
    expect(run(requested(), decided('CLEAR')).last).toMatchObject(accept);
    expect(run(requested(), unanswered('ACCEPT')).last).toMatchObject(accept);
    expect(run(requested(), held('H1'), decided('CLEAR')).last).toEqual([]);
    expect(run(requested(), held('H1'), decided('CLEAR'), freed('H1')).last).toMatchObject([{ step: 'accept' }]);
    expect(run(requested(), unanswered('ACCEPT'), acceptedOrder(), decided('CLEAR')).last).toEqual([]);
  });

  test('S-19 does not forget that a person released the credit hold before', () => {
    expect(run(requested(), held('H1'), freed('H1'), decided('CLEAR')).last).toMatchObject([
      { step: 'accept', payload: { overrideCredit: true } },
    ]);
  });

  test('that wants a review, rejects or waits for a person brings nothing by itself', () => {
    expect(run(requested(), decided('REVIEW')).last).toEqual([]);
    expect(run(requested(), decided('REJECT')).last).toEqual([]);
    expect(run(requested(), unanswered('HOLD')).last).toEqual([]);
  });
});
