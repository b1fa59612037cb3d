import type { Event } from '../decider.ts';
import type { QuantityMeaning } from '../order/quantityMeaning.ts';

// Storage format: see `domain/order/events.ts`. Stream: inbox-<bu>.<partner>.<ISA13>, one interchange of one partner: that the
// stream is there is how a repeated one is known, for ever.

/** Whose interchange it is; `soldTo` is the customer that the partner speaks for. */
type OfInterchange = {
  readonly bu: string;
  readonly partner: string;
  readonly soldTo: string;
  /** ISA13 as it was sent, nine digits. */
  readonly interchange: string;
};

type OfSet = OfInterchange & {
  /** Where it stands, group and set counted from 1: `1.2`. Control numbers may be missing or the same. */
  readonly place: string;
  /** GS06, ST02 and ST01 as they were sent. */
  readonly group: string;
  readonly set: string;
  readonly kind: string;
};

/** What is wrong with a place of a transaction set, also in the codes of X12 (data elements 720 and 723). */
export type SetError = {
  readonly code: string;
  readonly detail: string;
  readonly segment: string;
  /** Counted from ST, which is 1; of a segment that is missing: where it was looked for. */
  readonly segmentNo: number;
  /** Counted from 1; null: the segment as a whole. */
  readonly elementNo: number | null;
  /** Its number in the dictionary. */
  readonly dataElement: string | null;
  readonly x12Code: string;
};

/** More than this is not told of one set. */
export const setErrorsMax = 100;

export type GroupReceived = {
  /** GS01, GS06 and GS08. */
  readonly functionalId: string;
  readonly group: string;
  readonly x12Version: string;
  /** How many sets its GE tells of; null: it does not. */
  readonly setsTold: number | null;
  /** Codes of data element 716: none of its sets is taken. */
  readonly groupErrors: readonly string[];
  readonly sets: readonly {
    readonly kind: string;
    readonly set: string;
    /** Codes of data element 718: the set is not taken. */
    readonly setErrors: readonly string[];
  }[];
};

/** Bytes of a partner that can be trusted as a whole, before anything is made of them. */
export type InterchangeReceived = Event<
  'InterchangeReceived',
  OfInterchange & {
    readonly receptionId: string;
    readonly payloadSha256: string;
    readonly groups: readonly GroupReceived[];
  }
>;

/** The same bytes again: nothing of it is done again, but it is answered again. */
export type InterchangeRepeated = Event<
  'InterchangeRepeated',
  OfInterchange & { readonly receptionId: string; readonly payloadSha256: string }
>;

/** One change that an 860 asks for; in the units it names. `lineId` null: all that is open of the order. */
export type AskedChange = {
  readonly kind: 'ADD' | 'QTY' | 'CANCEL';
  readonly lineId: string | null;
  readonly item: string | null;
  readonly qty: string | null;
  readonly uom: string | null;
  /** What `qty` is; absent: what the line is to come to. */
  readonly meaning?: QuantityMeaning;
  readonly changeId: string;
  /** The code by which the order refused it at once; null: it was asked, and its change tells what comes of it. */
  readonly refusal: string | null;
};

/**
 * `REPEATED`: the purchase order was there already, with the same content. `CHANGE`: an 860, whose order was asked for
 * `changes`; an 865 tells what came of them.
 */
export type TransactionSetTaken = Event<
  'TransactionSetTaken',
  OfSet & {
    readonly outcome: 'ORDER' | 'REPEATED' | 'CHANGE';
    readonly changes?: readonly AskedChange[];
    readonly customerPo: string;
    readonly orderId: string;
    /** Types of the holds that the order is kept under. */
    readonly holds: readonly string[];
    /** Segments that say what an order here has no place for. */
    readonly unused: readonly string[];
    readonly mappingVersion: string;
  }
>;

/** A set of the interchange is not taken, and the partner is told why, place by place. */
export type TransactionSetRejected = Event<
  'TransactionSetRejected',
  OfSet & {
    /** Null where the set does not say it. */
    readonly customerPo: string | null;
    readonly setErrors: readonly string[];
    readonly errors: readonly SetError[];
    readonly mappingVersion: string;
  }
>;

/**
 * What a partner says of documents that it was sent. A 997 is about a group: AK901 and AK501 are A, E, P, R and so on. A TA1
 * is about an interchange as a whole (A, E or R), stands in no group, and its place is that of a group 0: `0.1`.
 */
export type AcknowledgementReceived = Event<
  'AcknowledgementReceived',
  OfSet & {
    /** GS01 of the group that it is about; null: a TA1. */
    readonly functionalId: string | null;
    /** GS06 of that group, or ISA13 of the interchange, as they sent it. */
    readonly acknowledgedGroup: string;
    readonly status: string;
    /** TA105, what is wrong with the interchange. Absent of a 997. */
    readonly noteCode?: string;
    /** AK2 to AK5 as they were sent, for who looks into it. */
    readonly sets: readonly {
      readonly kind: string;
      readonly set: string;
      readonly status: string;
      readonly detail: string;
    }[];
  }
>;

/** One W12 of a 945, in the words of the warehouse: whole numbers of its unit, an item by the number that it has there. */
export type AdvisedLine = {
  /** N9 LI, where it sends our line back; null: the item alone says which line is meant. */
  readonly lineId: string | null;
  readonly qualifier: string;
  readonly item: string;
  /** W12-01: what becomes of a difference. */
  readonly status: string;
  /** W12-19, why there is one; null: it does not say. */
  readonly code: string | null;
  readonly asked: string;
  readonly shipped: string;
  readonly uom: string;
  readonly lots: readonly string[];
  readonly serials: readonly string[];
  /** Of the carton that it lies in, from MAN; absent: none is told of. */
  readonly sscc?: string;
  readonly tracking?: string;
};

/**
 * What a warehouse says of goods that it was told to ship (945), whole and before anything was made of it: nothing of it counts
 * before it is taken to its shipment, which may be later.
 */
export type ShippingAdviceReceived = Event<
  'ShippingAdviceReceived',
  OfSet & {
    /** W06-02: the number of the 940 that it answers. */
    readonly number: string;
    /** Those of that 940; null: this partner was sent none under that number. */
    readonly shipmentId: string | null;
    readonly orderId: string | null;
    /** W06-04, their number of the shipment; null: it has none. */
    readonly reference: string | null;
    /** The same for the same advice, in whatever interchange it comes. */
    readonly confirmationId: string;
    readonly shippedAt: string;
    readonly carrier?: string;
    readonly tracking: readonly string[];
    readonly lines: readonly AdvisedLine[];
    /** Segments that say what has no place here. */
    readonly unused: readonly string[];
    readonly mappingVersion: string;
  }
>;

/** What a warehouse says of its stock (846), which is a snapshot of one of its nodes now. */
export type StockReportTaken = Event<
  'StockReportTaken',
  OfSet & {
    readonly node: string;
    readonly snapshotId: string;
    /** Segments that say what has no place here. */
    readonly unused: readonly string[];
    readonly mappingVersion: string;
  }
>;

/** A document that was made, and the hash of its bytes. */
export type AnsweringDocument = { readonly documentId: string; readonly payloadSha256: string };

/** The 997 to one reception is made; null: there is nothing to acknowledge, as in an interchange of acknowledgements. */
export type InterchangeAcknowledged = Event<
  'InterchangeAcknowledged',
  OfInterchange & { readonly receptionId: string; readonly answer: AnsweringDocument | null }
>;

export type InboundDocumentEvent =
  | InterchangeReceived
  | InterchangeRepeated
  | TransactionSetTaken
  | TransactionSetRejected
  | AcknowledgementReceived
  | ShippingAdviceReceived
  | StockReportTaken
  | InterchangeAcknowledged;
