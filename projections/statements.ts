import { type QueryExecutorProvider, sql } from 'kysely';
import { type Table, type Target, tableIn } from './table.ts';

const rowsPerStatementMax = 5_000;
/** From here on a COPY and a removal beforehand cost less than one statement that puts rows in their place. */
const copiedRowsMin = 200;

const chunksOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  items.length <= rowsPerStatementMax
    ? [items]
    : Array.from({ length: Math.ceil(items.length / rowsPerStatementMax) }, (_, index) =>
        items.slice(index * rowsPerStatementMax, (index + 1) * rowsPerStatementMax),
      );

const columnList = (columns: readonly string[]) => sql.join(columns.map((column) => sql.id(column)));

type Types = ReadonlyMap<string, string>;

/** Types of columns, by schema; they are the same for as long as the schema is there. */
const knownTypes = new WeakMap<object, Map<string, Types>>();

const readTypes = async (tx: QueryExecutorProvider, schema: string, table: string): Promise<Types> => {
  const { rows } = await sql<{ name: string; type: string }>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type
    from pg_attribute a join pg_class t on t.oid = a.attrelid join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = ${schema} and t.relname = ${table} and a.attnum > 0 and not a.attisdropped`.execute(tx);
  return new Map(rows.map(({ name, type }) => [name, type]));
};

const typesOf = async <Row extends object>({ tx, schema }: Target, table: Table<Row>): Promise<Types> => {
  const bySchema = knownTypes.get(table) ?? new Map<string, Types>();
  knownTypes.set(table, bySchema);
  const known = bySchema.get(schema) ?? (await readTypes(tx, schema, table.name));
  // A table that is not there may be there the next time.
  if (known.size > 0) bySchema.set(schema, known);
  return known;
};

type ToText = (value: unknown) => string | null;

const jsonText: ToText = (value) => (value === null || value === undefined ? null : JSON.stringify(value));
const plainText: ToText = (value) =>
  typeof value === 'string' ? value : value === null || value === undefined ? null : String(value);

const isJson = (type: string | undefined): boolean => type === 'json' || type === 'jsonb';

const toTexts = (types: Types, columns: readonly string[]): readonly ToText[] =>
  columns.map((column) => (isJson(types.get(column)) ? jsonText : plainText));

/** Each row as texts, one after the other in the same place: nobody keeps a row of them. */
function* fieldsOf<Row extends object>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
  texts: readonly ToText[],
): Generator<readonly (string | null)[]> {
  const fields = new Array<string | null>(columns.length).fill(null);
  for (const row of rows) {
    for (let index = 0; index < columns.length; index += 1)
      fields[index] = texts[index]?.(row[columns[index] as keyof Row]) ?? null;
    yield fields;
  }
}

/** Adds rows that are not in the table; the database is the judge of it. */
export const addRows = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  rows: readonly Row[],
): Promise<void> => {
  const { columns } = table;
  const texts = toTexts(await typesOf(into, table), columns);
  const fields = fieldsOf(rows, columns, texts);
  await sql`copy ${tableIn(into, table.name)} (${columnList(columns)}) from stdin ${fields}`.execute(into.tx);
};

/** As UTF-8 it would become another text than the one that was given. */
const halfCharacter = 'a text with half of a surrogate pair cannot be stored';

/** The columns of rows as a table of their own: one array for each column. */
const unnested = <Row extends object>(types: Types, columns: readonly (keyof Row & string)[], rows: readonly Row[]) => {
  const texts = toTexts(types, columns);
  return sql`unnest(${sql.join(
    columns.map((column, index) => {
      const values = rows.map((row) => texts[index]?.(row[column]) ?? null);
      if (values.some((value) => value?.isWellFormed() === false)) throw new RangeError(halfCharacter);
      return sql`${values}::${sql.raw(`${types.get(column) ?? 'text'}[]`)}`;
    }),
  )})`;
};

export const removeRows = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  rows: readonly Row[],
): Promise<void> => {
  const types = await typesOf(into, table);
  const same = sql.join(
    table.key.map((column) => sql`t.${sql.id(column)} = gone.${sql.id(column)}`),
    sql` and `,
  );
  for (const chunk of chunksOf(rows))
    await sql`delete from ${tableIn(into, table.name)} t
      using ${unnested(types, table.key, chunk)} gone(${columnList(table.key)}) where ${same}`.execute(into.tx);
};

/** Puts rows in the place of those with the same keys, where there are any. */
export const replaceRows = async <Row extends object>(
  into: Target,
  table: Table<Row>,
  rows: readonly Row[],
): Promise<void> => {
  if (rows.length >= copiedRowsMin) {
    await removeRows(into, table, rows);
    await addRows(into, table, rows);
    return;
  }
  const { columns, key } = table;
  const assignments = columns
    .filter((column) => !key.includes(column))
    .map((column) => sql`${sql.id(column)} = excluded.${sql.id(column)}`);
  await sql`insert into ${tableIn(into, table.name)} (${columnList(columns)})
    select * from ${unnested(await typesOf(into, table), columns, rows)}
    on conflict (${columnList(key)}) do update set ${sql.join(assignments)}`.execute(into.tx);
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
