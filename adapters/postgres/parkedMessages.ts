import { type Kysely, sql } from 'kysely';
import type { KeptLane, ParkedMessage, ParkedMessages } from '../../commands/ports.ts';
import type { Position } from '../../domain/eventLog.ts';
import { ensureCheckpoint, movedCheckpoint } from './checkpoints.ts';
import { orLogUnavailable } from './failures.ts';

/** Checkpoint and rows in one statement, which is its own transaction: a feed that moved on has left nothing behind. */
const parkAll = (consumer: string, messages: readonly ParkedMessage[], from: Position | 'start', to: Position) => {
  const rows = (retold: boolean) => sql`
    insert into ops.parked_message as p (consumer, lane_key, item, message, attempts, their_id)
    select ${consumer}, t.lane_key, t.item, t.message, t.attempts, t.their_id from told t, moved where t.retold = ${retold} order by t.place
    on conflict (consumer, lane_key, item)`;
  return sql`
  with moved as (${movedCheckpoint(consumer, from, { position: to })}), told as (
    select r.* from unnest(${messages.map(({ laneKey }) => laneKey)}::text[], ${messages.map(({ item }) => item)}::text[],
                           ${messages.map(({ message }) => message)}::text[], ${messages.map(({ attempts }) => attempts)}::int[],
                           ${messages.map(({ isRetold }) => isRetold === true)}::boolean[], ${messages.map(({ theirId }) => theirId ?? null)}::text[])
         with ordinality as r(lane_key, item, message, attempts, retold, their_id, place)),
  parked as (${rows(false)} do nothing),
  retold as (${rows(true)} do update set message = excluded.message, attempts = excluded.attempts, their_id = excluded.their_id)
  select from moved`;
};

type LaneRow = ParkedMessage & { readonly count: number };

const readLanes = (consumer: string, which: Parameters<ParkedMessages['lanes']>[1], messagesMax: number) => {
  const isNamed = (lanes: typeof which): lanes is readonly string[] => Array.isArray(lanes);
  const chosen = isNamed(which)
    ? sql`lane_key = any(${[...which]}::text[]) group by lane_key`
    : sql`lane_key > ${which.after} group by lane_key order by lane_key limit ${which.lanesMax}`;
  return sql<LaneRow>`
    with lanes as (
      select lane_key, count(*)::int as count from ops.parked_message where consumer = ${consumer} and ${chosen})
    select l.lane_key as "laneKey", l.count, m.item, m.message, m.attempts
    from lanes l cross join lateral (
      select p.id, p.item, p.message, p.attempts from ops.parked_message p
      where p.consumer = ${consumer} and p.lane_key = l.lane_key order by p.id limit ${messagesMax}) m
    order by l.lane_key, m.id`;
};

const byLane = (rows: readonly LaneRow[]): readonly KeptLane[] => {
  const lanes = new Map<string, { laneKey: string; count: number; first: ParkedMessage[] }>();
  for (const { count, ...message } of rows) {
    const lane = lanes.get(message.laneKey) ?? { laneKey: message.laneKey, count, first: [] };
    lane.first.push(message);
    lanes.set(message.laneKey, lane);
  }
  return [...lanes.values()];
};

/** What waits in `ops.parked_message`. */
export const createParkedMessages = <Tables>(db: Kysely<Tables>): ParkedMessages => ({
  read: async (consumer, laneKeys) => {
    const statement = sql<ParkedMessage>`select lane_key as "laneKey", item, message, attempts from ops.parked_message
      where consumer = ${consumer} ${laneKeys === undefined ? sql`` : sql`and lane_key = any(${[...laneKeys]}::text[])`} order by id`;
    return (await orLogUnavailable(() => statement.execute(db))).rows;
  },
  lanes: async (consumer, which, messagesMax) => {
    const statement = readLanes(consumer, which, messagesMax);
    return byLane((await orLogUnavailable(() => statement.execute(db))).rows);
  },
  known: async (consumer, laneKeys, theirIds) => {
    const statement = sql<{ laneKey: string; item: string | null; theirId: string | null }>`
      select distinct lane_key as "laneKey", null as item, null as "theirId" from ops.parked_message
      where consumer = ${consumer} and lane_key = any(${[...laneKeys]}::text[])
      union all
      select lane_key, item, their_id from ops.parked_message
      where consumer = ${consumer} and their_id = any(${[...theirIds]}::text[])`;
    const { rows } = await orLogUnavailable(() => statement.execute(db));
    const retold = rows.flatMap(({ laneKey, item, theirId }) =>
      item === null || theirId === null ? [] : [{ laneKey, item, theirId }],
    );
    return { lanes: rows.flatMap(({ laneKey, item }) => (item === null ? [laneKey] : [])), retold };
  },
  park: (consumer, messages, from, to) =>
    orLogUnavailable(async () => {
      if (from === 'start') await ensureCheckpoint(db, consumer);
      return (await parkAll(consumer, messages, from, to as Position).execute(db)).rows.length === 1;
    }),
  done: async (consumer, gone) => {
    // Rows are locked in one order by all: two workers that took the same messages would else wait for each other.
    const statement = sql`with gone as materialized (
        select p.id from ops.parked_message p
        join unnest(${gone.map(({ laneKey }) => laneKey)}::text[], ${gone.map(({ item }) => item)}::text[]) as r(lane_key, item)
          on p.lane_key = r.lane_key and p.item = r.item
        where p.consumer = ${consumer} order by p.id for update of p)
      delete from ops.parked_message where id = any(array(select id from gone))`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
