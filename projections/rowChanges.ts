import { type QueryExecutorProvider, sql } from 'kysely';
import type { Build } from './build.ts';

/** A row as text, column by column: no number loses a digit on its way through JSON. */
export type RowText = Readonly<Record<string, string | null>>;

/** `before` null: the row is new. `after` null: it is gone. */
export type RowChange = {
  readonly table: string;
  readonly key: RowText;
  readonly before: RowText | null;
  readonly after: RowText | null;
};

const asText = sql`(select json_object_agg(c.key, c.value) from jsonb_each_text(to_jsonb(t)) c)`;

const rowsOf = async (
  db: QueryExecutorProvider,
  build: Build,
  table: string,
  where: ReturnType<typeof sql>,
): Promise<readonly RowText[]> => {
  const { rows } = await sql<{
    row: RowText;
  }>`select ${asText} as row from ${sql.id(build.schema, table)} t where ${where}`.execute(db);
  return rows.map(({ row }) => row);
};

const keyColumns = async (db: QueryExecutorProvider, build: Build, table: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`select a.attname as name from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
    where i.indisprimary and i.indrelid = ${`${build.schema}.${table}`}::regclass order by array_position(i.indkey::int2[], a.attnum)`.execute(
    db,
  );
  return rows.map(({ name }) => name);
};

/** Rows of these keys as this transaction sees them. */
const withKeys = async (
  tx: QueryExecutorProvider,
  build: Build,
  table: string,
  columns: readonly string[],
  keys: readonly RowText[],
): Promise<readonly RowText[]> => {
  const same = sql.join(
    columns.map((column) => sql`t.${sql.id(column)} = k.${sql.id(column)}`),
    sql` and `,
  );
  const place = sql.id(build.schema, table);
  const found = sql`exists (select from json_populate_recordset(null::${place}, ${JSON.stringify(keys)}::json) k where ${same})`;
  return keys.length === 0 ? [] : rowsOf(tx, build, table, found);
};

const changesOf = async (
  outside: QueryExecutorProvider,
  tx: QueryExecutorProvider,
  build: Build,
  table: string,
  xid: string,
): Promise<readonly RowChange[]> => {
  const columns = await keyColumns(tx, build, table);
  const keyOf = (row: RowText): RowText => Object.fromEntries(columns.map((column) => [column, row[column] ?? null]));
  const byKey = (rows: readonly RowText[]) => new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row]));
  const written = await rowsOf(tx, build, table, sql`t.xmin = ${xid}::xid`);
  // To everybody else the old versions are still the present ones, marked with the transaction that replaces them.
  const before = byKey(await rowsOf(outside, build, table, sql`t.xmax = ${xid}::xid`));
  const after = byKey(written);
  const replaced = [...before].filter(([key]) => !after.has(key)).map(([, row]) => keyOf(row));
  // A row that is only locked is marked in the same way; it is still there.
  for (const [key, row] of byKey(await withKeys(tx, build, table, columns, replaced))) after.set(key, row);
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((key) => {
    const change = {
      table,
      key: JSON.parse(key) as RowText,
      before: before.get(key) ?? null,
      after: after.get(key) ?? null,
    };
    return JSON.stringify(change.before) === JSON.stringify(change.after) ? [] : [change];
  });
};

/**
 * The rows of a build that an open transaction has written so far, before and after, whatever statements wrote them.
 * Each table that was written is read once. `outside` is any other connection of the same database.
 */
export const rowChanges = async (
  outside: QueryExecutorProvider,
  tx: QueryExecutorProvider,
  build: Build,
): Promise<readonly RowChange[]> => {
  const { rows } = await sql<{
    xid: string | null;
  }>`select pg_current_xact_id_if_assigned()::xid::text as xid`.execute(tx);
  const xid = rows[0]?.xid;
  if (xid == null) return [];
  const written = await sql<{ name: string }>`select relname as name from pg_stat_xact_user_tables
    where schemaname = ${build.schema} and n_tup_ins + n_tup_upd + n_tup_del > 0 order by relname`.execute(tx);
  const changes: RowChange[] = [];
  for (const { name } of written.rows) changes.push(...(await changesOf(outside, tx, build, name, xid)));
  return changes;
};
