import { groupedRows } from './groupedRows.ts';
import { addRows } from './statements.ts';
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
  readonly load: (into: Target, groups: Iterable<string>) => Promise<void>;
  /** Writes what changed; returns how many rows the table has more than before. */
  readonly flush: (into: Target) => Promise<number>;
  /** How many rows a flush would write or remove. */
  readonly waiting: () => number;
  /** Lets go of the groups that were not used for longest until `rowsMax` are left. Only after a flush. */
  readonly shrink: (rowsMax: number) => void;
};

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
      if (added.length > 0) await addRows(into, table, added);
      return added.length;
    },
    waiting: () => rows.length,
    shrink: () => {},
  };
};

export const createRows = <Row extends object>(table: Table<Row>, fresh = false): HeldRows<Row> =>
  table.group === undefined ? appendedRows(table) : groupedRows(table, table.group, fresh);

/** All rows that a replay keeps between its batches, table by table. Bounded: memory does not grow with the log. */
export type RowMemory = {
  readonly rowsOf: <Row extends object>(table: Table<Row>) => HeldRows<Row>;
  readonly flush: (into: Target) => Promise<number>;
  /** How many rows a flush would write or remove. */
  readonly waiting: () => number;
  /** Only after a flush. */
  readonly shrink: () => void;
};

/** Of a table; a row that is its own group counts twice. */
const rowsKeptMax = 8_000;

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
    waiting: () => [...tables.values()].reduce((sum, rows) => sum + rows.waiting(), 0),
    shrink: () => {
      for (const rows of tables.values()) rows.shrink(rowsKeptMax);
    },
  };
};
