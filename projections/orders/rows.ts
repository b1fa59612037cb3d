import type { FraudCheck } from '../../domain/order/fraudCheck.ts';
import type { PromiseParts } from '../../domain/order/promiseParts.ts';
import { type BucketTexts, emptyBuckets, type LineStatus, type OrderStatus } from '../../domain/order/quantities.ts';
import type { Reflects } from '../projection.ts';

export const bucketNames = Object.keys(emptyBuckets) as readonly (keyof BucketTexts)[];

export type OrderRow = Reflects & {
  readonly order_id: string;
  readonly status: OrderStatus;
  readonly revision: number;
  readonly channel: string;
  readonly customer_po: string;
  readonly sold_to: string;
  readonly bill_to: string;
  readonly ship_to: { readonly id: string; readonly region?: string };
  readonly currency: string;
  readonly requested_date: string;
  readonly promised_date: string | null;
  readonly ship_complete: boolean;
  readonly allow_split: boolean;
  readonly allow_substitute: boolean;
  readonly accepted: boolean;
  readonly closed: boolean;
  readonly submitted_at: string;
  readonly accepted_at: string | null;
  readonly closed_at: string | null;
  readonly gross: string | null;
  readonly discount: string | null;
  readonly charges: string | null;
  readonly net: string | null;
  readonly charge_lines: readonly { readonly code: string; readonly amount: string }[];
  /** Null with a number: it was registered before this was kept. */
  readonly erp_system: string | null;
  readonly erp_number: string | null;
  readonly erp_refusal: { readonly code: string; readonly detail: string } | null;
  readonly created_position: string;
  /** Null: nothing has moved how far it is (`progressTypes`), or that was before this was kept. */
  readonly progress_position: string | null;
  /** Null: not checked. */
  readonly fraud_check: FraudCheck | null;
};

/** Goods of a line that left in one shipment. */
export type Departure = {
  readonly shipmentId: string;
  readonly node: string;
  /** Of the first confirmation of the shipment that had goods of the line: what left, and what the line then wanted, ordered less cancelled. */
  readonly qty: string;
  readonly wanted: string;
  /** When the latest of its goods left. */
  readonly last: string;
};

/** How a line was served. One that shipped by the hundred keeps a few words for each shipment, not for each confirmation. */
export type ServiceRecord = {
  /** The first day on which all of it was to leave; absent: there was none so far. */
  readonly promised?: string;
  /** Of the shipments that stand, in the order in which they were first confirmed. */
  readonly departures: readonly Departure[];
};

/** What a line was promised, and the latest decisions that led to it, oldest first. */
export type SourcingRecord = {
  readonly parts: PromiseParts;
  /** Absent where the line began before this was kept: the first shipment may have been before that, too. A rebuild fills it. */
  readonly served?: ServiceRecord;
  readonly decisions: readonly {
    readonly decidedAt: string;
    readonly policyVersion: number;
    readonly explanation: readonly string[];
  }[];
};

export type OrderLineRow = Reflects &
  BucketTexts & {
    readonly order_id: string;
    readonly line_id: string;
    readonly line_no: number;
    /** In the place of part of which it is delivered; null: of none. */
    readonly origin_line_id: string | null;
    readonly item: string;
    readonly uom: string;
    readonly entered: { readonly qty: string; readonly uom: string };
    readonly status: LineStatus;
    readonly promised_date: string | null;
    readonly unit_price: string | null;
    readonly gross: string | null;
    readonly discount: string | null;
    readonly net: string | null;
    readonly cancel_pending: string;
    readonly sourcing: SourcingRecord | null;
    /** Returns of goods of this line that are not over. */
    readonly open_returns: readonly string[] | null;
    /** Disputes, not resolved, of invoices that bill this line. */
    readonly open_disputes: readonly string[] | null;
    /** What left of it beyond the order and is billed all the same; null: nothing. */
    readonly overship_billed: string | null;
    /** Of which nobody has decided what becomes of them; null: none. */
    readonly open_losses: readonly string[] | null;
    /** Of its order: by an item, the newest orders are found first. Null where an instance that did not know it wrote the line. */
    readonly created_position: string | null;
  };

export type HoldRow = Reflects & {
  readonly order_id: string;
  readonly hold_id: string;
  readonly type: string;
  readonly line_id: string | null;
  /** It is on what was added, and the order goes on; null: on the order or the line. */
  readonly of_changes: true | null;
  readonly note: string;
  readonly data: Readonly<Record<string, string>> | null;
  readonly held_at: string;
  readonly released_at: string | null;
  readonly released_by: string | null;
  readonly release_reason: string | null;
};

/** What left or was given up of a release, in base units. */
export type ReleaseLineState = {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly shipped: string;
  readonly shorted: string;
  readonly stopped: string;
};

export type ReleaseRow = Reflects & {
  readonly order_id: string;
  readonly release_id: string;
  readonly shipment_id: string;
  readonly node: string;
  readonly status: 'RELEASED' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'REFUSED' | 'CANCELLED' | 'VOIDED';
  readonly warehouse_reference: string | null;
  readonly refusal_code: string | null;
  readonly lines: readonly ReleaseLineState[];
  readonly released_at: string;
};

/** `requested` = `cancelled` + `added` + `refused` once all of it is answered. */
export type ChangeLine = {
  readonly lineId: string;
  readonly requested: string;
  readonly cancelled: string;
  readonly refused: string;
  readonly reason: string | null;
  /** What the line has more of; absent on cancellations. */
  readonly added?: string;
};

export type ChangeRow = Reflects & {
  readonly order_id: string;
  readonly change_id: string;
  readonly state: 'PENDING' | 'DONE' | 'PARTIAL' | 'REFUSED';
  readonly reason: string;
  readonly lines: readonly ChangeLine[];
  readonly requested_at: string;
};

export type OrderRows = {
  readonly orders: OrderRow;
  readonly lines: OrderLineRow;
  readonly holds: HoldRow;
  readonly releases: ReleaseRow;
  readonly changes: ChangeRow;
};
