import type { DropShipPlaced } from './events.ts';

type Part = { readonly lineId: string; readonly qty: string };

export type DropShipCommand =
  | ({ readonly type: 'PlaceDropShip' } & DropShipPlaced['data'])
  /**
   * Fact. Of what is refused no more counts than the supplier still has open. The same id and content: no event. The same id with
   * other content: refused BUSINESS_KEY_REUSED. A line the order never had: refused LINE_UNKNOWN.
   */
  | {
      readonly type: 'RecordAcknowledgement';
      readonly acknowledgementId: string;
      readonly contentSha256: string;
      readonly supplierReference?: string;
      readonly accepted: readonly (Part & { readonly shipDate?: string })[];
      readonly refused: readonly (Part & { readonly code: string })[];
    }
  /** Fact, whatever was ordered, refused or cancelled; `supplierAsn` as the ids above. */
  | {
      readonly type: 'RecordShipNotice';
      readonly supplierAsn: string;
      readonly contentSha256: string;
      readonly shippedAt: string;
      readonly carrier?: string;
      readonly tracking: readonly string[];
      readonly lines: readonly (Part & { readonly lots: readonly string[]; readonly serials: readonly string[] })[];
    }
  /** Refuses BILL_CURRENCY for another currency than the order's, BILL_EXCEEDS_SHIPPED for goods that have not left or are on another bill; `amount` in minor units. */
  | {
      readonly type: 'MatchBill';
      readonly billId: string;
      readonly contentSha256: string;
      readonly billDate: string;
      readonly currency: string;
      readonly lines: readonly (Part & { readonly amount: string })[];
    }
  /** What the supplier has certainly stopped; goods that left before have won. Once per `changeId`. */
  | { readonly type: 'CancelDropShip'; readonly changeId: string; readonly lines: readonly Part[] };
