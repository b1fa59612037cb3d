import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. Streams: edi-<bu>.<partner>, everything that one partner was ever sent, and
// edidocument-<bu>.<documentId>.

/** Of the bytes of an interchange. */
export const ediMediaType = 'application/edi-x12';

/** A document for a partner, in an interchange of its own. */
export type PartnerDocumentMade = Event<
  'PartnerDocumentMade',
  {
    readonly bu: string;
    readonly partner: string;
    readonly soldTo: string;
    readonly documentId: string;
    /** ST01, e.g. 855. */
    readonly kind: string;
    /** GS01, e.g. PR: what a 997 names the group by. */
    readonly functionalId: string;
    /** ISA13 and GS06: each number once, without gaps. */
    readonly controlNumber: number;
    /** The order that it is about; null: it answers an interchange. */
    readonly orderId: string | null;
    /** What it is about, in the partner's words or ours: an invoice number, a control number. */
    readonly reference: string;
    readonly payloadSha256: string;
    /** The partner says in a 997 whether it took this one. */
    readonly acknowledges: boolean;
    /** Within so many hours of being made, as was agreed then. Absent: nothing was agreed, or they say nothing. */
    readonly acknowledgeWithinHours?: number;
    /** As its `PartnerDocumentBegun` says. Absent: it was made before beginnings were noted. */
    readonly begunAfter?: number;
    /** It has the content of this one, which somebody had sent again. */
    readonly resends?: { readonly documentId: string; readonly controlNumber: number; readonly reason: string };
  }
>;

/** Somebody sets about making a document. Every number up to `afterNumber` is that of another one. */
export type PartnerDocumentBegun = Event<
  'PartnerDocumentBegun',
  { readonly bu: string; readonly partner: string; readonly documentId: string; readonly afterNumber: number }
>;
