import type { TransferStatus } from '../../domain/transfer/state.ts';
import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';

/** Base units of one item: shipped − received = open + writtenOff. */
export type TransferLineRow = {
  readonly item: string;
  readonly ordered: string;
  readonly shipped: string;
  readonly received: string;
  /** Left and did not come; below zero: came, and is not known to have left. */
  readonly open: string;
  /** Lost; below zero: found. */
  readonly writtenOff: string;
};

export type TransferRow = Reflects & {
  readonly transfer_id: string;
  readonly reference: string;
  readonly from_node: string;
  readonly to_node: string;
  readonly currency: string;
  readonly expected_on: string;
  readonly ordered_by: string;
  readonly ordered_at: string;
  readonly state: TransferStatus;
  /** Since when what left and what came differ, as far as that is known; null: they do not, or more is expected. */
  readonly differs_since: string | null;
  readonly lines: readonly TransferLineRow[];
  readonly shipments: readonly {
    readonly shippingId: string;
    readonly shippedAt: string;
    readonly complete: boolean;
  }[];
  readonly receipts: readonly { readonly receiptId: string; readonly receivedAt: string; readonly complete: boolean }[];
  readonly closed_at: string | null;
  readonly closed_by: string | null;
  readonly closing_reason: string | null;
  readonly revision: number;
  readonly created_position: string;
};

export type TransferRows = { readonly transfers: TransferRow };

export const transferTables: { readonly [Name in keyof TransferRows]: Table<TransferRows[Name]> } = {
  transfers: {
    name: 'transfer',
    columns: [
      ...(['transfer_id', 'reference', 'from_node', 'to_node', 'currency', 'expected_on', 'ordered_by'] as const),
      ...(['ordered_at', 'state', 'differs_since', 'lines', 'shipments', 'receipts'] as const),
      ...(['closed_at', 'closed_by', 'closing_reason', 'revision', 'created_position'] as const),
      ...reflects,
    ],
    key: ['transfer_id'],
    group: 'transfer_id',
  },
};
