import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { Build } from '../build.ts';
import type { DifferenceKind, ExpectedChange, Sample, TableDifference } from './report.ts';
import { sealedCondition } from './sealed.ts';
import { column, columnsOf, shapeOf, type TableShape, textsOf } from './tableShape.ts';

export type Pair = { readonly live: Build; readonly next: Build };

/** Which event a row reflects follows from what changed it, so it needs no declaration of its own. */
const bookkeeping = new Set(['position', 'updated_at']);

type Checksums = { readonly rows: string } & Readonly<Record<string, string>>;

/**
 * Rows, and for each column a sum over key and value that does not depend on the order of rows: values that two rows have
 * exchanged show too.
 */
const checksums = async (
  tx: QueryExecutorProvider,
  schema: string,
  { table, key, columns }: TableShape,
): Promise<Checksums> => {
  const sums = columns.map(
    (name) =>
      sql`coalesce(bit_xor(hash_record_extended(row(${columnsOf('t', [...key, name])}), 0)), 0)::text as ${sql.id(`of ${name}`)}`,
  );
  const { rows } =
    await sql<Checksums>`select count(*)::text as rows, ${sql.join(sums)} from ${sql.id(schema, table)} t`.execute(tx);
  return rows[0] ?? { rows: '0' };
};

/** Rows of both builds by key, those that differ only. `l` is the live row, `n` the new one. */
const differing = ({ live, next }: Pair, { table, key, columns }: TableShape): RawBuilder<unknown> => {
  const same = sql.join(
    key.map((name) => sql`${column('l', name)} = ${column('n', name)}`),
    sql` and `,
  );
  const [first = ''] = key;
  return sql`${sql.id(live.schema, table)} l full join ${sql.id(next.schema, table)} n on ${same}
    where ${column('l', first)} is null or ${column('n', first)} is null
      or row(${columnsOf('l', columns)}) is distinct from row(${columnsOf('n', columns)})`;
};

const kindOf = ({ key: [first = ''] }: TableShape): RawBuilder<DifferenceKind> =>
  sql`case when ${column('n', first)} is null then 'ONLY_LIVE' when ${column('l', first)} is null then 'ONLY_NEW' else 'CHANGED' end`;

const changedColumnsOf = ({ key: [first = ''], columns }: TableShape): RawBuilder<readonly string[]> => {
  const each = columns.map(
    (name) => sql`case when ${column('l', name)} is distinct from ${column('n', name)} then ${sql.lit(name)}::text end`,
  );
  return sql`case when ${column('l', first)} is null or ${column('n', first)} is null then '{}'::text[]
    else array_remove(array[${sql.join(each)}], null) end`;
};

type Group = {
  readonly kind: DifferenceKind;
  readonly columns: readonly string[];
  readonly sealed: boolean;
  readonly count: number;
};

const isExpected = (group: Group, table: string, expected: readonly ExpectedChange[]): boolean =>
  !group.sealed &&
  expected.some(
    (change) =>
      change.table === table &&
      change.kind === group.kind &&
      (change.columns === undefined ||
        group.columns.every((name) => bookkeeping.has(name) || change.columns?.includes(name))),
  );

const groupsOf = async (
  tx: QueryExecutorProvider,
  pair: Pair,
  shape: TableShape,
  sealed: RawBuilder<boolean>,
): Promise<readonly Group[]> => {
  const { rows } = await sql<Group>`select kind, columns, sealed, count(*)::float8 as count from (
      select ${kindOf(shape)} as kind, ${changedColumnsOf(shape)} as columns, ${sealed} as sealed from ${differing(pair, shape)}) d
    group by kind, columns, sealed`.execute(tx);
  return rows;
};

export type RawSample = Omit<Sample, 'firstEvent' | 'columns' | 'bu'> & {
  readonly table: string;
  readonly columns: readonly string[];
  readonly live: Readonly<Record<string, string | null>> | null;
  readonly new: Readonly<Record<string, string | null>> | null;
};

/** Sealed ones first, then in order of their keys. */
export const samplesOf = async (
  tx: QueryExecutorProvider,
  pair: Pair,
  table: string,
  limit: number,
): Promise<readonly RawSample[]> => {
  const shape = await shapeOf(tx, pair.live.schema, table);
  const sealed = await sealedCondition(tx, pair, shape);
  const [first = ''] = shape.key;
  const key = (name: string) => sql`coalesce(${column('l', name)}, ${column('n', name)})`;
  const keys = sql`json_object(${sql.val(shape.key)}::text[], array[${sql.join(shape.key.map((name) => sql`${key(name)}::text`))}])`;
  const { rows } =
    await sql<RawSample>`select ${table}::text as table, ${kindOf(shape)} as kind, ${keys} as key, ${changedColumnsOf(shape)} as columns,
      l.position as "livePosition", n.position as "newPosition", ${sealed} as sealed,
      case when ${column('l', first)} is null then null else ${textsOf('l', shape.columns)} end as live,
      case when ${column('n', first)} is null then null else ${textsOf('n', shape.columns)} end as new
    from ${differing(pair, shape)} order by 7 desc, ${sql.join(shape.key.map(key))} limit ${limit}`.execute(tx);
  return rows;
};

const rowsWhere = (groups: readonly Group[], wanted: (group: Group) => boolean): number =>
  groups.filter(wanted).reduce((sum, { count }) => sum + count, 0);

/** Everything about a table but its samples. When count and checksums agree, the rows need not be joined. */
export const compareTable = async (
  tx: QueryExecutorProvider,
  pair: Pair,
  table: string,
  expected: readonly ExpectedChange[],
): Promise<TableDifference> => {
  const shape = await shapeOf(tx, pair.live.schema, table);
  const ours = await checksums(tx, pair.live.schema, shape);
  const theirs = await checksums(tx, pair.next.schema, shape);
  const sums = shape.columns.map((name) => {
    const [live = '', next = ''] = [ours[`of ${name}`], theirs[`of ${name}`]];
    return { column: name, live, new: next, equal: live === next };
  });
  const identical = ours.rows === theirs.rows && sums.every(({ equal }) => equal);
  const sealed = await sealedCondition(tx, pair, shape);
  const groups = identical ? [] : await groupsOf(tx, pair, shape, sealed);
  return {
    table,
    rowsLive: Number(ours.rows),
    rowsNew: Number(theirs.rows),
    changed: rowsWhere(groups, ({ kind }) => kind === 'CHANGED'),
    onlyLive: rowsWhere(groups, ({ kind }) => kind === 'ONLY_LIVE'),
    onlyNew: rowsWhere(groups, ({ kind }) => kind === 'ONLY_NEW'),
    sealed: rowsWhere(groups, (group) => group.sealed),
    expected: rowsWhere(groups, (group) => isExpected(group, table, expected)),
    checksums: sums,
    changedColumns: shape.columns.flatMap((name) => {
      const rows = rowsWhere(groups, ({ columns }) => columns.includes(name));
      return rows === 0 ? [] : [{ column: name, rows }];
    }),
    samples: [],
  };
};
