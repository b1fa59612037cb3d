import type { TaxDocumentKind } from '../../commands/partnerPorts.ts';
import type { TaxLookup } from '../../commands/ports.ts';
import { type Ask, badResponse } from '../http/answers.ts';
import { isError, understood } from './answers.ts';
import type { Transaction } from './schema.ts';
import { documentTypes, toRefusal } from './translate.ts';

export type TaxLookupOptions = {
  readonly engine: string;
  readonly ask: Ask;
  /** Their company for a business unit; default: the same code. */
  readonly companyCodeOf?: (bu: string) => string;
};

/** `kind` absent: an invoice. */
export type Place = { readonly bu: string; readonly docCode: string; readonly kind?: TaxDocumentKind };

export const pathOf = (
  { companyCodeOf = (bu) => bu }: Pick<TaxLookupOptions, 'companyCodeOf'>,
  { bu, docCode, kind = 'invoice' }: Place,
  action = '',
): string =>
  `/api/v2/companies/${encodeURIComponent(companyCodeOf(bu))}/transactions/${encodeURIComponent(docCode)}${action}?documentType=${documentTypes[kind]}`;

/** A document of thousands of lines, each with its jurisdictions. */
export const documentBytesMax = 16 * 1024 * 1024;

/** Undefined when they hold no such document. */
export const findTransaction = async (
  options: TaxLookupOptions,
  place: Place,
  signal?: AbortSignal,
): Promise<Transaction | undefined> => {
  const { engine, ask } = options;
  const operation = 'findTransaction';
  const path = `${pathOf(options, place)}&$include=Lines,Details`;
  const question = { operation, path, answerBytesMax: documentBytesMax, ...(signal !== undefined && { signal }) };
  return ask(question, (answer) => {
    const found = understood(engine, operation, answer);
    if (!isError(found)) {
      if (found.code !== place.docCode) throw badResponse(engine, operation, 'answered for another document');
      return found;
    }
    if (found.error.code === 'EntityNotFoundError') return undefined;
    throw badResponse(engine, operation, toRefusal(found).code);
  });
};

const statuses: Readonly<Partial<Record<Transaction['status'], 'SAVED' | 'COMMITTED' | 'VOIDED'>>> = {
  Saved: 'SAVED',
  Committed: 'COMMITTED',
  Cancelled: 'VOIDED',
};

/** What the tax engine holds of ours, for those who may only look. */
export const createTaxLookup = (options: TaxLookupOptions): TaxLookup => {
  const ask =
    (kind: TaxDocumentKind): TaxLookup['document'] =>
    async (bu, docCode, signal) => {
      const found = await findTransaction(options, { bu, docCode, kind }, signal);
      if (found === undefined) return undefined;
      return { status: statuses[found.status] ?? 'OTHER' };
    };
  return { document: ask('invoice'), creditMemo: ask('credit') };
};
