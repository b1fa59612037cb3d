import type { RecordedOf } from '../../domain/events.ts';
import { required } from '../projection.ts';
import { type InvoiceSets, touch, unsettled } from './touch.ts';

/** So much more of an invoice is paid by deposits. */
export const depositMoved = (
  event: RecordedOf<'DepositApplied' | 'DepositReleased'>,
  rows: InvoiceSets,
  more: bigint,
): void => {
  const { invoiceId } = event.data;
  const row = required(rows.invoices.get(invoiceId), `invoice ${invoiceId}`);
  const before = row.settlement ?? unsettled;
  touch(event, rows, {
    settlement: { ...before, deposits: (BigInt(before.deposits) + more).toString() },
    open_amount: (BigInt(row.open_amount) - more).toString(),
  });
};
