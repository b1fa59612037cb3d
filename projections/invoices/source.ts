import { type RawBuilder, sql } from 'kysely';
import type { Folded } from '../projection.ts';
import { rowsOf } from '../readModel.ts';
import type { InvoiceRows } from './rows.ts';

/** Where invoices are read from: the read model, or rows that were folded for the question. */
export type InvoiceSource = { readonly invoices: RawBuilder<unknown>; readonly lines: RawBuilder<unknown> };

export const liveInvoices: InvoiceSource = { invoices: sql`rm.invoice`, lines: sql`rm.invoice_line` };

export const foldedInvoices = (rows: Folded<InvoiceRows>): InvoiceSource => ({
  invoices: rowsOf(sql`rm.invoice`, rows.invoices),
  lines: rowsOf(sql`rm.invoice_line`, rows.lines),
});
