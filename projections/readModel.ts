import type { CompiledQuery, QueryExecutorProvider, RawBuilder } from 'kysely';
import { sql } from 'kysely';

/** Anything that can run a query: the pool, a read replica, a transaction. Queries here never write. */
export type ReadHandle = QueryExecutorProvider & {
  /** A shorter way to a statement's rows than through Kysely's executor, where there is one. */
  readonly rowsOf?: <Row>(statement: CompiledQuery<Row>) => Promise<readonly Row[]>;
};

/** What the caller may see. A document outside it does not exist for them. Absent: everything. */
export type Scope = {
  readonly bus: readonly string[];
  /** Customers on whose behalf a partner may look; absent: all customers of `bus`. */
  readonly soldTo?: readonly string[];
};

export type PageRequest = {
  /** 1–500; anything else is brought into that range. Default 50. */
  readonly limit?: number;
  readonly cursor?: string | null;
};

export type Page<Item> = { readonly items: readonly Item[]; readonly nextCursor: string | null };

const limitMax = 500;
const limitDefault = 50;

export const boundedLimit = (limit: number | undefined): number =>
  limit === undefined || !Number.isFinite(limit) ? limitDefault : Math.min(limitMax, Math.max(1, Math.trunc(limit)));

export const encodeCursor = (key: readonly string[]): string =>
  Buffer.from(JSON.stringify(key), 'utf8').toString('base64url');

/** A cursor that was not made here. The caller's mistake, not ours. */
export class CursorInvalid extends Error {
  override readonly name = 'CursorInvalid';
}

/** The key behind a cursor: `parts` texts. Throws `CursorInvalid`. */
export const decodeCursor = (cursor: string, parts: number): readonly string[] => {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new CursorInvalid('the cursor is not one of ours');
  }
  const ours =
    Array.isArray(key) && key.length === parts && key.every((part) => typeof part === 'string' && !part.includes('\0'));
  if (!ours) throw new CursorInvalid('the cursor is not one of ours');
  return key as readonly string[];
};

/**
 * At most a page of the rows of `statement`, which keep their order. Statements are planned once, for any limit, and for one that it
 * does not know the planner gets ready a tenth of a table, with workers beside it: the literal tells that no page is longer.
 */
export const pageOfStatement = <Row>(statement: RawBuilder<Row>, limit: number): RawBuilder<Row> =>
  sql<Row>`select page.* from (${statement} limit ${sql.lit(limitMax + 1)}) page limit ${limit + 1}`;

/** Cuts the one row too many that tells whether there is a next page. */
export const toPage = <Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
  itemOf: (row: Row) => Item,
): Page<Item> => {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null;
  return { items: shown.map(itemOf), nextCursor };
};

/** As `toPage`, of rows that are answered as they are. */
export const pageOfRows = <Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
): Page<Row> => toPage(rows, limit, keyOf, (row) => row);

/**
 * A list with the newest document first, by the log position that began it. `before` is the condition of its cursor and
 * `tail` the end of its statement. Throws `CursorInvalid`.
 */
export const newestFirst = (request: PageRequest, createdPosition: RawBuilder<unknown>) => {
  const limit = boundedLimit(request.limit);
  const [before] = request.cursor == null ? [] : decodeCursor(request.cursor, 1);
  return {
    before: before === undefined ? undefined : sql`${createdPosition} < ${before}`,
    tail: sql`order by ${createdPosition} desc limit ${limit + 1}`,
    page: <Row, Item>(
      rows: readonly Row[],
      createdPositionOf: (row: Row) => string,
      itemOf: (row: Row) => Item,
    ): Page<Item> => toPage(rows, limit, (row) => [createdPositionOf(row)], itemOf),
  };
};

/** Conditions joined by `and`; none at all is true. */
export const allOf = (conditions: readonly (RawBuilder<unknown> | undefined)[]): RawBuilder<unknown> => {
  const present = conditions.filter((condition) => condition !== undefined);
  return present.length === 0 ? sql`true` : sql.join(present, sql` and `);
};

/** `expression = any(values)`, or nothing when there is nothing to ask. */
export const equals = (expression: RawBuilder<unknown>, value: string | undefined): RawBuilder<unknown> | undefined =>
  value === undefined ? undefined : sql`${expression} = ${value}`;

export const anyOf = (
  expression: RawBuilder<unknown>,
  values: readonly string[] | undefined,
): RawBuilder<unknown> | undefined => (values === undefined ? undefined : sql`${expression} = any(${values}::text[])`);

/** What a scope leaves of documents that have a business unit and a customer. */
export const inScope = (
  scope: Scope | undefined,
  bu: RawBuilder<unknown>,
  soldTo: RawBuilder<unknown>,
): readonly (RawBuilder<unknown> | undefined)[] => [anyOf(bu, scope?.bus), anyOf(soldTo, scope?.soldTo)];

/** For what can have no answer: no row, whatever the columns. */
export const nothing = sql<never>`select where false`;

/** Rows of the shape of `view` that are not in the database. */
export const rowsOf = (view: RawBuilder<unknown>, rows: readonly object[]): RawBuilder<unknown> =>
  sql`(select * from json_populate_recordset(null::${view}, ${JSON.stringify(rows)}::json))`;

/** A document and its place in lists, newest first. */
export type DocumentKey = { readonly id: string; readonly createdPosition: string };
