import { type RawBuilder, sql } from 'kysely';
import { type LedgerSource, ledgerAt, liveLedger } from '../glStaging/source.ts';
import { allOf, anyOf, equals } from '../readModel.ts';
import type { ReportFilterName, ReportQuestion } from './report.ts';

type Condition = RawBuilder<unknown> | undefined;

/** Where a report on the staging ledger reads from. */
export const ledgerOf = ({ at }: ReportQuestion): LedgerSource => (at === undefined ? liveLedger : ledgerAt(at));

/** Of the journal `j`: whose it is, and dated up to the end of what is asked. */
export const upToTheEnd = ({ filter, scope }: ReportQuestion): readonly Condition[] => [
  equals(sql`j.bu`, filter.bu),
  equals(sql`j.ledger`, filter.ledger),
  filter.period === undefined ? undefined : sql`j.period <= ${filter.period}`,
  filter.to === undefined ? undefined : sql`j.accounting_date <= ${filter.to}`,
  filter.validAsOf === undefined ? undefined : sql`j.accounting_date <= ${filter.validAsOf}`,
  anyOf(sql`j.bu`, scope?.bus),
];

/** Of the journal `j`: not before what is asked, so that it is a movement and no part of the opening balance. */
export const fromTheBeginning = ({ filter }: ReportQuestion): RawBuilder<unknown> =>
  allOf([
    equals(sql`j.period`, filter.period),
    filter.from === undefined ? undefined : sql`j.accounting_date >= ${filter.from}`,
  ]);

/** Of the journal `j`: no other version of it was staged in its place. */
export const isCurrent = (question: ReportQuestion): RawBuilder<unknown> =>
  sql`not exists (select from ${ledgerOf(question).superseded} v where v.journal_id = j.journal_id)`;

/** Of the journal `j`: it counts in a balance. One that has or had no account for a line counts in none, and neither does a version that was staged again. */
export const countsIn = (question: ReportQuestion): RawBuilder<unknown> =>
  sql`not exists (select from rm.gl_line u where u.journal_id = j.journal_id and u.account is null) and ${isCurrent(question)}`;

export const ledgerFilters: readonly ReportFilterName[] = ['bu', 'ledger', 'period', 'from', 'to', 'currency'];

export const ledgerDate = 'the accounting date of the journal';
