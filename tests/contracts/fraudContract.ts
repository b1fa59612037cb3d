import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FraudEngine, FraudRequest } from '../../commands/partnerPorts.ts';
import type { FraudLookup } from '../../commands/ports.ts';

/** A fraud engine that a contract run may break. It clears every order, unless it is told of one what to say. */
type FraudUnderTest = {
  readonly fraud: FraudEngine;
  readonly lookup: FraudLookup;
  readonly say: (orderId: string, decision: 'REVIEW' | 'REJECT' | 'LATER') => Partial<FraudRequest>;
  /** What the engine makes of an order that it has thought about until now. */
  readonly decide: (orderId: string) => Promise<unknown>;
  readonly strike: (fault: { mode: string; times?: number; operation?: string; ms?: number }) => Promise<void>;
  readonly calm: () => Promise<void>;
  /** Counted on their side. */
  readonly effects: () => Promise<{ readonly orders: number; readonly repeated: number }>;
  readonly close: () => Promise<void>;
};

export const aFraudRequest = (orderId: string, overrides: Partial<FraudRequest> = {}): FraudRequest => ({
  orderId,
  bu: 'ACME',
  channel: 'webshop',
  customer: 'C-1001',
  requestedAt: '2026-11-23T15:00:00.000Z',
  payment: { method: 'CARD' },
  currency: 'USD',
  total: '13000',
  shipTo: { id: 'MAIN', region: 'US-CA' },
  lines: [{ item: 'BRG-6204', qty: '10', unitPrice: '12.50' }],
  ...overrides,
});

const first = { again: false };
const again = { again: true };

/** What every fraud adapter must do, whichever engine is behind it. */
export const fraudContract = (name: string, open: () => Promise<FraudUnderTest>): void => {
  describe(`${name} keeps the fraud contract`, () => {
    let under: FraudUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test('S-20: clear, review and reject come with reference, score and instant', async () => {
      for (const [orderId, said, decision] of [
        ['O-1', {}, 'CLEAR'],
        ['O-2', under.say('O-2', 'REVIEW'), 'REVIEW'],
        ['O-3', under.say('O-3', 'REJECT'), 'REJECT'],
      ] as const)
        expect(await under.fraud.assess(aFraudRequest(orderId, said), first)).toEqual({
          ...{ kind: 'decided', decision, reference: expect.stringMatching(/\S/) },
          score: expect.stringMatching(/^\d+(\.\d+)?$/),
          decidedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        });
      expect(await under.effects()).toEqual({ orders: 3, repeated: 0 });
    });

    test('an order that is asked about again is looked up and judged once', async () => {
      const answer = await under.fraud.assess(aFraudRequest('O-1'), first);
      expect(await under.fraud.assess(aFraudRequest('O-1'), again)).toEqual(answer);
      expect(await under.fraud.assess(aFraudRequest('O-2'), again)).toMatchObject({ decision: 'CLEAR' });
      expect(await under.effects()).toEqual({ orders: 2, repeated: 0 });
    });

    test('the answer is lost 20 times: one judgement', async () => {
      await under.strike({ mode: 'lose-answer', operation: 'assess', times: 20 });
      await expect(under.fraud.assess(aFraudRequest('O-1'), first)).rejects.toMatchObject({
        name: 'PartnerUnavailable',
      });
      expect(await under.fraud.assess(aFraudRequest('O-1'), again)).toMatchObject({ decision: 'CLEAR' });
      expect(await under.effects()).toEqual({ orders: 1, repeated: 0 });
    });

    test('an engine that thinks is pending until it has decided', async () => {
      const request = aFraudRequest('O-1', under.say('O-1', 'LATER'));
      expect(await under.fraud.assess(request, first)).toEqual({ kind: 'pending' });
      expect(await under.fraud.assess(request, again)).toEqual({ kind: 'pending' });
      await under.decide('O-1');
      expect(await under.fraud.assess(request, again)).toMatchObject({ kind: 'decided', decision: 'REJECT' });
      expect(await under.effects()).toEqual({ orders: 1, repeated: 0 });
    });

    test('an engine that is away, silent or not understood is unavailable, and never clear', async () => {
      const trouble = async () => expect(under.fraud.assess(aFraudRequest('O-1'), again)).rejects;
      await under.strike({ mode: 'fail', times: 1_000 });
      await (await trouble()).toMatchObject({ name: 'PartnerUnavailable', class: 'SERVER_ERROR' });
      await under.calm();
      await under.strike({ mode: 'malformed', operation: 'assess' });
      await (await trouble()).toMatchObject({ class: 'BAD_RESPONSE' });
      await under.calm();
      await under.strike({ mode: 'refuse', operation: 'findDecision' });
      await (await trouble()).toMatchObject({ class: 'BAD_RESPONSE' });
    });

    test('an order that does not fit their format is refused, and not sent', async () => {
      const request = aFraudRequest('O-1', { lines: [] });
      expect(await under.fraud.assess(request, first)).toMatchObject({ kind: 'refused', code: 'NOT_REPRESENTABLE' });
      expect(await under.effects()).toEqual({ orders: 0, repeated: 0 });
    });

    test('what they said is asked without touching it', async () => {
      const { signal } = new AbortController();
      expect(await under.lookup.decision('O-1', signal)).toBeUndefined();
      await under.fraud.assess(aFraudRequest('O-1'), first);
      expect(await under.lookup.decision('O-1', signal)).toEqual({ reference: expect.stringMatching(/\S/) });
      await under.fraud.assess(aFraudRequest('O-2', under.say('O-2', 'LATER')), first);
      expect(await under.lookup.decision('O-2', signal)).toBeUndefined();
      expect(await under.effects()).toEqual({ orders: 2, repeated: 0 });
    });
  });
};
