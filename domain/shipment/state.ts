import type { EarlierThanIssue } from '../ledger/revenuePolicy.ts';
import { maxQty } from '../quantity.ts';
import type { Carton } from './cartonEvents.ts';
import type { ConfirmedLine, PlannedLine, ShipmentPlanned } from './events.ts';
import type { Loss } from './lossState.ts';
import type { Excess, Resolution } from './overshipmentEvents.ts';

/** One planned part: an order line out of one reservation. All quantities base units, cumulative, ≥ 0. */
export type ShipmentLine = {
  /** `<lineId>`; a second reservation of the same order line is `<lineId>.2`, which no line id can be. */
  readonly shipmentLineId: string;
  readonly lineId: string;
  readonly item: string;
  readonly reservationId: string;
  readonly planned: bigint;
  /** Everything that left, `excess` included. */
  readonly confirmed: bigint;
  /** Part of `confirmed` beyond what was still planned. */
  readonly excess: bigint;
  readonly shorted: bigint;
  readonly reduced: bigint;
  /** Picked and still here. */
  readonly picked: bigint;
  /** Of a kit: of each component how much is in one, has left and was ever picked. */
  readonly components?: readonly KitComponent[];
};

export type KitComponent = {
  readonly item: string;
  readonly per: bigint;
  readonly left: bigint;
  readonly picked: bigint;
};

/** `confirmationId`: with which it left; null: it is here. */
export type PackedCarton = Carton & { readonly confirmationId: string | null };

/** What one confirmation said of one shipment line. */
export type ConfirmationLine = ConfirmedLine & { readonly confirmationId: string };

export type Plan = Omit<ShipmentPlanned['data'], 'lines'>;

/** Goods [from, to) of a shipment line, in the order in which they left. */
export type GoodsSpan = { readonly shipmentLineId: string; readonly from: bigint; readonly to: bigint };

/** Goods that one return has. */
export type ReturnSpan = GoodsSpan & { readonly rmaId: string };

/** What the carrier has told. `arrived`: parcels of which it said so. */
export type Carriage = {
  /** The last ones, by their ids. */
  readonly facts: readonly { readonly id: string; readonly contentSha256: string }[];
  /** The carrier's time of the newest status. */
  readonly newestAt: string | null;
  /** When each parcel was last seen to move; null: all of them were. */
  readonly moved: readonly { readonly tracking: string | null; readonly at: string }[];
  readonly arrived: readonly { readonly tracking: string; readonly at: string }[];
  /** Of everything that has left until now. */
  readonly deliveredAt: string | null;
};

/** Goods beyond the order. `resolution`: null until somebody decides. */
export type Overshipment = { readonly found: Excess; readonly resolution: Resolution | null };

export type ShipmentState = {
  /** Null until the shipment is planned. */
  readonly plan: Plan | null;
  readonly lines: readonly ShipmentLine[];
  /** Everything that was confirmed, in order; nothing else is needed to void it. */
  readonly confirmedLines: readonly ConfirmationLine[];
  readonly confirmations: readonly {
    readonly confirmationId: string;
    readonly contentSha256: string;
    readonly shippedAt: string;
    readonly revenuePolicy?: EarlierThanIssue;
  }[];
  readonly pickIds: readonly string[];
  readonly packs: readonly { readonly packId: string; readonly contentSha256: string }[];
  /** In the order in which they were packed. */
  readonly cartons: readonly PackedCarton[];
  readonly shortageIds: readonly string[];
  readonly changeIds: readonly string[];
  readonly currency: string | null;
  /** Whose goods they are; known from the first confirmation on. */
  readonly soldTo: string | null;
  readonly voided: boolean;
  /** Parcels, by the numbers that the confirmations gave. */
  readonly tracking: readonly string[];
  readonly carriage: Carriage;
  readonly returnSpans: readonly ReturnSpan[];
  /** Returns that goods were set aside for; `freed`: what did not come back is free again. */
  readonly returns: readonly { readonly rmaId: string; readonly authorisedBy: string; readonly freed: boolean }[];
  readonly overshipments: readonly Overshipment[];
  /** In the order in which they were told. */
  readonly losses: readonly Loss[];
};

export const initialShipment: ShipmentState = {
  plan: null,
  lines: [],
  confirmedLines: [],
  confirmations: [],
  pickIds: [],
  packs: [],
  cartons: [],
  shortageIds: [],
  changeIds: [],
  currency: null,
  soldTo: null,
  voided: false,
  tracking: [],
  carriage: { facts: [], newestAt: null, moved: [], arrived: [], deliveredAt: null },
  returnSpans: [],
  returns: [],
  overshipments: [],
  losses: [],
};

/** Planned lines under their names within the shipment: the n-th reservation of an order line is `<lineId>.<n>`. */
export const withShipmentLineIds = (
  lines: readonly PlannedLine[],
): readonly (PlannedLine & { readonly shipmentLineId: string })[] => {
  const parts = new Map<string, number>();
  return lines.map((line) => {
    const part = (parts.get(line.lineId) ?? 0) + 1;
    parts.set(line.lineId, part);
    return { ...line, shipmentLineId: part === 1 ? line.lineId : `${line.lineId}.${part}` };
  });
};

/** Still planned to leave. */
export const openOf = (line: ShipmentLine): bigint =>
  maxQty(0n, line.planned - (line.confirmed - line.excess) - line.shorted - line.reduced);

/**
 * PARTIALLY_CONFIRMED: some left, some is still planned, wherever the carrier has what left. CANCELLED: all of it was
 * called short or stopped, nothing left. LOST, DAMAGED: nothing of what left will arrive so that it could be used.
 */
export const shipmentStatuses = [
  ...(['PLANNED', 'PICKING', 'PACKED', 'PARTIALLY_CONFIRMED', 'CONFIRMED'] as const),
  ...(['IN_TRANSIT', 'DELIVERED', 'LOST', 'DAMAGED', 'CANCELLED', 'VOIDED'] as const),
] as const;
export type ShipmentStatus = (typeof shipmentStatuses)[number];

/** Of one line: still planned to leave, left, of that lost and damaged, picked so far, also what was called short or stopped since, and in cartons here. */
export type LineProgress = {
  readonly open: bigint;
  readonly left: bigint;
  readonly lost?: bigint;
  readonly damaged?: bigint;
  readonly picked: bigint;
  readonly packed?: bigint;
};

/** Derived, never stored in the log (spec 4.4). Of a shipment that was not voided: whoever voids it ends it. */
export const shipmentStatus = (
  lines: readonly LineProgress[],
  { newestAt, deliveredAt }: Pick<Carriage, 'newestAt' | 'deliveredAt'>,
): ShipmentStatus => {
  const isOpen = lines.some(({ open }) => open > 0n);
  if (lines.some(({ left }) => left > 0n)) {
    if (isOpen) return 'PARTIALLY_CONFIRMED';
    if (deliveredAt !== null) return 'DELIVERED';
    if (lines.every(({ left, lost = 0n, damaged = 0n }) => left <= lost + damaged))
      return lines.some(({ lost = 0n }) => lost > 0n) ? 'LOST' : 'DAMAGED';
    return newestAt === null ? 'CONFIRMED' : 'IN_TRANSIT';
  }
  if (!isOpen) return 'CANCELLED';
  if (lines.every(({ open, packed = 0n }) => open <= packed)) return 'PACKED';
  return lines.some(({ picked }) => picked > 0n) ? 'PICKING' : 'PLANNED';
};
