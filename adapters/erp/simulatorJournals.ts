import { minor, minorOfMajor } from '../../domain/money.ts';
import type { ImportedJournal, JournalImportRequest } from './schema.ts';
import type { Books, Import } from './simulatorBooks.ts';

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
