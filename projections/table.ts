import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { RowMemory } from './rows.ts';

/**
 * A table of a read model as the fold sees it. Column names are those of the database; money, quantities and positions
 * are text. `group` is the column by which rows are loaded together, such as all lines of an order; a table without it
 * is append-only and never loaded.
 */
export type Table<Row extends object> = {
  readonly name: string;
  readonly columns: readonly (keyof Row & string)[];
  readonly key: readonly (keyof Row & string)[];
  readonly group?: keyof Row & string;
};

/** The build that is written, and the transaction that it is written in. */
export type Target = {
  readonly tx: QueryExecutorProvider;
  readonly schema: string;
  /** Rows that are kept between batches, so that a replay need not load what it has just written. */
  readonly memory?: RowMemory;
};

export const tableIn = ({ schema }: Pick<Target, 'schema'>, table: string): RawBuilder<unknown> =>
  sql.id(schema, table);
