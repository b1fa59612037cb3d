import { type RawBuilder, sql } from 'kysely';
import { type AsOf, freshnessOf } from './asOf.ts';
import type { ReadHandle } from './readModel.ts';

/** One statement, and how its rows become the answer. */
export type Question<Row, Result> = {
  readonly statement: RawBuilder<Row>;
  readonly answer: (rows: readonly Row[]) => Result;
};

/** A question that can be asked alone, or together with how fresh the read models are that it asks. */
export type Query<Args extends readonly unknown[], Result> = {
  (db: ReadHandle, ...args: Args): Promise<Result>;
  readonly withFreshness: (db: ReadHandle, models: readonly string[], ...args: Args) => Promise<Fresh<Result>>;
};

export type Fresh<Result> = { readonly known: AsOf; readonly value: Result };

type Framed<Row> = Row & { readonly knownAs: AsOf | null; readonly rowNo: string | null };

/**
 * Freshness and rows from one snapshot, so that the rows are exactly what the log says up to that position. The rows keep
 * their order by their number; freshness comes with the first one, and alone when there is none.
 */
const framed = <Row>(models: readonly string[], statement: RawBuilder<Row>): RawBuilder<Framed<Row>> =>
  sql<Framed<Row>>`select case when coalesce(asked."rowNo", 1) = 1 then known.as_of end as "knownAs", asked.*
    from (${freshnessOf(models)}) known left join lateral (select row_number() over () as "rowNo", q.* from (${statement}) q) asked on true
    order by asked."rowNo"`;

export const defineQuery = <Args extends readonly unknown[], Row extends object, Result>(
  question: (...args: Args) => Question<Row, Result>,
): Query<Args, Result> => {
  const alone = async (db: ReadHandle, ...args: Args): Promise<Result> => {
    const { statement, answer } = question(...args);
    return answer((await statement.execute(db)).rows);
  };
  const withFreshness = async (db: ReadHandle, models: readonly string[], ...args: Args): Promise<Fresh<Result>> => {
    const { statement, answer } = question(...args);
    const { rows } = await framed(models, statement).execute(db);
    const known = rows[0]?.knownAs ?? { asOfPosition: '0', lagMs: 0 };
    const found = rows.filter(({ rowNo }) => rowNo !== null);
    return { known, value: answer(found.map(({ knownAs: _, rowNo: __, ...row }) => row as unknown as Row)) };
  };
  return Object.assign(alone, { withFreshness });
};
