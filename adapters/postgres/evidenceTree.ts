import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Position, StreamName } from '../../domain/eventLog.ts';
import type { Checkpoint } from '../../domain/evidence/checkpoint.ts';
import {
  type CheckpointEntry,
  CheckpointUnreadable,
  type Growth,
  type SealAlarm,
  type StoredCheckpoint,
  type TreeReads,
  type TreeStore,
} from '../../domain/evidence/ports.ts';
import { isCheckpoint } from '../../domain/evidence/shape.ts';
import { type TileId, tileKey, tileWidth } from '../../domain/evidence/tiles.ts';
import { orLogUnavailable } from './failures.ts';

type StateRow = {
  readonly size: string;
  readonly position: string;
  readonly eventId: string | null;
  readonly stream: string | null;
  readonly revision: number | null;
  readonly alarm: SealAlarm | null;
};

type EntryRow = Omit<CheckpointEntry, 'leafIndex' | 'checkpoint'> & {
  readonly leafIndex: string;
  readonly treeSize: string;
  readonly text: string;
};

const checkpointIn = (text: string): Checkpoint | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isCheckpoint(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

const storedOf = ({ text, treeSize, leafIndex, ...row }: EntryRow): StoredCheckpoint => ({
  ...row,
  ...{ leafIndex: Number(leafIndex), treeSize: Number(treeSize), isEmpty: text === '' },
  checkpoint: checkpointIn(text),
});

const entryOf = (row: EntryRow): CheckpointEntry => {
  const { revision, eventId, position, leafIndex, checkpoint, ...rest } = storedOf(row);
  if (checkpoint === undefined) throw new CheckpointUnreadable({ revision, position, ...rest });
  return { revision, eventId, position, leafIndex, checkpoint };
};

/** Levels and numbers as two arrays for `unnest`. */
const columnsOf = (wanted: readonly TileId[]) =>
  sql`unnest(${wanted.map(({ level }) => level)}::int[], ${wanted.map(({ number }) => String(number))}::bigint[])`;

const readsOf = <Tables>(db: Kysely<Tables>): TreeReads => {
  const rowsOf = async (rest: RawBuilder<unknown>): Promise<readonly EntryRow[]> => {
    const query = sql<EntryRow>`select revision, leaf_index as "leafIndex", tree_size as "treeSize", event_id as "eventId", position,
      checkpoint as text from evidence.checkpoint ${rest}`;
    return (await orLogUnavailable(() => query.execute(db))).rows;
  };
  const after = (revision: number, limit: number) => sql`where revision > ${revision} order by revision limit ${limit}`;
  const entries = async (rest: RawBuilder<unknown>): Promise<readonly CheckpointEntry[]> =>
    (await rowsOf(rest)).map(entryOf);
  const one = async (rest: RawBuilder<unknown>): Promise<CheckpointEntry | undefined> => (await entries(rest))[0];

  return {
    state: async () => {
      const query = sql<StateRow>`select size, position, last_event_id as "eventId", last_stream as stream, last_revision as revision,
        alarm from evidence.tree`;
      const row = (await orLogUnavailable(() => query.execute(db))).rows[0];
      if (row === undefined) throw new Error('the tree has lost its state: evidence.tree is empty');
      const { eventId, stream, revision } = row;
      const last = eventId === null ? null : { eventId, stream: stream as StreamName, revision: revision ?? 0 };
      return { size: Number(row.size), position: row.position as Position, last, alarm: row.alarm };
    },
    tiles: async (wanted) => {
      if (wanted.length === 0) return new Map();
      const query = sql<{
        level: number;
        number: string;
        hashes: Buffer;
      }>`select t.level, t.number, t.hashes from evidence.tile t
        join ${columnsOf(wanted)} as w(level, number) on w.level = t.level and w.number = t.number`;
      const { rows } = await orLogUnavailable(() => query.execute(db));
      return new Map(rows.map((row) => [tileKey({ level: row.level, number: Number(row.number) }), row.hashes]));
    },
    page: async (number) => {
      const query = sql<{ first: string; ids: string[] }>`select first_position as first, event_ids::text[] as ids
        from evidence.leaf_page where number = ${number}`;
      const row = (await orLogUnavailable(() => query.execute(db))).rows[0];
      return row === undefined ? undefined : { number, firstPosition: row.first as Position, eventIds: row.ids };
    },
    leafIndexesOf: async (events) => {
      const ids = events.map(({ eventId }) => eventId);
      const positions = events.map(({ position }) => position);
      const query = sql<{
        number: string | null;
        at: number | null;
      }>`select p.number, array_position(p.event_ids, k.id) as at
        from unnest(${ids}::uuid[], ${positions}::text[]) with ordinality as k(id, position, no)
        left join lateral (select number, event_ids from evidence.leaf_page where first_position <= k.position
              order by first_position desc limit 1) p on true order by k.no`;
      const { rows } = await orLogUnavailable(() => query.execute(db));
      return rows.map(({ number, at }) =>
        number === null || at === null ? undefined : Number(number) * tileWidth + at - 1,
      );
    },
    latestCheckpoint: () => one(sql`order by revision desc limit 1`),
    checkpointCovering: (leafIndex) => one(sql`where tree_size > ${leafIndex} order by tree_size limit 1`),
    checkpointOfSize: (treeSize) => one(sql`where tree_size = ${treeSize}`),
    checkpointsAfter: (revision, limit) => entries(after(revision, limit)),
    storedCheckpoints: async (revision, limit) => (await rowsOf(after(revision, limit))).map(storedOf),
    revisionBefore: async (treeSize) =>
      (await rowsOf(sql`where tree_size < ${treeSize} order by tree_size desc limit 1`))[0]?.revision,
    unsealed: async () => {
      const query = sql<{ leaves: string; facts: string }>`select t.size - s.sealed as leaves, t.size - s.sealed
          - (select count(*) from evidence.checkpoint where leaf_index >= s.sealed) as facts
        from evidence.tree t, (select coalesce(max(tree_size), 0) as sealed from evidence.checkpoint) s`;
      const row = (await orLogUnavailable(() => query.execute(db))).rows[0];
      return { leaves: Number(row?.leaves ?? 0), facts: Number(row?.facts ?? 0) };
    },
  };
};

class Moved extends Error {}

const grow = async <Tables>(db: Kysely<Tables>, { from, to, tiles, pages, checkpoints }: Growth): Promise<void> =>
  db.transaction().execute(async (tx) => {
    // First the compare-and-swap: it locks the row, so what follows is written by one sealer alone.
    const moved = await sql`update evidence.tree set size = ${to.size}, position = ${to.position},
        last_event_id = ${to.last?.eventId ?? null}::uuid, last_stream = ${to.last?.stream ?? null}, last_revision = ${to.last?.revision ?? null}::int
      where size = ${from.size} and position = ${from.position}`.execute(tx);
    if (moved.numAffectedRows !== 1n) throw new Moved();
    await sql`insert into evidence.tile (level, number, hashes)
      select * from unnest(${tiles.map(({ level }) => level)}::int[], ${tiles.map(({ number }) => String(number))}::bigint[],
        ${tiles.map(({ hashes }) => `\\x${Buffer.from(hashes).toString('hex')}`)}::bytea[])
      on conflict (level, number) do update set hashes = excluded.hashes`.execute(tx);
    await sql`insert into evidence.leaf_page (number, first_position, event_ids)
      select number, first_position, ids::uuid[] from unnest(${pages.map(({ number }) => String(number))}::bigint[],
        ${pages.map(({ firstPosition }) => firstPosition)}::text[],
        ${pages.map(({ eventIds }) => `{${eventIds.join(',')}}`)}::text[]) as p(number, first_position, ids)
      on conflict (number) do update set event_ids = leaf_page.event_ids || excluded.event_ids`.execute(tx);
    if (checkpoints.length === 0) return;
    await sql`insert into evidence.checkpoint (revision, leaf_index, tree_size, event_id, position, checkpoint)
      select * from unnest(${checkpoints.map(({ revision }) => revision)}::int[],
        ${checkpoints.map(({ leafIndex }) => String(leafIndex))}::bigint[],
        ${checkpoints.map(({ checkpoint }) => String(checkpoint.treeSize))}::bigint[],
        ${checkpoints.map(({ eventId }) => eventId)}::uuid[], ${checkpoints.map(({ position }) => position)}::text[],
        ${checkpoints.map(({ checkpoint }) => JSON.stringify(checkpoint))}::text[])`.execute(tx);
  });

export const createTreeReads = readsOf;

/** The tree in schema `evidence`. Its commits may be relaxed: what a crash forgets is read from the log again. */
export const createTreeStore = <Tables>(db: Kysely<Tables>): TreeStore => ({
  ...readsOf(db),
  grow: (growth) =>
    orLogUnavailable(async () => {
      try {
        await grow(db, growth);
        return true;
      } catch (error) {
        if (error instanceof Moved) return false;
        throw error;
      }
    }),
  setAlarm: async (alarm) => {
    const value = alarm === null ? null : JSON.stringify(alarm);
    // Nothing is written while nothing changes: the sealer says it at every turn.
    const query = sql`update evidence.tree set alarm = ${value}::jsonb, alarm_since = case when ${value}::jsonb is null then null
      else coalesce(alarm_since, clock_timestamp()) end where alarm is distinct from ${value}::jsonb`;
    await orLogUnavailable(() => query.execute(db));
  },
});
