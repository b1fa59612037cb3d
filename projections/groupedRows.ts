import type { HeldRows } from './rows.ts';
import { addRows, removeRows, replaceRows, selectGroups } from './statements.ts';
import type { Table } from './table.ts';

type Held<Row> = {
  row: Row;
  readonly key: string;
  readonly group: Group<Row>;
  /** The table had it when this was last loaded or written. */
  stored: boolean;
  dirty: boolean;
};

type Group<Row> = {
  rows: Held<Row>[];
  /** Whatever the table holds of it is here. */
  known: boolean;
  /** The batch that used it last. */
  usedIn: number;
};

const separator = '\u0001';

const keyReader = <Row extends object>({ key }: Table<Row>): ((row: Row) => string) => {
  const [first, second, ...others] = key;
  if (first !== undefined && second === undefined) return (row) => String(row[first]);
  if (first !== undefined && second !== undefined && others.length === 0)
    return (row) => `${String(row[first])}${separator}${String(row[second])}`;
  return (row) => key.map((column) => String(row[column])).join(separator);
};

/** As `keyReader` reads it from a row; nearly every key has one column or two. */
const joined = (first: string | undefined, second: string | undefined, others: readonly string[]): string => {
  if (second === undefined) return first ?? '';
  const two = `${first}${separator}${second}`;
  return others.length === 0 ? two : `${two}${separator}${others.join(separator)}`;
};

/** A shrink frees more than it must, so that the next one is not due at once. */
const keptShare = 0.75;

/** Names of the groups that were used longest ago, as many as it takes to keep `rowsMax` rows. */
const leastUsed = <Row>(groups: ReadonlyMap<string, Group<Row>>, rows: number, rowsMax: number): readonly string[] => {
  const weights = new Map<number, number>();
  for (const { usedIn, rows } of groups.values()) weights.set(usedIn, (weights.get(usedIn) ?? 0) + rows.length + 1);
  let excess = rows + groups.size - rowsMax * keptShare;
  let newest = -1;
  for (const [batch, weight] of [...weights].sort(([a], [b]) => a - b)) {
    if (excess <= 0) break;
    excess -= weight;
    newest = batch;
  }
  const names: string[] = [];
  for (const [name, { usedIn }] of groups) if (usedIn <= newest) names.push(name);
  return names;
};

/**
 * Rows that are loaded group by group. `fresh`: the table was empty when this began, so that a group which was never let
 * go of is here or does not exist.
 */
export const groupedRows = <Row extends object>(
  table: Table<Row>,
  column: keyof Row & string,
  fresh: boolean,
): HeldRows<Row> => {
  const keyOf = keyReader(table);
  const held = new Map<string, Held<Row>>();
  const groups = new Map<string, Group<Row>>();
  let dirty: Held<Row>[] = [];
  /** Rows of the table that are to go. */
  const gone = new Map<string, Row>();
  let complete = fresh;
  let batch = 0;

  const used = (name: string): Group<Row> => {
    const known = groups.get(name);
    if (known !== undefined) {
      known.usedIn = batch;
      return known;
    }
    const group = { rows: [], known: complete, usedIn: batch };
    groups.set(name, group);
    return group;
  };

  const hold = (key: string, row: Row, stored: boolean): Held<Row> => {
    const group = used(String(row[column]));
    const entry = { row, key, group, stored, dirty: false };
    held.set(key, entry);
    group.rows.push(entry);
    return entry;
  };

  const load: HeldRows<Row>['load'] = async (into, names) => {
    batch += 1;
    const missing = new Map<string, Group<Row>>();
    for (const name of names) {
      const group = used(name);
      if (!group.known) missing.set(name, group);
    }
    if (missing.size === 0) return;
    for (const row of await selectGroups(into, table, column, [...missing.keys()])) {
      const key = keyOf(row);
      // What this batch or an earlier one has changed since is newer than what the statement found.
      if (!held.has(key) && !gone.has(key)) hold(key, row, true);
    }
    for (const group of missing.values()) group.known = true;
  };

  const put = (row: Row): void => {
    const key = keyOf(row);
    const known = held.get(key);
    const entry = known ?? hold(key, row, gone.delete(key));
    entry.row = row;
    if (entry.dirty) return;
    entry.dirty = true;
    dirty.push(entry);
  };

  const remove = (key: string): void => {
    const entry = held.get(key);
    if (entry === undefined) return;
    held.delete(key);
    entry.group.rows = entry.group.rows.filter((each) => each !== entry);
    if (entry.stored) gone.set(key, entry.row);
  };

  const flush: HeldRows<Row>['flush'] = async (into) => {
    const certainlyNew: Row[] = [];
    const perhapsThere: Row[] = [];
    let created = 0;
    for (const entry of dirty) {
      const { key, row, stored, group } = entry;
      // What was removed since is no longer held.
      if (held.get(key) !== entry) continue;
      (stored || !group.known ? perhapsThere : certainlyNew).push(row);
      if (!stored) created += 1;
    }
    const added = created - gone.size;
    if (gone.size > 0) await removeRows(into, table, [...gone.values()]);
    if (perhapsThere.length > 0) await replaceRows(into, table, perhapsThere);
    if (certainlyNew.length > 0) await addRows(into, table, certainlyNew);
    for (const entry of dirty) {
      entry.stored = true;
      entry.dirty = false;
    }
    dirty = [];
    gone.clear();
    return added;
  };

  const shrink: HeldRows<Row>['shrink'] = (rowsMax) => {
    if (held.size + groups.size <= rowsMax) return;
    complete = false;
    for (const name of leastUsed(groups, held.size, rowsMax)) {
      for (const { key } of groups.get(name)?.rows ?? []) held.delete(key);
      groups.delete(name);
    }
  };

  return {
    get: (first, second, ...others) => held.get(joined(first, second, others))?.row,
    inGroup: (name) => {
      const rows = groups.get(name)?.rows ?? [];
      return (rows.length > 1 ? rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)) : rows).map(({ row }) => row);
    },
    put,
    remove: (first, second, ...others) => remove(joined(first, second, others)),
    all: () => [...held.values()].map(({ row }) => row),
    load,
    flush,
    waiting: () => dirty.length + gone.size,
    shrink,
  };
};
