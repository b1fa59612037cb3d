import type { AcknowledgedLine } from '../../domain/edi/acknowledged.ts';
import type { StockAdviceRequested } from '../../domain/edi/adviceEvents.ts';
import type { AdvisedNode } from '../../domain/edi/advisedStock.ts';
import type { ChangeResult } from '../../domain/edi/changeResults.ts';
import type { AskedChange } from '../../domain/edi/inboundEvents.ts';
import type { InvoiceIssued } from '../../domain/invoice/events.ts';
import type { Partner } from '../../domain/masterData/partners.ts';
import type { OrderSubmitted } from '../../domain/order/events.ts';
import type { ShipmentConfirmed } from '../../domain/shipment/events.ts';
import type { WarehouseRelease } from '../partnerPorts.ts';

/** A line as it was ordered: quantities are integer text in base units, the price is that of one base unit in major units. */
export type OrderedLine = {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly baseUom: string;
  /** The unit it was ordered in: 1 of it is num / den base units. */
  readonly uom: string;
  readonly conversion: { readonly num: string; readonly den: string };
  readonly unitPrice: string;
};

/** What every document says of the purchase order that it is about. */
export type OrderedDocument = {
  readonly orderId: string;
  readonly customerPo: string;
  readonly billTo: string;
  readonly shipTo: string;
  readonly currency: string;
  readonly acceptedAt: string;
  readonly lines: readonly OrderedLine[];
};

type About = { readonly order: OrderedDocument };

export type AcknowledgementContent = About & { readonly kind: '855'; readonly lines: readonly AcknowledgedLine[] };
export type ShipNoticeContent = About & { readonly kind: '856'; readonly confirmation: ShipmentConfirmed['data'] };
export type InvoiceContent = About & { readonly kind: '810'; readonly invoice: InvoiceIssued['data'] };
/** What came of each change of an 860; nothing of it is pending any more. */
export type ChangeAnswerContent = About & {
  readonly kind: '865';
  readonly changes: readonly (AskedChange & {
    readonly result: Exclude<ChangeResult, 'PENDING'>;
    /** What the line has come to without what was cancelled, in base units; null: there is no such line. */
    readonly stands: string | null;
  })[];
};
/** What can be had at each node; not of an order. */
export type StockAdviceContent = {
  readonly kind: '846';
  readonly scope: StockAdviceRequested['data']['scope'];
  readonly nodes: readonly AdvisedNode[];
};
/** What a warehouse is to ship for a release, or no longer; of kits their components, in base units. */
export type ShippingOrderContent = {
  readonly kind: '940';
  readonly purpose: 'NEW' | 'CANCEL' | 'CHANGE';
  /** The control number of the first 940 of the release; null: this is it. */
  readonly orderNumber: number | null;
  readonly release: Pick<WarehouseRelease, 'shipmentId' | 'bu' | 'node' | 'shipTo'>;
  readonly order: Pick<OrderSubmitted['data'], 'customerPo' | 'requestedDate' | 'soldTo'>;
  readonly lines: readonly { readonly lineId: string; readonly item: string; readonly qty: string }[];
};
export type DocumentContent =
  | ChangeAnswerContent
  | AcknowledgementContent
  | ShipNoticeContent
  | InvoiceContent
  | StockAdviceContent
  | ShippingOrderContent;

/** What a partner calls things of ours; what is not in its cross-references is called as we do, but for charges. */
export type PartnerWords = {
  readonly item: (ours: string) => string;
  readonly uom: (ours: string) => string;
  /** Of the base unit of one of our items. */
  readonly baseUomOf: (item: string) => string;
  readonly shipTo: (ours: string) => string;
  readonly charge: (ours: string) => string | undefined;
};

/**
 * The very text that a partner is sent. A function of what comes in, so it can be made again. Throws `RangeError` for what the
 * partner's format has no way to say, such as an amount or a number that is too long.
 */
export type DocumentWriter = (
  content: DocumentContent,
  envelope: {
    readonly partner: Partner;
    readonly words: PartnerWords;
    readonly documentId: string;
    readonly controlNumber: number;
    /** When it is made: an instant. */
    readonly at: string;
  },
) => string;
