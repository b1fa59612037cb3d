import { sql } from 'kysely';
import { type Table, type Target, tableIn } from './table.ts';

const rowsPerStatementMax = 5_000;

const chunksOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / rowsPerStatementMax) }, (_, index) =>
    items.slice(index * rowsPerStatementMax, (index + 1) * rowsPerStatementMax),
  );

const columnList = (columns: readonly string[]) => sql.join(columns.map((column) => sql.id(column)));

/** Adds rows; in a table whose rows are loaded by group, those that are there are replaced. */
export const insertRows = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  rows: readonly Row[],
): Promise<void> => {
  const rest = table.columns.filter((column) => !table.key.includes(column));
  const assignments = sql.join(rest.map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`));
  const onConflict =
    table.group === undefined ? sql`` : sql`on conflict (${columnList(table.key)}) do update set ${assignments}`;
  for (const chunk of chunksOf(rows)) {
    await sql`insert into ${tableIn(into, table.name)} (${columnList(table.columns)}) select ${columnList(table.columns)}
      from json_populate_recordset(null::${tableIn(into, table.name)}, ${JSON.stringify(chunk)}::json) ${onConflict}`.execute(
      into.tx,
    );
  }
};

export const removeRows = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  keys: readonly Partial<Row>[],
): Promise<void> => {
  const same = sql.join(
    table.key.map((column) => sql`t.${sql.id(column)} = gone.${sql.id(column)}`),
    sql` and `,
  );
  for (const chunk of chunksOf(keys)) {
    await sql`delete from ${tableIn(into, table.name)} t
      using json_populate_recordset(null::${tableIn(into, table.name)}, ${JSON.stringify(chunk)}::json) gone where ${same}`.execute(
      into.tx,
    );
  }
};

export const selectGroups = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  group: string,
  names: readonly string[],
): Promise<readonly Row[]> => {
  const { rows } = await sql<Row>`select ${columnList(table.columns)} from ${tableIn(into, table.name)}
    where ${sql.id(group)} = any(${[...names]}::text[])`.execute(into.tx);
  return rows;
};
