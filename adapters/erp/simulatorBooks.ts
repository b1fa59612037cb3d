import { z } from 'zod';
import { minor, minorOfMajor } from '../../domain/money.ts';
import { type ImportedJournal, type JournalImportRequest, journalResult } from './schema.ts';
import { emptyReceivables, postReceivable, type Receivables, receivable } from './simulatorReceivables.ts';

/** What the simulated ERP writes down. A restart folds these again. */
export const bookEntry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('order'),
    externalDocumentNumber: z.string(),
    company: z.string(),
    number: z.string(),
    /** Absent in older entries. */
    customerNumber: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('import'),
    /** Absent in what was written down when one company was thought to be all there is. */
    company: z.string().optional(),
    batchId: z.string(),
    fileSha256: z.string(),
    /** Milliseconds since 1970 from which the results are shown. */
    readyAtMs: z.number(),
    journals: z.array(journalResult),
    /** What customers owe by it; absent in older entries. */
    receivables: z.array(receivable).optional(),
    /** Milliseconds since 1970. */
    postedAtMs: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal('receivable'), company: z.string(), postedAtMs: z.number(), posting: receivable }),
  z.strictObject({ kind: z.literal('closed'), accounts: z.array(z.string()), periods: z.array(z.string()) }),
]);
export type BookEntry = z.infer<typeof bookEntry>;

export type Import = Omit<Extract<BookEntry, { kind: 'import' }>, 'kind'>;
export type Order = Omit<Extract<BookEntry, { kind: 'order' }>, 'kind'>;

/** Mutable on purpose: it belongs to one simulator and is rebuilt from its entries. */
export type Books = {
  readonly orders: Map<string, readonly Order[]>;
  readonly imports: Map<string, Import>;
  /** Document number by journal. */
  readonly posted: Map<string, string>;
  readonly receivables: Receivables;
  orderCount: number;
  rejectedCount: number;
  closedAccounts: ReadonlySet<string>;
  closedPeriods: ReadonlySet<string>;
};

export const emptyBooks = (closedAccounts: readonly string[], closedPeriods: readonly string[]): Books => ({
  orders: new Map(),
  imports: new Map(),
  posted: new Map(),
  receivables: emptyReceivables(),
  orderCount: 0,
  rejectedCount: 0,
  closedAccounts: new Set(closedAccounts),
  closedPeriods: new Set(closedPeriods),
});

export const orderKey = (company: string, externalDocumentNumber: string): string =>
  `${company}\n${externalDocumentNumber}`;

const importKey = (company: string | undefined, batchId: string): string => `${company ?? ''}\n${batchId}`;

/** Every company numbers its batches for itself. */
export const importOf = ({ imports }: Books, company: string, batchId: string): Import | undefined =>
  imports.get(importKey(company, batchId)) ?? imports.get(importKey(undefined, batchId));

export const applyEntry = (books: Books, entry: BookEntry): void => {
  if (entry.kind === 'order') {
    const key = orderKey(entry.company, entry.externalDocumentNumber);
    books.orders.set(key, [...(books.orders.get(key) ?? []), entry]);
    books.orderCount += 1;
  } else if (entry.kind === 'import') {
    books.imports.set(importKey(entry.company, entry.batchId), entry);
    for (const journal of entry.journals) {
      if (journal.status === 'Posted') books.posted.set(journal.journalId, journal.documentNumber);
      else books.rejectedCount += 1;
    }
    for (const posting of entry.receivables ?? [])
      postReceivable(books.receivables, entry.company ?? '', posting, entry.postedAtMs ?? 0);
  } else if (entry.kind === 'receivable') {
    postReceivable(books.receivables, entry.company, entry.posting, entry.postedAtMs);
  } else {
    books.closedAccounts = new Set(entry.accounts);
    books.closedPeriods = new Set(entry.periods);
  }
};

type Problem = { readonly errorCode: string; readonly errorMessage: string };
const problem = (errorCode: string, errorMessage: string): Problem => ({ errorCode, errorMessage });

type Line = ImportedJournal['lines'][number];

/** Undefined for an amount that is not whole minor units of the currency, or negative. */
const amountOf = (text: string, currency: string): bigint | undefined => {
  try {
    const amount = minorOfMajor(text, currency);
    return amount < 0n ? undefined : amount;
  } catch {
    return undefined;
  }
};

const lineProblem = (line: Line, currency: string, books: Books): Problem | undefined => {
  const debit = amountOf(line.debitAmount, currency);
  const credit = amountOf(line.creditAmount, currency);
  if (debit === undefined || credit === undefined)
    return problem('AmountInvalid', `Line ${line.lineNumber}: not an amount.`);
  if (debit !== 0n && credit !== 0n) return problem('AmountInvalid', `Line ${line.lineNumber}: debit and credit.`);
  if (!books.closedAccounts.has(line.accountNumber)) return undefined;
  return problem('AccountClosed', `Account ${line.accountNumber} is closed.`);
};

/** What this ERP checks in one journal before it posts it. */
const journalProblem = (journal: ImportedJournal, period: string, books: Books): Problem | undefined => {
  if (books.posted.has(journal.journalId))
    return problem('JournalAlreadyPosted', 'This journal was posted in another batch.');
  const dated = journal.postingDate.slice(0, 4) + journal.postingDate.slice(5, 7);
  if (dated !== period) return problem('PostingDateOutsidePeriod', `${journal.postingDate} is not in ${period}.`);
  if (books.closedPeriods.has(period)) return problem('PeriodClosed', `Period ${period} is closed.`);
  if (journal.lines.length < 2) return problem('JournalIncomplete', 'A journal has at least two lines.');
  for (const line of journal.lines) {
    const found = lineProblem(line, journal.currencyCode, books);
    if (found !== undefined) return found;
  }
  const difference = journal.lines.reduce(
    (sum, line) =>
      sum +
      minorOfMajor(line.debitAmount, journal.currencyCode) -
      minorOfMajor(line.creditAmount, journal.currencyCode),
    minor('0'),
  );
  return difference === 0n ? undefined : problem('JournalUnbalanced', 'Debit and credit are not equal.');
};

/** True when the totals of the batch are those of its journals, per currency and account. */
export const controlTotalsHold = (request: JournalImportRequest): boolean => {
  const sums = new Map<string, bigint>();
  const add = (currency: string, account: string, side: string, text: string, sign: bigint): boolean => {
    const amount = amountOf(text, currency);
    if (amount === undefined) return false;
    const key = `${currency}\n${account}\n${side}`;
    sums.set(key, (sums.get(key) ?? 0n) + sign * amount);
    return true;
  };
  for (const journal of request.journals) {
    for (const line of journal.lines) {
      if (!add(journal.currencyCode, line.accountNumber, 'debit', line.debitAmount, 1n)) return false;
      if (!add(journal.currencyCode, line.accountNumber, 'credit', line.creditAmount, 1n)) return false;
    }
  }
  for (const total of request.controlTotals) {
    if (!add(total.currencyCode, total.accountNumber, 'debit', total.debitAmount, -1n)) return false;
    if (!add(total.currencyCode, total.accountNumber, 'credit', total.creditAmount, -1n)) return false;
  }
  return [...sums.values()].every((rest) => rest === 0n);
};

/** Posts each journal by itself: one that is refused does not hold up the others. `refusedOnRequest` is a test's wish. */
export const postJournals = (
  request: JournalImportRequest,
  books: Books,
  refusedOnRequest: (journalId: string) => { readonly code?: string | undefined } | undefined,
): Import['journals'] => {
  let number = 500_000 + books.posted.size;
  const seen = new Set<string>();
  return request.journals.map((journal) => {
    const { journalId } = journal;
    const asked = refusedOnRequest(journalId);
    const repeated = seen.has(journalId)
      ? problem('JournalRepeated', 'The journal is in this batch twice.')
      : undefined;
    const wished = asked === undefined ? undefined : problem(asked.code ?? 'AccountClosed', 'Refused on request.');
    seen.add(journalId);
    const found = repeated ?? wished ?? journalProblem(journal, request.period, books);
    if (found !== undefined) return { journalId, status: 'Rejected' as const, ...found };
    number += 1;
    return { journalId, status: 'Posted' as const, documentNumber: `JE-${number}` };
  });
};

/** What really exists. */
export const stateOf = (books: Books) => ({
  orders: books.orderCount,
  ordersWithTheSameReference: [...books.orders.values()].filter((orders) => orders.length > 1).length,
  journalImports: books.imports.size,
  journalsPosted: books.posted.size,
  journalsRejected: books.rejectedCount,
});
