import { describe, expect, test } from '@jest/globals';
import type { OrderCommand } from '../../../domain/order/commands.ts';
import { wantsAnswer } from '../../../domain/order/fraudCheck.ts';
import type { FraudDecision, WhenUnanswered } from '../../../domain/order/fraudEvents.ts';
import { type FraudRule, fraudRuleFor } from '../../../domain/order/fraudPolicy.ts';
import { orderView } from '../../../domain/order/view.ts';
import { accepting, cancelling, given, holding, progress, releasing, submitting } from './samples.ts';

const asked = (whenUnanswered: WhenUnanswered = 'HOLD') =>
  submitting(
    { '10': '10', '20': '5' },
    {
      fraudCheck: {
        ...{ requestedAt: '2026-11-24T10:00:00.000Z', answerBy: '2026-11-24T10:01:00.000Z' },
        whenUnanswered,
      },
    },
  );

const answer = (decision: FraudDecision, holdId = 'F1'): OrderCommand => ({
  ...{ type: 'RecordFraudDecision', engine: 'signifyd', decision, reference: '90210', score: '431' },
  ...{ decidedAt: '2026-11-24T10:00:01.000Z', holdId, changeId: `X-${holdId}` },
});

const silence: OrderCommand = {
  ...{ type: 'RecordFraudUnanswered', engine: 'signifyd', code: 'NO_ANSWER', holdId: 'F0' },
};

const statusOf = (...commands: readonly OrderCommand[]) => {
  const { status, fraudCheck } = orderView(given(...commands).state) ?? {};
  return [status, fraudCheck];
};

describe('P-08 an order whose fraud check is wanted', () => {
  test('is told to be checked in the append that records it, and one that is not wanted says nothing of it', () => {
    given()
      .when(asked())
      .then(
        { type: 'OrderSubmitted' },
        { type: 'OrderValidated' },
        { type: 'OrderPriced' },
        { type: 'FraudCheckRequested', data: { soldTo: 'C-1001', whenUnanswered: 'HOLD' } },
      );
    expect(given(submitting()).state.fraud).toBeNull();
    expect(orderView(given(submitting()).state)).not.toHaveProperty('fraudCheck');
    given(submitting()).when(answer('CLEAR')).thenRefused('NOT_FOUND');
    given(submitting()).when(silence).thenNothing();
  });

  test('is not accepted before the answer, and goes on with a clear one', () => {
    given(asked()).when(accepting).thenRefused('HOLD_OPEN');
    expect(statusOf(asked())).toEqual(['PENDING', 'PENDING']);
    given(asked())
      .when(answer('CLEAR'))
      .then({ type: 'FraudDecisionRecorded', data: { score: '431' } });
    given(asked(), answer('CLEAR')).when(accepting).then({ type: 'OrderAccepted' });
    expect(statusOf(asked(), answer('CLEAR'), accepting)).toEqual(['OPEN', 'CLEAR']);
  });

  test('S-20 REVIEW places hold FRAUD, which a person releases', () => {
    given(asked())
      .when(answer('REVIEW'))
      .then({ type: 'FraudDecisionRecorded' }, { type: 'OrderHeld', data: { type: 'FRAUD', holdId: 'F1' } });
    given(asked(), answer('REVIEW')).when(accepting).thenRefused('HOLD_OPEN');
    expect(statusOf(asked(), answer('REVIEW'))).toEqual(['ON_HOLD', 'REVIEW']);
    expect(statusOf(asked(), answer('REVIEW'), releasing('F1'), accepting)).toEqual(['OPEN', 'RELEASED']);
  });

  test('S-20 REJECT cancels all of it at once, and it is never accepted', () => {
    given(asked())
      .when(answer('REJECT'))
      .then(
        { type: 'FraudDecisionRecorded', data: { decision: 'REJECT' } },
        { type: 'OrderLineCancelRequested', data: { lineId: '10', reason: 'FRAUD_REJECTED' } },
        { type: 'OrderLineCancelRequested', data: { lineId: '20' } },
        { type: 'OrderLineCancelled', data: { lineId: '10', cancelledQty: '10' } },
        { type: 'OrderLineCancelled', data: { lineId: '20', cancelledQty: '5' } },
      );
    given(asked(), answer('REJECT')).when(accepting).thenRefused('ORDER_NOT_OPEN');
    expect(statusOf(asked(), holding('H1'), answer('REJECT'))).toEqual(['CANCELLED', 'REJECTED']);
  });

  test('other holds stay what they are', () => {
    given(asked(), holding('H1')).when(answer('CLEAR')).then({ type: 'FraudDecisionRecorded' });
    given(asked(), holding('H1'), answer('CLEAR')).when(accepting).thenRefused('HOLD_OPEN');
    given(asked(), holding('H1'), releasing('H1')).when(accepting).thenRefused('HOLD_OPEN');
  });
});

describe('an answer', () => {
  test('twice is one, and the first one stands', () => {
    given(asked(), answer('CLEAR')).when(answer('CLEAR')).thenNothing();
    given(asked(), answer('CLEAR')).when(answer('REJECT', 'F2')).thenNothing();
    given(asked(), answer('REVIEW')).when(answer('REVIEW', 'F2')).thenNothing();
  });

  test.each([
    'CLEAR',
    'REVIEW',
    'REJECT',
  ] as const)('%s after the order was cancelled is a fact and changes nothing', (decision) => {
    const over = [asked(), cancelling('CH1')];
    given(...over)
      .when(answer(decision))
      .then({ type: 'FraudDecisionRecorded' });
    expect(statusOf(...over, answer(decision))[0]).toBe('CANCELLED');
    given(...over)
      .when(silence)
      .thenNothing();
  });

  test('after a part was cancelled is about the rest', () => {
    given(asked(), cancelling('CH1', [{ lineId: '10', qty: '4' }]))
      .when(answer('REJECT'))
      .then(
        { type: 'FraudDecisionRecorded' },
        { type: 'OrderLineCancelRequested', data: { lineId: '10', requestedQty: '6' } },
        { type: 'OrderLineCancelRequested', data: { lineId: '20', requestedQty: '5' } },
        { type: 'OrderLineCancelled' },
        { type: 'OrderLineCancelled' },
      );
  });
});

describe('I-10 an engine that does not answer in time', () => {
  test('leaves the order to a person where its rule says so, and the answer that comes after all frees it', () => {
    given(asked())
      .when(silence)
      .then(
        { type: 'FraudCheckUnanswered', data: { outcome: 'HOLD', code: 'NO_ANSWER' } },
        { type: 'OrderHeld', data: { type: 'FRAUD', holdId: 'F0' } },
      );
    const waited = [asked(), silence] as const;
    expect(statusOf(...waited)).toEqual(['ON_HOLD', 'UNANSWERED']);
    given(...waited)
      .when(silence)
      .thenNothing();
    given(...waited)
      .when(answer('CLEAR'))
      .then({ type: 'FraudDecisionRecorded' }, { type: 'OrderHoldReleased', data: { reason: 'FRAUD_CLEAR' } });
    given(...waited)
      .when(answer('REVIEW'))
      .then({ type: 'FraudDecisionRecorded' });
    expect(statusOf(...waited, answer('REVIEW'))).toEqual(['ON_HOLD', 'REVIEW']);
    expect(statusOf(...waited, answer('REJECT'))).toEqual(['CANCELLED', 'REJECTED']);
    expect(statusOf(...waited, answer('CLEAR'), accepting)).toEqual(['OPEN', 'CLEAR']);
  });

  test('lets the order go on, marked, where its rule says so; what it says later still counts', () => {
    given(asked('ACCEPT'))
      .when(silence)
      .then({ type: 'FraudCheckUnanswered', data: { outcome: 'ACCEPT' } });
    const gone = [asked('ACCEPT'), silence, accepting] as const;
    expect(statusOf(...gone)).toEqual(['OPEN', 'UNANSWERED']);
    given(...gone)
      .when(answer('REVIEW'))
      .then({ type: 'FraudDecisionRecorded' }, { type: 'OrderHeld', data: { type: 'FRAUD' } });
    given(...gone, progress('S1', '4', '0'))
      .when(answer('REJECT'))
      .then(
        { type: 'FraudDecisionRecorded' },
        { type: 'OrderLineCancelRequested', data: { lineId: '10', requestedQty: '6' } },
        { type: 'OrderLineCancelRequested', data: { lineId: '20', requestedQty: '5' } },
      );
  });

  test('is not heard any more once a person released the order', () => {
    const released = [asked(), silence, releasing('F0'), accepting] as const;
    for (const decision of ['CLEAR', 'REVIEW', 'REJECT'] as const)
      given(...released)
        .when(answer(decision))
        .then({ type: 'FraudDecisionRecorded', data: { decision } });
    expect(statusOf(...released, answer('REJECT'))).toEqual(['OPEN', 'RELEASED']);
  });

  test('is asked for a day and not for ever, and not when somebody has decided', () => {
    const at = '2026-11-25T10:00:59.999Z';
    for (const history of [[asked()], [asked(), silence]] as const)
      expect(wantsAnswer(given(...history).state.fraud, at)).toBe(true);
    expect(wantsAnswer(given(asked()).state.fraud, '2026-11-25T10:01:00.000Z')).toBe(false);
    expect(wantsAnswer(given(asked(), answer('REVIEW')).state.fraud, at)).toBe(false);
    expect(wantsAnswer(given(asked(), silence, releasing('F0')).state.fraud, at)).toBe(false);
    expect(wantsAnswer(null, at)).toBe(false);
  });
});

describe('which orders are checked', () => {
  const rest = { whenUnanswered: 'HOLD', answerWithinSeconds: 60 } as const;
  const card: FraudRule = { payment: 'CARD', ...rest };
  const shop: FraudRule = { channel: 'webshop', ...rest, whenUnanswered: 'ACCEPT' };
  const account: FraudRule = { channel: 'portal', payment: 'ACCOUNT', ...rest };

  test('is what the first rule that fits says, by channel and payment', () => {
    const rules = [card, shop, account];
    expect(fraudRuleFor(rules, { channel: 'webshop', payment: { method: 'CARD' } })).toBe(card);
    expect(fraudRuleFor(rules, { channel: 'webshop' })).toBe(shop);
    expect(fraudRuleFor(rules, { channel: 'portal' })).toBe(account);
    expect(fraudRuleFor(rules, { channel: 'edi', payment: { method: 'ACCOUNT' } })).toBeUndefined();
    expect(fraudRuleFor(undefined, { channel: 'webshop' })).toBeUndefined();
    expect(fraudRuleFor([{ ...rest }], { channel: 'edi' })).toEqual(rest);
  });
});
