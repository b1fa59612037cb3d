import { type RawBuilder, sql } from 'kysely';
import { tieOutStatement } from '../glStaging/tieOuts.ts';
import { ledgerOf } from './ledgerRows.ts';
import { count, type Report, type ReportQuestion, text, untotalled } from './report.ts';

/** What time puts right by itself; a journal without an account has a class of its own, anything else is `other`. */
const timing = [
  ...['POSTED_IN_LATER_PERIOD', 'JOURNALS_NOT_STAGED', 'JOURNALS_HELD', 'DATED_IN_ANOTHER_PERIOD'],
  ...['STOCK_NOT_ISSUED', 'TAX_NOT_COMMITTED'],
] as const;
const mapping = ['JOURNALS_UNMAPPED'] as const;
const rejected = ['TAX_COMMITTED_DIFFERENTLY'] as const;

const explainedBy = (reasons: readonly string[], without = false): RawBuilder<unknown> =>
  sql`coalesce((select sum((x ->> 'amount')::numeric) from json_array_elements(t.explained) x
    where ${without ? sql`not` : sql``} (x ->> 'reason' = any(${[...reasons]}::text[]))), 0)`;

/** The earlier of two days, of which either may be missing. */
const earlier = (one: string | undefined, other: string | undefined): string | undefined =>
  one === undefined || (other !== undefined && other < one) ? other : one;

const rows = (question: ReportQuestion): RawBuilder<unknown> => {
  const { bu = '', period, to, validAsOf } = question.filter;
  const through = earlier(to, validAsOf);
  const filter = { bu, ...(period !== undefined && { period }), ...(through !== undefined && { validAsOf: through }) };
  return sql`select ${bu}::text as bu, t.pair, t.currency, t.subledger::numeric as subledger, t.gl::numeric as gl,
      t.difference::numeric as difference, ${explainedBy(timing)} as timing, ${explainedBy(mapping)} as mapping,
      ${explainedBy(rejected)} as rejected, ${explainedBy([...timing, ...mapping, ...rejected], true)} as other,
      t.unexplained::numeric as unexplained,
      coalesce((select sum((x ->> 'count')::bigint) from json_array_elements(t.explained) x), 0) as items
    from (${tieOutStatement(filter, question.scope, ledgerOf(question))}) t`;
};

export const tieOutReport: Report = {
  id: 'R12',
  name: 'tie-out',
  title: 'Tie-out',
  meaning:
    'What the documents say against what the ledger says, and why the two differ. `GET /v1/tie-outs` names each reason.',
  columns: {
    bu: text('Business unit.'),
    pair: text('What is compared: a subledger and its account role.'),
    currency: text('Currency of the ledger; amounts are minor units of it.'),
    subledger: untotalled('The sum of the documents.'),
    gl: untotalled('The balance of the ledger.'),
    difference: untotalled('Subledger − GL.'),
    timing: untotalled('Explained by time: posted in a later period, held, not staged, issued or committed yet.'),
    mapping: untotalled('Explained by journals that have no account.'),
    rejected: untotalled('Explained by what a partner took otherwise: tax that was committed with another amount.'),
    other: untotalled(
      'Explained otherwise: goods receipts and payments that the ERP posts itself, stock that was valued anew.',
    ),
    unexplained: untotalled('Difference less everything explained; anything but "0" needs a person.'),
    items: count('How many documents and journals explain it.'),
  },
  key: { bu: 'text', pair: 'text', currency: 'text' },
  filters: ['bu', 'period', 'to', 'currency'],
  needs: ['bu'],
  readers: ['finance', 'auditor', 'admin'],
  models: ['gl_staging', 'subledgers', 'inventory', 'master_data'],
  datedBy: 'the accounting date of the journal on one side and the day of the document on the other',
  knowsThePast: true,
  rows,
};
