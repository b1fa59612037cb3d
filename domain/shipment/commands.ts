import type { PlannedLine } from './events.ts';

export type ShipmentCommand =
  | {
      readonly type: 'PlanShipment';
      readonly shipmentId: string;
      readonly orderId: string;
      readonly bu: string;
      readonly node: string;
      readonly releaseId: string;
      readonly shipTo: { readonly id: string; readonly region?: string };
      readonly lines: readonly PlannedLine[];
    }
  | {
      readonly type: 'RecordPick';
      readonly pickId: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
    }
  /** Fact. Same `confirmationId` and content: no event. Same id with other content: refused BUSINESS_KEY_REUSED. A line this shipment never had: refused LINE_UNKNOWN. */
  | {
      readonly type: 'ConfirmShipment';
      readonly confirmationId: string;
      readonly contentSha256: string;
      readonly soldTo: string;
      readonly shippedAt: string;
      readonly carrier?: string;
      readonly tracking: readonly string[];
      readonly freightCost?: { readonly amount: string; readonly currency: string };
      readonly currency: string;
      readonly lines: readonly {
        readonly lineId: string;
        readonly qty: string;
        readonly lots: readonly string[];
        readonly serials: readonly string[];
        /** The stock position's cost at this moment, decimal text. */
        readonly unitCost: string;
        readonly itemGroup?: string;
      }[];
    }
  /** Refuses SHORT_EXCEEDS_OPEN when more than is still planned is called short. */
  | {
      readonly type: 'ReportShort';
      readonly shortageId: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string; readonly cause: string }[];
    }
  /** The warehouse stopped this much. */
  | {
      readonly type: 'Reduce';
      readonly changeId: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
    }
  /** Refuses SHIPMENT_NOT_CONFIRMED when nothing has left, SHIPMENT_VOIDED the second time. What was still planned is called short in the same append. */
  | {
      readonly type: 'VoidShipment';
      readonly reason: string;
      readonly confirmed?: readonly {
        readonly confirmationId: string;
        readonly eventId: string;
        readonly position: string;
      }[];
    };
