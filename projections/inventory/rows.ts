import type { Reflects } from '../projection.ts';

export type StatusColumn = 'sellable' | 'quarantine' | 'damaged' | 'expired' | 'blocked';

export type PositionRow = Reflects &
  Readonly<Record<StatusColumn, string>> & {
    readonly stock_key: string;
    readonly node: string;
    readonly item: string;
    readonly allocated: string;
    readonly picked: string;
    readonly reserved: string;
    readonly safety_stock: string;
    readonly backordered: string;
    readonly in_transit: string;
    readonly on_order: string;
    readonly overcommitted: string;
    readonly unit_cost: string | null;
    readonly currency: string | null;
    /** Stock × cost, minor units. */
    readonly value: string;
    readonly feed_at: string | null;
    readonly revision: number;
  };

export type ReservationRow = Reflects & {
  readonly reservation_id: string;
  readonly stock_key: string;
  readonly node: string;
  readonly item: string;
  readonly order_id: string;
  readonly line_id: string;
  readonly purpose: string;
  readonly kind: 'SOFT' | 'HARD';
  readonly state: 'OPEN' | 'ISSUED' | 'RELEASED' | 'EXPIRED';
  readonly soft: string;
  readonly hard: string;
  readonly picked: string;
  readonly need_date: string;
  readonly expires_at: string | null;
};

export type SupplyRow = Reflects & {
  readonly stock_key: string;
  readonly supply_id: string;
  readonly node: string;
  readonly item: string;
  readonly type: 'PO' | 'TRANSFER' | 'ASN';
  readonly expected: string;
  readonly received: string;
  readonly qty_open: string;
  /** What was still to come when it was cancelled; null: cancelled before this was kept. */
  readonly cancelled: string | null;
  readonly available_date: string;
  readonly slips: number;
  readonly state: 'OPEN' | 'RECEIVED' | 'CANCELLED';
};

export type BackorderRow = Reflects & {
  readonly stock_key: string;
  readonly order_id: string;
  readonly line_id: string;
  readonly node: string;
  readonly item: string;
  readonly qty: string;
  readonly need_date: string;
  readonly accepted_at: string;
  readonly whole: boolean;
};

export type AtpDayRow = Reflects & {
  readonly stock_key: string;
  readonly day: string;
  readonly supply: string;
  readonly demand: string;
};

export type ValueEntryRow = Reflects & {
  readonly entry_position: string;
  readonly entry_no: number;
  readonly node: string;
  readonly item: string;
  /** LATE_COST: what goods turned out to cost more, all of it; COST_VARIANCE: what of that left stock again, for it was of goods that had. */
  readonly kind:
    | 'RECEIPT'
    | 'ISSUE'
    | 'ADJUSTMENT'
    | 'REINSTATEMENT'
    | 'RETURN'
    | 'TRANSFER'
    | 'LATE_COST'
    | 'COST_VARIANCE'
    | 'REVALUATION';
  readonly day: string;
  readonly period: string;
  readonly currency: string;
  readonly amount: string;
  /** Signed base units; "0" of what moves no goods. */
  readonly qty: string;
  readonly document: string;
};

export type ClockRow = Reflects & { readonly time_zone: string };

export type InventoryRows = {
  readonly positions: PositionRow;
  readonly reservations: ReservationRow;
  readonly supplies: SupplyRow;
  readonly backorders: BackorderRow;
  readonly days: AtpDayRow;
  readonly values: ValueEntryRow;
  readonly clocks: ClockRow;
};
