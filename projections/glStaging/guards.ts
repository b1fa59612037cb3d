import { sql } from 'kysely';
import { Inconsistent } from '../failures.ts';
import { type Target, tableIn } from '../table.ts';

/** What the trigger of the live table checks at each commit, over all journals at once. */
export const requireBalance = async (into: Target): Promise<void> => {
  const { rows } = await sql<{ journalId: string }>`select j.journal_id as "journalId"
    from ${tableIn(into, 'gl_journal')} j left join (
      select journal_id, sum(lines) as lines, bool_and(balanced) as balanced from (
        select journal_id, count(*) as lines, sum(debit) = sum(credit) and sum(functional_debit) = sum(functional_credit) as balanced
        from ${tableIn(into, 'gl_line')} group by journal_id, currency) by_currency
      group by journal_id) l on l.journal_id = j.journal_id
    where l.lines is distinct from j.line_count or j.line_count < 2 or not l.balanced limit 1`.execute(into.tx);
  const [first] = rows;
  if (first !== undefined) throw new Inconsistent(`journal ${first.journalId} is not complete or does not balance`);
};
