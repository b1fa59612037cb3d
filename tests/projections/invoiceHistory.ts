import type { DataOf } from '../../domain/events.ts';
import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const currency = 'USD';
const node = 'DC-EAST';
const item = 'BRG-6204';
const shipTo = { id: 'MAIN', region: 'US-EAST' } as const;

type Amounts = {
  readonly qty: string;
  readonly fromQty: string;
  readonly gross: string;
  readonly discount: string;
  readonly net: string;
  readonly cost: string;
  readonly tax: string;
  readonly charges: string;
  readonly total: string;
};

export const firstInvoice: Amounts = {
  qty: '7',
  fromQty: '0',
  gross: '8750',
  discount: '700',
  net: '8050',
  cost: '4200',
  tax: '664',
  charges: '1500',
  total: '10214',
};
export const secondInvoice: Amounts = {
  qty: '3',
  fromQty: '7',
  gross: '3750',
  discount: '300',
  net: '3450',
  cost: '1800',
  tax: '285',
  charges: '0',
  total: '3735',
};

export const issuedInvoice = (orderId: string, n: number, amounts: Amounts): DataOf<'InvoiceIssued'> => {
  const shipmentId = `${orderId}-s${n}`;
  const { gross, discount, net, cost, tax, charges, total, qty, fromQty } = amounts;
  return {
    invoiceId: `${orderId}-i${n}`,
    orderId,
    bu,
    kind: 'INVOICE',
    number: `INV-${orderId}-${n}`,
    series: 'INV',
    soldTo: 'C-1001',
    billTo: 'C-1001',
    shipTo,
    node,
    channel: 'portal',
    customerGroup: 'TRADE',
    issueDate: '2026-11-23',
    dueDate: '2026-12-23',
    currency,
    lines: [
      {
        invoiceLineId: '1',
        orderLineId: '10',
        shipmentId,
        shipmentLineId: '10',
        confirmationId: `${shipmentId}-c1`,
        item,
        itemGroup: 'BEARING',
        taxCode: 'TPP',
        qty,
        fromQty,
        unitPrice: '12.50',
        gross,
        discount,
        net,
        cost,
        tax,
      },
    ],
    charges: charges === '0' ? [] : [{ code: 'FREIGHT', amount: charges, taxCode: 'FRT', tax: '0' }],
    taxes: [{ reference: '1', jurisdiction: 'US-CA', type: 'SALES', rate: '0.0825', taxable: net, tax }],
    totals: { gross, discount, charges, tax, total },
    taxEngine: 'sim-tax',
    taxDocCode: `T-${orderId}-${n}`,
    contentSha256: 'y',
  };
};

export const draftInvoice = (log: MemoryLog, orderId: string, n: number, amounts: Amounts): void => {
  const issued = issuedInvoice(orderId, n, amounts);
  const { invoiceId, soldTo, billTo, channel, customerGroup, lines, charges } = issued;
  const stream = `invoice-${bu}.${invoiceId}`;
  const key = { invoiceId, orderId, bu };
  log.append(stream, 'InvoiceDrafted', {
    ...key,
    kind: 'INVOICE',
    soldTo,
    billTo,
    shipTo,
    node,
    channel,
    currency,
    shippedAt: '2026-11-23T08:30:00.000Z',
    termsDays: 30,
    customerGroup,
    customerTaxCode: 'TAXABLE',
    lines,
    charges,
  });
  log.append(stream, 'TaxCalculated', {
    ...key,
    engine: 'sim-tax',
    docCode: issued.taxDocCode,
    lines: issued.taxes,
    tax: amounts.tax,
  });
};

/** The draft of a shipment that was voided. */
export const withdrawDraft = (log: MemoryLog, orderId: string, n: number): void => {
  const key = { invoiceId: `${orderId}-i${n}`, orderId, bu };
  const why = { reason: 'SHIPMENT_VOIDED', shipmentId: `${orderId}-s${n}`, voidDate: '2026-11-24' } as const;
  log.append(`invoice-${bu}.${key.invoiceId}`, 'InvoiceWithdrawn', { ...key, ...why });
};

export const invoice = (log: MemoryLog, orderId: string, n: number, amounts: Amounts): void => {
  draftInvoice(log, orderId, n, amounts);
  const issued = issuedInvoice(orderId, n, amounts);
  log.append(`invoice-${bu}.${issued.invoiceId}`, 'InvoiceIssued', issued);
  log.append(`order-${bu}.${orderId}`, 'OrderLineProgressed', { orderId, lineId: '10', shipped: '7', invoiced: '7' });
};

export const commitTax = (log: MemoryLog, orderId: string, n: number, tax: string): void => {
  const key = { invoiceId: `${orderId}-i${n}`, orderId, bu };
  log.append(`invoice-${bu}.${key.invoiceId}`, 'TaxCommitted', {
    ...key,
    engine: 'sim-tax',
    docCode: `T-${orderId}-${n}`,
    tax,
  });
};

/** The engine committed another tax than what was issued. */
export const commitOtherTax = (log: MemoryLog, orderId: string, n: number): void => {
  const key = { invoiceId: `${orderId}-i${n}`, orderId, bu };
  const amounts = { ours: '664', theirs: '670', difference: '6' };
  log.append(`invoice-${bu}.${key.invoiceId}`, 'TaxCommitMismatch', {
    ...key,
    ...amounts,
    engine: 'sim-tax',
    docCode: `T-${orderId}-${n}`,
  });
};

export const postInvoice = (log: MemoryLog, orderId: string, n: number): void => {
  const key = { invoiceId: `${orderId}-i${n}`, orderId, bu };
  const posted = { batchId: 'PRIMARY-202611-1', journalId: `${orderId}-j${n}`, erpDocument: `GL-${n}` };
  log.append(`invoice-${bu}.${key.invoiceId}`, 'InvoicePosted', { ...key, ...posted });
};
