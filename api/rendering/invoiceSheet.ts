import type { InvoiceSheetView } from '../../projections/invoices/sheet.ts';
import { printedAmount, printedMoney, printedPrice, printedQty, printedRate, printedText } from './printed.ts';
import type { Fact, Sheet, Table } from './sheet.ts';

const isZero = (amount: string): boolean => amount === '0';

const negative = (amount: string): string => (-BigInt(amount)).toString();

/** A party by number and name. */
const partyText = (id: string, name: string | null): string => printedText(name === null ? id : `${name} (${id})`);

const titleOf = ({ number, voidDate }: InvoiceSheetView): string => {
  if (number !== null) return `Invoice ${printedText(number)}`;
  return voidDate === null ? 'Draft of an invoice' : 'Withdrawn draft of an invoice';
};

/** What became of the document as a whole. */
const stateNotices = ({ number, state, voidDate }: InvoiceSheetView): Sheet['notices'] => {
  if (voidDate !== null && number !== null)
    return [{ word: 'VOID', text: `Voided on ${voidDate}. Nothing is owed for it.` }];
  if (voidDate !== null) return [{ word: 'WITHDRAWN', text: `Withdrawn on ${voidDate}. It never was an invoice.` }];
  if (number === null) return [{ word: 'DRAFT', text: 'Not an invoice yet. Tax may still change.' }];
  if (state === 'DISPUTED') return [{ word: 'DISPUTED', text: 'The customer does not agree to it, or to part of it.' }];
  return state === 'SETTLED' ? [{ word: 'PAID', text: 'Nothing is owed for it any more.' }] : [];
};

const creditNotices = ({ credited, totals: { total }, currency }: InvoiceSheetView): Sheet['notices'] => {
  if (isZero(credited)) return [];
  const memos = 'was given back by credit memos.';
  return credited === total
    ? [{ word: 'CREDITED', text: `All of it ${memos}` }]
    : [{ word: 'PARTLY CREDITED', text: `${printedMoney(credited, currency)} of it ${memos}` }];
};

const factsOf = (sheet: InvoiceSheetView): readonly Fact[] => {
  const { number, issueDate, dueDate, customerPo, orderId, soldTo, billTo, shipTo, buyer, payer, currency } = sheet;
  const known: readonly (readonly [name: string, value: string | null])[] = [
    ['Invoice number', number],
    ['Date of issue', issueDate],
    ['Due', dueDate],
    ['Sold to', partyText(soldTo, buyer)],
    ['Bill to', billTo === soldTo ? null : partyText(billTo, payer)],
    ['Ship to', [shipTo.id, ...(shipTo.region === undefined ? [] : [shipTo.region])].join(', ')],
    ['Your order', customerPo],
    ['Our order', orderId],
    ['Currency', currency],
  ];
  return known.flatMap(([name, value]) => (value === null ? [] : [{ name, value: printedText(value) }]));
};

const text = (name: string) => ({ name, isNumber: false });
const figure = (name: string) => ({ name, isNumber: true });

const linesOf = ({ lines, currency }: InvoiceSheetView): Table => ({
  caption: 'Goods',
  columns: [
    ...[text('Line'), text('Item'), text('Description'), figure('Quantity'), text('Unit')],
    ...[figure('Price'), figure('Discount'), figure('Net')],
  ],
  rows: lines.map(({ orderLineId, item, description, qty, uom, unitPrice, discount, net }) => [
    ...[printedText(orderLineId), printedText(item), printedText(description ?? ''), printedQty(qty)],
    ...[printedText(uom ?? ''), printedPrice(unitPrice, currency), printedAmount(discount, currency)],
    printedAmount(net, currency),
  ]),
});

const taxesOf = ({ taxes, currency }: InvoiceSheetView): Table => ({
  caption: 'Tax by jurisdiction',
  columns: [text('Jurisdiction'), text('Type'), figure('Rate'), figure('Taxable'), figure('Tax')],
  rows: taxes.map(({ jurisdiction, type, rate, taxable, tax }) => [
    ...[printedText(jurisdiction), printedText(type), printedRate(rate)],
    ...[printedAmount(taxable, currency), printedAmount(tax, currency)],
  ]),
});

const sumsOf = (sheet: InvoiceSheetView): Sheet['sums'] => {
  const { totals, charges, currency, deposits, paid, credited, writtenOff, openAmount, voidDate, number } = sheet;
  const fact = (name: string, amount: string): Fact => ({ name, value: printedMoney(amount, currency) });
  const unlessZero = (name: string, amount: string): readonly Fact[] => (isZero(amount) ? [] : [fact(name, amount)]);
  const asked = [
    fact('Goods', totals.gross),
    ...unlessZero('Discount', negative(totals.discount)),
    ...charges.map(({ code, amount }) => fact(printedText(`Charge ${code}`), amount)),
    fact('Tax', totals.tax),
    fact('Total', totals.total),
  ];
  if (voidDate !== null || number === null) return [asked];
  const settled = [
    ...unlessZero('Deposits', negative(deposits)),
    ...unlessZero('Paid', negative(paid)),
    ...unlessZero('Credited', negative(credited)),
    ...unlessZero('Not claimed', negative(writtenOff)),
  ];
  return [asked, [...settled, fact('Open', openAmount)]];
};

/** An invoice as it is read on paper. Throws `RangeError` for an amount that is none, which the read model does not hold. */
export const invoiceOnPaper = (sheet: InvoiceSheetView): Sheet => {
  const taxes = taxesOf(sheet);
  return {
    title: titleOf(sheet),
    from: printedText(sheet.seller ?? sheet.bu),
    notices: [...stateNotices(sheet), ...creditNotices(sheet)],
    facts: factsOf(sheet),
    tables: [linesOf(sheet), ...(taxes.rows.length === 0 ? [] : [taxes])],
    sums: sumsOf(sheet),
  };
};
