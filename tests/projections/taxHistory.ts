import { fold } from '../../domain/decider.ts';
import type { DataOf } from '../../domain/events.ts';
import type { InvoiceCommand } from '../../domain/invoice/commands.ts';
import type { InvoiceEvent } from '../../domain/invoice/events.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { eventsOf } from '../domain/invoice/sale.ts';
import type { MemoryLog } from './memoryLog.ts';

/** What an invoice of the log decides about a command, appended. */
export const tellInvoice = (log: MemoryLog, invoiceId: string, command: InvoiceCommand): void => {
  const stream = `invoice-ACME.${invoiceId}`;
  const before = log.events.filter((event) => event.stream === stream) as unknown as readonly InvoiceEvent[];
  const state = fold(invoiceDecider, invoiceDecider.initial, before);
  for (const { type, data } of eventsOf(invoiceDecider.decide(command, state))) log.append(stream, type, data);
};

/** The engine holds `tax` of the invoice, by jurisdiction where it tells it. */
export const keepTax = (
  log: MemoryLog,
  orderId: string,
  n: number,
  tax: string,
  told?: Readonly<Record<string, string>>,
): void =>
  tellInvoice(log, `${orderId}-i${n}`, {
    ...{ type: 'RecordTaxCommit', engine: 'sim-tax', docCode: `T-${orderId}-${n}`, tax },
    ...(told !== undefined && {
      jurisdictions: Object.entries(told).map(([jurisdiction, each]) => ({ jurisdiction, tax: each })),
    }),
  });

export const acceptTax = (
  log: MemoryLog,
  invoiceId: string,
  difference: string,
  more: { readonly acceptedOn?: string; readonly creditMemoId?: string } = {},
): void =>
  tellInvoice(log, invoiceId, {
    ...{ type: 'AcceptTaxMismatch', acceptanceId: `${invoiceId}-${log.events.length}`, difference, reason: 'theirs' },
    ...{ acceptedOn: '2026-11-24', acceptedBy: 'key:finance', limit: '1000', ...more },
  });

/** With whatever of its tax was accepted. */
export const voidWithTax = (log: MemoryLog, invoiceId: string, voidDate: string): void => {
  const all = log.events.filter(({ stream }) => stream === `invoice-ACME.${invoiceId}`);
  const issued = all.find(({ type }) => type === 'InvoiceIssued');
  const taxAccepted = all.flatMap((event) => {
    if (event.type !== 'TaxMismatchAccepted') return [];
    const { reason: _reason, ...accepted } = event.data as DataOf<'TaxMismatchAccepted'>;
    if (accepted.creditMemoId !== undefined) return [];
    return [{ eventId: event.eventId, position: event.position, accepted }];
  });
  const of = { issuedEventId: issued?.eventId ?? '', issuedPosition: issued?.position ?? '' };
  tellInvoice(log, invoiceId, { type: 'VoidInvoice', reason: 'wrong customer', voidDate, ...of, taxAccepted });
};
