import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { liveBuild } from '../build.ts';
import { glStaging } from '../glStaging/projection.ts';
import { invoices } from '../invoices/projection.ts';
import type { Pair } from './compareTable.ts';
import { column, type TableShape } from './tableShape.ts';

/** `l` and `n` are the live and the new row of the comparison; of a row that only one build has, the other is null. */
const either = (condition: (alias: string) => RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(${condition('l')} or ${condition('n')})`;

/** Business units and their closed periods, as the staging ledgers of `schemas` know them. */
const closedPeriodsIn = (schemas: readonly string[]): RawBuilder<unknown> =>
  sql`(select c.bu, p.key from (${sql.join(
    schemas.map((schema) => sql`select bu, content from ${sql.id(schema, 'posting_context')}`),
    sql` union all `,
  )}) c, jsonb_each(c.content -> 'periods') b, jsonb_each_text(b.value) p where p.value = 'CLOSED')`;

const monthOf = (day: RawBuilder<unknown>): RawBuilder<unknown> => sql`to_char(${day}, 'YYYYMM')`;

/**
 * Whether a differing row lies inside a sealed GL batch or in a closed period: books that were reported must not change,
 * whatever was declared. Sealing and periods are asked of the live staging ledger and, where that is what is rebuilt, of the
 * new one. An invoice, which has no period of its own, lies in that of its issue date.
 */
export const sealedCondition = async (
  tx: QueryExecutorProvider,
  { live, next }: Pair,
  { columns }: TableShape,
): Promise<RawBuilder<boolean>> => {
  const has = (name: string): boolean => columns.includes(name);
  const ledger = await liveBuild(tx, glStaging);
  const ledgers = next.projection.name === glStaging.name ? [ledger.schema, next.schema] : [ledger.schema];
  const closed = closedPeriodsIn(ledgers);
  const inClosed = (bu: RawBuilder<unknown>, period: RawBuilder<unknown>) =>
    sql`coalesce((${bu}, ${period}) in ${closed}, false)`;
  const conditions: RawBuilder<unknown>[] = [];
  if (has('batch_id')) conditions.push(either((alias) => sql`${column(alias, 'batch_id')} is not null`));
  if (has('period')) conditions.push(either((alias) => inClosed(column(alias, 'bu'), column(alias, 'period'))));
  if (has('issue_date'))
    conditions.push(either((alias) => inClosed(column(alias, 'bu'), monthOf(column(alias, 'issue_date')))));
  if (has('journal_id'))
    for (const schema of ledgers)
      conditions.push(sql`exists (select from ${sql.id(schema, 'gl_journal_state')} s
        where s.journal_id = coalesce(l.journal_id, n.journal_id) and (s.batch_id is not null or ${inClosed(sql`s.bu`, sql`s.period`)}))`);
  if (has('invoice_id') && next.projection.name === invoices.name)
    for (const { schema } of [live, next])
      conditions.push(sql`exists (select from ${sql.id(schema, 'invoice')} i
        where i.invoice_id = coalesce(l.invoice_id, n.invoice_id) and ${inClosed(sql`i.bu`, monthOf(sql`i.issue_date`))})`);
  return conditions.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(conditions, sql` or `)})`;
};
