import type { WhenUnanswered } from './fraudEvents.ts';

export const paymentMethods = ['ACCOUNT', 'CARD'] as const;

/** How the customer pays. `checkoutId`: what the channel's checkout is known as to the fraud engine, made of no name or card. */
export type OrderPayment = { readonly method: (typeof paymentMethods)[number]; readonly checkoutId?: string };

/**
 * Orders of this channel that are paid in this way are checked; what a rule does not name may be anything. The first rule
 * that fits an order decides.
 */
export type FraudRule = {
  readonly channel?: string;
  readonly payment?: OrderPayment['method'];
  readonly whenUnanswered: WhenUnanswered;
  readonly answerWithinSeconds: number;
};

export const fraudRulesMax = 20;
export const answerSecondsMax = 86_400;

/** Undefined: the order is not checked. One that does not say how it is paid is on account. */
export const fraudRuleFor = (
  rules: readonly FraudRule[] | undefined,
  order: { readonly channel: string; readonly payment?: OrderPayment },
): FraudRule | undefined =>
  rules?.find(
    ({ channel = order.channel, payment }) =>
      channel === order.channel && (payment === undefined || payment === (order.payment?.method ?? 'ACCOUNT')),
  );
