import type { ProposedLine, Substitution } from './changeEvents.ts';
import type {
  Charge,
  EnteredQuantity,
  HoldScope,
  HoldType,
  OpenBuckets,
  OrderLineProgressed,
  PricedLine,
  ShipTo,
  SubmittedLine,
  Totals,
} from './events.ts';
import type { FraudDecision, WhenUnanswered } from './fraudEvents.ts';
import type { OrderPayment } from './fraudPolicy.ts';
import type { QuantityMeaning } from './quantityMeaning.ts';

/** Of one order. */
export const orderLinesMax = 2_000;

export type LineTerms = Pick<PricedLine, 'unitPrice' | 'discounts'>;

/** What takes progress back: a voided shipment or invoice, or goods of a shipment that were lost. */
export type ProgressVoids = NonNullable<OrderLineProgressed['data']['voids']>;

/** Requests and facts for one order. Everything looked up (prices, versions, ids, time) is inside. */
export type OrderCommand =
  | {
      readonly type: 'SubmitOrder';
      readonly orderId: string;
      readonly bu: string;
      readonly channel: string;
      readonly customerPo: string;
      readonly soldTo: string;
      readonly billTo: string;
      readonly shipTo: ShipTo;
      readonly currency: string;
      readonly requestedDate: string;
      readonly shipComplete: boolean;
      readonly allowSplit: boolean;
      readonly allowSubstitute: boolean;
      readonly incoterm?: string;
      readonly payment?: OrderPayment;
      readonly termsDays?: number;
      readonly charges: readonly Charge[];
      readonly lines: readonly SubmittedLine[];
      readonly contentSha256: string;
      readonly reservationIds?: readonly string[];
      /** The answer of validation and pricing, decided by the same request: one append records all three. */
      readonly masterData: Readonly<Record<string, number>>;
      readonly pricing: {
        readonly priceListId: string;
        readonly priceListVersion: number;
        readonly lines: readonly PricedLine[];
        readonly totals: Totals;
      };
      /** Absent: the business unit does not want it checked. */
      readonly fraudCheck?: {
        readonly requestedAt: string;
        readonly answerBy: string;
        readonly whenUnanswered: WhenUnanswered;
      };
      /** Holds that are known at once, e.g. POSSIBLE_DUPLICATE_PO. */
      readonly holds: readonly {
        readonly holdId: string;
        readonly type: HoldType;
        readonly note: string;
        readonly data?: Readonly<Record<string, string>>;
      }[];
    }
  | {
      readonly type: 'PlaceHold';
      readonly holdId: string;
      readonly holdType: HoldType;
      readonly scope: HoldScope;
      readonly note: string;
      readonly data?: Readonly<Record<string, string>>;
    }
  | { readonly type: 'ReleaseHold'; readonly holdId: string; readonly reason: string; readonly releasedBy: string }
  /** Accepts when credit is granted, the fraud check is not awaited and no blocking hold is open; otherwise refuses HOLD_OPEN. Accepted before: no event. */
  | { readonly type: 'AcceptOrder'; readonly acceptedAt: string }
  | { readonly type: 'RegisterErpOrder'; readonly erpSystem: string; readonly erpNumber: string }
  /** Records the refusal and places hold ERP_REFUSED. */
  | {
      readonly type: 'RefuseErpOrder';
      readonly erpSystem: string;
      readonly code: string;
      readonly detail: string;
      readonly holdId: string;
    }
  /** The ERP holds the order as it was after so many changes (`changesMade`). Told before: no event. */
  | { readonly type: 'RecordErpChange'; readonly erpSystem: string; readonly changes: number }
  /** As `RefuseErpOrder`, of an order that the ERP knows. */
  | {
      readonly type: 'RefuseErpChange';
      readonly erpSystem: string;
      readonly changes: number;
      readonly code: string;
      readonly detail: string;
      readonly holdId: string;
    }
  /** No lines = everything that is still open. Refuses LINE_UNKNOWN, LINE_CLOSED, NOT_STOPPABLE (nothing open at all). */
  | {
      readonly type: 'RequestCancel';
      readonly changeId: string;
      readonly reason: string;
      /** Without a quantity: all that can be stopped of the line. */
      readonly lines?: readonly { readonly lineId: string; readonly qty?: string }[];
    }
  /**
   * Lines for an accepted order. Refuses ORDER_NOT_OPEN, LINE_EXISTS. They wait for `AcceptChange`; only then does the
   * order have them.
   */
  | {
      readonly type: 'RequestLines';
      readonly changeId: string;
      readonly reason: string;
      readonly lines: readonly ProposedLine[];
    }
  /**
   * Another item in the place of part of a line of an accepted order. Refuses ORDER_NOT_OPEN, LINE_UNKNOWN, LINE_CLOSED,
   * LINE_EXISTS, NOT_SUBSTITUTABLE and, of an order that allows no substitutes, CONSENT_REQUIRED. It waits for
   * `AcceptChange`; then what it takes the place of is stopped (`RecordCancel`), all of it or nothing.
   */
  | {
      readonly type: 'RequestSubstitute';
      readonly changeId: string;
      readonly reason: string;
      readonly substitute: ProposedLine & { readonly inPlaceOf: Substitution };
    }
  /**
   * A line is to come to `qty` base units, what was cancelled left out. More waits for `AcceptChange` and keeps the line's
   * price, so it is refused PRICE_MISMATCH while another applies (`terms`); less is a cancellation. Takes the place of
   * what still waits of the line. `meaning`: what else `qty` can be; one that the line contradicts is refused
   * CHANGE_CONTRADICTORY.
   */
  | {
      readonly type: 'RequestQty';
      readonly changeId: string;
      readonly lineId: string;
      readonly qty: string;
      readonly meaning?: QuantityMeaning;
      readonly entered: EnteredQuantity;
      readonly reason: string;
      /** What would be asked for more of it now; a sentence when it cannot be had at all. */
      readonly terms: LineTerms | string;
    }
  /**
   * The whole price of a line that is not accepted yet, `terms` being what applies. Refuses PRICE_AGREED, and
   * APPROVAL_REQUIRED where it is far from that and nobody else agreed.
   */
  | {
      readonly type: 'RepriceLine';
      readonly lineId: string;
      readonly unitPrice: string;
      readonly terms: LineTerms | string;
      readonly reason: string;
      readonly approvalId?: string;
    }
  /** There is credit for what waits of this change. What does not wait any more: no event. */
  | { readonly type: 'AcceptChange'; readonly changeId: string; readonly lineIds: readonly string[] }
  /**
   * What was really stopped so far for this change, per line and cumulative (`cancelAnswer` of the allocation builds
   * it): only what is new becomes an event, so repeating it is harmless. `pendingQty` is still asked of a warehouse;
   * the rest of the request is refused.
   */
  | {
      readonly type: 'RecordCancel';
      readonly changeId: string;
      readonly lines: readonly {
        readonly lineId: string;
        readonly cancelledQty: string;
        readonly from: OpenBuckets;
        readonly pendingQty?: string;
        readonly refusedReason: string;
      }[];
    }
  | {
      readonly type: 'RecordProgress';
      readonly lines: readonly {
        readonly lineId: string;
        readonly addShipped: string;
        readonly addInvoiced: string;
        readonly addGifted?: string;
      }[];
      readonly reference: string;
      readonly voids?: ProgressVoids;
    }
  /** Emits `OrderClosed` when every line is finished; otherwise nothing. */
  | { readonly type: 'CloseOrder' }
  /** Fact. REVIEW holds the order, REJECT cancels what can still be stopped, CLEAR lets go what waited for it. */
  | {
      readonly type: 'RecordFraudDecision';
      readonly engine: string;
      readonly decision: FraudDecision;
      readonly reference: string;
      readonly score: string | null;
      readonly decidedAt: string;
      readonly holdId: string;
      readonly changeId: string;
    }
  /** Answered, over or told before: nothing. */
  | {
      readonly type: 'RecordFraudUnanswered';
      readonly engine: string;
      readonly code: string;
      readonly holdId: string;
    };
