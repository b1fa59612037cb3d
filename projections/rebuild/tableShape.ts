import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';

export type TableShape = {
  readonly table: string;
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** All columns that are written; what the database computes from them is left out. */
  readonly columns: readonly string[];
};

export const shapeOf = async (tx: QueryExecutorProvider, schema: string, table: string): Promise<TableShape> => {
  const { rows } = await sql<{ column: string; inKey: boolean }>`select a.attname as column,
      coalesce(a.attnum = any(i.indkey), false) as "inKey"
    from pg_class t join pg_namespace n on n.oid = t.relnamespace join pg_attribute a on a.attrelid = t.oid
      left join pg_index i on i.indrelid = t.oid and i.indisprimary
    where n.nspname = ${schema} and t.relname = ${table} and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by a.attnum`.execute(tx);
  return {
    table,
    key: rows.filter(({ inKey }) => inKey).map(({ column }) => column),
    columns: rows.map(({ column }) => column),
  };
};

export const column = (alias: string, name: string): RawBuilder<unknown> => sql`${sql.ref(`${alias}.${name}`)}`;

export const columnsOf = (alias: string, names: readonly string[]): RawBuilder<unknown> =>
  sql.join(names.map((name) => column(alias, name)));

/** `{ name: text of the value }`, as the database writes it, in the order of the columns. */
export const textsOf = (alias: string, names: readonly string[]): RawBuilder<unknown> =>
  sql`json_object(${sql.val(names)}::text[], array[${sql.join(names.map((name) => sql`${column(alias, name)}::text`))}])`;
