import type { InvoiceIssued, InvoiceVoided } from '../invoice/events.ts';
import { minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import { commonLineage, type Lineage } from './journal.ts';
import type { Role } from './roles.ts';
import { type Entry, entry, type Posting, reversed, type Side } from './template.ts';

type Issued = InvoiceIssued['data'];

/** What an invoice and a credit memo of it both say. */
type Document = Pick<Issued, 'number' | 'orderId' | 'invoiceId' | 'currency' | 'taxes'> &
  Pick<Issued, 'node' | 'channel' | 'soldTo' | 'customerGroup' | 'shipTo'> & { readonly lines: readonly LineOf[] };
type LineOf = Pick<Issued['lines'][number], 'invoiceLineId' | 'orderLineId' | 'shipmentId' | 'shipmentLineId'> &
  Pick<Issued['lines'][number], 'item' | 'itemGroup'>;

/** What every posting on the receivable of an invoice says of it. */
export const receivableFacts = (
  invoice: Pick<Document, 'node' | 'channel' | 'soldTo' | 'customerGroup' | 'shipTo'>,
): Facts => ({
  node: invoice.node,
  channel: invoice.channel,
  customer: invoice.soldTo,
  customerGroup: invoice.customerGroup,
  ...(invoice.shipTo.region === undefined ? {} : { region: invoice.shipTo.region }),
});

export const documentFacts = (invoice: Document): Facts => receivableFacts(invoice);

export const lineFacts = (invoice: Document, line: LineOf): Facts => ({
  ...documentFacts(invoice),
  item: line.item,
  itemGroup: line.itemGroup,
});

export const lineLineage = (invoice: Document, line: LineOf): Lineage => ({
  orderId: invoice.orderId,
  orderLineId: line.orderLineId,
  shipmentId: line.shipmentId,
  shipmentLineId: line.shipmentLineId,
  invoiceId: invoice.invoiceId,
  invoiceLineId: line.invoiceLineId,
});

export const taxEntries = (invoice: Document, side: Side, whole: Lineage): readonly Entry[] => {
  const lines = new Map(invoice.lines.map((line) => [line.invoiceLineId, line]));
  return invoice.taxes.map((tax) => {
    const line = lines.get(tax.reference);
    const facts = {
      ...(line === undefined ? documentFacts(invoice) : lineFacts(invoice, line)),
      taxJurisdiction: tax.jurisdiction,
    };
    return entry('TAX_PAYABLE', side, minor(tax.tax), facts, line === undefined ? whole : lineLineage(invoice, line));
  });
};

/** A charge belongs to the invoice as a whole, so its lineage is what all lines have in common. */
const chargeEntries = (invoice: Issued, whole: Lineage): readonly Entry[] =>
  invoice.charges.map((charge) => {
    const role = charge.code === 'FREIGHT' ? 'REVENUE_FREIGHT' : 'REVENUE_OTHER';
    return entry(role, 'CREDIT', minor(charge.amount), { ...documentFacts(invoice), reason: charge.code }, whole);
  });

const issuedEntries = (invoice: Issued): readonly Entry[] => {
  const { lines } = invoice;
  const whole = commonLineage(lines.map((line) => lineLineage(invoice, line)));
  const perLine = (role: Role, side: Side, amount: (line: Issued['lines'][number]) => string): readonly Entry[] =>
    lines.map((line) => entry(role, side, minor(amount(line)), lineFacts(invoice, line), lineLineage(invoice, line)));
  // Revenue is at the kit, cost at its components, in the accounts that they left to.
  const costs = lines.flatMap((line) =>
    (line.costs ?? [line]).map(({ item, itemGroup, cost }) => ({ ...line, item, itemGroup, cost })),
  );
  const perCost = (role: Role, side: Side): readonly Entry[] =>
    costs.map((line) => entry(role, side, minor(line.cost), lineFacts(invoice, line), lineLineage(invoice, line)));
  return [
    entry('AR_TRADE', 'DEBIT', minor(invoice.totals.total), documentFacts(invoice), whole),
    ...perLine('SALES_DISCOUNT', 'DEBIT', (line) => line.discount),
    ...perCost('COGS', 'DEBIT'),
    ...perLine('REVENUE_PRODUCT', 'CREDIT', (line) => line.gross),
    ...chargeEntries(invoice, whole),
    ...taxEntries(invoice, 'CREDIT', whole),
    ...perCost('DEFERRED_COGS', 'CREDIT'),
  ];
};

export const ofInvoice = (invoice: Document) => ({
  documentRef: invoice.number,
  declaredSource: null,
  orderId: invoice.orderId,
  shipmentId: commonLineage(invoice.lines.map((line) => lineLineage(invoice, line))).shipmentId,
  invoiceId: invoice.invoiceId,
  currency: invoice.currency,
});

/** T03, ON_INVOICE: receivable, revenue, tax, and the cost of exactly the invoiced goods. */
export const invoiceIssued = (data: Issued): Posting => ({
  templateId: 'T03',
  ...ofInvoice(data),
  day: data.issueDate,
  reversalOf: null,
  entries: issuedEntries(data),
});

/** T11: exact reverse of T03, with the account map that T03 was posted with. */
export const invoiceVoided = ({ issued, issuedEventId, issuedPosition, voidDate }: InvoiceVoided['data']): Posting => ({
  templateId: 'T11',
  ...ofInvoice(issued),
  day: voidDate,
  reversalOf: { eventId: issuedEventId, templateId: 'T03' },
  entries: reversed(issuedEntries(issued), issuedPosition),
});
