import type { Charge, HoldScope, HoldType } from '../../domain/order/events.ts';
import type { FraudStatus } from '../../domain/order/fraudCheck.ts';
import type { OrderPayment } from '../../domain/order/fraudPolicy.ts';
import type { LineBuckets, LineStatus, OrderStatus } from '../../domain/order/quantities.ts';
import type { QuantityMeaning } from '../../domain/order/quantityMeaning.ts';

export type SubmitOrderInput = {
  readonly bu: string;
  readonly channel: string;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly billTo?: string;
  readonly shipTo: { readonly id: string };
  readonly currency: string;
  readonly requestedDate: string;
  readonly shipComplete: boolean;
  readonly allowSplit: boolean;
  readonly allowSubstitute: boolean;
  readonly incoterm?: string;
  readonly payment?: OrderPayment;
  readonly charges: readonly Charge[];
  /** What was set aside for it before. */
  readonly reservationIds?: readonly string[];
  readonly lines: readonly {
    readonly lineId: string;
    readonly item: string;
    readonly qty: string;
    readonly uom: string;
    readonly requestedPrice?: string;
  }[];
};

/** The order as the write side knows it at the moment of the answer; shaped like the read model's. */
export type CapturedOrder = {
  /** Of an order that was captured before: up to where it is told. Absent: up to the receipt. */
  readonly asOfPosition?: string;
  readonly orderId: string;
  readonly bu: string;
  readonly channel: string;
  readonly status: OrderStatus;
  readonly revision: number;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly currency: string;
  readonly requestedDate: string;
  readonly totals: {
    readonly gross: string;
    readonly discount: string;
    readonly charges: string;
    readonly net: string;
  };
  /** Absent: it is not checked. */
  readonly fraudCheck?: FraudStatus;
  readonly erpNumber: string | null;
  readonly holds: readonly {
    readonly holdId: string;
    readonly type: HoldType;
    readonly note: string;
    readonly lineId: string | null;
    readonly scope: HoldScope['kind'];
  }[];
  readonly lines: readonly {
    readonly lineId: string;
    readonly originLineId: string | null;
    readonly item: string;
    readonly uom: string;
    readonly status: LineStatus;
    readonly unitPrice: string;
    readonly buckets: LineBuckets;
  }[];
};

export type StockMovementInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly kind: 'RECEIPT' | 'ADJUSTMENT';
  readonly qty: string;
  readonly uom: string;
  readonly unitCost?: string;
  readonly reason?: string;
  readonly reference: string;
  /** Of goods that were scrapped and are there after all: under which reference they were. */
  readonly takesBack?: string;
  readonly supplyId?: string;
  readonly status?: 'SELLABLE' | 'QUARANTINE' | 'DAMAGED' | 'EXPIRED' | 'BLOCKED';
};

export type StatusChangeInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly qty: string;
  readonly uom: string;
  /** SCRAPPED is no status of goods that are there: they leave the books, or come back to them. */
  readonly from: NonNullable<StockMovementInput['status']> | 'SCRAPPED';
  readonly to: NonNullable<StockMovementInput['status']> | 'SCRAPPED';
  readonly reason: string;
  readonly reference: string;
  /** From SCRAPPED: under which reference they were scrapped. */
  readonly takesBack?: string;
};

export type SupplyInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly supplyId: string;
  readonly type: 'PO' | 'TRANSFER' | 'ASN';
  readonly qty: string;
  readonly uom: string;
  readonly availableDate: string;
};

export type SafetyStockInput = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly qty: string;
};

export type ConfirmationInput = {
  readonly shipmentId: string;
  readonly confirmationId: string;
  readonly shippedAt: string;
  readonly carrier?: string;
  readonly tracking: readonly string[];
  readonly freightCost?: { readonly amount: string; readonly currency: string };
  readonly lines: readonly {
    readonly orderId: string;
    readonly lineId: string;
    readonly qty: string;
    readonly uom: string;
    readonly lots: readonly string[];
    readonly serials: readonly string[];
  }[];
};

/** A quantity of one order line. */
export type Keyed = { readonly orderId: string; readonly lineId: string; readonly qty: string; readonly uom?: string };

/** A definition without what the service adds itself. */
export type Definition<E extends { data: object }> = Omit<E['data'], 'version' | 'contentSha256' | 'approvalId'>;

/** The stream revision that the caller has seen; another one is refused REVISION_MISMATCH. */
export type WithRevision = { readonly ifMatch?: number };

/** Whose order it is and what it is held by: all that says who may do something about it. */
export type OrderHolds = {
  readonly bu: string;
  readonly soldTo: string;
  readonly open: readonly { readonly holdId: string; readonly type: string }[];
};

export type AddLinesInput = {
  readonly orderId: string;
  readonly reason: string;
  readonly lines: SubmitOrderInput['lines'];
};

/** Without a quantity: all that can be stopped of the line. */
export type CancelledLine = { readonly lineId: string; readonly qty?: string };

/** `qty` of the line in `uom` of its item is to be delivered as another item, on a line of its own. */
export type SubstituteLineInput = {
  readonly orderId: string;
  readonly lineId: string;
  readonly qty: string;
  readonly uom: string;
  readonly item: string;
  readonly newLineId: string;
  readonly consent?: { readonly reference: string };
  readonly reason: string;
};

/** `qty` is what the line is to come to, what was cancelled left out. */
export type ChangeLineInput = {
  readonly orderId: string;
  readonly lineId: string;
  readonly qty: string;
  readonly uom: string;
  /** Absent: what the line is to come to. */
  readonly meaning?: QuantityMeaning;
  readonly reason: string;
};
