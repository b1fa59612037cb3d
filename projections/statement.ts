import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import type { ReadHandle } from './readModel.ts';

/** What comes into a statement that is written once, by the names of its places. */
export type Values = Readonly<Record<string, unknown>>;

const place = Symbol('place');

type Place = { readonly [place]: string };

/** A place for a value in a statement that is written once. */
export const given = (name: string): RawBuilder<unknown> => sql`${{ [place]: name } satisfies Place}`;

/** Says nothing where no values are given. */
export const givenAny = (expression: RawBuilder<unknown>, name: string): RawBuilder<unknown> =>
  sql`(${given(name)}::text[] is null or ${expression} = any(${given(name)}::text[]))`;

const placeOf = (parameter: unknown): string | undefined =>
  typeof parameter === 'object' && parameter !== null && place in parameter ? (parameter as Place)[place] : undefined;

/** A statement of which only the values change from one time to the next. */
export type Written<Row> = (values: Values) => CompiledQuery<Row>;

/** Each place is one parameter, however often it is written: what it holds is sent and read once. */
const withoutRepeats = (text: string, parameters: readonly unknown[]) => {
  const kept: unknown[] = [];
  const numbers = parameters.map((parameter) => {
    const name = placeOf(parameter);
    const known = name === undefined ? -1 : kept.findIndex((other) => placeOf(other) === name);
    return known === -1 ? kept.push(parameter) : known + 1;
  });
  return { text: text.replace(/\$(\d+)/g, (_, number) => `$${numbers[Number(number) - 1]}`), parameters: kept };
};

/** Building and compiling a long statement takes as long as the server takes to answer it, so it is done once. */
export const written = <Row>(db: ReadHandle, statement: RawBuilder<Row>): Written<Row> => {
  const compiled = statement.compile(db);
  const { text, parameters } = withoutRepeats(compiled.sql, compiled.parameters);
  const places = parameters.map(placeOf);
  return (values) => ({
    ...compiled,
    sql: text,
    parameters: parameters.map((fixed, index) => {
      const name = places[index];
      return name === undefined ? fixed : values[name];
    }),
  });
};

export const rowsOfStatement = async <Row>(db: ReadHandle, statement: CompiledQuery<Row>): Promise<readonly Row[]> =>
  db.rowsOf === undefined ? (await db.getExecutor().executeQuery(statement)).rows : db.rowsOf(statement);
