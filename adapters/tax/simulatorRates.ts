import { decimal, majorText, minorOfMajor, rateOf } from '../../domain/money.ts';
import { exactNumber } from './exactJson.ts';
import type { CreateRequest, Transaction } from './schema.ts';

export type Jurisdiction = { readonly jurisName: string; readonly taxType: string; readonly rate: string };

const sales = (jurisName: string, rate: string): Jurisdiction => ({ jurisName, taxType: 'Sales', rate });

/** Jurisdictions by ship-to region, fixed: a test must get the same tax tomorrow. Not a statement about real rates. */
export const demonstrationRates: Readonly<Record<string, readonly Jurisdiction[]>> = {
  'US-CA': [sales('US-CA', '0.0825')],
  'US-CA-SANTA-CLARA': [sales('US-CA-SANTA-CLARA', '0.0825')],
  'US-TX': [sales('US-TX', '0.0825')],
  'US-TX-AUSTIN': [sales('US-TX', '0.0625'), sales('US-TX-AUSTIN', '0.02')],
  'US-NY': [sales('US-NY', '0.04'), sales('US-NY-NEW-YORK', '0.045'), sales('US-NY-MCTD', '0.00375')],
  'US-IL': [sales('US-IL', '0.0625')],
  'US-GA': [sales('US-GA', '0.07')],
  'US-OR': [sales('US-OR', '0')],
};

/** Exempt entity use codes of AvaTax (government, resale …) and the words people use for them. */
const exemptUses: ReadonlySet<string> = new Set([...'ABCDEFGHIJKLNPQR', 'EXEMPT', 'RESALE']);

/** `FR…` is freight and `NT…` is non-taxable in AvaTax's code table. */
const nonTaxable = (taxCode: string): boolean => taxCode.startsWith('FR') || taxCode.startsWith('NT');

export const regionOf = ({ addresses: { shipTo } }: CreateRequest): string =>
  shipTo.country === undefined ? (shipTo.region ?? '') : `${shipTo.country}-${shipTo.region ?? ''}`;

type Line = CreateRequest['lines'][number];

/** Per line and jurisdiction: taxable × rate, rounded half away from zero. */
const taxedLine = (line: Line, request: CreateRequest, jurisdictions: readonly Jurisdiction[]) => {
  const { currencyCode, entityUseCode = '' } = request;
  const amount = minorOfMajor(line.amount, currencyCode);
  const free = nonTaxable(line.taxCode) || exemptUses.has(entityUseCode);
  const details = jurisdictions.map((jurisdiction) => ({
    ...jurisdiction,
    taxableAmount: free ? 0n : amount,
    tax: free ? 0n : rateOf(amount, decimal(jurisdiction.rate)),
  }));
  const sum = details.reduce((total, detail) => total + detail.tax, 0n);
  if (line.taxOverride === undefined) return { line, details, tax: sum };
  // What differs from its own sum goes to the last jurisdiction that taxes anything.
  const tax = minorOfMajor(line.taxOverride.taxAmount, currencyCode);
  const at = details.findLastIndex((detail) => detail.tax !== 0n);
  const place = at === -1 ? details.length - 1 : at;
  const told = details.map((detail, index) => (index === place ? { ...detail, tax: detail.tax + tax - sum } : detail));
  return { line, details: told, tax };
};

/** Throws `RangeError` for an amount finer than a minor unit. */
export const taxedTransaction = (
  request: CreateRequest,
  status: Transaction['status'],
  jurisdictions: readonly Jurisdiction[],
) => {
  const text = (amount: bigint): string => majorText(amount, request.currencyCode);
  const lines = request.lines.map((line) => taxedLine(line, request, jurisdictions));
  return {
    code: request.code,
    companyCode: request.companyCode,
    type: request.type,
    status,
    date: request.date,
    customerCode: request.customerCode,
    currencyCode: request.currencyCode,
    totalTax: text(lines.reduce((sum, { tax }) => sum + tax, 0n)),
    lines: lines.map(({ line, details, tax }) => ({
      lineNumber: line.number,
      itemCode: line.itemCode,
      taxCode: line.taxCode,
      ...(line.ref1 !== undefined && { ref1: line.ref1 }),
      quantity: line.quantity,
      lineAmount: line.amount,
      tax: text(tax),
      details: details.map((detail) => ({
        ...detail,
        taxableAmount: text(detail.taxableAmount),
        tax: text(detail.tax),
      })),
    })),
  };
};

type Taxed = ReturnType<typeof taxedTransaction>;

/** The answer with its amounts as JSON numbers. */
export const printed = (transaction: Taxed, id: number): Readonly<Record<string, unknown>> => ({
  id,
  ...transaction,
  totalTax: exactNumber(transaction.totalTax),
  lines: transaction.lines.map((line) => ({
    ...line,
    quantity: exactNumber(line.quantity),
    lineAmount: exactNumber(line.lineAmount),
    tax: exactNumber(line.tax),
    details: line.details.map((detail) => ({
      ...detail,
      rate: exactNumber(detail.rate),
      taxableAmount: exactNumber(detail.taxableAmount),
      tax: exactNumber(detail.tax),
    })),
  })),
});
