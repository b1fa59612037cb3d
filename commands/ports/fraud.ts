import type { FraudDecision } from '../../domain/order/fraudEvents.ts';
import type { OrderPayment } from '../../domain/order/fraudPolicy.ts';
import type { PartnerRefusal } from '../partnerPorts.ts';

/** Who buys, where it goes and what it comes to, by ids: no name, address or card leaves here. */
export type FraudRequest = {
  readonly orderId: string;
  readonly bu: string;
  readonly channel: string;
  readonly customer: string;
  readonly requestedAt: string;
  readonly payment?: OrderPayment;
  readonly currency: string;
  /** Minor units. */
  readonly total: string;
  readonly shipTo: { readonly id: string; readonly region?: string };
  /** `unitPrice` in major units. */
  readonly lines: readonly { readonly item: string; readonly qty: string; readonly unitPrice: string }[];
};

export type FraudAnswer = {
  readonly kind: 'decided';
  readonly decision: FraudDecision;
  readonly reference: string;
  /** In the engine's own measure; null: it gave none. */
  readonly score: string | null;
  readonly decidedAt: string;
};

export type FraudEngine = {
  readonly engine: string;
  /**
   * `pending`: it is still thinking. `again`: it may know the order, which is then looked up and not sent once more, because an
   * order that is sent twice is judged anew. Throws `PartnerUnavailable`.
   */
  readonly assess: (
    request: FraudRequest,
    options: { readonly again: boolean },
  ) => Promise<FraudAnswer | { readonly kind: 'pending' } | PartnerRefusal>;
};
