import type { Event } from '../decider.ts';
import type { OfRecipe } from '../kit.ts';
import type { OpenBuckets } from '../order/events.ts';
import type { LineReturnedFromDropShip, LineRoutedToDropShip } from './dropShipEvents.ts';
import type { OvershipmentGifted } from './giftEvents.ts';
import type { PromiseChanged } from './promiseEvents.ts';

// Storage format: see `domain/order/events.ts`.

/** Quantities of a kit are whole kits, all components of one from one node. */
export type AllocationLine = OfRecipe & { readonly lineId: string; readonly item: string; readonly qty: string };

export type Pick = { readonly node: string; readonly qty: string; readonly shipDate: string; readonly peg: 'ON_HAND' };

export type Candidate = {
  readonly node: string;
  readonly priority: number;
  /** Of the node's definition, which says its priority; absent on events of earlier versions. */
  readonly nodeVersion?: number;
  readonly available: string;
  readonly rejectedBy: string | null;
};

/** Part of one warehouse release: what one node is asked to ship for one order. */
export type ReleaseLine = OfRecipe & {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly reservationId: string;
};

/** Part of one reservation, base units. */
export type ReservationPart = { readonly reservationId: string; readonly qty: string };

/**
 * What stock positions must still be told: reservations that are no longer needed (`releaseId`: it was with a warehouse
 * that has stopped it), and places in backorder queues.
 */
export type GivenBack = {
  readonly reservations: readonly {
    readonly reservationId: string;
    readonly node: string;
    readonly qty: string;
    readonly releaseId?: string;
  }[];
  readonly queued: readonly { readonly node: string; readonly qty: string }[];
};

type Of<T extends string, D> = Event<T, { readonly orderId: string; readonly bu: string } & D>;

/** What an accepted order wants of each of its stocked lines; from here on it is sourced, reserved and released. */
export type AllocationStarted = Of<
  'AllocationStarted',
  {
    readonly lines: readonly AllocationLine[];
    readonly shipComplete: boolean;
    readonly allowSplit: boolean;
    readonly requestedDate: string;
    readonly acceptedAt: string;
    readonly shipTo: { readonly id: string; readonly region?: string };
    /** Whether the ERP must know the order before goods are released (decision 4 of the product). */
    readonly erpGate: boolean;
  }
>;

/** The order has more of a line, or a new one: new → unsourced. Moves no bucket by itself: the order's own event does. */
export type AllocationDemandAdded = Of<
  'AllocationDemandAdded',
  {
    readonly lines: readonly (AllocationLine & {
      /** What is open of the line afterwards, once goods of it left that their release did not hold. */
      readonly open?: OpenBuckets;
    })[];
  }
>;

/** The ERP knows the order: goods may be released. */
export type ErpGateOpened = Of<'ErpGateOpened', unknown>;

/**
 * Sum of picks + shortage = demand. `promisedDate` is the latest ship date of the parts that have one. `explanation`
 * holds sentences a planner can read.
 */
export type SourcingDecided = Of<
  'SourcingDecided',
  {
    readonly decisionId: string;
    readonly lineId: string;
    readonly item: string;
    readonly demand: string;
    readonly picks: readonly Pick[];
    readonly shortage: string;
    readonly candidates: readonly Candidate[];
    readonly policyVersion: number;
    readonly promisedDate: string | null;
    readonly explanation: readonly string[];
  }
>;

/** unsourced → reserved, or backordered → reserved (`from`). */
export type AllocationReserved = Of<
  'AllocationReserved',
  {
    readonly lineId: string;
    readonly item: string;
    readonly reservationId: string;
    readonly node: string;
    readonly qty: string;
    readonly from: 'UNSOURCED' | 'BACKORDERED';
    /** When it can leave its node; absent on events of earlier versions. */
    readonly shipDate?: string;
  }
>;

/** A stock position had less than was wanted when it was asked; the line is sourced again. */
export type AllocationReservationFailed = Of<
  'AllocationReservationFailed',
  {
    readonly lineId: string;
    readonly item: string;
    readonly node: string;
    readonly qty: string;
    readonly availableNow: string;
  }
>;

/** unsourced → backordered. The line now waits in the queue of `node`'s stock position. */
export type LineBackordered = Of<
  'LineBackordered',
  {
    readonly lineId: string;
    readonly item: string;
    readonly qty: string;
    readonly node: string;
    readonly reason: string;
    /** When goods for it are available, or null. */
    readonly expectedDate: string | null;
    /** When they can leave `node`; absent when nothing is expected and on events of earlier versions. */
    readonly shipDate?: string;
    /** Set when `expectedDate` comes from the item's lead time instead of from announced supply. */
    readonly leadTimeDays?: number;
  }
>;

/** reserved → allocated, for all lines that leave one node together. The shipment carries the same lines. */
export type AllocationReleased = Of<
  'AllocationReleased',
  {
    readonly releaseId: string;
    readonly shipmentId: string;
    readonly node: string;
    readonly lines: readonly ReleaseLine[];
    readonly shipTo: { readonly id: string; readonly region?: string };
  }
>;

/** The warehouse has the release and will pick it. */
export type WarehouseAccepted = Of<
  'WarehouseAccepted',
  {
    readonly releaseId: string;
    readonly shipmentId: string;
    readonly node: string;
    readonly warehouseReference: string;
  }
>;

/** allocated → unsourced for every line of the release. */
export type WarehouseRefused = Of<
  'WarehouseRefused',
  {
    readonly releaseId: string;
    readonly shipmentId: string;
    readonly node: string;
    readonly code: string;
    readonly lines: readonly ReleaseLine[];
  }
>;

/** What a confirmation took from each bucket; recorded so that this stream alone tells what is still open. Moves no bucket by itself: `ShipmentConfirmed` does. */
export type AllocationFulfilled = Of<
  'AllocationFulfilled',
  {
    readonly releaseId: string;
    readonly confirmationId: string;
    readonly lines: readonly (GivenBack & {
      readonly lineId: string;
      readonly item: string;
      readonly qty: string;
      readonly from: OpenBuckets;
      readonly overshipped: string;
      /** Which reservations of its release the goods left from; absent on events of earlier versions. */
      readonly leftFrom?: readonly ReservationPart[];
      /** What is open of the line after all of it, once goods of the line left that their release did not hold. */
      readonly open?: OpenBuckets;
    })[];
  }
>;

/** allocated → unsourced. `shortQty` is what the warehouse was still asked for; what another shipment has covered meanwhile is not wanted any more and moves nothing. */
export type AllocationShorted = Of<
  'AllocationShorted',
  {
    readonly releaseId: string;
    readonly shipmentId: string;
    readonly shortageId: string;
    readonly lineId: string;
    readonly item: string;
    readonly reservationId: string;
    readonly node: string;
    readonly shortQty: string;
    readonly cause: string;
  }
>;

/**
 * Quantity given up by this allocation for a cancellation, taken from the named buckets. Moves no bucket by itself:
 * `OrderLineCancelled` does, with the same figures.
 */
export type AllocationReleasedBack = Of<
  'AllocationReleasedBack',
  GivenBack & {
    readonly changeId: string;
    readonly lineId: string;
    readonly item: string;
    readonly from: OpenBuckets;
    /** What this change still has to ask of warehouses for this line, after this event. */
    readonly toStop: readonly {
      readonly releaseId: string;
      readonly shipmentId: string;
      readonly node: string;
      /** It is with a supplier: `releaseId` is a purchase order. */
      readonly supplier?: true;
      readonly qty: string;
    }[];
    readonly cause: 'CANCEL';
    /** The purchase order that the drop-shipped part was taken out of. */
    readonly poId?: string;
  }
>;

/**
 * shipped → unsourced after a voided shipment, or after a loss on the way (`lossId`); recorded so that the line can be sourced
 * again. After a void it moves no bucket by itself: `ShipmentVoided` does.
 */
export type AllocationReopened = Of<
  'AllocationReopened',
  {
    readonly shipmentId: string;
    readonly lossId?: string;
    readonly lines: readonly {
      readonly lineId: string;
      readonly qty: string;
      readonly overshipped: string;
      /** After a loss, of `overshipped` what had been given away. */
      readonly gifted?: string;
      /** What is open of the line afterwards; absent on events of earlier versions. */
      readonly open?: OpenBuckets;
    }[];
  }
>;

/** reserved → unsourced, or backordered → unsourced: the stock position no longer holds it, or all is given back because the order ships complete only. */
export type AllocationReservationLost = Of<
  'AllocationReservationLost',
  {
    readonly lineId: string;
    readonly item: string;
    readonly reservationId: string;
    readonly node: string;
    readonly qty: string;
    readonly from: 'RESERVED' | 'BACKORDERED';
    readonly cause: string;
  }
>;

/** No node could supply what is unsourced of this order, and one can now. Moves no bucket; the line is to be sourced again. */
export type SourcingReopened = Of<'SourcingReopened', { readonly cause: string }>;

export type AllocationEvent =
  | AllocationStarted
  | AllocationDemandAdded
  | ErpGateOpened
  | SourcingDecided
  | AllocationReserved
  | AllocationReservationFailed
  | LineBackordered
  | PromiseChanged
  | AllocationReleased
  | LineRoutedToDropShip
  | LineReturnedFromDropShip
  | WarehouseAccepted
  | WarehouseRefused
  | AllocationFulfilled
  | AllocationShorted
  | AllocationReleasedBack
  | AllocationReopened
  | OvershipmentGifted
  | AllocationReservationLost
  | SourcingReopened;
