import type { PartnerRefusal, TaxCommit, TaxDocumentKind, TaxRequest } from '../../commands/partnerPorts.ts';
import type { TaxLine } from '../../domain/invoice/events.ts';
import { decimal, decimalText, type Minor, majorText, minor, minorOfMajor, minorText } from '../../domain/money.ts';
import { ourSpelling } from '../http/answers.ts';
import { exactNumber } from './exactJson.ts';
import type { CreateRequest, ErrorAnswer, Transaction } from './schema.ts';

/** `US-CA-SANTA-CLARA` is country `US`, region `CA-SANTA-CLARA`; another spelling goes as it is. */
const placeOf = (region: string | undefined): { readonly country?: string; readonly region?: string } => {
  const match = region === undefined ? null : /^([A-Z]{2})-(.+)$/.exec(region);
  if (match?.[1] !== undefined && match[2] !== undefined) return { country: match[1], region: match[2] };
  return region === undefined ? {} : { region };
};

const referenceMax = 50;

export const documentTypes = {
  invoice: 'SalesInvoice',
  credit: 'ReturnInvoice',
} as const satisfies Record<TaxDocumentKind, CreateRequest['type']>;

const overrideOf = ({ credits, currency }: TaxRequest, tax: string | undefined) =>
  credits === undefined || tax === undefined
    ? {}
    : {
        taxOverride: {
          type: 'TaxAmount' as const,
          taxAmount: majorText(minor(tax), currency),
          taxDate: credits.taxDate,
          reason: `Credit of invoice ${credits.invoiceNumber}`,
        },
      };

/** Our draft in their words. Lines are numbered 1, 2, 3 …, because our references may be longer than theirs. */
export const toCreate = (request: TaxRequest, companyCode: string): CreateRequest => ({
  type: documentTypes[request.credits === undefined ? 'invoice' : 'credit'],
  companyCode,
  code: request.docCode,
  date: request.date,
  customerCode: request.customer,
  ...(request.customerTaxCode !== '' && { entityUseCode: request.customerTaxCode }),
  currencyCode: request.currency,
  commit: false,
  addresses: { shipTo: { locationCode: request.shipTo.id, ...placeOf(request.shipTo.region) } },
  lines: request.lines.map((line, index) => ({
    number: String(index + 1),
    quantity: line.qty,
    amount: majorText(minor(line.amount), request.currency),
    taxCode: line.engineCode,
    itemCode: line.item,
    ...(line.reference.length <= referenceMax && { ref1: line.reference }),
    ...overrideOf(request, line.tax),
  })),
});

/** The bytes: money leaves as JSON numbers with exactly the digits of the text. */
export const printCreate = (request: CreateRequest): string =>
  JSON.stringify({
    ...request,
    lines: request.lines.map((line) => ({
      ...line,
      quantity: exactNumber(line.quantity),
      amount: exactNumber(line.amount),
      ...(line.taxOverride !== undefined && {
        taxOverride: { ...line.taxOverride, taxAmount: exactNumber(line.taxOverride.taxAmount) },
      }),
    })),
  });

const zero = (text: string): boolean => /^-?0+(\.0+)?$/.test(text);

type WireLine = NonNullable<Transaction['lines']>[number];

/** Throws `RangeError` when an amount is finer than a minor unit or the jurisdictions do not add up to the line. */
const taxLinesOf = (line: WireLine, reference: string, currency: string): readonly TaxLine[] => {
  const details = line.details ?? [];
  const sum = details.reduce((total, detail) => total + minorOfMajor(detail.tax, currency), 0n);
  if (sum !== minorOfMajor(line.tax, currency))
    throw new RangeError(`line ${line.lineNumber}: jurisdictions do not add up`);
  return (
    details
      // A jurisdiction that taxes nothing here (freight, an exempt buyer) is no tax line.
      .filter((detail) => !(zero(detail.taxableAmount) && zero(detail.tax)))
      .map((detail) => ({
        reference,
        jurisdiction: detail.jurisName,
        type: detail.taxType,
        rate: decimalText(decimal(detail.rate)),
        taxable: minorText(minorOfMajor(detail.taxableAmount, currency)),
        tax: minorText(minorOfMajor(detail.tax, currency)),
      }))
  );
};

/**
 * Amounts as the engine returned them, per line and jurisdiction; nothing is recomputed (R7).
 * Throws `RangeError` when the answer does not cover our lines one by one or does not add up.
 */
export const toCalculated = (
  request: TaxRequest,
  answer: Transaction,
): {
  readonly kind: 'calculated';
  readonly docCode: string;
  readonly lines: readonly TaxLine[];
  readonly tax: string;
} => {
  const byNumber = new Map((answer.lines ?? []).map((line) => [line.lineNumber, line]));
  if (byNumber.size !== request.lines.length || answer.lines?.length !== request.lines.length)
    throw new RangeError('not our lines');
  if (answer.currencyCode !== request.currency) throw new RangeError('another currency');
  let total: Minor = 0n;
  const lines = request.lines.flatMap((ours, index) => {
    const theirs = byNumber.get(String(index + 1));
    if (theirs === undefined) throw new RangeError(`line ${index + 1} is missing`);
    total += minorOfMajor(theirs.tax, request.currency);
    return taxLinesOf(theirs, ours.reference, request.currency);
  });
  if (total !== minorOfMajor(answer.totalTax, request.currency))
    throw new RangeError('the total is not the sum of the lines');
  return { kind: 'calculated', docCode: answer.code, lines, tax: minorText(total) };
};

/** Whether the document that they hold under our code has our content. */
export const sameDocument = (ours: CreateRequest, theirs: Transaction): boolean => {
  const lines = theirs.lines ?? [];
  if (theirs.customerCode !== ours.customerCode || theirs.currencyCode !== ours.currencyCode) return false;
  if (lines.length !== ours.lines.length) return false;
  const equal = (a: string, b: string) => decimalText(decimal(a)) === decimalText(decimal(b));
  return ours.lines.every((line) => {
    const held = lines.find((one) => one.lineNumber === line.number);
    return (
      held !== undefined &&
      equal(held.lineAmount, line.amount) &&
      equal(held.quantity, line.quantity) &&
      (held.taxCode ?? '') === line.taxCode &&
      (held.itemCode ?? '') === line.itemCode
    );
  });
};

/**
 * What of a document's tax each jurisdiction has, minor units; undefined: they tell no jurisdictions. Throws `RangeError` for
 * money finer than a minor unit.
 */
const jurisdictionsOf = ({ lines, currencyCode }: Transaction): TaxCommit['jurisdictions'] => {
  const all = (lines ?? []).map(({ details }) => details ?? undefined);
  if (all.length === 0 || all.includes(undefined)) return undefined;
  return all.flatMap((details = []) =>
    details.map(({ jurisName: jurisdiction, tax }) => ({
      jurisdiction,
      tax: minorText(minorOfMajor(tax, currencyCode)),
    })),
  );
};

/** Tax of the whole document in minor units. Throws `RangeError`. */
export const toCommitted = (answer: Transaction): TaxCommit => {
  const jurisdictions = jurisdictionsOf(answer);
  const tax = minorText(minorOfMajor(answer.totalTax, answer.currencyCode));
  return { kind: 'committed', tax, ...(jurisdictions !== undefined && { jurisdictions }) };
};

export const toRefusal = ({ error }: ErrorAnswer): PartnerRefusal => ({
  kind: 'refused',
  code: ourSpelling(error.code),
  detail: error.message ?? error.details?.[0]?.message ?? 'The tax engine refused.',
});

/** The code is taken by a document that is final: `DocumentCodeConflict`, `TransactionAlreadyExists`, or the older `GetTaxError` about `DocStatus`. */
export const isTakenCode = ({ error }: ErrorAnswer): boolean => {
  const all = [error.code, ...(error.details ?? []).map((one) => one.code ?? '')];
  if (all.some((one) => one === 'DocumentCodeConflict' || one === 'TransactionAlreadyExists')) return true;
  return (error.details ?? []).some((one) => one.refersTo === 'DocStatus');
};
