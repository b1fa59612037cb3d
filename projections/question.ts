import { type RawBuilder, sql } from 'kysely';
import { type AsOf, freshnessOf } from './asOf.ts';
import type { ReadHandle } from './readModel.ts';

/** One statement, and how its rows become the answer. */
export type Question<Row, Result> = {
  readonly statement: RawBuilder<Row>;
  /** The statement has one row or none, so that no order must be kept. */
  readonly single?: boolean;
  readonly answer: (rows: readonly Row[]) => Result;
};

/** A question that can be asked alone, or together with how fresh the read models are that it asks. */
export type Query<Args extends readonly unknown[], Result> = {
  (db: ReadHandle, ...args: Args): Promise<Result>;
  readonly withFreshness: (db: ReadHandle, models: readonly string[], ...args: Args) => Promise<Fresh<Result>>;
};

export type Fresh<Result> = { readonly known: AsOf; readonly value: Result };

type Framed<Row> = Row & { readonly knownPosition: string; readonly knownLagMs: number; readonly rowNo: string | null };

/**
 * Freshness and rows from one snapshot, so that the rows are exactly what the log says up to that position. Rows keep their
 * order by their number. Freshness comes also when there is no row.
 */
const framed = <Row>(
  models: readonly string[],
  { statement, single }: Pick<Question<Row, unknown>, 'statement' | 'single'>,
): RawBuilder<Framed<Row>> => {
  const known = sql`select f."asOfPosition" as "knownPosition", f."lagMs" as "knownLagMs" from (${freshnessOf(models)}) f`;
  return single === true
    ? sql`select known.*, asked.* from (${known}) known left join lateral (select 1 as "rowNo", q.* from (${statement}) q) asked on true`
    : sql`select known.*, asked.* from (${known}) known
        left join lateral (select row_number() over () as "rowNo", q.* from (${statement}) q) asked on true order by asked."rowNo"`;
};

const withoutFrame = <Row>({ knownPosition: _, knownLagMs: __, rowNo: ___, ...row }: Framed<Row>): Row =>
  row as unknown as Row;

export const defineQuery = <Args extends readonly unknown[], Row extends object, Result>(
  question: (...args: Args) => Question<Row, Result>,
): Query<Args, Result> => {
  const alone = async (db: ReadHandle, ...args: Args): Promise<Result> => {
    const { statement, answer } = question(...args);
    return answer((await statement.execute(db)).rows);
  };
  const withFreshness = async (db: ReadHandle, models: readonly string[], ...args: Args): Promise<Fresh<Result>> => {
    const asked = question(...args);
    const { rows } = await framed(models, asked).execute(db);
    const { knownPosition: asOfPosition = '0', knownLagMs: lagMs = 0 } = rows[0] ?? {};
    const found = rows.filter(({ rowNo }) => rowNo !== null);
    return { known: { asOfPosition, lagMs }, value: asked.answer(found.map(withoutFrame)) };
  };
  return Object.assign(alone, { withFreshness });
};
