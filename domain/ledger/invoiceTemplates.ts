import type { InvoiceIssued, InvoiceVoided } from '../invoice/events.ts';
import { type Minor, minor } from '../money.ts';
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

type Line = Issued['lines'][number];

const perLine = (
  invoice: Issued,
  role: Role,
  side: Side,
  amount: (line: Line) => Minor = ({ net }) => minor(net),
): readonly Entry[] =>
  invoice.lines.map((line) => entry(role, side, amount(line), lineFacts(invoice, line), lineLineage(invoice, line)));

/** Cost is at the components of a kit, in the accounts that they left to. */
const perCost = (invoice: Issued, role: Role, side: Side): readonly Entry[] =>
  invoice.lines.flatMap((line) =>
    (line.costs ?? [line]).map(({ item, itemGroup, cost }) =>
      entry(role, side, minor(cost), lineFacts(invoice, { ...line, item, itemGroup }), lineLineage(invoice, line)),
    ),
  );

/** Where its goods were not earned before, or are not yet, the invoice says nothing of revenue and cost (T03S, T03D). */
const issuedEntries = (invoice: Issued): readonly Entry[] => {
  const whole = commonLineage(invoice.lines.map((line) => lineLineage(invoice, line)));
  const receivable = entry('AR_TRADE', 'DEBIT', minor(invoice.totals.total), documentFacts(invoice), whole);
  const besides = [...chargeEntries(invoice, whole), ...taxEntries(invoice, 'CREDIT', whole)];
  if (invoice.revenuePolicy !== undefined)
    return [
      receivable,
      ...perLine(invoice, invoice.earned ? 'UNBILLED_RECEIVABLE' : 'DEFERRED_REVENUE', 'CREDIT'),
      ...besides,
    ];
  return [
    receivable,
    ...perLine(invoice, 'SALES_DISCOUNT', 'DEBIT', ({ discount }) => minor(discount)),
    ...perCost(invoice, 'COGS', 'DEBIT'),
    ...perLine(invoice, 'REVENUE_PRODUCT', 'CREDIT', ({ gross }) => minor(gross)),
    ...besides,
    ...perCost(invoice, 'DEFERRED_COGS', 'CREDIT'),
  ];
};

/** The templates that an issue is posted by. */
export const invoiceTemplates = ['T03', 'T03S', 'T03D'] as const;

const templateOf = ({ revenuePolicy, earned }: Issued): (typeof invoiceTemplates)[number] => {
  if (revenuePolicy === undefined) return 'T03';
  return earned ? 'T03S' : 'T03D';
};

export const ofInvoice = (invoice: Document) => ({
  documentRef: invoice.number,
  declaredSource: null,
  orderId: invoice.orderId,
  shipmentId: commonLineage(invoice.lines.map((line) => lineLineage(invoice, line))).shipmentId,
  invoiceId: invoice.invoiceId,
  currency: invoice.currency,
});

/**
 * T03, ON_INVOICE: receivable, revenue, tax, and the cost of exactly the invoiced goods. T03S: their revenue was recognised before,
 * at the very amounts of the draft that is issued, so there is no difference of price. T03D: it waits until they have arrived.
 */
export const invoiceIssued = (data: Issued): Posting => ({
  templateId: templateOf(data),
  ...ofInvoice(data),
  day: data.issueDate,
  reversalOf: null,
  entries: issuedEntries(data),
});

/** T11: exact reverse of the issue, with the account map that it was posted with. */
export const invoiceVoided = ({ issued, issuedEventId, issuedPosition, voidDate }: InvoiceVoided['data']): Posting => ({
  templateId: 'T11',
  ...ofInvoice(issued),
  day: voidDate,
  reversalOf: { eventId: issuedEventId, templateId: templateOf(issued) },
  entries: reversed(issuedEntries(issued), issuedPosition),
});
