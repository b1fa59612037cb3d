import type { AuditSample } from './auditSample.ts';
import type { Stratum } from './events.ts';

type Journal = {
  readonly bu: string;
  readonly ledger: string;
  readonly period: string;
  readonly accountingDate: string;
  readonly sourcePosition: string;
};

type Line = {
  readonly role: string;
  readonly account: string | null;
  readonly functionalDebit: string;
  readonly functionalCredit: string;
};

export const amountOf = ({ functionalDebit, functionalCredit }: Line): bigint =>
  BigInt(functionalDebit) + BigInt(functionalCredit);

/** Whether a line of a journal could be drawn, as far as the line itself tells: one that was staged again later could not. */
export const isInPopulation = (
  { bu, position, population }: Pick<AuditSample, 'bu' | 'position' | 'population'>,
  journal: Journal,
  line: Line,
): boolean => {
  const { ledger, period, from, to, accounts, roles, side, amountFrom, amountTo } = population;
  const amount = amountOf(line);
  const isOfJournal =
    journal.bu === bu &&
    journal.ledger === ledger &&
    journal.sourcePosition <= position &&
    (period === undefined || journal.period === period) &&
    (from === undefined || journal.accountingDate >= from) &&
    (to === undefined || journal.accountingDate <= to);
  return (
    isOfJournal &&
    (accounts === undefined || (line.account !== null && accounts.includes(line.account))) &&
    (roles === undefined || roles.includes(line.role)) &&
    (side === undefined || BigInt(side === 'DEBIT' ? line.functionalDebit : line.functionalCredit) > 0n) &&
    (amountFrom === undefined || amount >= BigInt(amountFrom)) &&
    (amountTo === undefined || amount <= BigInt(amountTo))
  );
};

/** Of all strata together: how many lines there were, and what they come to. */
export const totalsOf = (strata: readonly Stratum[]) => {
  const sum = (side: 'debit' | 'credit'): bigint => strata.reduce((all, each) => all + BigInt(each[side]), 0n);
  const [debit, credit] = [sum('debit'), sum('credit')];
  return {
    count: strata.reduce((all, { count }) => all + count, 0),
    debit: debit.toString(),
    credit: credit.toString(),
    amount: debit + credit,
  };
};
