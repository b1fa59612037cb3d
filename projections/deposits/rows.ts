import type { RefundCause } from '../../domain/deposit/events.ts';
import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';

export type DepositRow = Reflects & {
  readonly deposit_id: string;
  readonly order_id: string;
  readonly sold_to: string;
  readonly channel: string;
  readonly currency: string;
  readonly reference: string;
  readonly amount: string;
  /** What invoices hold of it. */
  readonly applied: string;
  readonly refunded: string;
  readonly received_at: string;
  readonly received_by: string;
  /** By invoice, what it holds. */
  readonly applications: readonly { readonly invoiceId: string; readonly number: string; readonly amount: string }[];
  readonly refunds: readonly {
    readonly amount: string;
    readonly cause: RefundCause;
    readonly refundedOn: string;
    readonly refundedBy: string;
    readonly reason: string | null;
  }[];
  /** Of the deposits of the order, which are one stream. */
  readonly revision: number;
  readonly created_position: string;
};

export type DepositRows = { readonly deposits: DepositRow };

export const depositTables: { readonly [Name in keyof DepositRows]: Table<DepositRows[Name]> } = {
  deposits: {
    name: 'deposit',
    columns: [
      ...(['deposit_id', 'order_id', 'sold_to', 'channel', 'currency', 'reference', 'amount', 'applied'] as const),
      ...(['refunded', 'received_at', 'received_by', 'applications', 'refunds', 'revision'] as const),
      ...(['created_position'] as const),
      ...reflects,
    ],
    key: ['order_id', 'deposit_id'],
    group: 'order_id',
  },
};
