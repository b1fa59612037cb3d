import type { DropShipStatus } from '../../domain/dropShip/state.ts';
import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';

/** `accrued`: what left, at its cost; `matched`: part of it that bills relieved; `billed`: what they said. Minor units. */
export type DropShipRow = Reflects & {
  readonly po_id: string;
  readonly order_id: string;
  readonly supplier: string;
  readonly shipment_id: string;
  readonly currency: string;
  readonly ship_to: { readonly id: string; readonly region?: string };
  readonly requested_date: string;
  readonly state: DropShipStatus;
  readonly placed_at: string;
  readonly supplier_reference: string | null;
  readonly accrued: string;
  readonly matched: string;
  readonly billed: string;
  readonly notices: readonly {
    readonly supplierAsn: string;
    readonly shippedAt: string;
    readonly carrier: string | null;
    readonly tracking: readonly string[];
  }[];
  readonly bills: readonly {
    readonly billId: string;
    readonly billDate: string;
    readonly billed: string;
    readonly accrued: string;
    readonly variance: string;
  }[];
  readonly revision: number;
  readonly created_position: string;
};

export type DropShipLineRow = Reflects & {
  readonly po_id: string;
  readonly line_id: string;
  readonly item: string;
  readonly unit_cost: string;
  readonly ordered: string;
  readonly acknowledged: string;
  readonly ship_date: string | null;
  readonly refused: string;
  readonly cancelled: string;
  readonly shipped: string;
  readonly excess: string;
  readonly billed: string;
};

export type DropShipRows = { readonly orders: DropShipRow; readonly lines: DropShipLineRow };

export const dropShipTables: { readonly [Name in keyof DropShipRows]: Table<DropShipRows[Name]> } = {
  orders: {
    name: 'drop_ship_order',
    columns: [
      ...(['po_id', 'order_id', 'supplier', 'shipment_id', 'currency', 'ship_to', 'requested_date'] as const),
      ...(['state', 'placed_at', 'supplier_reference', 'accrued', 'matched', 'billed'] as const),
      ...(['notices', 'bills', 'revision', 'created_position'] as const),
      ...reflects,
    ],
    key: ['po_id'],
    group: 'po_id',
  },
  lines: {
    name: 'drop_ship_line',
    columns: [
      ...(['po_id', 'line_id', 'item', 'unit_cost', 'ordered', 'acknowledged', 'ship_date'] as const),
      ...(['refused', 'cancelled', 'shipped', 'excess', 'billed'] as const),
      ...reflects,
    ],
    key: ['po_id', 'line_id'],
    group: 'po_id',
  },
};
