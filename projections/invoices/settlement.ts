import type { RecordedOf } from '../../domain/events.ts';
import { required } from '../projection.ts';
import type { SettlementRow } from './rows.ts';
import { type InvoiceSets, type RecordedInvoiceEvent, settlementOf, touch } from './touch.ts';

type Amount = Exclude<keyof SettlementRow, 'dispute'>;

/** So much more of an invoice is paid, or will not be. A voided one is owed by nobody. */
const settled = (event: RecordedInvoiceEvent, rows: InvoiceSets, by: Amount, more: bigint): void => {
  const { invoiceId } = event.data;
  const row = required(rows.invoices.get(invoiceId), `invoice ${invoiceId}`);
  const before = settlementOf(row);
  const open = row.void_date === null ? BigInt(row.open_amount) - more : 0n;
  touch(event, rows, {
    settlement: { ...before, [by]: (BigInt(before[by]) + more).toString() },
    open_amount: open.toString(),
  });
};

export const depositMoved = (
  event: RecordedOf<'DepositApplied' | 'DepositReleased'>,
  rows: InvoiceSets,
  sign: 1n | -1n,
): void => settled(event, rows, 'deposits', sign * BigInt(event.data.amount));

export const paymentRecorded = (event: RecordedOf<'PaymentRecorded'>, rows: InvoiceSets): void =>
  settled(event, rows, 'paid', BigInt(event.data.amount));

export const writtenOff = (
  event: RecordedOf<'InvoiceWrittenOff' | 'WriteOffReversed'>,
  rows: InvoiceSets,
  sign: 1n | -1n,
): void => settled(event, rows, 'writtenOff', sign * BigInt(event.data.amount));

const withDispute = (event: RecordedInvoiceEvent, rows: InvoiceSets, dispute: SettlementRow['dispute']): void => {
  const { invoiceId } = event.data;
  const row = required(rows.invoices.get(invoiceId), `invoice ${invoiceId}`);
  touch(event, rows, { settlement: { ...settlementOf(row), dispute } });
};

export const disputed = (event: RecordedOf<'InvoiceDisputed'>, rows: InvoiceSets): void => {
  const { disputeId, cause, reason, invoiceLineIds, amount, disputedBy } = event.data;
  withDispute(event, rows, { disputeId, cause, reason, invoiceLineIds, amount, disputedBy });
};

export const disputeResolved = (event: RecordedOf<'DisputeResolved'>, rows: InvoiceSets): void =>
  withDispute(event, rows, null);
