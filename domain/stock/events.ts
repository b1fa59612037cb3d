import type { Event } from '../decider.ts';
import type { CostCorrected, UnitCostSet } from './costEvents.ts';
import type { StockTransferred } from './transferEvents.ts';

// Storage format: see `domain/order/events.ts`. The stock position is the only authority on reserved quantity.

export const stockStatuses = ['SELLABLE', 'QUARANTINE', 'DAMAGED', 'EXPIRED', 'BLOCKED'] as const;
export type StockStatus = (typeof stockStatuses)[number];

export type OrderLineRef = { readonly orderId: string; readonly lineId: string };

/** `owner`: the business unit that the goods of the node belong to; absent: its own. */
type Of<T extends string, D> = Event<
  T,
  { readonly bu: string; readonly node: string; readonly item: string; readonly owner?: string } & D
>;

/** Goods came in. `unitCost`: decimal text, repeated on every event where GL or valuation needs it. */
export type StockReceived = Of<
  'StockReceived',
  {
    readonly reference: string;
    readonly qty: string;
    readonly status: StockStatus;
    readonly supplyId?: string;
    readonly lots?: readonly string[];
    readonly unitCost: string;
    readonly currency: string;
  }
>;

/** There is more or less than the books had, by a count, a loss or a find. A fact, and posted. */
export type StockAdjusted = Of<
  'StockAdjusted',
  {
    readonly reference: string;
    /** Signed. */
    readonly qty: string;
    readonly status: StockStatus;
    readonly reason: string;
    /** The item's group at that moment, for account determination. */
    readonly itemGroup?: string;
    readonly unitCost: string;
    readonly currency: string;
    /** |qty| × unitCost, rounded once; the amount that is posted. */
    readonly cost: string;
    /**
     * The count that it follows from: what was found, and what the books had at that moment. Without figures, what the count
     * adjusted for goods that were told of after it, and had moved before, at `movedAt`, is taken back. Events of earlier
     * versions are dated by that moment and do not name it.
     */
    readonly count?: {
      readonly countId: string;
      readonly counted?: string;
      readonly booked?: string;
      readonly movedAt?: string;
    };
    /**
     * They were thrown away, which is posted as scrap (T16) and not as a loss. `takesBack`: they were not, and this is the
     * reference under which they were said to be, at `takesBackPosition` of the log, where that is known: it is posted to the
     * accounts of then.
     */
    readonly scrap?: { readonly takesBack?: string; readonly takesBackPosition?: string };
  }
>;

/**
 * What was there at `countedAt`, by status. `booked`: what the books had then, everything counted in that is recorded by now
 * and happened until then. `believed`: what the warehouse's own books had. `superseded`: a count of the same or a later
 * instant was recorded before, so nothing is adjusted.
 */
export type StockCounted = Of<
  'StockCounted',
  {
    readonly countId: string;
    readonly countedAt: string;
    readonly itemGroup?: string;
    readonly counts: readonly {
      readonly status: StockStatus;
      readonly counted: string;
      readonly booked: string;
      readonly believed?: string;
      readonly superseded?: true;
    }[];
  }
>;

/** Goods are in another condition than before; how many there are stays the same. */
export type StockStatusChanged = Of<
  'StockStatusChanged',
  {
    readonly reference: string;
    readonly qty: string;
    readonly from: StockStatus;
    readonly to: StockStatus;
    readonly reason: string;
  }
>;

export type SupplyType = 'PO' | 'TRANSFER' | 'ASN';

/** Goods are on their way, or ordered, and will be available on a day. */
export type SupplyExpected = Of<
  'SupplyExpected',
  { readonly supplyId: string; readonly type: SupplyType; readonly qty: string; readonly availableDate: string }
>;
/** The supply comes on another day or in another quantity. */
export type SupplyRescheduled = Of<
  'SupplyRescheduled',
  { readonly supplyId: string; readonly type: SupplyType; readonly qty: string; readonly availableDate: string }
>;
/** The supply will not come, or nothing more of it. */
export type SupplyCancelled = Of<'SupplyCancelled', { readonly supplyId: string; readonly reason: string }>;

/** What goods are set aside for. A cart or a quote belongs to no order: its `orderId` is the channel's reservation. */
export type Purpose = 'ORDER' | 'CART' | 'QUOTE';
export type ChannelPurpose = Exclude<Purpose, 'ORDER'>;

/**
 * `cause`: a request for stock that is there, or the fill of a queued backorder. `takenFrom`: the channel's reservation
 * that gave up as much for it in the same append.
 */
export type StockReserved = Of<
  'StockReserved',
  OrderLineRef & {
    readonly reservationId: string;
    readonly qty: string;
    readonly needDate: string;
    readonly kind: 'SOFT';
    readonly purpose: Purpose;
    readonly cause: 'REQUEST' | 'BACKORDER';
    readonly expiresAt: string | null;
    readonly takenFrom?: string;
  }
>;
/** There is less than was asked for, so nothing was reserved. */
export type ReservationRefused = Of<
  'ReservationRefused',
  OrderLineRef & { readonly reservationId: string; readonly qty: string; readonly available: string }
>;
/** The reservation is with the warehouse now: it must be asked before the goods can be had back. */
export type ReservationHardened = Of<'ReservationHardened', { readonly reservationId: string; readonly qty: string }>;
type Released = { readonly reservationId: string; readonly qty: string; readonly cause: string };
/** Of a channel's reservation; absent of an order's. */
type OfChannel = { readonly purpose?: ChannelPurpose };
/** `reference`: the report of missing goods that ended it, so that a repeat is recognised. */
export type ReservationReleased = Of<
  'ReservationReleased',
  OrderLineRef & Released & OfChannel & { readonly reference?: string }
>;
/** Nobody used the reservation in time; its goods are free. */
export type ReservationExpired = Of<
  'ReservationExpired',
  OrderLineRef & OfChannel & { readonly reservationId: string; readonly qty: string }
>;
/** `times`: how often its holder has asked for more time so far. */
export type ReservationExtended = Of<
  'ReservationExtended',
  OrderLineRef & {
    readonly reservationId: string;
    readonly purpose: ChannelPurpose;
    readonly expiresAt: string;
    readonly times: number;
  }
>;

/**
 * A line waits here for stock, in order of acceptance. `whole`: only the full quantity helps it. `held`: it helps only
 * together with other lines of its order, so this position sets nothing aside for it and it stands in nobody's way.
 */
export type BackorderQueued = Of<
  'BackorderQueued',
  OrderLineRef & {
    readonly qty: string;
    readonly needDate: string;
    readonly acceptedAt: string;
    readonly whole: boolean;
    readonly held?: true;
  }
>;
/** The line waits for so much less here: it was cancelled, or found elsewhere. */
export type BackorderWithdrawn = Of<
  'BackorderWithdrawn',
  OrderLineRef & { readonly qty: string; readonly cause: string }
>;

/** Goods of the reservation were taken from the shelf and are still here. */
export type StockPicked = Of<
  'StockPicked',
  { readonly reservationId: string; readonly qty: string; readonly pickId: string }
>;

/** Goods left. `unitCost` and `cost` are fixed here for ever. `fromReservation` ≤ qty is what the reservation covered. */
export type StockIssued = Of<
  'StockIssued',
  OrderLineRef & {
    readonly shipmentId: string;
    readonly confirmationId: string;
    readonly reservationId: string;
    readonly qty: string;
    readonly fromReservation: string;
    readonly lots: readonly string[];
    readonly serials: readonly string[];
    readonly unitCost: string;
    readonly cost: string;
    readonly currency: string;
    readonly costMethod: 'STANDARD' | 'MOVING_AVERAGE';
  }
>;

/** A shipment was voided, so the goods that it was said to have taken are on the books again. */
export type StockReinstated = Of<
  'StockReinstated',
  {
    readonly shipmentId: string;
    /** The shipment line that came back; with it a repeat is recognised. */
    readonly lineId?: string;
    /** When they were said to have left; absent on events of earlier versions. */
    readonly leftAt?: string;
    readonly qty: string;
    readonly unitCost: string;
    readonly cost: string;
    readonly currency: string;
  }
>;

/** What brought goods of a return here, or took them away again: the event that says so, which also posts them. */
type Inspected = {
  readonly rmaId: string;
  readonly inspectionEventId: string;
  readonly qty: string;
  readonly unitCost: string;
  readonly cost: string;
  readonly currency: string;
};

/** Goods that a customer sent back are here, at the cost they left with. */
export type StockReturned = Of<'StockReturned', Inspected & { readonly status: 'SELLABLE' | 'QUARANTINE' }>;

/** Returned goods that were kept apart are thrown away. */
export type StockScrapped = Of<'StockScrapped', Inspected & { readonly status: 'QUARANTINE' }>;

/**
 * A fact left fewer sellable goods than are promised (or fewer still): repair starts from here. `reservations` are those
 * that can no longer be met, newest soft ones first, then newest hard ones; `qty` is the part that is not covered, so
 * the sum is `deficit` as far as there are reservations at all.
 */
export type StockOvercommitted = Of<
  'StockOvercommitted',
  {
    readonly deficit: string;
    readonly reservations: readonly (OrderLineRef & {
      readonly reservationId: string;
      readonly qty: string;
      /** HARD: the warehouse has it; it must be asked before the reservation is given back. */
      readonly kind?: 'SOFT' | 'HARD';
    })[];
  }
>;

/** What is there may be had again by lines that wait at other nodes: the node was closed and supplies once more. */
export type StockOffered = Of<'StockOffered', { readonly cause: 'NODE_REOPENED' }>;

/** So much of the item is withheld from promising. */
export type SafetyStockSet = Of<'SafetyStockSet', { readonly qty: string }>;

export type StockEvent =
  | StockReceived
  | StockAdjusted
  | StockCounted
  | StockStatusChanged
  | SupplyExpected
  | SupplyRescheduled
  | SupplyCancelled
  | StockReserved
  | ReservationRefused
  | ReservationHardened
  | ReservationReleased
  | ReservationExpired
  | ReservationExtended
  | BackorderQueued
  | BackorderWithdrawn
  | StockPicked
  | StockIssued
  | StockReinstated
  | StockReturned
  | StockScrapped
  | StockTransferred
  | StockOvercommitted
  | StockOffered
  | SafetyStockSet
  | UnitCostSet
  | CostCorrected;
