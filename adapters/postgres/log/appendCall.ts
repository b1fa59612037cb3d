import type pg from 'pg';
import type { Append, AppendedTogether } from '../../../domain/eventLog.ts';
import { boolArray, intArray, textArray, uuidArray } from './binaryArrays.ts';
import { positionFromNumber } from './logRows.ts';

/** Appends that are written all or none. */
export type AppendGroup = readonly Append[];

export type Verdict = {
  readonly item: number | null;
  readonly verdict: 'appended' | 'duplicate' | 'event-id-reused' | 'conflict' | 'withheld' | 'taken';
  readonly actual: number | null;
  readonly revision: number | null;
  readonly at_position: string | null;
  readonly recorded_at: string | null;
};

const noStream = -1;

const appendText = `select item, verdict, actual, revision, at_position, recorded_at
  from log.write_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

const revisionBefore = ({ expected }: Append): number => (expected === 'no-stream' ? noStream : expected);

/** One item per stream of a group: what comes to a stream again continues the item. `itemOf` tells the item of each append. */
const itemsOf = (groups: readonly AppendGroup[]) => {
  const streams: string[] = [];
  const expected: number[] = [];
  const grouped: number[] = [];
  const sizes: number[] = [];
  const itemOf = groups.map((group, number) => {
    const known = new Map<string, number>();
    return group.map((append) => {
      const before = revisionBefore(append);
      const found = known.get(append.stream);
      const item = found ?? streams.length;
      if (found === undefined) {
        known.set(append.stream, item);
        streams.push(append.stream);
        expected.push(before);
        grouped.push(number);
        sizes.push(0);
      } else if ((expected[item] ?? 0) + (sizes[item] ?? 0) !== before) {
        throw new RangeError(`${append.stream} comes again, but not where its last append ends`);
      }
      sizes[item] = (sizes[item] ?? 0) + append.events.length;
      return item;
    });
  });
  const ends = expected.map((before, item) => before + (sizes[item] ?? 0));
  return { streams, expected, grouped, itemOf, ends };
};

const eventsOf = (groups: readonly AppendGroup[], { expected, itemOf }: ReturnType<typeof itemsOf>) => {
  const columns = { items: [] as number[], indexes: [] as number[], follows: [] as boolean[] };
  const texts = { ids: [], types: [], data: [], metadata: [] } as Record<
    'ids' | 'types' | 'data' | 'metadata',
    string[]
  >;
  for (const [number, group] of groups.entries()) {
    for (const [place, append] of group.entries()) {
      const item = itemOf[number]?.[place] ?? 0;
      const first = revisionBefore(append) - (expected[item] ?? 0);
      for (const [index, { eventId, type, data, metadata, follows }] of append.events.entries()) {
        columns.items.push(item);
        columns.indexes.push(first + index);
        columns.follows.push(follows === true);
        texts.ids.push(eventId);
        texts.types.push(type);
        texts.data.push(JSON.stringify(data));
        texts.metadata.push(JSON.stringify(metadata));
      }
    }
  }
  return { ...columns, ...texts };
};

const refusalOf = (verdict: Verdict, { expected, events }: Append, itemRevision: number): AppendedTogether => {
  const { revision, at_position, recorded_at } = verdict;
  switch (verdict.verdict) {
    case 'conflict':
      return { kind: 'conflict', actual: verdict.actual === noStream ? 'no-stream' : (verdict.actual ?? 'no-stream') };
    case 'duplicate': {
      if (revision === null || at_position === null || recorded_at === null)
        throw new Error('a duplicate lies somewhere');
      const before = expected === 'no-stream' ? noStream : expected;
      const last = revision - (itemRevision - (before + events.length));
      const position = positionFromNumber(at_position);
      return { kind: 'appended', revision: last, position, recordedAt: recorded_at, duplicate: true };
    }
    case 'event-id-reused':
      return { kind: 'reused' };
    default:
      return { kind: 'withheld' };
  }
};

/** The answers of one call, group by group. Written events follow the position in the verdict without a gap. */
const answersOf = (
  groups: readonly AppendGroup[],
  { itemOf, ends }: ReturnType<typeof itemsOf>,
  verdicts: readonly Verdict[],
): readonly (readonly AppendedTogether[])[] => {
  const byItem = new Map(verdicts.map((verdict) => [verdict.item, verdict]));
  const all = byItem.get(null);
  let written = 0;
  return groups.map((group, number) =>
    group.map((append, place): AppendedTogether => {
      const item = itemOf[number]?.[place] ?? 0;
      const verdict = all ?? byItem.get(item);
      if (verdict === undefined) throw new Error('the call was made but this append got no answer');
      if (verdict.verdict !== 'appended') return refusalOf(verdict, append, ends[item] ?? 0);
      written += append.events.length;
      return {
        kind: 'appended',
        revision: revisionBefore(append) + append.events.length,
        position: positionFromNumber((BigInt(verdict.at_position ?? 0) + BigInt(written)).toString()),
        recordedAt: verdict.recorded_at ?? '',
        duplicate: false,
      };
    }),
  );
};

/** Groups that leave each other alone, over streams that differ: the arguments of their call, and how its rows are read. */
export const appendCall = (groups: readonly AppendGroup[]) => {
  const items = itemsOf(groups);
  const events = eventsOf(groups, items);
  const values: readonly Buffer[] = [
    textArray(items.streams),
    intArray(items.expected),
    intArray(items.grouped),
    intArray(events.items),
    intArray(events.indexes),
    uuidArray(events.ids),
    boolArray(events.follows),
    textArray(events.types),
    textArray(events.data),
    textArray(events.metadata),
  ];
  return {
    values,
    itemOf: items.itemOf,
    answersOf: (verdicts: readonly Verdict[]) => answersOf(groups, items, verdicts),
  };
};

export const appendGroups = async (
  pool: pg.Pool,
  groups: readonly AppendGroup[],
): Promise<readonly (readonly AppendedTogether[])[]> => {
  const { values, answersOf: read } = appendCall(groups);
  const { rows } = await pool.query<Verdict>({ name: 'append', text: appendText, values: [...values] });
  return read(rows);
};
