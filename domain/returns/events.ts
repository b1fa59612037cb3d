import type { Event } from '../decider.ts';
import type { Owned } from '../ledger/intercompany.ts';
import type { ReturnLine, Sale } from '../shipment/events.ts';

// Storage format: see `domain/order/events.ts`. Stream `return-<bu>.<rmaId>`.

/**
 * What becomes of goods that a customer sends back: sold again, kept apart until somebody decides, thrown away, sent on to
 * the supplier; or the customer keeps them, and they never come.
 */
export const dispositions = ['RESTOCK', 'QUARANTINE', 'SCRAP', 'RETURN_TO_VENDOR', 'KEEP'] as const;
export type Disposition = (typeof dispositions)[number];

type Of<T extends string, D> = Event<
  T,
  {
    readonly rmaId: string;
    readonly bu: string;
    readonly orderId: string;
    readonly shipmentId: string;
    /** Where the goods left from and are expected. */
    readonly node: string;
  } & D
>;

/** Goods may be sent back, in these quantities and until then. */
export type ReturnAuthorised = Of<
  'ReturnAuthorised',
  {
    readonly soldTo: string;
    readonly currency: string;
    readonly authorisedBy: string;
    readonly authorisedAt: string;
    /** The last day on which the goods are expected. */
    readonly expiresOn: string;
    readonly sale: Sale;
    readonly lines: readonly ReturnLine[];
  }
>;

/** `unexpected`: more than was authorised, another item, or after the return had ended. Nothing is decided about such goods here. */
export type ReturnReceived = Of<
  'ReturnReceived',
  {
    readonly receiptId: string;
    readonly contentSha256: string;
    readonly receivedAt: string;
    readonly unexpected: boolean;
    readonly lines: readonly {
      /** Null: an item that the return does not have. */
      readonly shipmentLineId: string | null;
      readonly lineId: string | null;
      readonly item: string;
      readonly qty: string;
    }[];
  }
>;

/**
 * Goods of one line that left at one unit cost. `from`: they were in quarantine, and this is the later decision. `cost` is
 * what they left with, for ever (minor units).
 */
export type ReturnInspected = Of<
  'ReturnInspected',
  {
    readonly inspectionId: string;
    readonly contentSha256: string;
    readonly inspectedAt: string;
    readonly inspectedBy: string;
    readonly soldTo: string;
    readonly currency: string;
    readonly sale: Sale;
    readonly shipmentLineId: string;
    readonly lineId: string;
    readonly item: string;
    readonly itemGroup?: string;
    readonly qty: string;
    readonly disposition: Disposition;
    readonly from?: 'QUARANTINE';
    readonly unitCost: string;
    readonly cost: string;
    /** Another business unit owned them: `cost` is the transfer price that they were sold at. */
    readonly owned?: Owned;
  }
>;

/**
 * A credit memo gave back what was looked at of these lines, at what it was billed at (minor units). Goods of several
 * confirmations are on several invoices, and are looked at over several days: a return may have several credit memos.
 */
export type ReturnCredited = Of<
  'ReturnCredited',
  {
    readonly creditMemoId: string;
    readonly invoiceId: string;
    readonly number: string;
    readonly issueDate: string;
    readonly currency: string;
    readonly total: string;
    /** Kept back for the work. */
    readonly restockingFee: string;
    readonly lines: readonly {
      readonly shipmentLineId: string;
      readonly lineId: string;
      readonly qty: string;
      readonly net: string;
      readonly tax: string;
      /** Its share of `restockingFee`; absent: none. */
      readonly fee?: string;
    }[];
  }
>;

type Ended = {
  /** Every line, with what did not come back of it and may be returned once more. */
  readonly lines: readonly { readonly shipmentLineId: string; readonly lineId: string; readonly freedQty: string }[];
};

/** Nothing came within the time. */
export type ReturnExpired = Of<'ReturnExpired', Ended & { readonly expiresOn: string }>;
/** Nothing more is expected of the return: it is credited, or it came to nothing. */
export type ReturnClosed = Of<'ReturnClosed', Ended & { readonly closedBy: string; readonly reason: string }>;

export type ReturnEvent =
  | ReturnAuthorised
  | ReturnReceived
  | ReturnInspected
  | ReturnCredited
  | ReturnExpired
  | ReturnClosed;
