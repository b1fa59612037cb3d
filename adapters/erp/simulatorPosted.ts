import type { z } from 'zod';
import { majorText, minorOfMajor } from '../../domain/money.ts';
import type { JournalImportRequest, journalResult, PostedDocumentAnswer } from './schema.ts';

type Result = z.infer<typeof journalResult>;
type Posted = { readonly journals: Result[]; readonly documents?: PostedDocumentAnswer[] | undefined };

/** What the posted journals of an import came to. */
export const documentsIn = (
  { journals }: JournalImportRequest,
  results: readonly Result[],
): readonly PostedDocumentAnswer[] =>
  journals.flatMap(({ journalId, currencyCode, lines }, index) => {
    const result = results[index];
    if (result?.status !== 'Posted') return [];
    const debit = lines.reduce((sum, line) => sum + minorOfMajor(line.debitAmount, currencyCode), 0n);
    const { documentNumber } = result;
    return [{ journalId, documentNumber, currencyCode, debitAmount: majorText(debit, currencyCode) }];
  });

/** A journal of which there are documents is posted, whatever was said of it before. */
const resultWith = (result: Result, journalId: string, [document]: readonly PostedDocumentAnswer[]): Result =>
  result.journalId !== journalId || document === undefined
    ? result
    : { journalId, status: 'Posted', documentNumber: document.documentNumber };

/** As somebody there has put it right. */
export const withDocuments = <Held extends Posted>(
  held: Held,
  journalId: string,
  documents: readonly PostedDocumentAnswer[],
  isTold: boolean,
): Held => ({
  ...held,
  journals: isTold ? held.journals.map((result) => resultWith(result, journalId, documents)) : held.journals,
  documents: [...(held.documents ?? []).filter((document) => document.journalId !== journalId), ...documents],
});
