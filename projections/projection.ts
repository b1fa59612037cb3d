import type { EventType, RecordedDomainEvent, RecordedOf } from '../domain/events.ts';
import { Inconsistent } from './failures.ts';
import { createRows, type HeldRows, type RowSet } from './rows.ts';
import type { Table, Target } from './table.ts';

/**
 * One read model. It handles batches: the rows that a batch touches are loaded in one statement per table, the events
 * folded over them in memory, and what changed is written in one statement per table. It reads no clock, calls nobody
 * and gives the same rows for the same events, whatever the batches were.
 */
export type Projection = {
  readonly name: string;
  /** Of this code. It is raised when a fold is corrected, so that rows which an earlier code made are known. */
  readonly version: number;
  /** Their names; each build of the read model has its own schema for them. */
  readonly tables: readonly string[];
  /** Names of indexes without which a replay from zero would be slow; it does without all others until its end. */
  readonly replayIndexes?: readonly string[];
  /** Where it holds money, and by what a comparison of two builds sums it. */
  readonly money?: readonly {
    readonly table: string;
    readonly by: readonly string[];
    readonly sums: readonly string[];
  }[];
  /** Throws when the tables of a build break a rule that their guards would have refused row by row. */
  readonly check?: (target: Target) => Promise<void>;
  readonly handles: ReadonlySet<string>;
  /** What a failing event blocks, and nothing else: an order, a stock position. */
  readonly laneOf: (event: RecordedDomainEvent) => string;
  /** Lanes whose earlier events this event also builds on; while one of them is blocked, it waits. */
  readonly waitsFor: (event: RecordedDomainEvent) => readonly string[];
  /** Whether, with a memory, `apply` of this batch only reads the tables and leaves all writing to whoever keeps the memory. Absent: never. */
  readonly keepsToMemory?: (batch: readonly RecordedDomainEvent[]) => boolean;
  /** Writes what `batch` (events of handled types, in log order) changes into a build; answers with the number of rows added less removed. */
  readonly apply: (batch: readonly RecordedDomainEvent[], into: Target) => Promise<number>;
};

export type Rows = Readonly<Record<string, object>>;

export type Sets<R extends Rows> = { readonly [Name in keyof R]: RowSet<R[Name]> };

export type Handlers<R extends Rows> = {
  readonly [T in EventType]?: (event: RecordedOf<T>, rows: Sets<R>) => void;
};

/** For each table the groups that must be loaded before an event can be folded. */
export type Needs<R extends Rows> = { readonly [Name in keyof R]?: (event: RecordedDomainEvent) => readonly string[] };

/** What follows from the rows as a whole is derived once per batch. It must depend on the rows alone, not on the batch's borders. */
export type Finish<R extends Rows> = (batch: readonly RecordedDomainEvent[], rows: Sets<R>) => void;

export type ProjectionDefinition<R extends Rows> = {
  readonly name: string;
  readonly version: number;
  readonly tables: { readonly [Name in keyof R]: Table<R[Name]> };
  readonly needs: Needs<R>;
  readonly on: Handlers<R>;
  readonly finish?: Finish<R>;
  readonly laneOf: Projection['laneOf'];
  readonly waitsFor?: Projection['waitsFor'];
  readonly money?: Projection['money'];
  readonly replayIndexes?: Projection['replayIndexes'];
};

type Need = (event: RecordedDomainEvent) => readonly string[];

/** The groups that a batch needs. Tables of one document need the same: these are found once. */
const groupsNeeded = (batch: readonly RecordedDomainEvent[]): ((need: Need | undefined) => ReadonlySet<string>) => {
  const found = new Map<Need, ReadonlySet<string>>();
  return (need) => {
    if (need === undefined) return nothingNeeded;
    const known = found.get(need);
    if (known !== undefined) return known;
    const groups = new Set<string>();
    for (const event of batch) for (const group of need(event)) groups.add(group);
    found.set(need, groups);
    return groups;
  };
};

const nothingNeeded: ReadonlySet<string> = new Set();

type AnyHandler<R extends Rows> = (event: RecordedDomainEvent, rows: Sets<R>) => void;

/** All rows, table by table. */
export type Folded<R extends Rows> = { readonly [Name in keyof R]: readonly R[Name][] };

/** A projection whose rows can be made without a database too, from all events of the documents that are asked about. */
export type FoldedProjection<R extends Rows> = Projection & {
  readonly fold: (events: readonly RecordedDomainEvent[]) => Folded<R>;
};

export const defineProjection = <R extends Rows>(definition: ProjectionDefinition<R>): FoldedProjection<R> => {
  const { name, version, tables, needs, on, laneOf } = definition;
  const names = Object.keys(tables) as (keyof R & string)[];

  const apply: Projection['apply'] = async (batch, into) => {
    const held: Partial<Record<keyof R, HeldRows<object>>> = {};
    const groupsOf = groupsNeeded(batch);
    for (const name of names) {
      const rows = into.memory?.rowsOf(tables[name]) ?? createRows(tables[name]);
      await rows.load(into, groupsOf(needs[name]));
      held[name] = rows as unknown as HeldRows<object>;
    }
    const rows = held as unknown as Sets<R>;
    for (const event of batch) (on[event.type] as AnyHandler<R> | undefined)?.(event, rows);
    definition.finish?.(batch, rows);
    // Rows in memory are written by whoever keeps it, once for several batches.
    if (into.memory !== undefined) return 0;
    let added = 0;
    for (const table of names) added += (await held[table]?.flush(into)) ?? 0;
    return added;
  };

  const fold = (events: readonly RecordedDomainEvent[]): Folded<R> => {
    const held = names.map((table) => [table, createRows(tables[table], true)] as const);
    const rows = Object.fromEntries(held) as unknown as Sets<R>;
    const handled = events.filter((event) => on[event.type] !== undefined);
    for (const event of handled) (on[event.type] as AnyHandler<R> | undefined)?.(event, rows);
    definition.finish?.(handled, rows);
    return Object.fromEntries(held.map(([table, { all }]) => [table, all()])) as unknown as Folded<R>;
  };

  return {
    fold,
    name,
    version,
    tables: names.map((table) => tables[table].name),
    handles: new Set(Object.keys(on)),
    laneOf,
    waitsFor: definition.waitsFor ?? (() => []),
    keepsToMemory: () => true,
    ...(definition.money !== undefined && { money: definition.money }),
    ...(definition.replayIndexes !== undefined && { replayIndexes: definition.replayIndexes }),
    apply,
  };
};

/** Which of the types that a program knows none of `projections` handles: a reader for them may pass over these, and only these. */
export const unhandledTypes = (
  projections: readonly Pick<Projection, 'handles'>[],
  knownTypes: readonly string[],
): readonly string[] => knownTypes.filter((type) => !projections.some(({ handles }) => handles.has(type)));

/** The columns that say which event a row reflects. */
export type Reflects = { readonly bu: string; readonly position: string; readonly updated_at: string };

/** Their columns, the last ones of a table. */
export const reflects = ['bu', 'position', 'updated_at'] as const satisfies readonly (keyof Reflects)[];

export const reflecting = (event: RecordedDomainEvent): Pick<Reflects, 'position' | 'updated_at'> => ({
  position: event.position,
  updated_at: event.recordedAt,
});

/** The business unit of an event: every event's metadata names it. */
export const buOf = (event: RecordedDomainEvent): string => event.metadata.partition.bu;

/** The order that an event speaks of, if any. */
export const orderIdOf = (event: RecordedDomainEvent): string | undefined => {
  const { orderId } = event.data as { readonly orderId?: unknown };
  return typeof orderId === 'string' ? orderId : undefined;
};

export const orderLane = (event: RecordedDomainEvent): string => `order:${orderIdOf(event) ?? event.stream}`;

/** Takes the row that an earlier event must have made. */
export const required = <Row>(row: Row | undefined, what: string): Row => {
  if (row === undefined) throw new Inconsistent(`${what} is not there`);
  return row;
};
