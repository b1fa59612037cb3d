import { addDays } from '../calendar.ts';
import { minor, minorSum, minorText } from '../money.ts';
import type { InvoiceDrafted, InvoiceIssued, InvoiceTotals, TaxCalculated } from './events.ts';
import { chargeReference, taxByReference } from './tax.ts';

type Amounts = Pick<InvoiceDrafted['data'], 'lines' | 'charges'>;

/** Document total = sum of lines; nothing is rounded globally (R5). total = gross − discount + charges + tax. */
export const invoiceTotals = ({ lines, charges }: Amounts, tax: string): InvoiceTotals => {
  const gross = minorSum(lines.map((line) => line.gross));
  const discount = minorSum(lines.map((line) => line.discount));
  const extra = minorSum(charges.map((charge) => charge.amount));
  return {
    gross: minorText(gross),
    discount: minorText(discount),
    charges: minorText(extra),
    tax,
    total: minorText(gross - discount + extra + minor(tax)),
  };
};

/** A line whose net is not gross − discount, or undefined. */
export const unbalancedLine = ({ lines }: Amounts): string | undefined =>
  lines.find((line) => minor(line.net) !== minor(line.gross) - minor(line.discount))?.invoiceLineId;

/** The document as it will be issued, all but the hash: hash its canonical JSON and pass the hash to `IssueInvoice`. */
export const issuedDocument = (
  draft: InvoiceDrafted['data'],
  tax: Pick<TaxCalculated['data'], 'engine' | 'docCode' | 'lines' | 'tax'>,
  { number, series, issueDate }: { readonly number: string; readonly series: string; readonly issueDate: string },
): Omit<InvoiceIssued['data'], 'contentSha256'> => {
  const taxes = taxByReference(tax.lines);
  const taxOf = (reference: string): string => minorText(taxes.get(reference) ?? 0n);
  const { shippedAt: _shippedAt, termsDays, customerTaxCode: _code, lines, charges, ...head } = draft;
  return {
    ...head,
    number,
    series,
    issueDate,
    dueDate: addDays(issueDate, termsDays),
    lines: lines.map((line) => ({ ...line, tax: taxOf(line.invoiceLineId) })),
    charges: charges.map((charge) => ({ ...charge, tax: taxOf(chargeReference(charge.code)) })),
    taxes: tax.lines,
    totals: invoiceTotals(draft, tax.tax),
    taxEngine: tax.engine,
    taxDocCode: tax.docCode,
  };
};
