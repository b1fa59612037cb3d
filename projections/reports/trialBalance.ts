import { sql } from 'kysely';
import { allOf } from '../readModel.ts';
import { countsIn, fromTheBeginning, ledgerDate, ledgerFilters, ledgerOf, upToTheEnd } from './ledgerRows.ts';
import { money, type Report, type ReportQuestion, text } from './report.ts';

/** The sum of what is debited less what is credited, of the lines for which `condition` holds. */
const balance = (condition: ReturnType<typeof sql>) =>
  sql`coalesce(sum(l.debit - l.credit) filter (where ${condition}), 0)`;

const rows = (question: ReportQuestion) => {
  const { lines, journals, states, accountNames } = ledgerOf(question);
  const moved = fromTheBeginning(question);
  // A journal that was reversed before the ERP had it will never be there; one that was there is.
  const atErp = sql`(s.state = 'ACKNOWLEDGED' or (s.state = 'REVERSED' and s.erp_document is not null))`;
  const underWay = sql`s.state in ('SEALED', 'EXPORTED')`;
  return sql`select b.*, b.opening + b.debit - b.credit as closing, n.name as "accountName" from (
      select j.bu, j.ledger, l.account, l.currency, string_agg(distinct l.role, ',' order by l.role) as role,
        ${balance(sql`not (${moved})`)} as opening,
        coalesce(sum(l.debit) filter (where ${moved}), 0) as debit, coalesce(sum(l.credit) filter (where ${moved}), 0) as credit,
        sum(l.functional_debit - l.functional_credit) as functional, min(j.functional_currency) as "functionalCurrency",
        ${balance(sql`not ${atErp} and not ${underWay}`)} as staged, ${balance(underWay)} as sealed, ${balance(atErp)} as acknowledged
      from ${lines} l join ${journals} j on j.journal_id = l.journal_id join ${states} s on s.journal_id = l.journal_id
      where ${allOf([...upToTheEnd(question), countsIn(question)])}
      group by j.bu, j.ledger, l.account, l.currency) b
    left join ${accountNames} n on n.bu = b.bu and n.ledger = b.ledger and n.account = b.account`;
};

export const trialBalanceReport: Report = {
  id: 'R11',
  name: 'trial-balance',
  title: 'Trial balance',
  meaning:
    'Balances by account, and where they stand on their way to the ERP. Journals without an account are in no balance; the tie-out names them.',
  columns: {
    bu: text('Business unit.'),
    ledger: text('Ledger of the business unit.'),
    account: text('Account of the chart.'),
    accountName: text('What the chart calls it; null where it has no name.'),
    role: text('The roles that were posted to it, joined by a comma.'),
    currency: text('Currency of the documents; amounts are minor units of it.'),
    opening: money('Debit less credit before the period or `from`.'),
    debit: money('Debited within what is asked.'),
    credit: money('Credited within what is asked.'),
    closing: money('Opening + debit − credit.'),
    functional: money('The closing balance in the currency of the ledger.'),
    functionalCurrency: text('Currency of the ledger.'),
    staged: money('Of the closing balance: what is in no batch yet.'),
    sealed: money('Of the closing balance: sealed or exported, not acknowledged yet.'),
    acknowledged: money('Of the closing balance: what the ERP has in its books.'),
  },
  key: { bu: 'text', ledger: 'text', account: 'text', currency: 'text' },
  filters: [...ledgerFilters, 'account'],
  readers: ['finance', 'auditor', 'admin'],
  models: ['gl_staging'],
  datedBy: ledgerDate,
  knowsThePast: true,
  rows,
};
