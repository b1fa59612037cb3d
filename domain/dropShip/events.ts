import type { Event } from '../decider.ts';
import type { ShipTo } from '../order/events.ts';

// Storage format: see `domain/order/events.ts`. `poId` is the number under which the supplier has it from us.

type Of<T extends string, D> = Event<
  T,
  { readonly poId: string; readonly bu: string; readonly orderId: string; readonly supplier: string } & D
>;

export type DropShipLine = {
  /** The order line. */
  readonly lineId: string;
  readonly item: string;
  /** The item's group when it was ordered: what is accrued in an account is relieved there. */
  readonly itemGroup?: string;
  readonly qty: string;
  readonly unitCost: string;
};

/** A supplier is asked to deliver lines of an order to the customer by itself. */
export type DropShipPlaced = Of<
  'DropShipPlaced',
  {
    /** Where ship notices are recorded. */
    readonly shipmentId: string;
    readonly soldTo: string;
    readonly shipTo: ShipTo;
    readonly currency: string;
    readonly requestedDate: string;
    readonly placedAt: string;
    readonly lines: readonly DropShipLine[];
  }
>;

/** The supplier will deliver this much, by the day it says. */
export type DropShipAcknowledged = Of<
  'DropShipAcknowledged',
  {
    readonly acknowledgementId: string;
    readonly contentSha256: string;
    readonly supplierReference?: string;
    readonly lines: readonly { readonly lineId: string; readonly qty: string; readonly shipDate?: string }[];
  }
>;

/** The supplier will not deliver this much of what it still had open. */
export type DropShipRefused = Of<
  'DropShipRefused',
  {
    readonly acknowledgementId: string;
    readonly contentSha256: string;
    readonly shipmentId: string;
    readonly lines: readonly {
      readonly lineId: string;
      readonly item: string;
      readonly qty: string;
      readonly code: string;
    }[];
  }
>;

/** Goods left the supplier. `excess`: part of `qty` beyond what was still open; `cost` = f(to) − f(from) over the line at its unit cost (R6). */
export type DropShipConfirmed = Of<
  'DropShipConfirmed',
  {
    readonly supplierAsn: string;
    readonly contentSha256: string;
    readonly shipmentId: string;
    readonly shippedAt: string;
    readonly carrier?: string;
    readonly tracking: readonly string[];
    readonly lines: readonly {
      readonly lineId: string;
      readonly item: string;
      readonly qty: string;
      readonly excess: string;
      readonly cost: string;
      readonly lots: readonly string[];
      readonly serials: readonly string[];
    }[];
  }
>;

/**
 * A supplier's bill for goods that left. `accrued` is what these goods stand in the accrual for, minor units;
 * `variance` = billed − accrued.
 */
export type SupplierBillMatched = Of<
  'SupplierBillMatched',
  {
    readonly billId: string;
    readonly contentSha256: string;
    readonly shipmentId: string;
    readonly billDate: string;
    readonly currency: string;
    readonly billed: string;
    readonly accrued: string;
    readonly variance: string;
    readonly lines: readonly {
      readonly lineId: string;
      readonly item: string;
      readonly itemGroup?: string;
      readonly qty: string;
      readonly billed: string;
      readonly accrued: string;
      readonly variance: string;
    }[];
  }
>;

/** The supplier stopped this much before it left. */
export type DropShipCancelled = Of<
  'DropShipCancelled',
  {
    readonly changeId: string;
    readonly shipmentId: string;
    readonly lines: readonly { readonly lineId: string; readonly item: string; readonly qty: string }[];
  }
>;

export type DropShipEvent =
  | DropShipPlaced
  | DropShipAcknowledged
  | DropShipRefused
  | DropShipConfirmed
  | SupplierBillMatched
  | DropShipCancelled;
