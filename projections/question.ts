import { type RawBuilder, sql } from 'kysely';
import type { PartRow } from './parts.ts';
import type { ReadHandle } from './readModel.ts';
import { rowsOfStatement, type Values, type Written, written } from './statement.ts';

/** One statement, and how its rows become the answer. */
export type Question<Row, Result> = {
  readonly statement: RawBuilder<Row>;
  /** For a statement that is written once and kept by whoever asks: what comes into it this time. */
  readonly values?: Values;
  /** The statement has one row or none, so that no order must be kept; or its rows are of several kinds (`inParts`). */
  readonly form?: 'single' | 'parts';
  readonly answer: (rows: readonly Row[]) => Result;
};

/** What is asked together with a question: one row, written once. */
export type Known<Row> = {
  readonly statement: RawBuilder<Row>;
  readonly values: Values;
  /** The same as one kind of rows more, where the rows are of several kinds. Default: the row as JSON. */
  readonly part?: {
    readonly column: RawBuilder<string>;
    readonly from: RawBuilder<unknown>;
    readonly read: (packed: readonly string[]) => Row;
  };
};

/** A question that can be asked alone, or together with what is known about the read models that it asks. */
export type Query<Args extends readonly unknown[], Result> = {
  (db: ReadHandle, ...args: Args): Promise<Result>;
  readonly framed: <Row extends object>(
    db: ReadHandle,
    known: Known<Row>,
    ...args: Args
  ) => Promise<{ readonly known: Row | undefined; readonly value: Result }>;
};

type FramedRow<Row, Frame> = Row & { readonly frameKnown: Frame; readonly frameNo: string | null };

/**
 * What is known, and the rows, from one snapshot: the rows are exactly what the log says up to that position. Rows keep
 * their order by their number; what is known comes with the first, and also when there is none.
 */
const framedRows = <Row, Frame>(
  known: RawBuilder<Frame>,
  { statement, form }: Pick<Question<Row, unknown>, 'statement' | 'form'>,
): RawBuilder<FramedRow<Row, Frame>> =>
  form === 'single'
    ? sql`select row_to_json(k) as "frameKnown", asked.* from (${known}) k left join lateral (select 1 as "frameNo", q.* from (${statement}) q) asked on true`
    : sql`select case when coalesce(asked."frameNo", 1) = 1 then row_to_json(k) end as "frameKnown", asked.* from (${known}) k
        left join lateral (select row_number() over () as "frameNo", q.* from (${statement}) q) asked on true order by asked."frameNo"`;

const withoutFrame = <Row>({ frameKnown: _, frameNo: __, ...row }: FramedRow<Row, unknown>): Row =>
  row as unknown as Row;

/** What is known is one kind of row more. */
const knownPart = 0;

const framedParts = ({ statement, part }: Known<unknown>, asked: RawBuilder<unknown>): RawBuilder<PartRow> => {
  const column = part?.column ?? sql`row_to_json(k)::text`;
  const from = part?.from ?? sql`from (${statement}) k`;
  return sql`select ${sql.lit(knownPart)} as part, ${column} as packed ${from} union all (${asked})`;
};

/** What is known, and the rows of the question itself. */
const partsOf = <Frame>({ part }: Known<Frame>, rows: readonly PartRow[]) => {
  const packed: string[] = [];
  const asked: PartRow[] = [];
  for (const row of rows) {
    if (row.part === knownPart) packed.push(row.packed);
    else asked.push(row);
  }
  return { known: part === undefined ? (JSON.parse(packed[0] ?? 'null') as Frame) : part.read(packed), asked };
};

/** Statements that were written, by the one that is asked and the one that frames it. Those of a single time go with it. */
const createMemory = () => {
  const alone = {};
  const memory = new WeakMap<object, WeakMap<object, Written<never>>>();
  return <Row>(asked: object, frame: object | undefined, write: () => Written<Row>): Written<Row> => {
    const framedOnes = memory.get(asked) ?? new WeakMap<object, Written<never>>();
    const kept = framedOnes.get(frame ?? alone) as Written<Row> | undefined;
    const statement = kept ?? write();
    if (kept === undefined) memory.set(asked, framedOnes.set(frame ?? alone, statement as Written<never>));
    return statement;
  };
};

const once = createMemory();

const noValues: Values = {};

/** What is known, asked alone. */
export const askKnown = async <Row>(db: ReadHandle, { statement, values }: Known<Row>): Promise<Row> => {
  const [row] = await rowsOfStatement(db, once(statement, undefined, () => written(db, statement))(values));
  if (row === undefined) throw new RangeError('what is known is always one row');
  return row;
};

export const defineQuery = <Args extends readonly unknown[], Row extends object, Result>(
  question: (...args: Args) => Question<Row, Result>,
): Query<Args, Result> => {
  const alone = async (db: ReadHandle, ...args: Args): Promise<Result> => {
    const { statement, values = noValues, answer } = question(...args);
    return answer(await rowsOfStatement(db, once(statement, undefined, () => written(db, statement))(values)));
  };
  const inFrame = async <Frame extends object>(db: ReadHandle, known: Known<Frame>, ...args: Args) => {
    const asked = question(...args);
    const values = { ...known.values, ...asked.values };
    const ask = <Framed>(frame: () => RawBuilder<Framed>) =>
      rowsOfStatement(db, once(asked.statement, known.statement, () => written(db, frame()))(values));
    if (asked.form === 'parts') {
      const parts = partsOf(known, await ask(() => framedParts(known, asked.statement)));
      return { known: parts.known, value: asked.answer(parts.asked as unknown as readonly Row[]) };
    }
    const rows = await ask(() => framedRows(known.statement, asked));
    const found = rows.filter(({ frameNo }) => frameNo !== null);
    return { known: rows[0]?.frameKnown, value: asked.answer(found.map(withoutFrame)) };
  };
  return Object.assign(alone, { framed: inFrame });
};

/** Asks a query as the one who asks it was asked: alone, or together with what is known. */
type AskAlike = <Args extends readonly unknown[], Result>(query: Query<Args, Result>, ...args: Args) => Promise<Result>;

/** A query that asks other queries, one after the other. What is known is what came with the last of them. */
export const composedQuery = <Args extends readonly unknown[], Result>(
  answer: (asking: { readonly db: ReadHandle; readonly ask: AskAlike }, ...args: Args) => Promise<Result>,
): Query<Args, Result> => {
  const alone = (db: ReadHandle, ...args: Args): Promise<Result> =>
    answer({ db, ask: (query, ...asked) => query(db, ...asked) }, ...args);
  const inFrame = async <Frame extends object>(db: ReadHandle, known: Known<Frame>, ...args: Args) => {
    let last: Frame | undefined;
    const ask: AskAlike = async (query, ...asked) => {
      const framed = await query.framed(db, known, ...asked);
      last = framed.known;
      return framed.value;
    };
    const value = await answer({ db, ask }, ...args);
    return { known: last, value };
  };
  return Object.assign(alone, { framed: inFrame });
};
