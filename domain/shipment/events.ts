import type { Event } from '../decider.ts';
import type { OfRecipe, Recipe } from '../kit.ts';
import type { Owned } from '../ledger/intercompany.ts';
import type { EarlierThanIssue } from '../ledger/revenuePolicy.ts';
import type { Carton, ItemsPacked } from './cartonEvents.ts';
import type { LossEvent } from './lossEvents.ts';
import type { OvershipmentEvent, VoidedResolution } from './overshipmentEvents.ts';

// Storage format: see `domain/order/events.ts`.

type Of<T extends string, D> = Event<
  T,
  { readonly shipmentId: string; readonly orderId: string; readonly bu: string; readonly node: string } & D
>;

export type PlannedLine = OfRecipe & {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly reservationId: string;
};

/** A warehouse or supplier is to ship these goods. */
export type ShipmentPlanned = Of<
  'ShipmentPlanned',
  {
    /** DROPSHIP: `node` is the supplier, `releaseId` the purchase order, and no stock of ours moves. */
    readonly kind: 'WAREHOUSE' | 'DROPSHIP';
    readonly releaseId: string;
    readonly shipTo: { readonly id: string; readonly region?: string };
    readonly lines: readonly PlannedLine[];
  }
>;

/** Goods were taken from the shelf for the shipment. */
export type ItemsPicked = Of<
  'ItemsPicked',
  {
    readonly pickId: string;
    readonly lines: readonly {
      readonly lineId: string;
      readonly item: string;
      readonly qty: string;
      readonly reservationId: string;
      /** Of a kit: what was picked of each component; `qty` is how many kits are whole by it. */
      readonly components?: Recipe;
    }[];
  }
>;

/** What left of one component of a kit. `costOfKits`: of the cost of all that left of it, the part of the kits in `qty` of its line. */
export type ConfirmedComponent = {
  readonly item: string;
  readonly itemGroup?: string;
  readonly qty: string;
  readonly lots: readonly string[];
  readonly serials: readonly string[];
  readonly unitCost: string;
  readonly cost: string;
  readonly costOfKits: string;
  readonly owned?: Owned;
};

/**
 * One line of a confirmation. `cost` = f(cumulative quantity of the shipment line) − earlier amounts (R6), where f
 * extends at `unitCost` and counts what this line confirmed at that same unit cost.
 * Of a kit, `qty` counts those that became whole, `cost` is theirs, and `components` is what left.
 * `shipmentLineId` is `<lineId>`, or `<lineId>.<n>` for its n-th reservation in one shipment; unique within the shipment.
 */
export type ConfirmedLine = {
  readonly lineId: string;
  readonly shipmentLineId: string;
  readonly item: string;
  /** The item's group when it left: account determination must see the same one when the cost is recognised. */
  readonly itemGroup?: string;
  readonly reservationId: string;
  readonly qty: string;
  /** Part of `qty` beyond what this shipment still had planned for the line. */
  readonly excess: string;
  readonly lots: readonly string[];
  readonly serials: readonly string[];
  readonly unitCost: string;
  readonly cost: string;
  /** Another business unit owned them: `unitCost` and `cost` are the transfer price. Absent: they were the seller's. */
  readonly owned?: Owned;
  readonly components?: readonly ConfirmedComponent[];
};

/** Goods left, with these lots, serial numbers and parcels. A fact: it is recorded whatever was asked for. */
export type ShipmentConfirmed = Of<
  'ShipmentConfirmed',
  {
    /** Absent: from a warehouse. */
    readonly kind?: 'DROPSHIP';
    readonly confirmationId: string;
    readonly contentSha256: string;
    readonly releaseId: string;
    readonly soldTo: string;
    readonly shippedAt: string;
    readonly carrier?: string;
    readonly tracking: readonly string[];
    readonly freightCost?: { readonly amount: string; readonly currency: string };
    readonly currency: string;
    /** When its revenue is recognised, by the rules in force when it left; absent: ON_INVOICE. */
    readonly revenuePolicy?: EarlierThanIssue;
    readonly lines: readonly ConfirmedLine[];
    /** Those that left with it, with all that is in them. Absent: none is known. */
    readonly cartons?: readonly Carton[];
  }
>;

/** More left than this shipment was asked for; the excess may still be covered by open quantity of the order line. */
export type ShipmentOvershipped = Of<
  'ShipmentOvershipped',
  { readonly confirmationId: string; readonly lineId: string; readonly item: string; readonly excess: string }
>;

/** `goodsInPlace`: nothing is missing, the goods just will not leave with this shipment any more (it was voided). */
export type ShipmentShorted = Of<
  'ShipmentShorted',
  {
    readonly shortageId: string;
    readonly lines: readonly {
      readonly lineId: string;
      readonly item: string;
      readonly qty: string;
      readonly cause: string;
      readonly reservationId: string;
      /** Of a kit: what one is made of, and what of it was not found; the rest of these kits is in its place. */
      readonly components?: Recipe;
      readonly missing?: Recipe;
    }[];
    readonly releaseId: string;
    readonly goodsInPlace?: true;
  }
>;

/** The warehouse or the supplier stopped (part of) this release before it left. */
export type ShipmentReduced = Of<
  'ShipmentReduced',
  {
    /** Absent: from a warehouse. */
    readonly kind?: 'DROPSHIP';
    readonly changeId: string;
    readonly lines: readonly {
      readonly lineId: string;
      readonly item: string;
      readonly qty: string;
      readonly reservationId: string;
    }[];
  }
>;

/** What was confirmed never left: all confirmations of the shipment are taken back. */
export type ShipmentVoided = Of<
  'ShipmentVoided',
  {
    readonly reason: string;
    readonly currency: string;
    readonly confirmationIds: readonly string[];
    /** Id and log position of each `ShipmentConfirmed` that is reversed, so that T12 reverses with the account map of that moment. */
    readonly confirmed?: readonly {
      readonly confirmationId: string;
      readonly eventId: string;
      readonly position: string;
      /** As the confirmation says it. */
      readonly revenuePolicy?: EarlierThanIssue;
    }[];
    readonly lines: readonly (ConfirmedLine & { readonly confirmationId: string; readonly overshipped?: string })[];
    /** What had been decided about goods beyond the order, and is no more. Absent: nothing. */
    readonly resolutions?: readonly VoidedResolution[];
  }
>;

/** What carriers say of a parcel, in one vocabulary; a carrier's own code is translated by whoever speaks with it. */
export const carrierCodes = [
  'IN_TRANSIT',
  'OUT_FOR_DELIVERY',
  'DELAYED',
  'EXCEPTION',
  'LOST',
  'DAMAGED',
  'AVAILABLE_FOR_PICKUP',
  'RETURNING',
  'DELIVERED',
] as const;
export type CarrierCode = (typeof carrierCodes)[number];

/** `at`: the carrier's time. `late`: something newer was known, or the goods were delivered; it changes no status. */
export type CarrierStatusRecorded = Of<
  'CarrierStatusRecorded',
  {
    readonly trackingEventId: string;
    readonly contentSha256: string;
    readonly code: CarrierCode;
    readonly at: string;
    /** The parcel; absent: the whole shipment. */
    readonly tracking?: string;
    readonly place?: string;
    readonly late?: true;
  }
>;

/** Everything that has left arrived. A second one, with a proof for example, does not move the first one's time. */
export type ShipmentDelivered = Of<
  'ShipmentDelivered',
  {
    readonly deliveryId: string;
    readonly contentSha256: string;
    readonly deliveredAt: string;
    /** Some of it left under ON_DELIVERY, so its revenue is recognised now. */
    readonly earns?: true;
    /** Who took it, and where the carrier keeps the signature or picture. */
    readonly proof?: { readonly name?: string; readonly reference?: string };
    readonly lines: readonly {
      readonly lineId: string;
      readonly shipmentLineId: string;
      readonly item: string;
      readonly qty: string;
    }[];
  }
>;

export const returnReasons = [
  'DAMAGED',
  'DEFECTIVE',
  'WRONG_ITEM',
  'NOT_ORDERED',
  'NO_LONGER_NEEDED',
  'OTHER',
] as const;
export type ReturnReason = (typeof returnReasons)[number];

/**
 * Goods of one confirmation that may come back. `fromQty` counts the goods of the shipment line in the order in which they
 * left; the cost of a part of them is f(to) − f(from) over everything that the confirmation said of the line (`left…`, R6).
 */
export type ReturnablePart = {
  readonly fromQty: string;
  readonly qty: string;
  readonly unitCost: string;
  readonly leftFromQty: string;
  readonly leftQty: string;
  readonly leftCost: string;
  readonly owned?: Omit<Owned, 'cost'> & { readonly leftCost: string };
};

export type ReturnLine = {
  readonly shipmentLineId: string;
  /** The order line. */
  readonly lineId: string;
  readonly item: string;
  /** The item's group when it left: what was debited then is credited now. */
  readonly itemGroup?: string;
  readonly qty: string;
  readonly reason: ReturnReason;
  /** Percent of the net price that is kept for the work; absent: nothing. */
  readonly restockingPct?: string;
  readonly parts: readonly ReturnablePart[];
};

/** What account determination knows of a sale from its invoice: what was debited then is credited now. */
export type Sale = { readonly channel: string; readonly customerGroup: string; readonly region?: string };

/** Goods of this shipment are set aside for one return: no other return has them, and the shipment stands. */
export type ShipmentReturnClaimed = Of<
  'ShipmentReturnClaimed',
  {
    readonly rmaId: string;
    readonly soldTo: string;
    readonly currency: string;
    readonly authorisedBy: string;
    readonly authorisedAt: string;
    readonly expiresOn: string;
    readonly sale: Sale;
    readonly lines: readonly ReturnLine[];
  }
>;

/** What was set aside for a return and did not come back may be returned once more. */
export type ShipmentReturnFreed = Of<
  'ShipmentReturnFreed',
  { readonly rmaId: string; readonly lines: readonly { readonly shipmentLineId: string; readonly qty: string }[] }
>;

export type ShipmentEvent =
  | ShipmentPlanned
  | ItemsPicked
  | ItemsPacked
  | ShipmentConfirmed
  | ShipmentOvershipped
  | ShipmentShorted
  | ShipmentReduced
  | ShipmentVoided
  | CarrierStatusRecorded
  | ShipmentDelivered
  | ShipmentReturnClaimed
  | ShipmentReturnFreed
  | OvershipmentEvent
  | LossEvent;
