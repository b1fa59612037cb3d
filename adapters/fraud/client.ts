import type { FraudEngine } from '../../commands/partnerPorts.ts';
import { notRepresentable, type Send } from '../http/answers.ts';
import { findAssessment, understood } from './lookup.ts';
import { saleRequest } from './schema.ts';
import { toAnswer, toSale } from './translate.ts';

export type FraudClientOptions = {
  /** Name of this engine in events. */
  readonly engine: string;
  readonly send: Send;
};

/**
 * An order that may have been sent before is looked up. It is sent again only when they do not have it, so nobody pays for two
 * judgements of one order, and the first one stands.
 */
export const createFraudClient = ({ engine, send }: FraudClientOptions): FraudEngine => ({
  engine,
  assess: async (request, { again }) => {
    const { orderId, requestedAt } = request;
    const held = again
      ? await findAssessment(
          engine,
          (question, use) => send({ ...question, method: 'GET', repeatable: true }, use),
          orderId,
        )
      : undefined;
    if (held !== undefined) return toAnswer(held, requestedAt);
    const parsed = saleRequest.safeParse(toSale(request));
    if (!parsed.success) return notRepresentable('the fraud engine', parsed.error);
    const operation = 'assess';
    const path = '/v3/orders/events/sales';
    const sent = { operation, method: 'POST', path, body: JSON.stringify(parsed.data), repeatable: false } as const;
    return send(sent, (answer) => {
      const said = understood(engine, operation, orderId, answer);
      if ('held' in said) return toAnswer(said.held, requestedAt);
      return { kind: 'refused', code: 'FRAUD_CHECK_REFUSED', detail: said.messages[0] ?? '' };
    });
  },
});
