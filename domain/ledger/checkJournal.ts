import { minor } from '../money.ts';
import type { JournalDraft, JournalLine } from './journal.ts';
import { type PeriodBook, periodStatus } from './periods.ts';

export type Breach = { readonly rule: 'G1' | 'G2' | 'G3' | 'G4' | 'G5'; readonly detail: string };

const sumOf = (lines: readonly JournalLine[], amount: (line: JournalLine) => string): bigint =>
  lines.reduce((sum, line) => sum + minor(amount(line)), 0n);

const equal = (rule: 'G1' | 'G2', debit: bigint, credit: bigint): readonly Breach[] =>
  debit === credit ? [] : [{ rule, detail: `Debit ${debit} is not credit ${credit}.` }];

const oneSided = ({ lineNo, debit, credit }: JournalLine): readonly Breach[] => {
  const fine = minor(debit) >= 0n && minor(credit) >= 0n && (minor(debit) === 0n) !== (minor(credit) === 0n);
  return fine
    ? []
    : [{ rule: 'G1', detail: `Line ${lineNo} has debit ${debit} and credit ${credit}; exactly one is positive.` }];
};

const traced = (journal: JournalDraft, line: JournalLine): readonly Breach[] =>
  line.lineage.orderId !== null || journal.declaredSource !== null
    ? []
    : [{ rule: 'G3', detail: `Line ${line.lineNo} leads to no order and no declared source.` }];

const usable = (journal: JournalDraft, line: JournalLine): readonly Breach[] =>
  line.account !== null || journal.state === 'UNMAPPED'
    ? []
    : [{ rule: 'G4', detail: `Line ${line.lineNo} has no active account, yet the journal is ${journal.state}.` }];

/**
 * The invariants of a journal (spec 4.8): G1 balanced in transaction currency, every line on one side; G2 balanced in
 * functional currency; G3 traceable; G4 an active account or UNMAPPED; G5 not in a closed period. G6, sealed journals
 * never change, is kept by the batch decider and the insert-only staging ledger.
 */
export const checkJournal = (journal: JournalDraft, periods: PeriodBook): readonly Breach[] => {
  const { lines } = journal;
  const closed = periodStatus(periods, journal.bu, journal.ledger, journal.period) === 'CLOSED';
  return [
    ...equal(
      'G1',
      sumOf(lines, (line) => line.debit),
      sumOf(lines, (line) => line.credit),
    ),
    ...lines.flatMap(oneSided),
    ...equal(
      'G2',
      sumOf(lines, (line) => line.functionalDebit),
      sumOf(lines, (line) => line.functionalCredit),
    ),
    ...lines.flatMap((line) => traced(journal, line)),
    ...lines.flatMap((line) => usable(journal, line)),
    ...(closed ? [{ rule: 'G5' as const, detail: `Period ${journal.period} is closed.` }] : []),
  ];
};
