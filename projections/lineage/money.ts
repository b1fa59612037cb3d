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

/** Goods and amounts flow on from the lines that are credited, freight and the like from the invoice as a whole. */
export const creditMemoIssued = (event: RecordedOf<'CreditMemoIssued'>, rows: LineageSets): void => {
  const { creditMemoId, invoiceId, orderId, number, cause, currency, totals, lines } = event.data;
  const to = ids.creditMemo(creditMemoId);
  ensureNode(event, rows, {
    ...{ id: to, type: 'CREDIT_MEMO', label: `credit memo ${number}`, business_key: creditMemoId },
    ...{ amount: totals.total, currency, order_id: orderId, detail: { number, cause, tax: totals.tax } },
  });
  let left = BigInt(totals.total);
  for (const { invoiceLineId, qty, net, tax } of lines) {
    const amount = BigInt(net) + BigInt(tax);
    left -= amount;
    const goods = qty === '0' ? {} : { qty: BigInt(qty) };
    flow(event, rows, { from: ids.invoiceLine(invoiceId, invoiceLineId), to, kind: 'CREDITED_BY', amount, ...goods });
  }
  if (left > 0n) flow(event, rows, { from: ids.invoice(invoiceId), to, kind: 'CREDITED_BY', amount: left });
};
