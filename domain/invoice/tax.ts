import type { TaxCodesPublished } from '../masterData/events.ts';
import { minor, minorText } from '../money.ts';
import type { InvoiceCharge, InvoiceLine, TaxLine } from './events.ts';

/** What the tax engine is asked about one line or charge. `amount`: minor units after discount; `qty`: base units. */
export type TaxRequestLine = {
  readonly reference: string;
  readonly item: string;
  readonly engineCode: string;
  readonly qty: string;
  readonly amount: string;
};

export type TaxMappingProblem = {
  readonly code: 'TAX_MAPPING_MISSING';
  readonly reference: string;
  readonly detail: string;
};

export type TaxRequestLines =
  | { readonly kind: 'ready'; readonly lines: readonly TaxRequestLine[] }
  | { readonly kind: 'missing'; readonly problems: readonly TaxMappingProblem[] };

type Draft = {
  readonly lines: readonly Pick<InvoiceLine, 'invoiceLineId' | 'item' | 'taxCode' | 'qty' | 'net'>[];
  readonly charges: readonly InvoiceCharge[];
};

export const chargeReference = (code: string): string => `charge:${code}`;

/** Every line and charge of a document by the reference that tax lines use. */
const taxReferences = (draft: Draft): readonly string[] => [
  ...draft.lines.map((line) => line.invoiceLineId),
  ...draft.charges.map((charge) => chargeReference(charge.code)),
];

/** A code that is not mapped is a problem with its name, never a default rate (B-13). */
export const taxRequestLines = (draft: Draft, codes: TaxCodesPublished['data'] | undefined): TaxRequestLines => {
  const ofItem = new Map(codes?.items.map((mapping) => [mapping.taxCode, mapping.engineCode]));
  const ofCharge = new Map(codes?.charges.map((mapping) => [mapping.charge, mapping.engineCode]));
  const wanted = [
    ...draft.lines.map((line) => ({
      asked: { reference: line.invoiceLineId, item: line.item, qty: line.qty, amount: line.net },
      engineCode: ofItem.get(line.taxCode),
      what: `tax code ${line.taxCode} of item ${line.item}`,
    })),
    ...draft.charges.map((charge) => ({
      asked: { reference: chargeReference(charge.code), item: charge.code, qty: '1', amount: charge.amount },
      engineCode: ofCharge.get(charge.taxCode),
      what: `charge ${charge.code}`,
    })),
  ];
  const problems = wanted
    .filter((each) => each.engineCode === undefined)
    .map(({ asked, what }) => ({
      code: 'TAX_MAPPING_MISSING' as const,
      reference: asked.reference,
      detail: `The tax engine's code for ${what} is not mapped.`,
    }));
  if (problems.length > 0) return { kind: 'missing', problems };
  return { kind: 'ready', lines: wanted.map(({ asked, engineCode }) => ({ ...asked, engineCode: engineCode ?? '' })) };
};

/** Tax per reference; a reference without a tax line is not taxed. */
export const taxByReference = (lines: readonly TaxLine[]): ReadonlyMap<string, bigint> => {
  const sums = new Map<string, bigint>();
  for (const line of lines) sums.set(line.reference, (sums.get(line.reference) ?? 0n) + minor(line.tax));
  return sums;
};

/** Why the engine's answer cannot belong to this draft, or undefined. Amounts are taken as returned, never recomputed (R7). */
export const taxAnswerProblem = (draft: Draft, lines: readonly TaxLine[], tax: string): string | undefined => {
  const references = new Set(taxReferences(draft));
  const stranger = lines.find((line) => !references.has(line.reference));
  if (stranger !== undefined) return `The engine taxes ${stranger.reference}, which the invoice does not have.`;
  const sum = lines.reduce((total, line) => total + minor(line.tax), 0n);
  if (sum === minor(tax)) return undefined;
  return `The engine's total ${tax} is not the sum of its lines ${minorText(sum)}.`;
};
