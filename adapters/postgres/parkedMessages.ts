import { type Kysely, sql } from 'kysely';
import type { ParkedMessage, ParkedMessages } from '../../commands/ports.ts';
import type { Position } from '../../domain/eventLog.ts';
import { ensureCheckpoint, movedCheckpoint } from './checkpoints.ts';
import { orLogUnavailable } from './failures.ts';

/** Checkpoint and rows in one statement, which is its own transaction: a feed that moved on has left nothing behind. */
const parkAll = (consumer: string, messages: readonly ParkedMessage[], from: Position | 'start', to: Position) => {
  const rows = (retold: boolean) => sql`
    insert into ops.parked_message as p (consumer, lane_key, item, message, attempts)
    select ${consumer}, t.lane_key, t.item, t.message, t.attempts from told t, moved where t.retold = ${retold} order by t.place
    on conflict (consumer, lane_key, item)`;
  return sql`
  with moved as (${movedCheckpoint(consumer, from, { position: to })}), told as (
    select r.* from unnest(${messages.map(({ laneKey }) => laneKey)}::text[], ${messages.map(({ item }) => item)}::text[],
                           ${messages.map(({ message }) => message)}::text[], ${messages.map(({ attempts }) => attempts)}::int[],
                           ${messages.map(({ isRetold }) => isRetold === true)}::boolean[])
         with ordinality as r(lane_key, item, message, attempts, retold, place)),
  parked as (${rows(false)} do nothing),
  retold as (${rows(true)} do update set message = excluded.message, attempts = excluded.attempts)
  select from moved`;
};

/** What waits in `ops.parked_message`. */
export const createParkedMessages = <Tables>(db: Kysely<Tables>): ParkedMessages => ({
  read: async (consumer, laneKeys) => {
    const statement = sql<ParkedMessage>`select lane_key as "laneKey", item, message, attempts from ops.parked_message
      where consumer = ${consumer} ${laneKeys === undefined ? sql`` : sql`and lane_key = any(${[...laneKeys]}::text[])`} order by id`;
    return (await orLogUnavailable(() => statement.execute(db))).rows;
  },
  park: (consumer, messages, from, to) =>
    orLogUnavailable(async () => {
      if (from === 'start') await ensureCheckpoint(db, consumer);
      return (await parkAll(consumer, messages, from, to as Position).execute(db)).rows.length === 1;
    }),
  done: async (consumer, gone) => {
    const statement = sql`delete from ops.parked_message p
      using unnest(${gone.map(({ laneKey }) => laneKey)}::text[], ${gone.map(({ item }) => item)}::text[]) as r(lane_key, item)
      where p.consumer = ${consumer} and p.lane_key = r.lane_key and p.item = r.item`;
    await orLogUnavailable(() => statement.execute(db));
  },
});
