import type { RecordedOf } from '../../domain/events.ts';
import { changeNode, ensureNode, flow, ids, type LineageSets } from './graph.ts';

export const invoiceIssued = (event: RecordedOf<'InvoiceIssued'>, rows: LineageSets): void => {
  const { invoiceId, orderId, number, currency, totals, lines, soldTo } = event.data;
  const invoice = ids.invoice(invoiceId);
  ensureNode(event, rows, {
    id: invoice,
    type: 'INVOICE',
    label: `invoice ${number}`,
    business_key: invoiceId,
    amount: totals.total,
    currency,
    order_id: orderId,
    detail: { number, soldTo, tax: totals.tax },
  });
  // Freight and other charges are the order's own; they reach the invoice without passing a line.
  if (BigInt(totals.charges) !== 0n)
    flow(event, rows, { from: ids.order(orderId), to: invoice, kind: 'INVOICED_BY', amount: BigInt(totals.charges) });
  for (const { invoiceLineId, shipmentId, shipmentLineId, item, qty, net, tax, gross, discount } of lines) {
    const id = ids.invoiceLine(invoiceId, invoiceLineId);
    const detail = { item, net, tax, gross, discount };
    ensureNode(event, rows, {
      id,
      type: 'INVOICE_LINE',
      label: `${qty} ${item}`,
      business_key: invoiceId,
      qty,
      amount: net,
      currency,
      order_id: orderId,
      detail,
    });
    flow(event, rows, {
      from: ids.shipmentLine(shipmentId, shipmentLineId),
      to: id,
      kind: 'INVOICED_BY',
      qty: BigInt(qty),
      amount: BigInt(net),
    });
    flow(event, rows, { from: id, to: invoice, kind: 'INVOICED_BY', amount: BigInt(net) + BigInt(tax) });
  }
};

/** The shipment's goods are to be invoiced again; the voided document keeps its place and its journals. */
export const invoiceVoided = (event: RecordedOf<'InvoiceVoided'>, rows: LineageSets): void => {
  const { invoiceId, issued } = event.data;
  changeNode(event, rows, ids.invoice(invoiceId), (row) => ({ detail: { ...row.detail, voided: true } }));
  for (const { invoiceLineId, shipmentId, shipmentLineId, qty } of issued.lines) {
    const id = ids.invoiceLine(invoiceId, invoiceLineId);
    changeNode(event, rows, id, (row) => ({ qty: '0', detail: { ...row.detail, voided: true } }));
    flow(event, rows, {
      from: ids.shipmentLine(shipmentId, shipmentLineId),
      to: id,
      kind: 'INVOICED_BY',
      qty: -BigInt(qty),
    });
  }
};
