import type { InvoiceContent, PartnerWords } from '../../../commands/ports.ts';
import { daysBetween } from '../../../domain/calendar.ts';
import type { TaxLine } from '../../../domain/invoice/events.ts';
import { chargeReference } from '../../../domain/invoice/tax.ts';
import { decimal, decimalText, majorText, minor } from '../../../domain/money.ts';
import { n2 } from '../x12/amounts.ts';
import { type Segment, segment } from '../x12/interchange.ts';
import { inOrderedUnit, itemIds, lineIn, party, x12Date } from './segments.ts';

/** SAC02 of charges that everybody knows; another one is told by our word for it. */
const knownCharges: Readonly<Record<string, string>> = { FREIGHT: 'D240', HANDLING: 'D500' };
const discountCode = 'C310';
/** The day itself is told too. */
const netDaysMax = 999;
/** Jurisdictions are named as the tax engine names them, which is what the vendor defines. */
const vendorDefined = 'VD';
const jurisdictionMax = 10;
const allTaxes = 'TX';

const taxOf = ({ jurisdiction, rate, tax }: TaxLine, currency: string): Segment => {
  const { digits, scale } = decimal(rate);
  const percent = decimalText({ digits: digits * 100n, scale });
  // One that is longer has no place, and half of it would name another.
  const named = jurisdiction.length <= jurisdictionMax ? [vendorDefined, jurisdiction] : [];
  return segment('TXI', allTaxes, majorText(minor(tax), currency), percent, ...named);
};

const wordMax = 10;
/** SAC06 to SAC14. */
const untilDescription = Array.from({ length: 9 }, () => undefined);

const chargeOf = (code: string, amount: string, words: PartnerWords): Segment => {
  const theirs = words.charge(code) ?? knownCharges[code];
  if (theirs !== undefined) return segment('SAC', 'C', theirs, undefined, undefined, amount);
  const whole = code.length > wordMax ? [...untilDescription, code] : [];
  return segment('SAC', 'C', undefined, 'ZZ', code.slice(0, wordMax), amount, ...whole);
};

const linesOf = ({ order, invoice }: InvoiceContent, words: PartnerWords): readonly Segment[] => {
  const lineOf = lineIn(order.lines);
  const { currency } = invoice;
  return invoice.lines.flatMap(({ invoiceLineId, orderLineId, item, qty, unitPrice, discount }) => {
    const billed = inOrderedUnit({ ...lineOf(orderLineId), unitPrice }, qty, words);
    return [
      segment('IT1', orderLineId, billed.qty, billed.uom, billed.unitPrice, undefined, ...itemIds(item, words)),
      ...invoice.taxes.filter(({ reference }) => reference === invoiceLineId).map((tax) => taxOf(tax, currency)),
      ...(minor(discount) === 0n
        ? []
        : [segment('SAC', 'A', discountCode, undefined, undefined, n2(discount, currency))]),
    ];
  });
};

const chargesOf = ({ invoice }: InvoiceContent, words: PartnerWords): readonly Segment[] =>
  invoice.charges.flatMap(({ code, amount }) => [
    chargeOf(code, n2(amount, invoice.currency), words),
    ...invoice.taxes
      .filter(({ reference }) => reference === chargeReference(code))
      .map((tax) => taxOf(tax, invoice.currency)),
  ]);

/** 810: TDS01 is the total of the invoice, which is lines less allowances plus charges plus taxes. */
export const invoice = (content: InvoiceContent, words: PartnerWords): readonly Segment[] => {
  const { order, invoice: issued } = content;
  const { number, issueDate, dueDate, currency, totals } = issued;
  const days = daysBetween(issueDate, dueDate);
  const netDays = days <= netDaysMax ? `${days}` : undefined;
  return [
    segment('BIG', x12Date(issueDate), number, x12Date(order.acceptedAt), order.customerPo, undefined, undefined, 'DI'),
    segment('CUR', 'SE', currency),
    segment('REF', 'VN', order.orderId),
    party('BT', issued.billTo, '91'),
    party('ST', words.shipTo(issued.shipTo.id), '92'),
    segment('ITD', '01', '3', undefined, undefined, undefined, x12Date(dueDate), netDays),
    ...linesOf(content, words),
    segment('TDS', n2(totals.total, currency)),
    segment('TXI', allTaxes, majorText(minor(totals.tax), currency)),
    ...chargesOf(content, words),
    segment('CTT', `${issued.lines.length}`),
  ];
};
