import { bu, currency, draft, type History, type Placed, streamOf } from './draft.ts';
import { intent } from './intents.ts';
import { freight, type LinePlan, type OrderPlan, shipTo } from './plan.ts';

const hash = 'd4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35';
const engine = 'avatax';

/** What the ledger needs to know of an issued invoice when it seals a batch. */
export type Issued = {
  readonly plan: OrderPlan;
  readonly number: string;
  readonly confirmed: Placed;
  readonly issued: Placed;
};

const invoiceLine = ({ shipmentId, confirmationId }: OrderPlan, line: LinePlan, index: number) => ({
  ...{
    invoiceLineId: String(index + 1),
    orderLineId: line.lineId,
    shipmentId,
    shipmentLineId: line.lineId,
    confirmationId,
  },
  ...{ item: line.item, itemGroup: 'GENERAL', taxCode: 'TPP', qty: line.qty, fromQty: '0', unitPrice: '12.50' },
  ...{ gross: line.gross, discount: line.discount, net: line.net, cost: line.cost },
});

const documentOf = ({ customer, node, invoiceId, orderId }: OrderPlan) => ({
  ...{ invoiceId, orderId, bu, kind: 'INVOICE' as const, soldTo: customer, billTo: customer, shipTo, node },
  ...{ channel: 'portal', currency, customerGroup: 'INDUSTRIAL' },
});

const charge = { code: 'FREIGHT', amount: freight, taxCode: 'FREIGHT' } as const;

/** Billed, taxed, numbered, issued, and the order closed. */
export function* invoiced(plan: OrderPlan, confirmed: Placed, number: string, done: (issued: Issued) => void): History {
  const { orderId, customer, invoiceId, lines, gross, discount, tax, net, total } = plan;
  const stream = streamOf('invoice', invoiceId);
  const key = { invoiceId, orderId, bu };
  const billed = lines.map((line, index) => invoiceLine(plan, line, index));
  const [drafted] = yield [
    draft(stream, 'InvoiceDrafted', {
      ...{ ...documentOf(plan), shippedAt: confirmed.recordedAt, termsDays: 30, customerTaxCode: 'TAXABLE' },
      ...{ lines: billed, charges: [charge] },
    }),
  ];
  yield [intent(plan, drafted, 'InvoiceDrafted', 'calculateTax', { invoiceId })];
  const taxes = lines.map((line, index) => ({
    ...{ reference: String(index + 1), jurisdiction: shipTo.region, type: 'Sales', rate: '0.0825' },
    ...{ taxable: line.net, tax: line.tax },
  }));
  const [taxed] = yield [draft(stream, 'TaxCalculated', { ...key, engine, docCode: invoiceId, lines: taxes, tax })];
  yield [intent(plan, taxed, 'TaxCalculated', 'issueInvoice', { invoiceId })];
  const sequence = Number(number.slice(4));
  yield [
    draft(streamOf('numbering', 'INV'), 'NumberAssigned', {
      bu,
      series: 'INV',
      sequence,
      number,
      documentId: invoiceId,
    }),
  ];
  const [issued] = yield [
    draft(stream, 'InvoiceIssued', {
      ...{ ...documentOf(plan), number, series: 'INV', issueDate: '2026-11-28', dueDate: '2026-12-28' },
      ...{ lines: billed.map((line, index) => ({ ...line, tax: lines[index]?.tax ?? '0' })) },
      ...{ charges: [{ ...charge, tax: '0' }], taxes, totals: { gross, discount, charges: freight, tax, total } },
      ...{ taxEngine: engine, taxDocCode: invoiceId, contentSha256: hash },
    }),
  ];
  if (issued === undefined) throw new Error('an issued invoice has a place');
  yield [intent(plan, issued, 'InvoiceIssued', 'afterInvoice', { invoiceId, lines: billed })];
  const money = { amount: total, released: net, issuedAt: issued.recordedAt, counted: true };
  const account = streamOf('credit', customer);
  yield [draft(account, 'ReceivableRecorded', { bu, customer, currency, invoiceId, orderId, ...money })];
  yield [draft(stream, 'TaxCommitted', { ...key, engine, docCode: invoiceId, tax })];
  const [, closed] = yield [
    ...lines.map(({ lineId, qty }) =>
      draft(streamOf('order', orderId), 'OrderLineProgressed', { orderId, lineId, shipped: qty, invoiced: qty }),
    ),
    draft(streamOf('order', orderId), 'OrderClosed', { orderId, bu, soldTo: customer }),
  ];
  yield [intent(plan, closed, 'OrderClosed', 'releaseCredit')];
  yield [draft(account, 'CreditReleased', { bu, customer, currency, orderId, amount: '0', cause: 'ORDER_CLOSED' })];
  done({ plan, number, confirmed, issued });
}
