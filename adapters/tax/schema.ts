import { z } from 'zod';
import { explanation, listOf, named } from '../http/wire.ts';
import { plainDecimal } from './exactJson.ts';

/**
 * The part of AvaTax REST v2 that we use, by Avalara's published names.
 *
 * - `POST /api/v2/transactions/create` with `type: SalesInvoice`, `commit: false` → 201 transaction in status `Saved`.
 *   The same code again replaces a saved one; a committed or cancelled one answers `DocumentCodeConflict`.
 * - `GET  /api/v2/companies/{company}/transactions/{code}?documentType=SalesInvoice&$include=Lines,Details`
 * - A credit memo is a `ReturnInvoice` with amounts below zero; `taxOverride` of type `TaxAmount` on each line says what is
 *   given back, so nothing is computed anew. `documentType=ReturnInvoice` finds it.
 * - `POST …/{code}/commit` `{ commit: true }` · `POST …/{code}/void` `{ code: "DocVoided" }`
 * - Basic auth (account id and licence key). Errors: `{ error: { code, message, details: [{ code, number, … }] } }`.
 *
 * A transaction is identified by company, code and document type. Amounts and rates are JSON numbers; `exactJson.ts`
 * reads and writes them as text, so these schemas see text.
 */
const code = named(200).min(1);
const number = z.string().transform((printed, context) => {
  const text = plainDecimal(printed);
  if (text !== undefined) return text;
  context.addIssue({ code: 'custom', message: 'not a number' });
  return z.NEVER;
});

export const transactionStatus = z.enum([
  'Temporary',
  'Saved',
  'Posted',
  'Committed',
  'Cancelled',
  'Adjusted',
  'Queued',
  'PendingApproval',
]);

const detail = z.looseObject({
  jurisName: code,
  taxType: named(100),
  rate: number,
  taxableAmount: number,
  tax: number,
});

const line = z.looseObject({
  lineNumber: code,
  itemCode: named(200).nullish(),
  taxCode: named(100).nullish(),
  quantity: number,
  lineAmount: number,
  tax: number,
  details: listOf(detail, 1_000).nullish(),
});

export const transaction = z.looseObject({
  code,
  status: transactionStatus,
  customerCode: named(200),
  currencyCode: z.string().length(3),
  totalTax: number,
  lines: listOf(line, 15_000).nullish(),
});
export type Transaction = z.infer<typeof transaction>;

const printedNumber = z.string().regex(/^-?\d{1,25}(\.\d{1,6})?$/);

/** What we send, with the numbers still as text. */
export const createRequest = z.strictObject({
  type: z.enum(['SalesInvoice', 'ReturnInvoice']),
  companyCode: z.string().min(1).max(50),
  code: z.string().min(1).max(50),
  date: z.iso.date(),
  customerCode: z.string().min(1).max(50),
  entityUseCode: z.string().max(25).optional(),
  currencyCode: z.string().length(3),
  commit: z.literal(false),
  addresses: z.strictObject({
    shipTo: z.strictObject({
      locationCode: z.string().max(50),
      region: z.string().max(50).optional(),
      country: z.string().length(2).optional(),
    }),
  }),
  lines: z
    .array(
      z.strictObject({
        number: z.string().min(1).max(50),
        quantity: printedNumber,
        amount: printedNumber,
        taxCode: z.string().max(25),
        itemCode: z.string().max(50),
        ref1: z.string().max(50).optional(),
        taxOverride: z
          .strictObject({
            type: z.literal('TaxAmount'),
            taxAmount: printedNumber,
            taxDate: z.iso.date(),
            reason: z.string().max(255),
          })
          .optional(),
      }),
    )
    .min(1)
    .max(15_000),
});
export type CreateRequest = z.infer<typeof createRequest>;

const errorDetail = z.looseObject({
  code: z.string().max(200).optional(),
  message: explanation.nullish(),
  refersTo: z.string().max(200).nullish(),
});

export const errorAnswer = z.looseObject({
  error: z.looseObject({ code, message: explanation.optional(), details: listOf(errorDetail, 100).nullish() }),
});
export type ErrorAnswer = z.infer<typeof errorAnswer>;
