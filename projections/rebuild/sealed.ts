import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import { type Build, liveBuild } from '../build.ts';
import { glStaging } from '../glStaging/projection.ts';
import { column, type TableShape } from './tableShape.ts';

/** `l` and `n` are the live and the new row of the comparison; of a row that only one build has, the other is null. */
const either = (condition: (alias: string) => RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(${condition('l')} or ${condition('n')})`;

/**
 * Whether a differing row lies inside a sealed GL batch or in a closed period: books that were reported must not change,
 * whatever was declared. Sealing and periods are asked of the live staging ledger and, where that is what is rebuilt, of the new one.
 */
export const sealedCondition = async (
  tx: QueryExecutorProvider,
  next: Build,
  { columns }: TableShape,
): Promise<RawBuilder<boolean>> => {
  const has = (name: string): boolean => columns.includes(name);
  const ledger = await liveBuild(tx, glStaging);
  const schemas = next.projection.name === glStaging.name ? [ledger.schema, next.schema] : [ledger.schema];
  const closedPeriods = sql`(select c.bu, p.key from (${sql.join(
    schemas.map((schema) => sql`select bu, content from ${sql.id(schema, 'posting_context')}`),
    sql` union all `,
  )}) c, jsonb_each(c.content -> 'periods') b, jsonb_each_text(b.value) p where p.value = 'CLOSED')`;
  const conditions = [
    ...(has('batch_id') ? [either((alias) => sql`${column(alias, 'batch_id')} is not null`)] : []),
    ...(has('bu') && has('period')
      ? [
          either(
            (alias) => sql`coalesce((${column(alias, 'bu')}, ${column(alias, 'period')}) in ${closedPeriods}, false)`,
          ),
        ]
      : []),
    ...(has('journal_id')
      ? schemas.map(
          (schema) => sql`exists (select from ${sql.id(schema, 'gl_journal_state')} s
            where s.journal_id = coalesce(l.journal_id, n.journal_id) and (s.batch_id is not null or (s.bu, s.period) in ${closedPeriods}))`,
        )
      : []),
  ];
  return conditions.length === 0 ? sql<boolean>`false` : sql<boolean>`(${sql.join(conditions, sql` or `)})`;
};
