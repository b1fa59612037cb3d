import { type QueryExecutorProvider, sql } from 'kysely';
import type { Pair } from './compareTable.ts';
import type { MoneyDifference } from './report.ts';
import { columnsOf, textsOf } from './tableShape.ts';

/** Where a read model holds money, and by what it is summed. */
export type MoneyTotals = { readonly table: string; readonly by: readonly string[]; readonly sums: readonly string[] };

const differencesMax = 1_000;

/** Sums that differ between the builds. */
export const compareMoney = async (
  tx: QueryExecutorProvider,
  { live, next }: Pair,
  { table, by, sums }: MoneyTotals,
): Promise<readonly MoneyDifference[]> => {
  const side = (schema: string, name: 'live' | 'new') =>
    sql`select ${columnsOf('t', by)}, ${sql.join(
      sums.flatMap((column) => [
        sql`${name === 'live' ? sql`${sql.ref(`t.${column}`)}` : sql`0::numeric`} as ${sql.id(`live ${column}`)}`,
        sql`${name === 'new' ? sql`${sql.ref(`t.${column}`)}` : sql`0::numeric`} as ${sql.id(`new ${column}`)}`,
      ]),
    )} from ${sql.id(schema, table)} t`;
  const total = (side: 'live' | 'new', column: string) => sql`sum(${sql.ref(`b.${side} ${column}`)})`;
  const both = sums.map(
    (column) =>
      sql`jsonb_build_object('column', ${sql.lit(column)}::text, 'live', ${total('live', column)}::text, 'new', ${total('new', column)}::text)`,
  );
  const differ = sql.join(
    sums.map((column) => sql`${total('live', column)} is distinct from ${total('new', column)}`),
    sql` or `,
  );
  const { rows } =
    await sql<MoneyDifference>`select ${sql.lit(table)}::text as table, ${textsOf('b', by)} as by, jsonb_build_array(${sql.join(both)}) as sums
    from (${side(live.schema, 'live')} union all ${side(next.schema, 'new')}) b
    group by ${columnsOf('b', by)} having ${differ} order by ${columnsOf('b', by)} limit ${differencesMax}`.execute(tx);
  return rows;
};
