import { z } from 'zod';
import { majorText, minorOfMajor } from '../../domain/money.ts';
import type { SimulatedAnswer, SimulatedRoute, SimulatorTools } from '../http/simulatedPartner.ts';
import { type PostedDocumentAnswer, postedDocument, statusesAtOnceMax } from './schema.ts';
import { refused } from './simulatorAnswers.ts';
import { type BookEntry, type Books, type Import, importOf } from './simulatorBooks.ts';

const pageMax = 500;

const totalsOf = ({ batchId, documents = [] }: Import) => {
  const sums = new Map<string, bigint>();
  for (const { currencyCode, debitAmount } of documents)
    sums.set(currencyCode, (sums.get(currencyCode) ?? 0n) + minorOfMajor(debitAmount, currencyCode));
  const totals = [...sums].map(([currencyCode, sum]) => ({ currencyCode, debitAmount: majorText(sum, currencyCode) }));
  return { batchId, documents: documents.length, totals };
};

const byJournal = (a: PostedDocumentAnswer, b: PostedDocumentAnswer): number => {
  if (a.journalId === b.journalId) return a.documentNumber < b.documentNumber ? -1 : 1;
  return a.journalId < b.journalId ? -1 : 1;
};

/** All documents of a journal are on one page. */
const pageOf = ({ documents = [] }: Import, after: string): SimulatedAnswer => {
  const rest = documents.filter(({ journalId }) => journalId > after).sort(byJournal);
  const last = rest[pageMax - 1]?.journalId;
  const value = last === undefined ? rest : rest.filter(({ journalId }) => journalId <= last);
  return { status: 200, body: { value, next: value.length < rest.length ? last : null } };
};

const text = z.string().min(1).max(100);
const byAPerson = z.strictObject({
  ...{ company: text, batchId: text, journalId: text, documents: z.array(postedDocument).max(100) },
  /** False: what the import tells of the journal stays as it was. */
  told: z.boolean().optional(),
});

const unknown = (): SimulatedAnswer => refused(404, 'BatchNotFound', 'There is no such batch.');

/** What was posted, by batch; and a door for tests and visitors by which somebody there posts, doubles, changes or deletes it. */
export const documentRoutes = (books: Books, tools: SimulatorTools): readonly SimulatedRoute[] => [
  {
    operation: 'journalImportTotals',
    method: 'GET',
    path: '/api/v1/journalImportTotals',
    handle: ({ query }) => {
      const batchIds = (query.get('batchIds') ?? '').split(',');
      if (batchIds.length > statusesAtOnceMax) return refused(422, 'TooMany', 'Ask for fewer batches.');
      const held = batchIds.flatMap((batchId) => importOf(books, query.get('company') ?? '', batchId) ?? []);
      return { status: 200, body: { value: held.map(totalsOf) } };
    },
  },
  {
    operation: 'postedDocuments',
    method: 'GET',
    path: '/api/v1/journalImports/:batchId/documents',
    handle: ({ params, query }) => {
      const held = importOf(books, query.get('company') ?? '', params.batchId ?? '');
      return held === undefined ? unknown() : pageOf(held, query.get('after') ?? '');
    },
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/documents',
    handle: ({ body }) => {
      const parsed = byAPerson.safeParse(body);
      if (!parsed.success) return refused(422, 'DocumentsInvalid', 'Send company, batchId, journalId and documents.');
      if (importOf(books, parsed.data.company, parsed.data.batchId) === undefined) return unknown();
      tools.record({ kind: 'documents', ...parsed.data } satisfies BookEntry);
      return { status: 201, body: parsed.data };
    },
  },
];
