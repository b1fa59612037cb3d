import type { DropShipConfirmed, DropShipRefused } from '../dropShip/events.ts';
import type { OfDropShip } from './stepPayloads.ts';

/** What is done about purchase orders to suppliers; see `steps.ts`. */
export type DropShipStep =
  /** RecordDropShipRefused, which sends the quantity back to sourcing; a shipment that is planned plans it no longer. */
  | { readonly step: 'returnFromDropShip'; readonly payload: DropShipRefused['data'] }
  /** PlanShipment of kind DROPSHIP with the first ship notice, then ConfirmShipment, which bills the customer as every shipment does. */
  | {
      readonly step: 'recordDropShipment';
      readonly payload: DropShipConfirmed['data'] & { readonly noticeEventId: string };
    }
  /** What was cancelled is not planned any more by its shipment. */
  | {
      readonly step: 'reduceDropShipment';
      readonly payload: {
        readonly bu: string;
        readonly shipmentId: string;
        readonly changeId: string;
        readonly lines: readonly { readonly lineId: string; readonly qty: string }[];
      };
    }
  /** As `stopRelease`, of a supplier: what it has not acknowledged is taken back; CancelDropShip decides (goods that left have won), then Deallocate and RecordCancel. */
  | { readonly step: 'stopDropShip'; readonly payload: OfDropShip & { readonly changeId: string } };
