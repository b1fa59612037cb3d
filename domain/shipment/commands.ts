import type { Owned } from '../ledger/intercompany.ts';
import type { EarlierThanIssue, RevenuePolicy } from '../ledger/revenuePolicy.ts';
import type { Carton } from './cartonEvents.ts';
import type { CarrierCode, PlannedLine, ReturnReason, Sale } from './events.ts';
import type { LossCommand } from './lossCommands.ts';
import type { OvershipmentOutcome } from './overshipmentEvents.ts';

export type ShipmentCommand =
  | LossCommand
  | {
      readonly type: 'PlanShipment';
      /** Absent: from a warehouse. */
      readonly kind?: 'WAREHOUSE' | 'DROPSHIP';
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
      readonly lines: readonly { readonly lineId: string; readonly component?: string; readonly qty: string }[];
    }
  /**
   * Goods lie in cartons; of kits their components. Once per `packId`, BUSINESS_KEY_REUSED for other content. Refuses
   * CARTON_PACKED for a carton or an SSCC that was packed before, SERIAL_PACKED for a piece that lies in another carton,
   * PACK_EXCEEDS_PLANNED for more than is to leave or has left, LINE_UNKNOWN, SHIPMENT_VOIDED.
   */
  | {
      readonly type: 'RecordPack';
      readonly packId: string;
      readonly contentSha256: string;
      readonly cartons: readonly (Omit<Carton, 'lines'> & {
        readonly lines: readonly {
          readonly lineId: string;
          readonly component?: string;
          readonly qty: string;
          readonly lots: readonly string[];
          readonly serials: readonly string[];
        }[];
      })[];
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
      /** In force now; absent: ON_INVOICE. */
      readonly revenuePolicy?: RevenuePolicy;
      /** `component`: of a kit, one line for each. */
      readonly lines: readonly {
        readonly lineId: string;
        readonly component?: string;
        readonly qty: string;
        readonly lots: readonly string[];
        readonly serials: readonly string[];
        /** The stock position's cost at this moment, decimal text; of goods that another business unit owns the transfer price. */
        readonly unitCost: string;
        /** Whose they are otherwise, and what they cost there. Absent: the seller's. */
        readonly owned?: Omit<Owned, 'cost'>;
        readonly itemGroup?: string;
      }[];
    }
  /** Refuses SHORT_EXCEEDS_OPEN when more than is still planned is called short. */
  | {
      readonly type: 'ReportShort';
      readonly shortageId: string;
      readonly lines: readonly {
        readonly lineId: string;
        readonly component?: string;
        readonly qty: string;
        readonly cause: string;
      }[];
    }
  /** The warehouse stopped this much. */
  | {
      readonly type: 'Reduce';
      readonly changeId: string;
      readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
    }
  /** Refuses SHIPMENT_NOT_CONFIRMED when nothing has left, SHIPMENT_VOIDED the second time, SHIPMENT_DELIVERED, SHIPMENT_LOST, SHIPMENT_DROPSHIPPED for what a supplier sent. What was still planned is called short in the same append. */
  | {
      readonly type: 'VoidShipment';
      readonly reason: string;
      readonly confirmed?: readonly {
        readonly confirmationId: string;
        readonly eventId: string;
        readonly position: string;
        readonly revenuePolicy?: EarlierThanIssue;
      }[];
      /** Where each resolution of an over-shipment was said. */
      readonly resolved?: readonly {
        readonly resolutionId: string;
        readonly eventId: string;
        readonly position: string;
      }[];
    }
  /**
   * Fact, once per `trackingEventId`; DELIVERED of the last parcel is the delivery, LOST and DAMAGED of goods that are known
   * to be in the parcel a loss, and what moves again was found. BUSINESS_KEY_REUSED for other content.
   */
  | {
      readonly type: 'RecordTracking';
      readonly trackingEventId: string;
      readonly contentSha256: string;
      readonly code: CarrierCode;
      readonly at: string;
      readonly tracking?: string;
      readonly place?: string;
    }
  /** Fact, once per `deliveryId`. BUSINESS_KEY_REUSED for other content, SHIPMENT_NOT_CONFIRMED when nothing has left, SHIPMENT_LOST when all of it is lost. */
  | {
      readonly type: 'RecordDelivery';
      readonly deliveryId: string;
      readonly contentSha256: string;
      readonly deliveredAt: string;
      readonly proof?: { readonly name?: string; readonly reference?: string };
    }
  /**
   * Sets goods aside for a return, once per `rmaId`. Refuses QTY_EXCEEDS_SHIPPED for more than left and is in no other
   * return, GOODS_NOT_INVOICED for more than stands on invoices (`billed`: of the shipment line), RETURN_WINDOW_CLOSED for what left more than `windowDays` before `authorisedAt`, LINE_UNKNOWN, SHIPMENT_VOIDED.
   */
  | {
      readonly type: 'ClaimReturn';
      readonly rmaId: string;
      readonly authorisedBy: string;
      readonly authorisedAt: string;
      readonly expiresOn: string;
      readonly windowDays: number;
      readonly sale: Sale;
      readonly lines: readonly {
        readonly shipmentLineId: string;
        readonly qty: string;
        readonly reason: ReturnReason;
        readonly restockingPct?: string;
        readonly billed: string;
      }[];
    }
  /**
   * Fact, from how the allocation has counted a confirmation. Once per confirmation and line. `allowed`: so much of the line may
   * be over-shipped in all; `outcome`: what the rule of the business unit makes of it within that.
   */
  | {
      readonly type: 'FindOvershipments';
      readonly confirmationId: string;
      readonly foundAt: string;
      readonly channel: string;
      readonly customerGroup: string;
      readonly region?: string;
      readonly lines: readonly {
        readonly lineId: string;
        readonly excess: string;
        readonly allowed: string;
        readonly within: boolean;
        readonly outcome?: OvershipmentOutcome;
      }[];
    }
  /**
   * Once per `resolutionId`, of what is not lost. Refuses NOT_OVERSHIPPED for what was not found or is all lost,
   * OVERSHIPMENT_RESOLVED for what was decided before, SHIPMENT_LOST while goods of its confirmation are lost and that is not
   * settled, OVERSHIP_TOLERANCE for BILL beyond the tolerance without `consent`, APPROVAL_REQUIRED for a GIFT that cost more
   * than `limit` (minor units), SHIPMENT_VOIDED.
   */
  | {
      readonly type: 'ResolveOvershipment';
      readonly resolutionId: string;
      readonly confirmationId: string;
      readonly lineId: string;
      readonly outcome: OvershipmentOutcome;
      readonly resolvedAt: string;
      readonly limit: string;
      readonly reason?: string;
      readonly consent?: string;
      readonly approvalId?: string;
    }
  /** The last `qty` of what the return has of each line are free again, once per `rmaId`. */
  | {
      readonly type: 'FreeReturn';
      readonly rmaId: string;
      readonly lines: readonly { readonly shipmentLineId: string; readonly qty: string }[];
    };
