import { describe, expect, test } from '@jest/globals';
import type { Assessment } from '../../../adapters/fraud/schema.ts';
import { toAnswer, toSale } from '../../../adapters/fraud/translate.ts';
import { aFraudRequest } from '../../contracts/fraudContract.ts';
import { hostilePeer, sayJson } from '../hostile/peer.ts';

describe('what the fraud engine is told', () => {
  test('is ids, goods and figures, as Signifyd names them', () => {
    const request = aFraudRequest('O-1', { payment: { method: 'CARD', checkoutId: 'chk_1' } });
    expect(toSale(request)).toEqual({
      orderId: 'O-1',
      decisionDelivery: 'SYNC',
      coverageRequests: ['NONE'],
      purchase: {
        createdAt: '2026-11-23T15:00:00.000Z',
        orderChannel: 'webshop',
        totalPrice: 130,
        currency: 'USD',
        products: [{ itemId: 'BRG-6204', itemQuantity: 10, itemPrice: 12.5 }],
        shipments: [{ shipmentId: 'MAIN', destination: { address: { provinceCode: 'CA', countryCode: 'US' } } }],
      },
      userAccount: { accountNumber: 'ACME:C-1001' },
      transactions: [{ paymentMethod: 'CREDIT_CARD' }],
      checkoutId: 'chk_1',
    });
  });

  test('an order on account is no card payment, and a region that is no country is not told', () => {
    const { payment: _, ...onAccount } = aFraudRequest('O-1', { shipTo: { id: 'MAIN', region: 'WEST' } });
    expect(toSale(onAccount)).toMatchObject({
      purchase: { shipments: [] },
      transactions: [{ paymentMethod: 'INVOICE' }],
    });
    expect(toSale(onAccount)).not.toHaveProperty('checkoutId');
  });
});

describe('what it refuses', () => {
  test('is a no in one line that can be kept', async () => {
    const messages = [`purchase.currency\r\n\u0000 ${'y'.repeat(100_000)}`];
    const peer = await hostilePeer(sayJson(JSON.stringify({ messages }), 400), { timeoutMs: 10_000 });
    const answer = await peer.fraud.assess(aFraudRequest('O-1'), { again: false });
    expect(answer).toMatchObject({ kind: 'refused', code: 'FRAUD_CHECK_REFUSED' });
    expect('detail' in answer && answer.detail).toMatch(/^purchase\.currency +y{1,2000}$/);
  });
});

describe('what it says', () => {
  const said = (decision: Assessment['decision']) =>
    toAnswer({ signifydId: 44, orderId: 'O-1', decision }, '2026-11-23T15:00:00.000Z');

  test('is a decision with its reference; a score and an instant may be missing', () => {
    const createdAt = '2026-11-23T16:00:01+01:00';
    expect(said({ createdAt, checkpointAction: 'HOLD', score: 262.6 })).toEqual({
      ...{ kind: 'decided', decision: 'REVIEW', reference: '44', score: '262.6' },
      decidedAt: '2026-11-23T15:00:01.000Z',
    });
    expect(said({ checkpointAction: 'ACCEPT' })).toMatchObject({ score: null, decidedAt: '2026-11-23T15:00:00.000Z' });
  });

  test('is pending while there is no action', () => {
    for (const decision of [null, {}, { checkpointAction: null, score: 3 }])
      expect(said(decision)).toEqual({ kind: 'pending' });
  });
});
