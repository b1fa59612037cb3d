import type { EarlierThanIssue } from '../../domain/ledger/revenuePolicy.ts';
import type { CarrierCode } from '../../domain/shipment/events.ts';
import type { LossLiability, LossOutcome } from '../../domain/shipment/lossEvents.ts';
import type { OvershipmentOutcome } from '../../domain/shipment/overshipmentEvents.ts';
import type { PackedCarton, ShipmentStatus } from '../../domain/shipment/state.ts';
import type { Reflects } from '../projection.ts';

/** Goods beyond what was ordered; of `outcome`, null: nobody has decided, LOST: on their way, before anybody had. */
export type OvershipmentView = {
  readonly confirmationId: string;
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly allowed: string;
  readonly isWithinTolerance: boolean;
  readonly foundAt: string;
  readonly outcome: OvershipmentOutcome | 'LOST' | null;
  readonly resolvedAt: string | null;
  readonly decidedBy: 'POLICY' | 'PERSON' | null;
};

/** `position`, `resolvedPosition`: where in the log each was said. */
export type OvershipmentRow = OvershipmentView & {
  readonly position: string;
  readonly resolvedPosition: string | null;
  /** Of the order. */
  readonly channel: string;
  readonly cost: string;
  readonly parts: readonly { readonly shipmentLineId: string; readonly qty: string; readonly cost: string }[];
};

export type ShipmentRow = Reflects & {
  readonly shipment_id: string;
  readonly order_id: string;
  readonly node: string;
  readonly kind: string;
  readonly state: ShipmentStatus;
  readonly revision: number;
  readonly release_id: string;
  readonly sold_to: string | null;
  readonly ship_to: { readonly id: string; readonly region?: string };
  readonly planned_at: string;
  readonly shipped_at: string | null;
  readonly carrier: string | null;
  readonly tracking: readonly string[];
  readonly freight: { readonly amount: string; readonly currency: string } | null;
  readonly confirmations: readonly {
    readonly confirmationId: string;
    readonly shippedAt: string;
    readonly position: string;
    readonly revenuePolicy?: EarlierThanIssue;
  }[];
  /** The newest by the carrier's time. */
  readonly carrier_status: {
    readonly code: CarrierCode;
    readonly at: string;
    readonly tracking: string | null;
    readonly place: string | null;
  } | null;
  readonly delivered_at: string | null;
  readonly proof: { readonly name?: string; readonly reference?: string } | null;
  readonly void_reason: string | null;
  readonly currency: string | null;
  readonly lag_seconds: number | null;
  readonly created_position: string;
  /** In the order in which they were packed. */
  readonly cartons: readonly PackedCarton[];
  /** Null: none. */
  readonly overshipments: readonly OvershipmentRow[] | null;
  /** Somebody has to decide about some of them; null: nobody has. */
  readonly overship_open: true | null;
};

/** `qty`: planned to leave. */
export type ComponentRow = {
  readonly item: string;
  readonly per: string;
  readonly qty: string;
  readonly shipped: string;
};

export type LineRow = Reflects & {
  readonly shipment_id: string;
  readonly shipment_line_id: string;
  readonly order_id: string;
  readonly line_id: string;
  readonly item: string;
  readonly reservation_id: string;
  readonly planned: string;
  readonly picked: string;
  readonly shipped: string;
  readonly overshipped: string;
  readonly shorted: string;
  readonly stopped: string;
  /** Of what left; found again: not any more. */
  readonly lost: string;
  readonly damaged: string;
  readonly lots: readonly string[];
  readonly serials: readonly string[];
  readonly unit_cost: string | null;
  readonly cost: string;
  /** Null: the line is no kit. */
  readonly components: readonly ComponentRow[] | null;
};

/** FOUND_SETTLED: found when it had been settled; what is owed for it a person decides. */
export type LossStanding = 'UNDECIDED' | 'DECIDED' | 'SETTLED' | 'FOUND' | 'FOUND_SETTLED';

export type LossLine = {
  readonly shipmentLineId: string;
  readonly lineId: string;
  readonly item: string;
  readonly confirmationId: string;
  readonly qty: string;
  /** Null until what of it was billed is known. */
  readonly unbilled: string | null;
  readonly billed: string | null;
};

export type LossRow = Reflects & {
  readonly shipment_id: string;
  readonly loss_id: string;
  readonly order_id: string;
  readonly node: string;
  readonly kind: 'LOST' | 'DAMAGED';
  readonly state: LossStanding;
  readonly source: 'CARRIER' | 'PERSON';
  readonly liability: LossLiability;
  readonly outcome: LossOutcome | null;
  readonly at: string;
  readonly told_at: string;
  readonly tracking: string | null;
  readonly reference: string | null;
  readonly after_delivery: boolean;
  readonly found_at: string | null;
  readonly currency: string | null;
  /** What stands with whoever bears it, minor units. */
  readonly cost: string;
  readonly credit_memo_ids: readonly string[];
  readonly lines: readonly LossLine[];
};

export type ShipmentRows = {
  readonly shipments: ShipmentRow;
  readonly lines: LineRow;
  readonly losses: LossRow;
};
