import { type Reflects, reflects } from '../projection.ts';
import type { Table } from '../table.ts';

export type PaymentRow = Reflects & {
  readonly payment_id: string;
  readonly invoice_id: string;
  readonly invoice_number: string;
  readonly order_id: string;
  readonly sold_to: string;
  readonly currency: string;
  /** Below zero: so much came back. */
  readonly amount: string;
  readonly reference: string;
  readonly paid_at: string;
  /** The day of `paid_at` where the business unit is: the day on which the books have it. */
  readonly paid_on: string;
  readonly recorded_by: string;
};

type ClockRow = Reflects & { readonly time_zone: string };

export type PaymentRows = { readonly payments: PaymentRow; readonly clocks: ClockRow };

export const paymentTables: { readonly [Name in keyof PaymentRows]: Table<PaymentRows[Name]> } = {
  payments: {
    name: 'payment',
    columns: [
      ...(['payment_id', 'invoice_id', 'invoice_number', 'order_id', 'sold_to', 'currency', 'amount'] as const),
      ...(['reference', 'paid_at', 'paid_on', 'recorded_by'] as const),
      ...reflects,
    ],
    key: ['payment_id'],
  },
  clocks: {
    name: 'payment_clock',
    columns: ['bu', 'time_zone', 'position', 'updated_at'],
    key: ['bu'],
    group: 'bu',
  },
};
