import { type Kysely, sql } from 'kysely';
import type { ParkedMessage, ParkedMessages } from '../../commands/ports.ts';
import type { Position } from '../../domain/eventLog.ts';
import { ensureCheckpoint, movedCheckpoint } from './checkpoints.ts';
import { orLogUnavailable } from './failures.ts';

/** Checkpoint and rows in one statement, which is its own transaction: a feed that moved on has left nothing behind. */
const parkAll = (consumer: string, messages: readonly ParkedMessage[], from: Position | 'start', to: Position) => sql`
  with moved as (${movedCheckpoint(consumer, from, { position: to })}), parked as (
    insert into ops.parked_message (consumer, lane_key, item, message, attempts)
    select ${consumer}, r.lane_key, r.item, r.message, r.attempts
    from unnest(${messages.map(({ laneKey }) => laneKey)}::text[], ${messages.map(({ item }) => item)}::text[],
                ${messages.map(({ message }) => message)}::text[], ${messages.map(({ attempts }) => attempts)}::int[])
         with ordinality as r(lane_key, item, message, attempts, place), moved
    order by r.place
    on conflict (consumer, lane_key, item) do nothing)
  select from moved`;

/** What waits in `ops.parked_message`. */
export const createParkedMessages = <Tables>(db: Kysely<Tables>): ParkedMessages => ({
  read: async (consumer, laneKey) => {
    const statement = sql<ParkedMessage>`select lane_key as "laneKey", item, message, attempts from ops.parked_message
      where consumer = ${consumer} ${laneKey === undefined ? sql`` : sql`and lane_key = ${laneKey}`} order by id`;
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
