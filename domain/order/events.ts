import type { Event } from '../decider.ts';
import type { OfRecipe } from '../kit.ts';
import type { CancelCause, OrderChangeEvent } from './changeEvents.ts';
import type { FraudEvent } from './fraudEvents.ts';
import type { OrderPayment } from './fraudPolicy.ts';

// Storage format. A change here is a migration: optional fields may be added, anything else needs a new
// schemaVersion and an upcaster. Money is integer text in minor units, quantities integer text in base units,
// prices decimal text in major units.

export type EnteredQuantity = { readonly qty: string; readonly uom: string };

/** Exact fraction in force at order time: base = entered × num / den. */
export type StoredConversion = {
  readonly from: string;
  readonly to: string;
  readonly num: string;
  readonly den: string;
};

export type ShipTo = { readonly id: string; readonly region?: string };

export type Charge = { readonly code: string; readonly amount: string };

export type SubmittedLine = OfRecipe & {
  readonly lineId: string;
  readonly item: string;
  readonly kind: 'STOCK' | 'KIT';
  readonly qty: string;
  readonly baseUom: string;
  readonly entered: EnteredQuantity;
  readonly conversion: StoredConversion;
  readonly requestedPrice?: string;
  /** In the place of part of which it is delivered. */
  readonly originLineId?: string;
};

export type LineDiscount = {
  readonly sequence: number;
  readonly kind: string;
  readonly ratePct: string;
  readonly amount: string;
};

export type PricedLine = {
  readonly lineId: string;
  readonly unitPrice: string;
  readonly listPrice: string;
  readonly priceSource: 'LIST' | 'CONTRACT' | 'OVERRIDE';
  /** Whose rates it has; the version is that of the customer's definition, in which the contract is. */
  readonly contractId?: string;
  readonly contractVersion?: number;
  readonly discounts: readonly LineDiscount[];
  readonly gross: string;
  readonly discount: string;
  readonly net: string;
};

export type Totals = {
  readonly gross: string;
  readonly discount: string;
  readonly charges: string;
  readonly net: string;
};

/** `CHANGES`: what was asked for after the acceptance waits, and the order itself goes on. */
export type HoldScope =
  | { readonly kind: 'ORDER' }
  | { readonly kind: 'LINE'; readonly lineId: string }
  | { readonly kind: 'CHANGES' };

export type HoldType =
  | 'CREDIT'
  | 'FRAUD'
  | 'POSSIBLE_DUPLICATE_PO'
  | 'POSSIBLE_DUPLICATE'
  | 'ERP_REFUSED'
  | 'MASTER_DATA'
  | 'PRICE'
  | 'CONTRACT_TERMS'
  | 'MANUAL';

/** What the promise and everything after it needs to know of a line: repeated so that each event stands alone. */
export type AcceptedLine = OfRecipe & {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly baseUom: string;
  readonly unitPrice: string;
  /** Per cent, in sequence; applied one after the other, each rounded by itself (R3). */
  readonly discounts: readonly { readonly sequence: number; readonly kind: string; readonly ratePct: string }[];
};

/** How much came out of each open bucket of the quantity equation. */
export type OpenBuckets = {
  readonly unsourced: string;
  readonly backordered: string;
  readonly reserved: string;
  readonly allocated: string;
  /** With a supplier, on a purchase order; absent: nothing. */
  readonly dropship?: string;
};

/** A channel ordered. Quantities are in base units already; what was entered is kept beside them. */
export type OrderSubmitted = Event<
  'OrderSubmitted',
  {
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
    /** Absent: on account. */
    readonly payment?: OrderPayment;
    /** Of the customer when it was ordered; absent: of before they were kept. */
    readonly termsDays?: number;
    readonly charges: readonly Charge[];
    readonly lines: readonly SubmittedLine[];
    readonly contentSha256: string;
    /** What the channel had set aside for it before. */
    readonly reservationIds?: readonly string[];
  }
>;

/** Everything that the order names is defined, in these versions. */
export type OrderValidated = Event<
  'OrderValidated',
  {
    readonly orderId: string;
    /** Versions of the master data that this order was checked against, by `kind:id`. */
    readonly masterData: Readonly<Record<string, number>>;
  }
>;

/** What each line costs, by the price list and contract in force. */
export type OrderPriced = Event<
  'OrderPriced',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly soldTo: string;
    readonly currency: string;
    readonly priceListId: string;
    readonly priceListVersion: number;
    readonly lines: readonly PricedLine[];
    readonly charges: readonly Charge[];
    readonly totals: Totals;
  }
>;

/** The order, a line of it or its changes wait for a person or for a condition. */
export type OrderHeld = Event<
  'OrderHeld',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly soldTo: string;
    readonly holdId: string;
    readonly type: HoldType;
    readonly scope: HoldScope;
    readonly note: string;
    readonly data?: Readonly<Record<string, string>>;
  }
>;

/** What it was held for is settled, by a person or because the condition is gone. */
export type OrderHoldReleased = Event<
  'OrderHoldReleased',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly soldTo: string;
    readonly holdId: string;
    readonly type: HoldType;
    readonly reason: string;
    /** A person lets the changes that wait pass the limit. */
    readonly override?: true;
  }
>;

/** The order is ours to fulfil: no hold blocks it and its credit is reserved. */
export type OrderAccepted = Event<
  'OrderAccepted',
  {
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
    readonly lines: readonly AcceptedLine[];
    /** In which its invoices are paid, whatever becomes of the customer's; absent: those of the customer when an invoice is drafted. */
    readonly termsDays?: number;
    readonly charges: readonly Charge[];
    readonly acceptedTotal: string;
    readonly acceptedAt: string;
  }
>;

/** The ERP knows the order, under its own number. */
export type ErpOrderRegistered = Event<
  'ErpOrderRegistered',
  { readonly orderId: string; readonly erpSystem: string; readonly erpNumber: string }
>;

/** The ERP does not take the order; a hold says so. */
export type ErpOrderRefused = Event<
  'ErpOrderRefused',
  { readonly orderId: string; readonly erpSystem: string; readonly code: string; readonly detail: string }
>;

/** Somebody wants (part of) a line stopped. What can still be stopped is found out step by step. */
export type OrderLineCancelRequested = Event<
  'OrderLineCancelRequested',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly changeId: string;
    readonly lineId: string;
    readonly requestedQty: string;
    readonly reason: string;
    readonly cause?: CancelCause;
  }
>;

/** So much of the line was really stopped, out of these buckets. */
export type OrderLineCancelled = Event<
  'OrderLineCancelled',
  {
    readonly orderId: string;
    readonly changeId: string;
    readonly lineId: string;
    readonly cancelledQty: string;
    readonly from: OpenBuckets;
    readonly reason: string;
    readonly cause?: CancelCause;
  }
>;

/** So much of the line could not be stopped any more. */
export type OrderLineCancelRefused = Event<
  'OrderLineCancelRefused',
  {
    readonly orderId: string;
    readonly changeId: string;
    readonly lineId: string;
    readonly refusedQty: string;
    readonly reason: string;
  }
>;

/** Cumulative; falls only by a void or a loss, named in `voids`. `gifted`: never billed, absent: as before. A `reference` counts once. */
export type OrderLineProgressed = Event<
  'OrderLineProgressed',
  {
    readonly orderId: string;
    readonly lineId: string;
    readonly shipped: string;
    readonly invoiced: string;
    readonly gifted?: string;
    readonly reference?: string;
    readonly voids?: { readonly shipmentId?: string; readonly lossId?: string; readonly invoiceId?: string };
  }
>;

/** Nothing of the order is open: everything left and was billed, or was cancelled. */
export type OrderClosed = Event<
  'OrderClosed',
  { readonly orderId: string; readonly bu: string; readonly soldTo: string }
>;

export type OrderEvent =
  | OrderSubmitted
  | OrderValidated
  | OrderPriced
  | OrderHeld
  | OrderHoldReleased
  | OrderAccepted
  | ErpOrderRegistered
  | ErpOrderRefused
  | OrderLineCancelRequested
  | OrderLineCancelled
  | OrderLineCancelRefused
  | OrderLineProgressed
  | OrderClosed
  | OrderChangeEvent
  | FraudEvent;
