import type { Event } from '../decider.ts';

// Storage format: see `domain/order/events.ts`. What one unit of an item at a node is worth, and what it turned out to be.

/** `owner`: the business unit that the goods of the node belong to; absent: its own. */
type Of<T extends string, D> = Event<
  T,
  { readonly bu: string; readonly node: string; readonly item: string; readonly owner?: string } & D
>;

/** What one base unit is worth from now on. */
export type UnitCostSet = Of<
  'UnitCostSet',
  {
    readonly unitCost: string;
    readonly currency: string;
    readonly method: 'STANDARD' | 'MOVING_AVERAGE';
    readonly source: string;
  }
>;

/** Why goods cost something else than was known. MISTAKE: it was entered wrong. */
export const costCauses = ['SUPPLIER_INVOICE', 'FREIGHT', 'DUTY', 'REBATE', 'MISTAKE'] as const;
export type CostCause = (typeof costCauses)[number];

/**
 * The goods that it is about. RECEIPT: `qty` came in under this reference, of which `there` were taken to be still there.
 * SHIPMENT: goods of its lines, with the part of the variance that belongs to each.
 */
export type CorrectedGoods =
  | { readonly kind: 'RECEIPT'; readonly reference: string; readonly qty: string; readonly there: string }
  | {
      readonly kind: 'SHIPMENT';
      readonly shipmentId: string;
      readonly orderId: string;
      readonly soldTo?: string;
      readonly lines: readonly { readonly lineId: string; readonly shipmentLineId: string; readonly amount: string }[];
    };

/**
 * Goods cost `amount` more than was known when they came in or left; below zero: less. Signed minor units, and `amount` =
 * `inStock` + `variance`: what belongs to goods that are still there, and what to goods that have left, whose cost stays
 * as it was. The variance is posted (T21). Of a shipment that is voided nothing has left: its variance is taken back (SHIPMENT_VOIDED),
 * with nothing that it costs more.
 */
export type CostCorrected = Of<
  'CostCorrected',
  {
    readonly reference: string;
    readonly amount: string;
    readonly inStock: string;
    readonly variance: string;
    readonly currency: string;
    readonly cause: CostCause | 'SHIPMENT_VOIDED';
    readonly about: CorrectedGoods;
    /** By what the position is costed. */
    readonly method: 'STANDARD' | 'MOVING_AVERAGE';
    /** What one base unit is worth from here on; absent: what it was. */
    readonly unitCost?: string;
    /** The item's group at that moment, for account determination. */
    readonly itemGroup?: string;
    /** Absent: nobody did, it follows from a void. */
    readonly correctedBy?: string;
    /** What a second person agreed to; absent: it was below the limit. */
    readonly approvalId?: string;
  }
>;
