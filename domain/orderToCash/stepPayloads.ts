import type { ReleaseLine } from '../allocation/events.ts';
import type { SettledBy } from '../credit/events.ts';
import type { Owned } from '../ledger/intercompany.ts';
import type { ShipTo } from '../order/events.ts';
import type { ConfirmedComponent } from '../shipment/events.ts';
import type { Place } from '../stock/place.ts';

// Parts of the payloads in `steps.ts`. Quantities are integer text in base units, amounts integer text in minor units.

export type OfOrder = { readonly orderId: string; readonly bu: string };

/** Master data as new as this place in the log are needed; absent: those that are known. */
export type SinceDefined = { readonly definedAt?: string };

export type ConfirmedPart = {
  readonly lineId: string;
  readonly item: string;
  readonly reservationId: string;
  readonly qty: string;
  readonly lots: readonly string[];
  readonly serials: readonly string[];
  readonly unitCost: string;
  readonly cost: string;
  /** Another business unit's, to which they had this cost; the one above is the transfer price. */
  readonly owned?: Owned;
  /** Of a kit: what left of each component. */
  readonly components?: readonly ConfirmedComponent[];
};

/** (fromQty, fromQty + qty] of the order line is billed by this invoice line; `cost` is its share of the shipped cost. */
export type BilledPart = {
  readonly lineId: string;
  readonly item: string;
  readonly fromQty: string;
  readonly qty: string;
  readonly cost: string;
  /** Where it matters which of the line's goods in one confirmation are meant. */
  readonly shipmentLineId?: string;
};

export type PlannedInvoice = {
  readonly invoiceId: string;
  /** The order's freight and other charges go on the first invoice of the order. */
  readonly withCharges: boolean;
  readonly lines: readonly BilledPart[];
};

/** A purchase order for goods of an order. */
export type OfDropShip = OfOrder & { readonly poId: string; readonly supplier: string };

export type WaitingLine = {
  readonly orderId: string;
  readonly lineId: string;
  readonly node: string;
  readonly qty: string;
  readonly needDate: string;
  readonly acceptedAt: string;
  readonly whole: boolean;
  /** Taken only together with the other lines of its order. */
  readonly held?: true;
};

/** What an issued invoice adds to its customer's receivables; `net` is goods and charges without tax. */
export type InvoicedAmount = {
  readonly customer: string;
  readonly currency: string;
  readonly amount: string;
  readonly net: string;
  readonly issuedAt: string;
};

export type OfInvoice = OfOrder & { readonly invoiceId: string };
/** So much less is owed for an invoice; below zero: more. */
export type SettledAmount = OfInvoice & {
  readonly customer: string;
  readonly currency: string;
  readonly settlementId: string;
  readonly cause: SettledBy;
  readonly amount: string;
};
export type OfCreditMemo = OfInvoice & { readonly creditMemoId: string };
/** `softClosedAt`: where in the log. */
export type OfSoftClose = {
  readonly bu: string;
  readonly ledger: string;
  readonly period: string;
  readonly softClosedAt: string;
};
/** Goods of one inspection, and what becomes of them at the stock position. */
export type ReturnedGoods = Place & {
  readonly rmaId: string;
  readonly inspectionEventId: string;
  readonly qty: string;
  readonly unitCost: string;
  readonly cost: string;
  readonly currency: string;
  readonly inspectedAt: string;
  readonly movement: 'SELLABLE' | 'QUARANTINE' | 'RESTOCK' | 'SCRAP';
};
export type OfBatch = { readonly bu: string; readonly batchId: string };
export type ReleasePayload = OfOrder & {
  readonly releaseId: string;
  readonly shipmentId: string;
  readonly node: string;
  readonly shipTo: ShipTo;
  readonly lines: readonly ReleaseLine[];
};
