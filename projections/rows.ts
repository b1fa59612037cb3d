import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';

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
export type Target = { readonly tx: QueryExecutorProvider; readonly schema: string };

export const tableIn = ({ schema }: Target, table: string): RawBuilder<unknown> => sql.id(schema, table);

/** The rows that one batch works on: loaded in one statement, folded in memory, written in one statement. */
export type RowSet<Row extends object> = {
  readonly get: (...key: readonly string[]) => Row | undefined;
  /** Every row of a group, in order of their keys. */
  readonly inGroup: (group: string) => readonly Row[];
  readonly put: (row: Row) => void;
  readonly remove: (...key: readonly string[]) => void;
};

export type LoadedRows<Row extends object> = RowSet<Row> & {
  /** Writes what changed; returns how many rows the table has more than before. */
  readonly flush: (into: Target) => Promise<number>;
};

const rowsPerStatementMax = 5_000;

const chunksOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / rowsPerStatementMax) }, (_, index) =>
    items.slice(index * rowsPerStatementMax, (index + 1) * rowsPerStatementMax),
  );

const columnList = (columns: readonly string[]) => sql.join(columns.map((column) => sql.id(column)));

const upsert = async <Row extends object>(into: Target, table: Table<Row>, rows: readonly Row[]): Promise<void> => {
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

const remove = async <Row extends object>(
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

const select = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  groups: readonly string[],
): Promise<readonly Row[]> => {
  if (table.group === undefined || groups.length === 0) return [];
  const { rows } = await sql<Row>`select ${columnList(table.columns)} from ${tableIn(into, table.name)}
    where ${sql.id(table.group)} = any(${[...groups]}::text[])`.execute(into.tx);
  return rows;
};

const separator = '\u0001';

/** Loads the rows of `groups`. What the batch asks for outside of them does not exist for it, so name all that it touches. */
export const loadRows = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  groups: readonly string[],
): Promise<LoadedRows<Row>> => {
  const keyOf = (row: Row): string => table.key.map((column) => String(row[column])).join(separator);
  const groupOf = (row: Row): string => (table.group === undefined ? '' : String(row[table.group]));
  const loaded = new Set<string>();
  const current = new Map<string, Row>();
  const members = new Map<string, Set<string>>();
  const dirty = new Set<string>();
  const gone = new Map<string, Row>();

  const hold = (key: string, row: Row): void => {
    current.set(key, row);
    const group = groupOf(row);
    const keys = members.get(group);
    if (keys === undefined) members.set(group, new Set([key]));
    else keys.add(key);
  };

  for (const row of await select(into, table, groups)) {
    const key = keyOf(row);
    loaded.add(key);
    hold(key, row);
  }

  return {
    get: (...key) => current.get(key.join(separator)),
    inGroup: (group) => [...(members.get(group) ?? [])].sort().flatMap((key) => current.get(key) ?? []),
    put: (row) => {
      const key = keyOf(row);
      // In a table that is never loaded a key of its own for every row keeps the database the judge of duplicates.
      const place = table.group === undefined ? `${key}${separator}${dirty.size}` : key;
      hold(place, row);
      dirty.add(place);
      gone.delete(place);
    },
    remove: (...parts) => {
      const key = parts.join(separator);
      const row = current.get(key);
      if (row === undefined) return;
      current.delete(key);
      members.get(groupOf(row))?.delete(key);
      dirty.delete(key);
      if (loaded.has(key)) gone.set(key, row);
    },
    flush: async (target) => {
      const changed = [...dirty].flatMap((key) => current.get(key) ?? []);
      if (gone.size > 0) await remove(target, table, [...gone.values()]);
      if (changed.length > 0) await upsert(target, table, changed);
      const added = [...dirty].filter((key) => !loaded.has(key)).length;
      return added - gone.size;
    },
  };
};
