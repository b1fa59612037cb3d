import type { Disposition } from '../../domain/returns/events.ts';
import type { ReturnStatus } from '../../domain/returns/state.ts';
import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';

export type ReturnRow = Reflects & {
  readonly rma_id: string;
  readonly order_id: string;
  readonly shipment_id: string;
  readonly node: string;
  readonly sold_to: string;
  readonly currency: string;
  readonly state: ReturnStatus;
  readonly authorised_at: string;
  readonly authorised_by: string;
  readonly expires_on: string;
  /** Goods that nobody expected, receipt by receipt. */
  readonly unexpected: readonly {
    readonly receiptId: string;
    readonly receivedAt: string;
    readonly shipmentLineId: string | null;
    readonly item: string;
    readonly qty: string;
  }[];
  /** What was given back, memo by memo. */
  readonly credit_memos: readonly {
    readonly creditMemoId: string;
    readonly invoiceId: string;
    readonly number: string;
    readonly issueDate: string;
    readonly total: string;
    readonly restockingFee: string;
  }[];
  readonly ended_at: string | null;
  readonly ended_by: string | null;
  readonly closing_reason: string | null;
  readonly revision: number;
  readonly created_position: string;
};

/**
 * `quarantined`: part of `inspected` that waits for the later decision. `received_at`: when the first of it came.
 * `credited_net`: what was given back, without tax and before the fee, which is `restocking_fee`.
 */
export type ReturnLineRow = Reflects & {
  readonly rma_id: string;
  readonly shipment_line_id: string;
  readonly line_id: string;
  readonly item: string;
  readonly reason: string;
  readonly qty: string;
  readonly received: string;
  readonly kept: string;
  readonly inspected: string;
  readonly quarantined: string;
  readonly received_at: string | null;
  readonly restocking_pct: string | null;
  readonly credited: string;
  readonly credited_net: string;
  readonly restocking_fee: string;
  readonly credited_at: string | null;
  readonly inspections: readonly {
    readonly inspectionId: string;
    readonly inspectedAt: string;
    readonly inspectedBy: string;
    readonly disposition: Disposition;
    readonly from: 'QUARANTINE' | null;
    readonly qty: string;
    readonly unitCost: string;
    readonly cost: string;
  }[];
};

export type ReturnRows = { readonly returns: ReturnRow; readonly lines: ReturnLineRow };

export const returnTables: { readonly [Name in keyof ReturnRows]: Table<ReturnRows[Name]> } = {
  returns: {
    name: 'return_authorisation',
    columns: [
      ...(['rma_id', 'order_id', 'shipment_id', 'node', 'sold_to', 'currency', 'state'] as const),
      ...([
        'authorised_at',
        'authorised_by',
        'expires_on',
        'unexpected',
        'credit_memos',
        'ended_at',
        'ended_by',
      ] as const),
      ...(['closing_reason', 'revision', 'created_position'] as const),
      ...reflects,
    ],
    key: ['rma_id'],
    group: 'rma_id',
  },
  lines: {
    name: 'return_line',
    columns: [
      ...(['rma_id', 'shipment_line_id', 'line_id', 'item', 'reason', 'qty', 'received', 'kept'] as const),
      ...(['inspected', 'quarantined', 'received_at', 'restocking_pct', 'credited', 'credited_net'] as const),
      ...(['restocking_fee', 'credited_at', 'inspections'] as const),
      ...reflects,
    ],
    key: ['rma_id', 'shipment_line_id'],
    group: 'rma_id',
  },
};
