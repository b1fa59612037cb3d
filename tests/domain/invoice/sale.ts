import type { Event, Refusal } from '../../../domain/decider.ts';
import type { Position, Recorded, StreamName } from '../../../domain/eventLog.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import { issuedDocument } from '../../../domain/invoice/document.ts';
import { draftInvoice } from '../../../domain/invoice/draft.ts';
import type { InvoiceDrafted, InvoiceIssued, TaxLine } from '../../../domain/invoice/events.ts';
import { taxRequestLines } from '../../../domain/invoice/tax.ts';
import { demoTaxCodes } from '../../../domain/masterData/demo.ts';
import { cumulativePart, decimal, minor, minorText, rateOf } from '../../../domain/money.ts';
import type { AcceptedLine, Charge, OrderAccepted } from '../../../domain/order/events.ts';
import type { ShipmentConfirmed } from '../../../domain/shipment/events.ts';

// A small world for tests: an accepted order, confirmations of it, invoices with the built-in tax calculator (R7).

const orderId = '01JD0000000000000000000001';

export const acceptedOrder = (
  lines: readonly AcceptedLine[],
  charges: readonly Charge[] = [],
): OrderAccepted['data'] => ({
  orderId,
  bu: 'ACME',
  channel: 'portal',
  customerPo: 'PO-7001',
  soldTo: 'C-1001',
  billTo: 'C-1001',
  shipTo: { id: 'MAIN', region: 'US-CA-SANTA-CLARA' },
  currency: 'USD',
  requestedDate: '2026-12-01',
  shipComplete: false,
  allowSplit: true,
  lines,
  charges,
  acceptedTotal: '0',
  acceptedAt: '2026-11-23T10:00:00.000Z',
});

export const bearingLine = (qty: string): AcceptedLine => ({
  lineId: '10',
  item: 'BRG-6204',
  qty,
  baseUom: 'EA',
  unitPrice: '12.50',
  discounts: [{ sequence: 1, kind: 'CONTRACT', ratePct: '8' }],
});

type Shipped = {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly cost: string;
  readonly itemGroup?: string;
};

export const confirmation = (
  confirmationId: string,
  shipped: readonly Shipped[],
  more: Partial<ShipmentConfirmed['data']> = {},
): ShipmentConfirmed['data'] => ({
  shipmentId: `SH-${confirmationId}`,
  orderId,
  bu: 'ACME',
  node: 'DC-EAST',
  confirmationId,
  contentSha256: 'c0',
  releaseId: 'R1',
  soldTo: 'C-1001',
  shippedAt: '2026-11-24T15:00:00.000Z',
  tracking: [],
  currency: 'USD',
  lines: shipped.map(({ lineId, item, qty, cost, itemGroup }, index) => ({
    lineId,
    shipmentLineId: `${lineId}${index === 0 ? '' : `.${index + 1}`}`,
    item,
    reservationId: `r-${lineId}`,
    qty,
    excess: '0',
    lots: [],
    serials: [],
    unitCost: '6.00',
    cost,
    ...(itemGroup === undefined ? {} : { itemGroup }),
  })),
  ...more,
});

export const itemOf = () => ({ group: 'BEARING', taxCode: 'TPP' });
export const customer = { group: 'INDUSTRIAL', taxCode: 'TAXABLE', termsDays: 30 };

type Billing = readonly (readonly [lineId: string, fromQty: string, qty: string])[];

export const draftOf = (
  invoiceId: string,
  order: OrderAccepted['data'],
  shipped: ShipmentConfirmed['data'],
  billing: Billing,
  withCharges = false,
): InvoiceDrafted['data'] => {
  const plan = new Map(billing.map(([lineId, fromQty, qty]) => [lineId, { fromQty, qty }]));
  const draft = draftInvoice({ invoiceId, order, confirmation: shipped, billing: plan, withCharges, itemOf, customer });
  if (draft === undefined || 'refused' in draft) throw new Error(`no draft: ${JSON.stringify(draft)}`);
  return draft;
};

/** 8.25 % in one jurisdiction, freight not taxed, cumulative over what the order line was taxed before (R7). */
export const taxOf = (
  draft: InvoiceDrafted['data'],
  taxedBefore: ReadonlyMap<string, string> = new Map(),
): readonly TaxLine[] => {
  const request = taxRequestLines(draft, { ...demoTaxCodes, version: 1, contentSha256: '' });
  if (request.kind === 'missing') throw new Error(request.problems[0]?.detail);
  const rate = decimal('0.0825');
  return request.lines
    .filter((line) => !line.engineCode.startsWith('FR'))
    .map((line) => {
      const orderLineId = draft.lines.find((each) => each.invoiceLineId === line.reference)?.orderLineId ?? '';
      const before = minor(taxedBefore.get(orderLineId) ?? '0');
      const tax = minorText(cumulativePart((amount) => rateOf(amount, rate), before, minor(line.amount)));
      return {
        reference: line.reference,
        jurisdiction: 'US-CA-SANTA-CLARA',
        type: 'Sales',
        rate: '0.0825',
        taxable: line.amount,
        tax,
      };
    });
};

export const issuedInvoice = (
  draft: InvoiceDrafted['data'],
  number: string,
  taxes: readonly TaxLine[],
): InvoiceIssued['data'] => {
  const tax = minorText(taxes.reduce((sum, line) => sum + minor(line.tax), 0n));
  const document = issuedDocument(
    draft,
    { engine: 'avatax', docCode: draft.invoiceId, lines: taxes, tax },
    { number, series: 'INV', issueDate: '2026-11-24' },
  );
  return { ...document, contentSha256: 'd0' };
};

let sequence = 0;

/** As the log would hold it. */
export const recorded = <E extends DomainEvent>(event: E, occurredAt = '2026-11-24T15:00:00.000Z'): Recorded<E> => {
  sequence += 1;
  return {
    ...event,
    eventId: `event-${sequence}`,
    stream: 'test-ACME.1' as StreamName,
    revision: 0,
    position: String(sequence).padStart(20, '0') as Position,
    recordedAt: occurredAt,
    metadata: {
      schemaVersion: 1,
      occurredAt,
      commandId: 'c',
      $correlationId: 'c',
      $causationId: 'c',
      actor: { kind: 'SYSTEM', id: 'test', roles: [] },
      source: { system: 'test' },
      partition: { bu: 'ACME' },
    },
  } as unknown as Recorded<E>;
};

export const eventsOf = <E extends Event>(outcome: readonly E[] | Refusal): readonly E[] => {
  if ('refused' in outcome) throw new Error(`refused ${JSON.stringify(outcome)}`);
  return outcome;
};
