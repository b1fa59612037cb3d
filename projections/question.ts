import { type RawBuilder, sql } from 'kysely';
import type { ReadHandle } from './readModel.ts';

/** One statement, and how its rows become the answer. */
export type Question<Row, Result> = {
  readonly statement: RawBuilder<Row>;
  /** The statement has one row or none, so that no order must be kept. */
  readonly single?: boolean;
  readonly answer: (rows: readonly Row[]) => Result;
};

/** A question that can be asked alone, or together with what is known about the read models that it asks. */
export type Query<Args extends readonly unknown[], Result> = {
  (db: ReadHandle, ...args: Args): Promise<Result>;
  readonly framed: <Known extends object>(
    db: ReadHandle,
    known: RawBuilder<Known>,
    ...args: Args
  ) => Promise<{ readonly known: Known | undefined; readonly value: Result }>;
};

type FramedRow<Row, Known> = Row & { readonly frameKnown: Known; readonly frameNo: string | null };

/**
 * What is known, and the rows, from one snapshot: the rows are exactly what the log says up to that position. Rows keep
 * their order by their number; what is known comes with the first, and also when there is none.
 */
const framed = <Row, Known>(
  known: RawBuilder<Known>,
  { statement, single }: Pick<Question<Row, unknown>, 'statement' | 'single'>,
): RawBuilder<FramedRow<Row, Known>> =>
  single === true
    ? sql`select row_to_json(k) as "frameKnown", asked.* from (${known}) k left join lateral (select 1 as "frameNo", q.* from (${statement}) q) asked on true`
    : sql`select case when coalesce(asked."frameNo", 1) = 1 then row_to_json(k) end as "frameKnown", asked.* from (${known}) k
        left join lateral (select row_number() over () as "frameNo", q.* from (${statement}) q) asked on true order by asked."frameNo"`;

const withoutFrame = <Row>({ frameKnown: _, frameNo: __, ...row }: FramedRow<Row, unknown>): Row =>
  row as unknown as Row;

export const defineQuery = <Args extends readonly unknown[], Row extends object, Result>(
  question: (...args: Args) => Question<Row, Result>,
): Query<Args, Result> => {
  const alone = async (db: ReadHandle, ...args: Args): Promise<Result> => {
    const { statement, answer } = question(...args);
    return answer((await statement.execute(db)).rows);
  };
  const inFrame: Query<Args, Result>['framed'] = async (db, known, ...args) => {
    const asked = question(...args);
    const { rows } = await framed(known, asked).execute(db);
    const found = rows.filter(({ frameNo }) => frameNo !== null);
    return { known: rows[0]?.frameKnown, value: asked.answer(found.map(withoutFrame)) };
  };
  return Object.assign(alone, { framed: inFrame });
};
