import type { FraudAnswer, FraudRequest } from '../../commands/partnerPorts.ts';
import { majorText, minor } from '../../domain/money.ts';
import type { Assessment, SaleRequest } from './schema.ts';

/** `US-CA` is country `US`, province `CA`; what is written in another way is not told. */
const shipmentsOf = ({ id, region }: FraudRequest['shipTo']): SaleRequest['purchase']['shipments'] => {
  const [, countryCode, provinceCode] = /^([A-Z]{2})-(.+)$/.exec(region ?? '') ?? [];
  if (countryCode === undefined || provinceCode === undefined) return [];
  return [{ shipmentId: id, destination: { address: { provinceCode, countryCode } } }];
};

/** Our order in their words. Figures are for a judgement and not for books, so they may be JSON numbers. */
export const toSale = (request: FraudRequest): SaleRequest => ({
  orderId: request.orderId,
  decisionDelivery: 'SYNC',
  coverageRequests: ['NONE'],
  purchase: {
    createdAt: request.requestedAt,
    orderChannel: request.channel,
    totalPrice: Number(majorText(minor(request.total), request.currency)),
    currency: request.currency,
    products: request.lines.map(({ item, qty, unitPrice }) => ({
      ...{ itemId: item, itemQuantity: Number(qty), itemPrice: Number(unitPrice) },
    })),
    shipments: shipmentsOf(request.shipTo),
  },
  userAccount: { accountNumber: `${request.bu}:${request.customer}` },
  transactions: [{ paymentMethod: request.payment?.method === 'CARD' ? 'CREDIT_CARD' : 'INVOICE' }],
  ...(request.payment?.checkoutId !== undefined && { checkoutId: request.payment.checkoutId }),
});

const decisions = { ACCEPT: 'CLEAR', HOLD: 'REVIEW', REJECT: 'REJECT' } as const;

/** Their decision in our words; one that they have yet to make is pending. */
export const toAnswer = (
  { signifydId, decision }: Assessment,
  requestedAt: string,
): FraudAnswer | { readonly kind: 'pending' } => {
  if (decision?.checkpointAction == null) return { kind: 'pending' };
  const { checkpointAction, score, createdAt } = decision;
  return {
    kind: 'decided',
    decision: decisions[checkpointAction],
    reference: String(signifydId),
    score: score == null ? null : String(score),
    decidedAt: createdAt == null ? requestedAt : new Date(createdAt).toISOString(),
  };
};
