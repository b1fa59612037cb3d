import { insertRows, removeRows, selectGroups } from './statements.ts';
import type { Table, Target } from './table.ts';

/** The rows that one batch works on: loaded in one statement, folded in memory, written in one statement. */
export type RowSet<Row extends object> = {
  readonly get: (...key: readonly string[]) => Row | undefined;
  /** Every row of a group, in order of their keys. */
  readonly inGroup: (group: string) => readonly Row[];
  readonly put: (row: Row) => void;
  readonly remove: (...key: readonly string[]) => void;
};

export type HeldRows<Row extends object> = RowSet<Row> & {
  /** Every row that is here. */
  readonly all: () => readonly Row[];
  /** Brings in the rows of `groups` that are not here. What the batch asks for outside of them does not exist for it. */
  readonly load: (into: Target, groups: readonly string[]) => Promise<void>;
  /** Writes what changed; returns how many rows the table has more than before. */
  readonly flush: (into: Target) => Promise<number>;
  /** Lets go of the groups that were not used for longest until `rowsMax` are left. Only after a flush. */
  readonly shrink: (rowsMax: number) => void;
};

type Group = {
  readonly keys: Set<string>;
  /** Whatever the table holds of it is here. */
  known: boolean;
};

const separator = '\u0001';

/** Rows of a table that is only added to: the database is the judge of duplicates. */
const appendedRows = <Row extends object>(table: Table<Row>): HeldRows<Row> => {
  let rows: Row[] = [];
  return {
    get: () => undefined,
    inGroup: () => [],
    put: (row) => {
      rows.push(row);
    },
    remove: () => {},
    all: () => rows,
    load: async () => {},
    flush: async (into) => {
      const added = rows;
      rows = [];
      if (added.length > 0) await insertRows(into, table, added);
      return added.length;
    },
    shrink: () => {},
  };
};

/** `fresh`: the table was empty when this began, so that a group which was never let go of is here or does not exist. */
const groupedRows = <Row extends object>(
  table: Table<Row>,
  group: keyof Row & string,
  fresh: boolean,
): HeldRows<Row> => {
  const keyOf = (row: Row): string => table.key.map((column) => String(row[column])).join(separator);
  const stored = new Set<string>();
  const current = new Map<string, Row>();
  /** In order of their last use. */
  const groups = new Map<string, Group>();
  const dirty = new Set<string>();
  const gone = new Map<string, Row>();
  let complete = fresh;

  const used = (name: string): Group => {
    const known = groups.get(name) ?? { keys: new Set<string>(), known: false };
    groups.delete(name);
    groups.set(name, known);
    return known;
  };

  const hold = (key: string, row: Row): void => {
    current.set(key, row);
    used(String(row[group])).keys.add(key);
  };

  const load: HeldRows<Row>['load'] = async (into, names) => {
    const asked = names.map((name) => [name, used(name)] as const);
    const missing = complete ? [] : asked.filter(([, { known }]) => !known);
    if (missing.length === 0) return;
    for (const row of await selectGroups(
      into,
      table,
      group,
      missing.map(([name]) => name),
    )) {
      const key = keyOf(row);
      // What this batch or an earlier one has changed since is newer than what the statement found.
      if (current.has(key) || gone.has(key)) continue;
      stored.add(key);
      hold(key, row);
    }
    for (const [, each] of missing) each.known = true;
  };

  return {
    get: (...key) => current.get(key.join(separator)),
    inGroup: (name) => [...(groups.get(name)?.keys ?? [])].sort().flatMap((key) => current.get(key) ?? []),
    put: (row) => {
      const key = keyOf(row);
      hold(key, row);
      dirty.add(key);
      gone.delete(key);
    },
    remove: (...parts) => {
      const key = parts.join(separator);
      const row = current.get(key);
      if (row === undefined) return;
      current.delete(key);
      groups.get(String(row[group]))?.keys.delete(key);
      dirty.delete(key);
      if (stored.has(key)) gone.set(key, row);
    },
    all: () => [...current.values()],
    load,
    flush: async (into) => {
      const changed = [...dirty].flatMap((key) => current.get(key) ?? []);
      if (gone.size > 0) await removeRows(into, table, [...gone.values()]);
      if (changed.length > 0) await insertRows(into, table, changed);
      const added = [...dirty].filter((key) => !stored.has(key)).length - gone.size;
      for (const key of gone.keys()) stored.delete(key);
      for (const key of dirty) stored.add(key);
      dirty.clear();
      gone.clear();
      return added;
    },
    shrink: (rowsMax) => {
      for (const [name, { keys }] of groups) {
        if (current.size <= rowsMax && groups.size <= rowsMax) return;
        complete = false;
        groups.delete(name);
        for (const key of keys) {
          current.delete(key);
          stored.delete(key);
        }
      }
    },
  };
};

export const createRows = <Row extends object>(table: Table<Row>, fresh = false): HeldRows<Row> =>
  table.group === undefined ? appendedRows(table) : groupedRows(table, table.group, fresh);

/** All rows that a replay keeps between its batches, table by table. Bounded: memory does not grow with the log. */
export type RowMemory = {
  readonly rowsOf: <Row extends object>(table: Table<Row>) => HeldRows<Row>;
  readonly flush: (into: Target) => Promise<number>;
  readonly shrink: () => void;
};

const rowsKeptMax = 20_000;

/** A transaction that fails leaves this with rows that nobody wrote: begin with another one. */
export const createRowMemory = (fresh: boolean): RowMemory => {
  const tables = new Map<string, HeldRows<never>>();
  return {
    rowsOf: <Row extends object>(table: Table<Row>) => {
      const known = tables.get(table.name) as HeldRows<Row> | undefined;
      const rows = known ?? createRows(table, fresh);
      tables.set(table.name, rows as unknown as HeldRows<never>);
      return rows;
    },
    flush: async (into) => {
      let added = 0;
      for (const rows of tables.values()) added += await rows.flush(into);
      return added;
    },
    shrink: () => {
      for (const rows of tables.values()) rows.shrink(rowsKeptMax);
    },
  };
};
